"""Chooses from what score on an edge counts, by type, and how sure claims then are, on articles that no training saw.

The thresholds are those with the best F1 of all relations and of those between companies, added, on the development
articles and on the project's own held-out ones, added too. One threshold serves all types unless another gains enough
for a type: articles are few, and what one of them gains by chance another loses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kg.evaluation.articles import annotated_articles
from kg.evaluation.gold import GoldArticle
from kg.evaluation.measures import Measure
from kg.evaluation.reliability import bin_wise
from kg.evaluation.scoring import GoldScore, Judgement, company_types, score
from kg.extraction.confidence import Calibration, surest
from kg.extraction.decisions import Decisions
from kg.extraction.extract import extract_all
from kg.extraction.figures import FigureReader
from kg.extraction.learned import Learned
from kg.extraction.pipeline import pipeline
from kg.model import Article, Extraction, Relation
from kg.training.gold import held_out_articles
from kg.vocabulary import vocabulary

_STEPS: Final = tuple(n / 20 for n in range(2, 19))
_GAIN: Final = 0.01
_AS_SCORED: Final = Calibration((0.0, 1.0), (0.0, 1.0))
_BINS: Final = 6


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions, and what they come to on the articles."""

    decisions: Decisions
    score: GoldScore

    def toml(self, source: str) -> str:
        """The file that :mod:`kg.extraction.decisions` reads."""
        lines = [
            "# From what score on an edge of a type counts, chosen by `python -m kg.training` on held-out articles and",
            f"# {source}, and how sure edges and figures then are on the latter: points of (score, share right).",
            "",
            f"relations = {_points(self.decisions.relations)}",
            f"figures = {_points(self.decisions.figures)}",
            "",
            "[thresholds]",
            *(f"{name} = {threshold}" for name, threshold in sorted(self.decisions.thresholds.items())),
        ]
        return "\n".join(lines) + "\n"


def _points(line: Calibration) -> list[list[float]]:
    return [[round(said, 3), round(true, 3)] for said, true in zip(line.said, line.true, strict=True)]


def decide(gold: Path, articles: Path) -> Decided:
    """Decide by the encoder that the package carries now."""
    annotated, texts = annotated_articles(gold, articles)
    found = _scored(annotated, texts)
    ours, texts_of_ours = held_out_articles()
    thresholds = _best([_measures(annotated, found), _measures(ours, _scored(ours, texts_of_ours))])
    result = score(annotated, _only(found, lambda r: surest(r) >= thresholds[r.type]))
    lines = [_line(judged) for judged in (result.relation_judgements, result.figure_judgements)]
    return Decided(Decisions(thresholds, *lines), result)


def _scored(gold: Iterable[GoldArticle], texts: Iterable[Article]) -> dict[str, Extraction]:
    """What is found when every score counts and stands for itself."""
    learned, figures = (pipeline().get_pipe(name) for name in ("kg_learned", "kg_figures"))
    assert isinstance(learned, Learned)
    assert isinstance(figures, FigureReader)
    before = learned.decisions
    learned.decisions = figures.decisions = Decisions(
        dict.fromkeys(vocabulary().relation_types, min(_STEPS)), _AS_SCORED, _AS_SCORED
    )
    try:
        return {article.doc: found for article, found in zip(gold, extract_all(texts), strict=True)}
    finally:
        learned.decisions = figures.decisions = before


def _line(judged: Iterable[Judgement]) -> Calibration:
    return bin_wise(judged, bins=_BINS)


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


def _best(tables: Sequence[Mapping[str, Mapping[float, Measure]]]) -> dict[str, float]:
    types, companies = vocabulary().relation_types, company_types()

    def worth(chosen: Mapping[str, float]) -> float:
        return sum(
            sum((table[name][step] for name, step in chosen.items() if name in among), Measure()).f1
            for table in tables
            for among in (types, companies)
        )

    def even(step: float) -> dict[str, float]:
        return dict.fromkeys(types, step)

    chosen = even(max(_STEPS, key=lambda step: (worth(even(step)), -step)))
    while True:
        options = [{**chosen, name: step} for name in types for step in _STEPS if step != chosen[name]]
        best = max(options, key=worth)
        if worth(best) < worth(chosen) + _GAIN:
            return chosen
        chosen = best
