"""Chooses from what score on an edge counts, by type, and how sure it then is, on annotated development articles.

The thresholds are those with the best F1 of all relations and of those between companies, added. One threshold serves
all types unless another gains enough for a type: development articles are few, and what one of them gains by chance
another loses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kg.evaluation.articles import annotated_articles
from kg.evaluation.gold import GoldArticle
from kg.evaluation.measures import Measure
from kg.evaluation.reliability import Calibration, bin_wise
from kg.evaluation.scoring import GoldScore, company_types, score
from kg.extraction.confidence import surest
from kg.extraction.extract import extract
from kg.extraction.learned import Decision, Learned
from kg.extraction.pipeline import pipeline
from kg.model import Extraction, Relation
from kg.vocabulary import vocabulary

_STEPS: Final = tuple(n / 20 for n in range(2, 19))
_GAIN: Final = 0.005
_ALL: Final = Decision(0.05, ((0.0, 0.0), (1.0, 1.0)))


@dataclass(frozen=True, slots=True)
class Decisions:
    """A threshold for each type, how sure edges above it are, and what they come to on the articles."""

    thresholds: Mapping[str, float]
    line: Calibration
    score: GoldScore

    def toml(self, source: str) -> str:
        """The file that :mod:`kg.extraction.learned` reads."""
        points = [[round(said, 3), round(true, 3)] for said, true in zip(self.line.said, self.line.true, strict=True)]
        lines = [
            f"# From what score on an edge of a type counts, chosen on {source} by `python -m kg.training`, and how",
            "# sure it then is: points of (score, share right).",
            "",
            f"points = {points}",
            "",
            "[thresholds]",
            *(f"{name} = {threshold}" for name, threshold in sorted(self.thresholds.items())),
        ]
        return "\n".join(lines) + "\n"


def decide(gold: Path, articles: Path) -> Decisions:
    """Decide by the encoder that the package carries now."""
    annotated, texts = annotated_articles(gold, articles)
    learned = pipeline().get_pipe("kg_learned")
    assert isinstance(learned, Learned)
    before = learned.decisions
    learned.decisions = dict.fromkeys(vocabulary().relation_types, _ALL)
    try:
        found = {a.doc: extract(text) for a, text in zip(annotated, texts, strict=True)}
    finally:
        learned.decisions = before
    table = _measures(annotated, found)
    thresholds = _best(table)
    kept = _only(found, lambda r: surest(r) >= thresholds[r.type])
    result = score(annotated, kept)
    return Decisions(thresholds, bin_wise(result.relation_judgements, bins=6), result)


def _only(found: Mapping[str, Extraction], wanted: Callable[[Relation], bool]) -> dict[str, Extraction]:
    return {doc: replace(e, relations=tuple(r for r in e.relations if wanted(r))) for doc, e in found.items()}


def _measures(gold: Iterable[GoldArticle], found: Mapping[str, Extraction]) -> dict[str, dict[float, Measure]]:
    """By type and threshold what is read right."""
    annotated = list(gold)
    table: dict[str, dict[float, Measure]] = {name: {} for name in vocabulary().relation_types}
    for step in _STEPS:
        by_type = score(annotated, _only(found, lambda r, step=step: surest(r) >= step)).by_type  # type: ignore[misc]
        for name, row in table.items():
            row[step] = by_type.get(name, Measure())
    return table


def _best(table: Mapping[str, Mapping[float, Measure]]) -> dict[str, float]:
    def worth(chosen: Mapping[str, float]) -> float:
        read = {name: table[name][step] for name, step in chosen.items()}
        companies = company_types()
        return (
            sum(read.values(), Measure()).f1 + sum((m for name, m in read.items() if name in companies), Measure()).f1
        )

    def even(step: float) -> dict[str, float]:
        return dict.fromkeys(table, step)

    chosen = even(max(_STEPS, key=lambda step: (worth(even(step)), -step)))
    while True:
        options = [{**chosen, name: step} for name in table for step in _STEPS if step != chosen[name]]
        best = max(options, key=worth)
        if worth(best) < worth(chosen) + _GAIN:
            return chosen
        chosen = best
