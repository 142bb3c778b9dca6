"""From what score on an edge counts, and how sure edges and figures of a score are: ``model/decisions.toml``.

``python -m kg.training`` writes the file; what it holds was measured on annotated articles.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from kg.extraction.confidence import Calibration


@dataclass(frozen=True, slots=True)
class Decisions:
    """The least score of each relation type, and the lines from scores to the share that is right."""

    thresholds: Mapping[str, float]
    relations: Calibration
    figures: Calibration


@cache
def decisions() -> Decisions:
    """Those that the package carries, read once."""
    table = tomllib.loads(files("kg.extraction.model").joinpath("decisions.toml").read_text(encoding="utf-8"))
    return Decisions(
        thresholds=MappingProxyType({name: float(least) for name, least in table["thresholds"].items()}),
        relations=_line(table["relations"]),
        figures=_line(table["figures"]),
    )


def _line(points: Iterable[tuple[float, float]]) -> Calibration:
    said, true = zip(*points, strict=True)
    return Calibration(tuple(map(float, said)), tuple(map(float, true)))
