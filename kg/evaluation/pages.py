"""HTML pages against their articles as a person would keep them: text, title, publisher, authors and date.

A folder holds ``NAME.html`` beside ``NAME.txt``, the article's text, and optionally ``NAME.json``, an object with what
else is known of it under the names that :mod:`kg.reading` takes: title, publisher, published, authors.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import ReadingError, TrainingDataError
from kg.evaluation.measures import Measure, share
from kg.evaluation.records import Record, parse, text_of
from kg.model import Article
from kg.reading import EXTENSIONS, ReadingOptions, Source, read_source
from kg.reading.record import article_of, column_of

FIELDS: Final = ("title", "publisher", "authors", "published")
_ANY_LANGUAGE: Final = ReadingOptions(languages=None)


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page. ``text`` counts tokens; ``fields`` says which of the known ones are right; ``failure``: why unread."""

    name: str
    text: Measure
    fields: Mapping[str, bool]
    failure: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"page": self.name, "text": self.text.to_json(), **self.fields, "failure": self.failure}


@dataclass(frozen=True, slots=True)
class PagesScore:
    """The pages of a folder, in order of name."""

    pages: tuple[PageScore, ...]

    @property
    def text(self) -> Measure:
        """Over the tokens of all pages."""
        return sum((page.text for page in self.pages), Measure())

    def right(self, field: str) -> tuple[int, int]:
        """How many pages have a field right, of those where it is known."""
        known = [page.fields[field] for page in self.pages if field in page.fields]
        return sum(known), len(known)

    def to_json(self) -> dict[str, Any]:
        """The measures, rounded to three places; the share of a field that no page knows is null."""
        return {
            "pages": len(self.pages),
            "failed": sum(page.failure is not None for page in self.pages),
            "text": self.text.to_json(),
            **{field: share(*self.right(field)) for field in FIELDS},
            "by_page": [page.to_json() for page in self.pages],
        }


def evaluate_pages(
    folder: str | os.PathLike[str], *, on_progress: Callable[[int, int], None] | None = None
) -> PagesScore:
    """Read the HTML pages of a folder and score what was read.

    A page that cannot be read counts as one with no text. ``on_progress`` is called after each page with how many are
    done, and of how many. Raises :class:`~kg.errors.TrainingDataError` for a page without its text, or with a text or
    JSON file that is malformed.
    """
    pages = sorted(p for p in Path(folder).iterdir() if EXTENSIONS.get(p.suffix.lower()) == "html" and p.is_file())
    if not pages:
        raise TrainingDataError(f"{os.fspath(folder)}: no HTML page in this folder")
    expected = [_expected(page) for page in pages]
    scores: list[PageScore] = []
    for page, (article, known) in zip(pages, expected, strict=True):
        scores.append(_score(page, article, known))
        if on_progress:
            on_progress(len(scores), len(pages))
    return PagesScore(tuple(scores))


def _expected(page: Path) -> tuple[Article, tuple[str, ...]]:
    """The article that a page should give, and which of its fields are known."""
    text, facts = page.with_suffix(".txt"), page.with_suffix(".json")
    if not text.is_file():
        raise TrainingDataError(f"{page}: {text.name} is missing beside it; put the article's text there")
    record = Record(parse(text_of(facts), str(facts)) if facts.is_file() else {}, str(facts))
    place = str(facts if facts.is_file() else text)
    try:
        article = article_of({**record.fields, "text": text_of(text)}, place, _ANY_LANGUAGE)
    except ReadingError as error:
        raise TrainingDataError(str(error)) from error
    date = column_of("published", record.fields, _ANY_LANGUAGE)
    if date and article.published is None:
        record.fail(date, "is no date that can be read; write it as 2026-05-06")
    return article, tuple(field for field in FIELDS if getattr(article, field))


def _score(page: Path, expected: Article, known: Iterable[str]) -> PageScore:
    [found] = read_source(Source(str(page), "html"), _ANY_LANGUAGE)
    wanted = Counter(_tokens(expected.text))
    if isinstance(found, ReadingError):
        return PageScore(page.name, Measure(gold=wanted.total()), dict.fromkeys(known, False), found.reason)
    read = Counter(_tokens(found.text))
    both = (read & wanted).total()
    text = Measure(right=both, predicted=read.total(), found=both, gold=wanted.total())
    return PageScore(page.name, text, {f: _comparable(found, f) == _comparable(expected, f) for f in known})


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _comparable(article: Article, field: str) -> object:
    """A field as it is compared: names without case and punctuation, authors in any order, a date by its day."""
    value = getattr(article, field)
    if field == "published":
        return value and value[:10]
    if field == "authors":
        return {tuple(_tokens(author)) for author in value}
    return _tokens(value or "")
