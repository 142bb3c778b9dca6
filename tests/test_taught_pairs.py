"""What a teacher is asked about, and how its answers become what the network learns from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation.core import CorePair, PairContext, PairLabel
from kg.extraction.windows import coder
from kg.training.core import CLASSES, core_class, turned
from kg.training.examples import core_example, taught_example
from kg.training.unlabelled import further_pairs

SENTENCE = "In May , Acme Corp bought Bolt Ltd from Cog Industries , and the company sold its mill ."
TOKENS = tuple(SENTENCE.split(" "))
ACME, BOLT, COG = (3, 5), (6, 8), (9, 11)
LABELLED = CorePair("1", PairContext(TOKENS, ACME, BOLT), PairLabel("acquired_by", True))
ELSEWHERE = CorePair("2", PairContext(TOKENS, BOLT, COG), PairLabel("undefined", False))


def ends(pair: PairContext) -> frozenset[tuple[int, int]]:
    return frozenset((pair.first, pair.second))


def test_further_pairs_are_none_of_the_labelled_ones() -> None:
    found = further_pairs([LABELLED, ELSEWHERE], 1)
    assert frozenset((ACME, COG)) in map(ends, found)
    assert {ends(LABELLED.context), ends(ELSEWHERE.context)}.isdisjoint(map(ends, found))


def test_the_company_and_its_are_ends_of_further_pairs() -> None:
    texts = {" ".join(TOKENS[start:end]) for pair in further_pairs([LABELLED], 2) for start, end in ends(pair)}
    assert {"the company", "its"} & texts


def test_the_ends_of_a_further_pair_stand_in_order_and_apart() -> None:
    for pair in further_pairs([LABELLED, ELSEWHERE], 1):
        assert pair.tokens == TOKENS
        assert 0 <= pair.first[0] < pair.first[1] <= pair.second[0] < pair.second[1] <= len(TOKENS)


def test_a_context_gives_at_most_eight_and_the_same_ones_again() -> None:
    found = further_pairs([LABELLED], 1)
    assert 0 < len(found) <= 8
    assert further_pairs([LABELLED], 1) == found


@given(st.lists(st.floats(0, 1), min_size=CLASSES, max_size=CLASSES))
def test_turning_twice_changes_nothing(shares: list[float]) -> None:
    assert turned(turned(shares)) == shares


@pytest.mark.parametrize("inverted", [False, True])
def test_a_label_and_a_teacher_that_is_sure_of_it_teach_the_same_class(inverted: bool) -> None:
    for context in (PairContext(TOKENS, ACME, BOLT), PairContext(TOKENS, BOLT, ACME)):
        labelled = core_example(CorePair("1", context, PairLabel("acquired_by", inverted)), coder())
        shares = [float(number == core_class("acquired_by", inverted)) for number in range(CLASSES)]
        taught = taught_example(context, shares, coder())
        target, share = labelled.pairs[0].core, taught.pairs[0].core
        assert target is not None
        assert share is not None
        assert target.index(max(target)) == share.index(max(share))
        assert sum(target) == pytest.approx(sum(share))
        assert taught.window == labelled.window
        assert set(taught.pairs[0].relations) == {-1}
