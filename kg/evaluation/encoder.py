"""The encoder of the extraction as a classifier of CORE pairs."""

from collections.abc import Sequence

import numpy as np

from kg.evaluation.core import RELATIONS, UNDEFINED, WITHOUT_DIRECTION, PairContext, PairLabel
from kg.extraction.encoder import encoder
from kg.extraction.features import size
from kg.extraction.pairs import Pair, Placed
from kg.extraction.windows import coder, windows


class EncoderClassifier:
    """Reads each context as one window with one pair, the types of both unknown."""

    def __init__(self) -> None:
        self._code = coder()

    def classify(self, contexts: Sequence[PairContext]) -> list[PairLabel]:
        """A label for each context, in their order."""
        return [self._label(context) for context in contexts]

    def _label(self, context: PairContext) -> PairLabel:
        words = context.tokens
        [window, *_] = windows(words, [(0, len(words))], [0] * len(words), self._code)
        swapped = context.second < context.first
        ends = sorted((context.first, context.second))
        first, second = (
            Placed(number, "", min(start, window.end - 1), min(end, window.end), 0)
            for number, (start, end) in enumerate(ends)
        )
        nothing_known = [[0.0] * size()]
        [scores] = encoder().classify(encoder().read(window), [Pair(0, first, second)], nothing_known)
        raised = np.exp(scores.core - scores.core.max())
        shares = raised / raised.sum()
        by_relation = {UNDEFINED: float(shares[0])} | {
            name: float(shares[1 + 2 * n] + shares[2 + 2 * n])
            for n, name in enumerate(r for r in RELATIONS if r != UNDEFINED)
        }
        relation = max(by_relation, key=lambda r: (by_relation[r], r))
        inverted = False
        if relation not in WITHOUT_DIRECTION:
            number = 1 + 2 * RELATIONS.index(relation)
            inverted = bool(shares[number + 1] > shares[number]) != swapped
        return PairLabel(relation, inverted, round(by_relation[relation], 3))
