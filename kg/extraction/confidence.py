"""How sure a claim is, and leaving out what is not sure enough."""

from bisect import bisect_left
from dataclasses import dataclass, replace

from kg.model import Claim, Extraction


def surest(claim: Claim) -> float:
    """The confidence of a claim's surest evidence, a probability; 0 without evidence."""
    return max((e.confidence for e in claim.evidence), default=0.0)


def at_least(extraction: Extraction, min_confidence: float) -> Extraction:
    """The extraction without claims whose surest evidence is below ``min_confidence``.

    What is left stays as it was: its id, its status and all of its evidence, the less sure included. Entities stay too,
    with or without a claim. Raises :class:`ValueError` for a confidence outside [0, 1].

    >>> from kg.model import Article, Evidence, Relation
    >>> sentence = Evidence("article/1", 0, 1, "A", confidence=0.8)
    >>> makes = Relation("entity/a", "makes", "entity/b", "current", (sentence,))
    >>> found = Extraction(Article(text="A"), (), (makes,), ())
    >>> len(at_least(found, 0.8).relations), len(at_least(found, 0.81).relations)
    (1, 0)
    """
    check_confidence(min_confidence)
    if min_confidence == 0.0:
        return extraction
    return replace(
        extraction,
        relations=tuple(r for r in extraction.relations if surest(r) >= min_confidence),
        figures=tuple(f for f in extraction.figures if surest(f) >= min_confidence),
    )


def check_confidence(value: float) -> None:
    """Raise :class:`ValueError` for what is no probability."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"a confidence is between 0 and 1, not {value}")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising line through points: ``said`` confidences with the ``true`` ones.

    >>> Calibration(said=(0.25, 0.75), true=(0.5, 1.0))(0.5)
    0.75
    """

    said: tuple[float, ...]
    true: tuple[float, ...]

    def __call__(self, confidence: float) -> float:
        """The calibrated confidence; before the first point and behind the last the line is level."""
        at = bisect_left(self.said, confidence)
        if at == 0:
            return self.true[0]
        if at == len(self.said):
            return self.true[-1]
        low, high = self.said[at - 1], self.said[at]
        part = (confidence - low) / (high - low)
        return self.true[at - 1] + part * (self.true[at] - self.true[at - 1])
