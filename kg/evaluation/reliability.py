"""Whether confidences mean what they say: of the claims said to be 80% sure, are 80% right? And how to make them so."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kg.evaluation.measures import share
from kg.extraction.confidence import Calibration


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims said to be between ``low`` and ``high`` sure: how many, how sure on average, how many of them right."""

    low: float
    high: float
    number: int
    confidence: float
    right: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold any claim, the least sure first."""

    bins: tuple[Bin, ...]

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error: how far said and true shares lie apart, averaged over the claims."""
        number = sum(b.number for b in self.bins)
        apart = sum(abs(b.confidence * b.number - b.right) for b in self.bins)
        return apart / number if number else None

    def to_json(self) -> dict[str, Any]:
        """Rounded to three places."""
        error = self.calibration_error
        return {
            "calibration_error": None if error is None else round(error, 3),
            "bins": [
                {
                    "low": round(b.low, 3),
                    "high": round(b.high, 3),
                    "number": b.number,
                    "confidence": round(b.confidence, 3),
                    "right": share(b.right, b.number),
                }
                for b in self.bins
            ],
        }


def reliability(judged: Iterable[tuple[float, bool]], *, bins: int = 10) -> Reliability:
    """Sort claims, each a confidence and whether it is right, into bins of equal width; 1 counts to the last.

    >>> table = reliability([(0.8, True), (0.85, True), (0.85, False), (0.2, False)])
    >>> [(b.low, b.number, b.right) for b in table.bins]
    [(0.2, 1, 0), (0.8, 3, 2)]
    """
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in judged:
        sorted_in[min(int(confidence * bins + 1e-9), bins - 1)].append((confidence, right))
    return Reliability(
        tuple(
            Bin(
                low=n / bins,
                high=(n + 1) / bins,
                number=len(held),
                confidence=math.fsum(c for c, _ in held) / len(held),
                right=sum(r for _, r in held),
            )
            for n, held in enumerate(sorted_in)
            if held
        )
    )


def isotonic(judged: Iterable[tuple[float, bool]], *, prior: float = 1.0) -> Calibration:
    """The rising line that fits claims best, each a confidence and whether it is right.

    Neighbors that do not rise are pooled until all do (pool adjacent violators: Ayer et al. 1955); each pool becomes a
    point at its average confidence. ``prior`` further claims, right as often as the pool says of itself, count in each
    pool, so that one of three right claims does not pass for certain. Raises :class:`ValueError` without claims.

    >>> line = isotonic([(0.75, True), (0.75, False), (0.25, False), (0.25, False)], prior=0)
    >>> line(0.9), line(0.1), line(0.5)
    (0.5, 0.0, 0.25)
    """
    by_confidence = groupby(sorted(judged), key=lambda claim: claim[0])
    return _rising([_Pool.of(list(claims)) for _, claims in by_confidence], prior)


def bin_wise(judged: Iterable[tuple[float, bool]], *, bins: int = 10, prior: float = 1.0) -> Calibration:
    """A rising line through bins of about the same number of claims; those that do not rise are pooled.

    Coarser than :func:`isotonic`, and steadier where claims are few. Claims of one confidence stay in one bin. Raises
    :class:`ValueError` without claims.

    >>> bin_wise([(0.2, False), (0.4, True), (0.6, False), (0.8, True)], bins=2, prior=0).true
    (0.5,)
    """
    ordered = sorted(judged)
    pools: list[_Pool] = []
    start = 0
    for _, same in groupby(range(len(ordered)), key=lambda n: ordered[n][0]):
        end = list(same)[-1] + 1
        if end * bins // len(ordered) > start * bins // len(ordered):
            pools.append(_Pool.of(ordered[start:end]))
            start = end
    return _rising(pools, prior)


@dataclass(frozen=True, slots=True)
class _Pool:
    """Claims taken together: how many, the sum of their confidences, how many are right."""

    number: int
    said: float
    right: int

    @classmethod
    def of(cls, claims: Sequence[tuple[float, bool]]) -> "_Pool":
        return cls(len(claims), math.fsum(c for c, _ in claims), sum(r for _, r in claims))

    def __add__(self, other: "_Pool") -> "_Pool":
        return _Pool(self.number + other.number, self.said + other.said, self.right + other.right)

    @property
    def confidence(self) -> float:
        return self.said / self.number

    def share(self, prior: float) -> float:
        return (self.right + prior * self.confidence) / (self.number + prior)


def _rising(pools: Iterable[_Pool], prior: float) -> Calibration:
    rising: list[_Pool] = []
    for pool in pools:
        rising.append(pool)
        while len(rising) > 1 and rising[-2].share(prior) >= rising[-1].share(prior):
            last = rising.pop()
            rising[-1] = rising[-1] + last
    if not rising:
        raise ValueError("no claim to calibrate on")
    return Calibration(tuple(p.confidence for p in rising), tuple(p.share(prior) for p in rising))
