"""The articles that annotators read, extracted: what ``kg evaluate gold`` scores."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from kg.building import try_extract_all
from kg.errors import ReadingError, TrainingDataError
from kg.evaluation.gold import GoldArticle, read_gold
from kg.evaluation.scoring import GoldScore, score
from kg.model import Article, Extraction
from kg.parallel import map_in_order
from kg.reading import ReadingOptions, Source, read_source
from kg.reading.sources import EXTENSIONS


def evaluate_gold(
    gold: str | os.PathLike[str],
    articles: str | os.PathLike[str],
    *,
    annotators: int = 2,
    min_confidence: float = 0.0,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> GoldScore:
    """Extract the annotated articles of a folder and score what was found.

    Args:
        gold: What annotators found; see :func:`kg.evaluation.gold.read_gold`.
        articles: A folder that holds each article under the name in its ``doc``.
        annotators: How many must have found a claim for recall to ask for it.
        min_confidence: Leave out claims whose surest evidence is below this probability.
        workers: The number of processes that extract.
        on_progress: Called after each article with how many are done, and of how many.

    Raises:
        TrainingDataError: ``gold`` is malformed, or an article is missing or cannot be read.
    """
    annotated, texts = annotated_articles(gold, articles)
    found: dict[str, Extraction] = {}
    read = partial(try_extract_all, min_confidence=min_confidence)
    for wanted, (_, outcome) in zip(annotated, map_in_order(read, texts, workers=workers), strict=True):
        if isinstance(outcome, ReadingError):
            raise TrainingDataError(f"{wanted.place}: doc: {outcome}") from outcome
        found[wanted.doc] = outcome
        if on_progress:
            on_progress(len(found), len(annotated))
    return score(annotated, found, annotators=annotators)


def annotated_articles(
    gold: str | os.PathLike[str], articles: str | os.PathLike[str]
) -> tuple[list[GoldArticle], list[Article]]:
    """What annotators found, and the articles themselves in the same order.

    Raises :class:`~kg.errors.TrainingDataError` if ``gold`` is malformed, or an article is missing or cannot be read.
    """
    annotated = read_gold(gold)
    return annotated, list(_articles(annotated, Path(articles)))


def _articles(annotated: Sequence[GoldArticle], folder: Path) -> Iterator[Article]:
    for gold in annotated:
        path = folder / gold.doc
        if not path.is_file():
            raise TrainingDataError(f"{gold.place}: doc: {path} is missing; name the folder that holds the articles")
        yield _only(read_source(Source(str(path), EXTENSIONS.get(path.suffix.lower(), "text")), _OPTIONS), gold, path)


def _only(found: Iterable[Article | ReadingError], gold: GoldArticle, path: Path) -> Article:
    articles = list(found)
    if len(articles) != 1:
        raise TrainingDataError(f"{gold.place}: doc: {path} holds {len(articles)} articles; name a file of one")
    if isinstance(articles[0], ReadingError):
        raise TrainingDataError(f"{gold.place}: doc: {articles[0]}") from articles[0]
    return articles[0]


_OPTIONS = ReadingOptions(languages=None)  # the annotators have read it, whatever it looks like
