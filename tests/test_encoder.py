"""The encoder tells relations and their directions apart, and the same way every time."""

import numpy as np
import pytest

from kg.extraction.encoder import Encoder, encoder, packaged
from kg.extraction.features import size
from kg.extraction.pairs import Pair, Placed, relation_classes
from kg.extraction.windows import coder, windows

code = coder()
NOTHING = [0.0] * size()


def scores(sentence: str, first: str, second: str, reader: Encoder | None = None) -> dict[tuple[str, bool], float]:
    words = sentence.split()
    [window] = windows(words, [(0, len(words))], [0] * len(words), code)
    a, b = (Placed(n, "Company", words.index(w), words.index(w) + 1, 0) for n, w in enumerate((first, second)))
    used = reader or encoder()
    [found] = used.classify(used.read(window), [Pair(0, a, b)], [NOTHING])
    return {(c.type, c.forward): float(s) for c, s in zip(relation_classes(), found, strict=True)}


@pytest.mark.parametrize(
    ("sentence", "best"),
    [
        ("Bolt is a subsidiary of Acme .", ("subsidiary_of", True)),
        ("Acme bought Bolt for $ 3 million .", ("acquires", True)),
        ("Bolt was bought by Acme for $ 3 million .", ("acquires", False)),
        ("Bolt competes with its rival Acme in phones .", ("competes_with", True)),
    ],
)
def test_a_plain_sentence_gets_its_relation_and_direction(sentence, best):
    names = ("Acme", "Bolt") if sentence.index("Acme") < sentence.index("Bolt") else ("Bolt", "Acme")
    found = scores(sentence, *names)
    assert max(found, key=lambda c: found[c]) == best


def test_classes_that_types_rule_out_score_nothing():
    found = scores("Acme bought Bolt .", "Acme", "Bolt")
    assert found["makes", True] == found["listed_on", True] == 0


def test_a_pair_scores_the_same_alone_and_among_others():
    words = ["Acme", "and", "Bolt", "compete", "with", "Cord", "."]
    [window] = windows(words, [(0, len(words))], [0] * len(words), code)
    a, b, c = (Placed(n, "Company", i, i + 1, 0) for n, i in enumerate((0, 2, 5)))
    read = encoder().read(window)
    [alone] = encoder().classify(read, [Pair(0, a, b)], [NOTHING])
    [among, *_] = encoder().classify(read, [Pair(0, a, b), Pair(0, a, c), Pair(0, b, c)], [NOTHING] * 3)
    # Activations are quantized over all pairs of a window together.
    assert np.allclose(alone, among, atol=0.05)


def test_the_same_window_is_read_the_same_by_two_sessions():
    graphs = {name: packaged(name) for name in ("text", "pairs", "links")}
    again = scores("Bolt was bought by Acme .", "Bolt", "Acme", Encoder(graphs))
    assert again == scores("Bolt was bought by Acme .", "Bolt", "Acme")


def test_what_a_pattern_read_makes_a_relation_likelier():
    words = ["Acme", "and", "Bolt", "met", "on", "Monday", "."]
    [window] = windows(words, [(0, len(words))], [0] * len(words), code)
    pair = Pair(0, Placed(0, "Company", 0, 1, 0), Placed(1, "Company", 2, 3, 0))
    number = next(n for n, c in enumerate(relation_classes()) if c.type == "competes_with")
    told = list(NOTHING)
    told[number] = 0.8
    read = encoder().read(window)
    [without], [with_it] = (encoder().classify(read, [pair], [features]) for features in (NOTHING, told))
    assert with_it[number] > without[number]
