"""The encoder of the extraction as a classifier of CORE pairs, with layers of its own for CORE's classes."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kg.evaluation.core import RELATIONS, UNDEFINED, WITHOUT_DIRECTION, PairContext, PairLabel
from kg.extraction.encoder import encoder, packaged, session, softmax, weights
from kg.extraction.pairs import Pair, Placed, entity_types
from kg.extraction.windows import Window, coder, windows


@dataclass(frozen=True, slots=True)
class MarkedPair:
    """A context as one window whose hints mark both ends, and its pair, the types of both unknown.

    ``swapped``: CORE's first entity is the second of the pair.
    """

    window: Window
    pair: Pair
    swapped: bool


def marked_pair(context: PairContext, code: Callable[[str], tuple[int, ...]]) -> MarkedPair:
    """A context as the encoder reads it: nothing else is asked of its window, so the text may know of the pair."""
    words = context.tokens
    ends = sorted((context.first, context.second))
    hints = [0] * len(words)
    for number, (start, end) in enumerate(ends, start=len(entity_types())):
        hints[start:end] = [number] * (end - start)
    [window, *_] = windows(words, [(0, len(words))], hints, code)
    first, second = (
        Placed(number, "", min(start, window.end - 1), min(end, window.end), 0)
        for number, (start, end) in enumerate(ends)
    )
    return MarkedPair(window, Pair(0, first, second), context.second < context.first)


def held_out(context: PairContext, code: Callable[[str], tuple[int, ...]]) -> bool:
    """Whether a CORE context is of the tenth that training never saw, by a hash of its text."""
    window = marked_pair(context, code).window
    return int(hashlib.sha256(str(window.pieces).encode()).hexdigest(), 16) % 10 == 0


class EncoderClassifier:
    """Reads each context as one window with one pair."""

    def __init__(self) -> None:
        self._code = coder()
        self._core = session(packaged("core"))

    def classify(self, contexts: Sequence[PairContext]) -> list[PairLabel]:
        """A label for each context, in their order."""
        return [self._label(context) for context in contexts]

    def _label(self, context: PairContext) -> PairLabel:
        marked = marked_pair(context, self._code)
        entered = encoder().read(marked.window).below["entered"]
        spans = weights(marked.window, [marked.pair.ends])
        [[scores]] = self._core.run(None, {"entered": entered, "spans": spans})
        shares = softmax(scores)
        by_relation = {UNDEFINED: float(shares[0])} | {
            name: float(shares[1 + 2 * n] + shares[2 + 2 * n])
            for n, name in enumerate(r for r in RELATIONS if r != UNDEFINED)
        }
        relation = max(by_relation, key=lambda r: (by_relation[r], r))
        inverted = False
        if relation not in WITHOUT_DIRECTION:
            number = 1 + 2 * RELATIONS.index(relation)
            inverted = bool(shares[number + 1] > shares[number]) != marked.swapped
        return PairLabel(relation, inverted, round(by_relation[relation], 3))
