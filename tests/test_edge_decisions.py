"""From what score on an edge counts: the encoder decides about what it reads and about what patterns read."""

import pytest

from kg.extraction.annotations import RelationSpan
from kg.extraction.confidence import Calibration
from kg.extraction.decisions import Decisions, decisions
from kg.extraction.learned import Learned
from kg.extraction.pipeline import pipeline
from kg.vocabulary import vocabulary

TEXT = "Vantrell Robotics has bought Osterlind AB. Ravenna Foods competes with Osterlind AB in Norway."
LINE = Calibration((0.0, 1.0), (0.0, 1.0))


def edges(threshold: float) -> list[RelationSpan]:
    nlp = pipeline()
    with nlp.select_pipes(disable=["kg_learned", "kg_status"]):
        doc = nlp(TEXT)
    decide = Learned(Decisions(dict.fromkeys(vocabulary().relation_types, threshold), LINE, LINE))
    found: list[RelationSpan] = decide(doc)._.relations
    return found


def test_every_type_of_the_ontology_has_a_decision():
    assert set(decisions().thresholds) == set(vocabulary().relation_types)
    assert all(0 < threshold < 1 for threshold in decisions().thresholds.values())


@pytest.mark.parametrize("line", [decisions().relations, decisions().figures])
def test_a_higher_score_is_never_less_sure(line):
    assert list(line.said) == sorted(line.said)
    assert list(line.true) == sorted(line.true)
    assert 0 <= line.true[0] <= line.true[-1] <= 1


def test_nothing_reaches_a_threshold_beyond_one():
    assert edges(1.01) == []


def test_what_a_pattern_read_keeps_its_pattern_and_gets_the_confidence_of_both():
    [bought] = [e for e in edges(0.2) if e.type == "acquires" and e.pattern != "encoder"]
    assert bought.pattern.startswith("acquires/")
    assert bought.confidence >= 0.2


def test_an_edge_stands_once_whoever_read_it():
    found = [(e.subject, e.type, e.object) for e in edges(0.05) if e.pattern == "encoder"]
    assert len(found) == len(set(found))
    read = {(e.subject, e.type, e.object) for e in edges(0.05) if e.pattern != "encoder"}
    assert read.isdisjoint(found)


def test_a_lower_threshold_only_adds_edges():
    few, many = ({(e.subject, e.type, e.object) for e in edges(t)} for t in (0.6, 0.1))
    assert few <= many
    assert len(few) < len(many)


@pytest.mark.parametrize(("score", "confidence"), [(0.0, 0.2), (0.2, 0.2), (0.4, 0.4), (0.6, 0.6), (0.9, 0.6)])
def test_confidence_follows_the_measured_line_and_is_level_beyond_it(score, confidence):
    assert Calibration((0.2, 0.6), (0.2, 0.6))(score) == pytest.approx(confidence)
