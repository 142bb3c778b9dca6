"""Which pairs of mentions are looked at, and the classes that a pair is sorted into."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.extraction.windows import Window
from kg.vocabulary import vocabulary

APART = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A mention in words of an article: whose (``entity`` counts entities), of what type, in which sentence.

    ``nominal``: it is no name. ``sure``: its type is; whether an exchange is a business or an institution is for the
    text to say.
    """

    entity: int
    type: str
    start: int
    end: int
    sentence: int
    nominal: bool = False
    sure: bool = True

    @property
    def kind(self) -> int:
        """What it is, as a number of the encoder."""
        return entity_types().index(self.type) if self.sure else 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions of two entities within one window, the earlier one first."""

    window: int
    first: Placed
    second: Placed

    @property
    def ends(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The words of both, each from the first up to the one behind the last."""
        return (self.first.start, self.first.end), (self.second.start, self.second.end)


@dataclass(frozen=True, slots=True)
class RelationClass:
    """A relation type and its direction: ``forward`` where the first mention of the pair is the subject."""

    type: str
    forward: bool


@cache
def relation_classes() -> tuple[RelationClass, ...]:
    """A class a symmetric type, two for every other, in order of name."""
    return tuple(
        RelationClass(name, forward)
        for name, type_ in vocabulary().relation_types.items()
        for forward in ((True,) if type_.symmetric else (True, False))
    )


@cache
def entity_types() -> tuple[str, ...]:
    """Types by their number in the encoder; 0 is an unknown one."""
    return ("", *vocabulary().entity_types)


@cache
def allowed(first: str, second: str) -> tuple[bool, ...]:
    """For each relation class whether entities of these types can stand in it; all, where a type is unknown."""
    types = vocabulary().relation_types
    if not first or not second:
        return (True,) * len(relation_classes())
    return tuple(
        types[c.type].allows(first, second) if c.forward else types[c.type].allows(second, first)
        for c in relation_classes()
    )


def pairs(mentions: Sequence[Placed], windows: Sequence[Window]) -> list[Pair]:
    """The nearest mentions of each two entities in each sentence, or in sentences at most two apart.

    Mentions in two sentences count only where neither sentence has both entities by itself.
    """
    by_sentence: dict[int, list[Placed]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda m: (m.start, m.end, m.entity)):
        by_sentence[mention.sentence].append(mention)
    near: dict[tuple[int, int], dict[tuple[int, int], tuple[int, Placed, Placed]]] = defaultdict(dict)
    for sentence, here in by_sentence.items():
        for other in range(sentence, sentence + APART + 1):
            for a in here:
                for b in by_sentence.get(other, ()):
                    if a.entity == b.entity or (other == sentence and b.start < a.end):
                        continue
                    if not any(allowed(a.type, b.type)):
                        continue
                    entities = (min(a.entity, b.entity), max(a.entity, b.entity))
                    found = (b.start - a.end, a, b)
                    kept = near[entities].get((sentence, other))
                    if kept is None or found[0] < kept[0]:
                        near[entities][sentence, other] = found
    chosen: list[Pair] = []
    for places in near.values():
        together = {s for s, o in places if s == o}
        for (sentence, other), (_, a, b) in places.items():
            if sentence != other and (sentence in together or other in together):
                continue
            between = any((s, o) != (sentence, other) and sentence <= s and o <= other for s, o in places)
            if between:
                continue
            window = next(
                (n for n, w in enumerate(windows) if w.holds(a.start, a.end) and w.holds(b.start, b.end)), None
            )
            if window is not None:
                chosen.append(Pair(window, a, b))
    return sorted(chosen, key=lambda p: (p.window, p.first.start, p.second.start, p.first.end, p.second.end))
