"""Precision, recall and F1."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of ``predicted`` are right, and how many of ``gold`` were found.

    The two are counted apart: precision may accept what one annotator found, where recall asks for two.

    >>> Measure(right=3, predicted=4, found=2, gold=4).f1
    0.6
    """

    right: int = 0
    predicted: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            self.right + other.right,
            self.predicted + other.predicted,
            self.found + other.found,
            self.gold + other.gold,
        )

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def to_json(self) -> dict[str, float | int]:
        """Rounded to three places, with how many were predicted and how many there are."""
        return {
            "p": round(self.precision, 3),
            "r": round(self.recall, 3),
            "f1": round(self.f1, 3),
            "predicted": self.predicted,
            "gold": self.gold,
        }


def share(part: int, whole: int) -> float | None:
    """A share rounded to three places, None of nothing.

    >>> share(2, 3), share(0, 0)
    (0.667, None)
    """
    return round(part / whole, 3) if whole else None
