"""Annotations as names and quotes, as gold files hold them: their places in the article are found here, or left out."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg.errors import TrainingDataError
from kg.evaluation.gold import GoldArticle, GoldEntity, GoldFigure, GoldRelation
from kg.model import Article
from kg.training.annotated import AnnotatedArticle, AnnotatedEntity, AnnotatedFigure, AnnotatedRelation, Span
from kg.training.markup import read_folder


def read_gold(gold: Path, articles: Path) -> Iterator[AnnotatedArticle]:
    """The annotated articles of a gold file (JSON lines), with their texts from the folder ``articles``.

    A mention is every place where a surface form of an entity stands as a whole word, the longest form first. Raises
    :class:`~kg.errors.TrainingDataError` that names the file, the line and the field.
    """
    for number, line in enumerate(gold.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            text = (articles / Path(record["doc"]).name).read_text(encoding="utf-8")
            yield _article(record, text)
        except (json.JSONDecodeError, KeyError, TypeError, OSError) as error:
            raise TrainingDataError(f"{gold}, line {number}: {type(error).__name__}: {error}") from error


def held_out_articles() -> tuple[list[GoldArticle], list[Article]]:
    """What annotators found in the project's own articles that no training saw, and the articles in the same order."""
    articles = list(read_folder(Path(str(files("kg.training"))) / "held_out"))
    return [as_gold(a) for a in articles], [Article(text=a.text, source=a.name) for a in articles]


def as_gold(article: AnnotatedArticle) -> GoldArticle:
    """An annotated article as one that an extraction is scored against."""
    names = {entity.id: entity.name for entity in article.entities}

    def texts(spans: tuple[Span, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(article.text[span.start : span.end] for span in spans))

    return GoldArticle(
        doc=article.name,
        entities=tuple(GoldEntity(e.name, e.type, texts(e.mentions) or (e.name,)) for e in article.entities),
        relations=tuple(
            GoldRelation(names[r.subject], r.type, names[r.object], tuple(r.status.split("|")), texts(r.evidence), r.by)
            for r in article.relations
        ),
        figures=tuple(
            GoldFigure((names[f.subject],), (f.metric,), f.value, f.unit, texts(f.evidence), by=2)
            for f in article.figures
        ),
        place=article.name,
    )


def _article(record: dict[str, Any], text: str) -> AnnotatedArticle:
    forms: dict[str, set[str]] = {}
    for entity in record["entities"]:
        for form in {entity["name"], *entity["mentions"]}:
            forms.setdefault(" ".join(form.split()), set()).add(entity["name"])
    spans: dict[str, list[Span]] = {e["name"]: [] for e in record["entities"]}
    taken = [False] * len(text)
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        for start, end in _occurrences(form, text):
            if any(taken[start:end]):
                continue
            taken[start:end] = [True] * (end - start)
            if len(forms[form]) == 1:
                spans[next(iter(forms[form]))].append(Span(start, end))
    entities = {
        e["name"]: AnnotatedEntity(
            e["name"], e["name"], e["type"], tuple(sorted(spans[e["name"]], key=lambda s: s.start))
        )
        for e in record["entities"]
    }
    relations = [
        AnnotatedRelation(
            r["subject"], r["type"], r["object"], "|".join(r["status"]), tuple(_quoted(r["quotes"], text)), r["by"]
        )
        for r in record["relations"]
        if r["subject"] in entities and r["object"] in entities
    ]
    figures = [
        AnnotatedFigure(
            subject=c["subjects"][0],
            metric=c["metrics"][0],
            value=float(c["value"]),
            unit=c["unit"] or "",
            period=c["period"],
            about=c["about"],
            kind=c["kind"],
            evidence=tuple(_quoted(c["quotes"], text)),
        )
        for c in record["claims"]
        if c["value"] is not None
    ]
    return AnnotatedArticle(Path(record["doc"]).name, text, tuple(entities.values()), tuple(relations), tuple(figures))


def _occurrences(form: str, text: str) -> Iterator[tuple[int, int]]:
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in form.split()) + r"(?!\w)"
    flags = 0 if any(c.isupper() or c.isdigit() for c in form[1:]) else re.IGNORECASE
    for found in re.finditer(pattern, text, flags):
        yield found.span()


def _quoted(quotes: list[str], text: str) -> Iterator[Span]:
    for quote in quotes:
        pattern = r"\s+".join(re.escape(word) for word in quote.split())
        found = re.search(pattern, text)
        if found:
            yield Span(*found.span())
