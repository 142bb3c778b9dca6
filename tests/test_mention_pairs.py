"""Which pairs of mentions the encoder is asked about."""

from kg.extraction.pairs import Placed, allowed, pairs, relation_classes
from kg.extraction.windows import coder, windows

code = coder()


def window(words: int, sentence: int = 10) -> list:
    bounds = [(n, min(n + sentence, words)) for n in range(0, words, sentence)]
    return windows(["word"] * words, bounds, [0] * words, code)


def company(entity: int, start: int, sentence: int = 10) -> Placed:
    return Placed(entity, "Company", start, start + 1, start // sentence)


def test_the_nearest_mentions_in_a_sentence_stand_for_their_entities():
    found = pairs([company(0, 0), company(0, 5), company(1, 7)], window(10))
    assert [(p.first.start, p.second.start) for p in found] == [(5, 7)]


def test_mentions_three_sentences_apart_are_no_pair():
    assert not pairs([company(0, 0), company(1, 30)], window(40))


def test_mentions_two_sentences_apart_are_a_pair():
    assert len(pairs([company(0, 0), company(1, 20)], window(40))) == 1


def test_a_sentence_that_has_both_makes_pairs_across_sentences_needless():
    found = pairs([company(0, 0), company(1, 3), company(1, 12)], window(20))
    assert [(p.first.start, p.second.start) for p in found] == [(0, 3)]


def test_two_entities_of_types_that_nothing_relates_are_no_pair():
    assert not any(allowed("Technology", "Technology"))
    assert not pairs([Placed(n, "Technology", 3 * n, 3 * n + 1, 0) for n in range(2)], window(10))


def test_types_of_the_ends_decide_which_classes_are_possible():
    possible = {c for c, ok in zip(relation_classes(), allowed("Company", "Product"), strict=True) if ok}
    assert {(c.type, c.forward) for c in possible} >= {("makes", True), ("acquires", True)}
    assert ("makes", False) not in {(c.type, c.forward) for c in possible}


def test_the_order_in_which_mentions_are_given_does_not_matter():
    mentions = [company(0, 0), company(1, 4), company(2, 13), company(0, 15)]
    assert pairs(mentions, window(20)) == pairs(mentions[::-1], window(20))
