"""CORE pairs: read with every field checked, and scored without `undefined`, with and without direction."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import TrainingDataError
from kg.evaluation.core import (
    RELATIONS,
    WITHOUT_DIRECTION,
    CorePair,
    PairContext,
    PairLabel,
    classify,
    read_core,
    read_labels,
    score,
)
from tests.gold import shared

LABELS = st.builds(PairLabel, st.sampled_from(RELATIONS), st.booleans())


def entry(**changes: Any) -> dict[str, Any]:
    tokens = ["Acme", "Corp", "was", "bought", "by", "Bolt", "."]
    places = {"e1_start": 0, "e1_end": 1, "e2_start": 5, "e2_end": 5}
    return {"id": "P1", "relation": "acquired_by", "invert_relation": 0, **places, "context": tokens, **changes}


def write(folder: Path, *entries: Any) -> Path:
    path = folder / "core.json"
    path.write_text(json.dumps(entries))
    return path


def pair(id: str, relation: str, *, inverted: bool = False) -> CorePair:
    return CorePair(id, PairContext(("a", "b"), (0, 1), (1, 2)), PairLabel(relation, inverted))


def test_ends_of_a_pair_are_read_as_exclusive(tmp_path: Path) -> None:
    [found] = read_core(write(tmp_path, entry()))
    assert (found.context.first, found.context.second) == ((0, 2), (5, 6))
    assert found.context.tokens[slice(*found.context.first)] == ("Acme", "Corp")
    assert found.label == PairLabel("acquired_by", inverted=False)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"relation": "buys"}, "relation: 'buys' is none of acquired_by, "),
        ({"invert_relation": 2}, "invert_relation: is none of 0, 1, true and false"),
        ({"e1_start": -1}, "e1_start: -1 is not between 0 and 6"),
        ({"e2_end": 7}, "e2_end: 7 is not between 5 and 6"),
        ({"e2_end": 4}, "e2_end: 4 is not between 5 and 6"),
        ({"context": []}, "e1_start: 0 is not between 0 and -1"),
        ({"context": ["a", None]}, "context[1]: is null, not a text"),
        ({"id": None}, "id: is null, not a text"),
    ],
)
def test_a_malformed_entry_is_named(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    path = write(tmp_path, entry(), entry(**changes))
    with pytest.raises(TrainingDataError) as error:
        read_core(path)
    assert str(error.value).startswith(f"{path}, entry 2: {problem}")


@pytest.mark.parametrize(("text", "problem"), [("{}", "not a JSON array"), ("[]", "no pair in it"), ("[", "no valid")])
def test_a_file_that_holds_no_pairs_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "core.json").write_text(text)
    with pytest.raises(TrainingDataError, match=problem):
        read_core(tmp_path / "core.json")


def test_scores_are_without_undefined() -> None:
    pairs = [pair("1", "traded_on"), pair("2", "traded_on"), pair("3", "undefined"), pair("4", "brand_of")]
    said = [PairLabel("traded_on", False), PairLabel("undefined", False), PairLabel("undefined", False)]
    found = score(pairs, [*said, PairLabel("traded_on", False)])
    assert (found.micro.right, found.micro.predicted, found.micro.gold) == (1, 2, 3)
    assert found.micro.f1 == pytest.approx(0.4)
    assert found.macro_f1 == pytest.approx((0.5 + 0.0) / 2)
    assert found.directed_accuracy == 0.5
    assert [m.pair.id for m in found.mistakes] == ["2", "4"]


def test_a_wrong_direction_costs_directed_accuracy_alone_and_only_where_there_is_one() -> None:
    pairs = [pair("1", "acquired_by", inverted=True), pair("2", "competitor_of", inverted=True)]
    found = score(pairs, [PairLabel("acquired_by", False), PairLabel("competitor_of", False)])
    assert (found.micro.f1, found.macro_f1, found.directed_accuracy) == (1.0, 1.0, 0.5)
    assert [m.pair.id for m in found.mistakes] == ["1"]


@given(st.lists(st.tuples(LABELS, LABELS), max_size=40))
def test_the_measures_are_those_of_their_definitions(labels: list[tuple[PairLabel, PairLabel]]) -> None:
    pairs = [CorePair(str(n), PairContext((), (0, 0), (0, 0)), meant) for n, (meant, _) in enumerate(labels)]
    found = score(pairs, [said for _, said in labels])
    relations = [(meant.relation, said.relation) for meant, said in labels]
    hits = sum(m == s != "undefined" for m, s in relations)
    sizes = sum(m != "undefined" for m, _ in relations) + sum(s != "undefined" for _, s in relations)
    assert found.micro.f1 == pytest.approx(2 * hits / sizes if sizes else 0.0)
    f1 = [
        2 * relations.count((c, c)) / (sum(m == c for m, _ in relations) + sum(s == c for _, s in relations))
        for c in {r for both in relations for r in both} - {"undefined"}
    ]
    assert found.macro_f1 == pytest.approx(sum(f1) / len(f1) if f1 else 0.0)
    right = sum(
        m.relation == s.relation and (m.relation in WITHOUT_DIRECTION or m.inverted == s.inverted) for m, s in labels
    )
    assert (found.directed, len(found.mistakes)) == (right, len(labels) - right)


class ByLength:
    """A classifier that says how many tokens there are, by the number of a class."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def classify(self, contexts: Sequence[PairContext]) -> Sequence[PairLabel]:
        self.batches.append(len(contexts))
        return [PairLabel(RELATIONS[len(c.tokens)], inverted=False) for c in contexts]


def test_a_classifier_is_given_pairs_in_batches_and_order() -> None:
    pairs = [CorePair(str(n), PairContext(("a",) * n, (0, 1), (0, 1)), PairLabel("brand_of", False)) for n in range(5)]
    classifier = ByLength()
    assert [label.relation for label in classify(classifier, pairs, batch=2)] == list(RELATIONS[:5])
    assert classifier.batches == [2, 2, 1]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "2 pairs have no label, 1 first"),
        ([{"id": "1", "relation": "brand_of", "inverted": False}], "1 pairs have no label, 2 first"),
        ([{"id": "9", "relation": "brand_of", "inverted": False}], ":1: id: '9' is the id of no pair"),
        ([{"id": "1", "relation": "brand_of", "inverted": 0}] * 2, ":2: id: '1' has a label before"),
        ([{"id": "1", "relation": "rival", "inverted": 0}], ":1: relation: 'rival' is none of "),
    ],
)
def test_labels_that_do_not_fit_the_pairs_are_refused(tmp_path: Path, lines: list[Any], problem: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(TrainingDataError) as error:
        read_labels(path, [pair("1", "brand_of"), pair("2", "brand_of")])
    assert problem in str(error.value)


def test_the_training_pairs_at_hand_are_read() -> None:
    pairs = read_core(shared("core", "train.json"))
    assert {p.label.relation for p in pairs} == set(RELATIONS)
    assert score(pairs, [p.label for p in pairs]).to_json()["directed_accuracy"] == 1.0
