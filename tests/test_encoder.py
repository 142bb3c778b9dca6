"""The encoder tells relations and their directions apart, and the same way every time."""

import numpy as np
import pytest

from kg.extraction.encoder import Encoder, encoder
from kg.extraction.pairs import Pair, Placed, relation_classes
from kg.extraction.windows import coder, windows

code = coder()


def scores(sentence: str, first: str, second: str, reader: Encoder | None = None) -> dict[tuple[str, bool], float]:
    words = sentence.split()
    [window] = windows(words, [(0, len(words))], [0] * len(words), code)
    a, b = (Placed(n, "Company", words.index(w), words.index(w) + 1, 0) for n, w in enumerate((first, second)))
    used = reader or encoder()
    [found] = used.classify(used.read(window), [Pair(0, a, b)])
    return {(c.type, c.forward): float(s) for c, s in zip(relation_classes(), found.relations, strict=True)}


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
    [alone] = encoder().classify(read, [Pair(0, a, b)])
    [among, *_] = encoder().classify(read, [Pair(0, a, b), Pair(0, a, c), Pair(0, b, c)])
    # Activations are quantized over all pairs of a window together.
    assert np.allclose(alone.relations, among.relations, atol=0.05)


def test_the_same_window_is_read_the_same_by_two_sessions_and_any_number_of_threads():
    from importlib.resources import files

    folder = files("kg.extraction.model")
    parts = [folder.joinpath(f"{name}.onnx").read_bytes() for name in ("text", "pairs")]
    found = []
    for threads in (1, 2):
        found.append(scores("Bolt was bought by Acme .", "Bolt", "Acme", Encoder(*parts, threads=threads)))
    assert found[0] == found[1]
