"""What the encoder says of a mention and a reference without a name, a mention and a quantity, or two mentions.

Of two mentions it says whether they are related at all: cheaper than asking how, and most are not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kg.extraction.encoder import Read, encoder
from kg.extraction.pairs import Pair, entity_types
from kg.extraction.windows import Window

Asked = Literal["reference", "quantity", "mention"]
_ASKED: Final[tuple[Asked, ...]] = ("reference", "quantity", "mention")
ANSWERS: Final = len(_ASKED)
DISTANCES: Final = 8
_FAR_BACK: Final = 4
UNHEARD: Final = -2.0
"""The log odds of what no window holds: about the share of links that hold."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entity's mention, words ``start`` to ``end`` (exclusive), and the words that are ``asked`` about.

    ``apart``: how many sentences the mention is before them, negative where it is behind. ``asked_type``: of what type
    a mention that is asked about is; types that nobody knows are empty.
    """

    type: str
    start: int
    end: int
    asked: Asked
    asked_start: int
    asked_end: int
    apart: int
    asked_type: str = ""

    @property
    def kinds(self) -> tuple[int, int]:
        """What the mention and the words are, as numbers of the encoder."""
        types = entity_types()
        of_asked = types.index(self.asked_type) if self.asked == "mention" else len(types) + self.answer
        return types.index(self.type), of_asked

    @property
    def distance(self) -> int:
        """How far apart they are and which comes first, as a number of the encoder."""
        if self.apart == 0:
            return 0 if self.start < self.asked_start else 1
        return DISTANCES - 1 if self.apart < 0 else 1 + min(self.apart, _FAR_BACK)

    @property
    def answer(self) -> int:
        """Which of the encoder's answers is asked for."""
        return _ASKED.index(self.asked)

    def within(self, window: Window) -> bool:
        """Whether a window holds both."""
        return window.holds(self.start, self.end) and window.holds(self.asked_start, self.asked_end)


def link_of(pair: Pair) -> Link:
    """What asks whether the two mentions of a pair are related at all."""
    first, second = pair.first, pair.second
    return Link(
        first.type if first.sure else "",
        first.start,
        first.end,
        "mention",
        second.start,
        second.end,
        second.sentence - first.sentence,
        second.type if second.sure else "",
    )


def score(links: Sequence[Link], reads: Sequence[Read]) -> list[float]:
    """For each link how much speaks for it, as log odds; :data:`UNHEARD` where no window holds both ends."""
    found = [UNHEARD] * len(links)
    by_window: dict[int, list[int]] = defaultdict(list)
    for number, link in enumerate(links):
        window = next((n for n, read in enumerate(reads) if link.within(read.window)), None)
        if window is not None:
            by_window[window].append(number)
    for window, numbers in by_window.items():
        here = [links[n] for n in numbers]
        spans = [((k.start, k.end), (k.asked_start, k.asked_end)) for k in here]
        scores = encoder().link(reads[window], spans, [k.kinds for k in here], [k.distance for k in here])
        for number, link, row in zip(numbers, here, scores, strict=True):
            # Rounded: what processors of another make add up in another order comes out the same.
            found[number] = round(float(row[link.answer]), 2)
    return found
