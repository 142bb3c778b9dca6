"""``min_confidence``: claims whose surest evidence is below it are left out, and nothing else changes."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import Article, Evidence, Extraction, Relation
from kg.building import build
from kg.extraction.confidence import at_least, surest
from tests.conftest import EXAMPLES

ARTICLE = Article(text="Acme bought Bolt. Acme may buy Bolt.")


def relation(object_: str, *confidences: float) -> Relation:
    evidence = tuple(
        Evidence(ARTICLE.id, n, n + 1, ARTICLE.text[n], confidence=confidence)
        for n, confidence in enumerate(confidences)
    )
    return Relation("entity/acme", "acquires", f"entity/{object_}", "planned", evidence)


relations = st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=4).map(tuple), max_size=6).map(
    lambda found: tuple(relation(str(n), *confidences) for n, confidences in enumerate(found))
)


@given(relations, st.floats(0, 1))
def test_the_surest_evidence_decides_and_what_is_left_is_untouched(found: tuple[Relation, ...], least: float) -> None:
    kept = at_least(Extraction(ARTICLE, (), found, ()), least).relations
    assert kept == tuple(r for r in found if max(e.confidence for e in r.evidence) >= least)


@given(relations, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_keeps_a_part_of_what_a_lower_one_keeps(
    found: tuple[Relation, ...], one: float, other: float
) -> None:
    extraction = Extraction(ARTICLE, (), found, ())
    low, high = sorted((one, other))
    assert at_least(at_least(extraction, low), high) == at_least(extraction, high)


def test_a_claim_that_stays_keeps_its_less_sure_evidence_and_its_status() -> None:
    claim = relation("bolt", 0.9, 0.1)
    [kept] = at_least(Extraction(ARTICLE, (), (claim,), ()), 0.5).relations
    assert (kept.id, kept.status, len(kept.evidence)) == (claim.id, "planned", 2)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(wrong: float, tmp_path) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        kg.extract(ARTICLE, min_confidence=wrong)
    with pytest.raises(ValueError, match="between 0 and 1"):
        build([EXAMPLES], kg.Graph.create(tmp_path), min_confidence=wrong)


def test_extract_takes_it() -> None:
    article = next(a for a in kg.read(EXAMPLES) if isinstance(a, Article) and len(kg.extract(a).claims) > 3)
    everything = kg.extract(article)
    least = sorted(set(map(surest, everything.claims)))[1]
    some = kg.extract(article, min_confidence=least)
    assert 0 < len(some.claims) < len(everything.claims)
    assert some == replace(
        everything,
        relations=tuple(r for r in everything.relations if surest(r) >= least),
        figures=tuple(f for f in everything.figures if surest(f) >= least),
    )


def test_the_commands_take_it(kg, tmp_path) -> None:
    lines = kg("extract", EXAMPLES, "--min-confidence", "0.6").stdout.splitlines()
    claims = [c for line in lines for part in ("relations", "claims") for c in json.loads(line)[part]]
    assert claims
    assert all(max(e["confidence"] for e in c["evidence"]) >= 0.6 for c in claims)

    result = kg("build", EXAMPLES, "--graph", tmp_path / "graph", "--min-confidence", "0.6", "--json")
    report = json.loads(result.stdout)
    assert report["relations"] + report["figures"] == len(claims)


@pytest.mark.parametrize("command", ["extract", "build"])
@pytest.mark.parametrize("wrong", ["1.5", "-1", "nan", "high"])
def test_the_commands_refuse_what_is_no_probability(kg, tmp_path, command: str, wrong: str) -> None:
    graph = ["--graph", tmp_path / "graph"] if command == "build" else []
    assert kg(command, EXAMPLES, *graph, "--min-confidence", wrong).exit_code == 2


def test_articles_that_the_graph_holds_keep_what_they_were_built_with(tmp_path) -> None:
    graph = kg.Graph.create(tmp_path / "graph")
    first = build([EXAMPLES], graph, min_confidence=0.6)
    second = build([EXAMPLES], graph)
    assert (second.unchanged, second.relations) == (first.added, 0)
