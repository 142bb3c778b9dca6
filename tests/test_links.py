"""What the encoder is asked of references, quantities and pairs, and of pairs that it has not read together."""

import pytest

from kg.extraction.links import ANSWERS, DISTANCES, UNHEARD, Link, link_of, score
from kg.extraction.pairs import Pair, Placed, entity_types


def link(*, apart: int = 0, start: int = 0, asked: str = "reference") -> Link:
    return Link("Company", start, start + 2, asked, 10, 11, apart)  # type: ignore[arg-type]


def test_what_no_window_holds_has_the_odds_of_any_link():
    assert score([link(), link(apart=3)], []) == [UNHEARD, UNHEARD]


def test_a_mention_before_and_one_behind_in_the_same_sentence_are_told_apart():
    assert link(start=0).distance != link(start=20).distance


@pytest.mark.parametrize("apart", range(-3, 40))
def test_every_distance_has_a_number(apart):
    assert 0 <= link(apart=apart).distance < DISTANCES


def test_nearer_mentions_have_other_numbers_than_farther_ones():
    assert len({link(apart=n).distance for n in range(5)}) == 5


def test_a_quantity_is_no_reference_and_neither_is_an_entity():
    kinds = {link(asked=asked).kinds[1] for asked in ("reference", "quantity")}
    assert len(kinds) == 2
    assert min(kinds) >= len(entity_types())


def placed(entity: int, start: int, **more) -> Placed:
    return Placed(entity, "Company", start, start + 2, sentence=start // 10, **more)


def test_a_pair_is_asked_about_by_its_first_mention_and_the_type_of_its_second():
    asked = link_of(Pair(0, placed(0, 0), placed(1, 14)))
    assert (asked.start, asked.asked_start, asked.apart) == (0, 14, 1)
    company = entity_types().index("Company")
    assert asked.kinds == (company, company)


def test_of_a_pair_the_encoder_is_not_told_a_type_that_the_text_has_to_say():
    assert link_of(Pair(0, placed(0, 0), placed(1, 4, sure=False))).kinds[1] == 0


def test_every_question_has_an_answer_of_its_own():
    answers = [link(asked=asked).answer for asked in ("reference", "quantity", "mention")]
    assert answers == list(range(ANSWERS))
