"""What is known of a pair of mentions besides its text: what the patterns read, and how the article treats its ends."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from kg.extraction.annotations import RelationSpan
from kg.extraction.pairs import Pair, Placed, relation_classes
from kg.vocabulary import vocabulary

_OPENING: Final = 2
BESIDES: Final = 15


@cache
def size() -> int:
    """The number of features of a pair: one for each relation class, and :data:`BESIDES`."""
    return len(relation_classes()) + BESIDES


class PairFeatures:
    """Features of the pairs of one article, each a number of about 0 to 1."""

    def __init__(self, mentions: Sequence[Placed], relations: Iterable[RelationSpan]) -> None:
        self._count = Counter(m.entity for m in mentions)
        self._most = max(self._count.values(), default=1)
        self._opening = {m.entity for m in mentions if m.sentence < _OPENING}
        self._sentences: dict[int, set[int]] = defaultdict(set)
        for mention in mentions:
            self._sentences[mention.entity].add(mention.sentence)
        self._in_order = sorted((m.start, m.entity) for m in mentions)
        self._present = Counter(s for found in self._sentences.values() for s in found)
        self._read: dict[tuple[int, str, int], float] = {}
        for span in relations:
            ends = [(span.subject, span.object)]
            if vocabulary().relation_types[span.type].symmetric:
                ends.append((span.object, span.subject))
            for subject, object_ in ends:
                key = (subject, span.type, object_)
                self._read[key] = max(span.confidence, self._read.get(key, 0.0))

    def of(self, pair: Pair) -> list[float]:
        """The features of a pair, in a fixed order."""
        first, second = pair.first, pair.second
        read = [self._read.get(edge, 0.0) for edge in _edges(pair)]
        both = self._sentences[first.entity] & self._sentences[second.entity]
        return [
            *read,
            *self._end(first),
            *self._end(second),
            float(first.sentence == second.sentence),
            (second.sentence - first.sentence) / 2,
            math.log1p(max(0, second.start - first.end)) / 5,
            min(self._between(first, second), 4) / 4,
            math.log1p(len(both)) / 2,
            max(read),
            min(self._present[second.sentence], 8) / 8,
        ]

    def are_read(self, pair: Pair) -> bool:
        """Whether the patterns read an edge between the two."""
        return any(edge in self._read for edge in _edges(pair))

    def _end(self, mention: Placed) -> list[float]:
        count = self._count[mention.entity]
        return [
            math.log1p(count) / 3,
            count / self._most,
            float(mention.entity in self._opening),
            float(mention.nominal),
        ]

    def _between(self, first: Placed, second: Placed) -> int:
        """How many mentions of others stand between two."""
        begin = bisect_left(self._in_order, (first.end, -1))
        stop = bisect_left(self._in_order, (second.start, -1))
        return sum(entity not in (first.entity, second.entity) for _, entity in self._in_order[begin:stop])


def _edges(pair: Pair) -> Iterator[tuple[int, str, int]]:
    """The edges of a pair that the relation classes stand for, in their order."""
    first, second = pair.first.entity, pair.second.entity
    for class_ in relation_classes():
        yield (first, class_.type, second) if class_.forward else (second, class_.type, first)
