"""What the encoder is told of a pair of mentions besides the text."""

import pytest

from kg.extraction.annotations import RelationSpan
from kg.extraction.features import PairFeatures, size
from kg.extraction.pairs import Pair, Placed, relation_classes


def company(entity: int, start: int, sentence: int = 0, *, nominal: bool = False) -> Placed:
    return Placed(entity, "Company", start, start + 1, sentence, nominal)


def read(type: str, subject: int, object: int, confidence: float) -> RelationSpan:
    return RelationSpan(subject, type, object, 0, 10, 2, f"{type}/test", confidence=confidence)


def number(type: str, *, forward: bool) -> int:
    return next(n for n, c in enumerate(relation_classes()) if (c.type, c.forward) == (type, forward))


ACME, BOLT = company(0, 0), company(1, 4)


def test_what_a_pattern_read_stands_at_its_class_and_direction():
    found = PairFeatures([ACME, BOLT], [read("acquires", 1, 0, 0.7)]).of(Pair(0, ACME, BOLT))
    assert found[number("acquires", forward=False)] == 0.7
    assert found[number("acquires", forward=True)] == 0


def test_a_symmetric_relation_is_told_whichever_end_the_pattern_named_first():
    for ends in ((0, 1), (1, 0)):
        found = PairFeatures([ACME, BOLT], [read("competes_with", *ends, 0.6)]).of(Pair(0, ACME, BOLT))
        assert found[number("competes_with", forward=True)] == 0.6


def test_of_two_readings_the_surer_one_is_told():
    spans = [read("acquires", 0, 1, 0.4), read("acquires", 0, 1, 0.8), read("acquires", 0, 1, 0.5)]
    assert PairFeatures([ACME, BOLT], spans).of(Pair(0, ACME, BOLT))[number("acquires", forward=True)] == 0.8


@pytest.mark.parametrize("mentions", [[ACME, BOLT], [ACME, BOLT, company(0, 12, 1), company(2, 2)]])
def test_every_pair_has_as_many_features_as_the_encoder_takes(mentions):
    assert len(PairFeatures(mentions, []).of(Pair(0, ACME, BOLT))) == size()


def test_features_tell_a_name_from_a_reference_and_one_sentence_from_two():
    later = company(1, 14, 1, nominal=True)
    features = PairFeatures([ACME, BOLT, later], [])
    here, across = features.of(Pair(0, ACME, BOLT)), features.of(Pair(0, ACME, later))
    assert here != across
    assert features.of(Pair(0, ACME, BOLT)) == here


def test_the_order_of_mentions_and_readings_does_not_matter():
    mentions = [ACME, BOLT, company(2, 2), company(0, 12, 1)]
    spans = [read("acquires", 0, 1, 0.4), read("competes_with", 0, 2, 0.8)]
    pair = Pair(0, ACME, BOLT)
    assert PairFeatures(mentions, spans).of(pair) == PairFeatures(mentions[::-1], spans[::-1]).of(pair)
