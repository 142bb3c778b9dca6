"""Articles with what annotators found in them, joined: a file of JSON lines, one article a line.

Each line holds ``doc`` (the file name of the article), ``entities``, ``relations`` and ``claims`` (the figures). A
relation and a figure say in ``by`` how many annotators found it; ``status``, ``quotes``, ``subjects`` and ``metrics``
list what they said.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath

from kg.errors import TrainingDataError
from kg.evaluation.records import Record, read_lines
from kg.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """An entity by the fullest name of the article, with every form of it that occurs there."""

    name: str
    type: str
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldRelation:
    """An edge between two names of entities. ``statuses`` are those the annotators gave, ``by`` how many found it."""

    subject: str
    type: str
    object: str
    statuses: tuple[str, ...]
    quotes: tuple[str, ...]
    by: int


@dataclass(frozen=True, slots=True)
class GoldFigure:
    """A figure. ``value`` is in ``unit`` itself, None where the annotators could not say it in numbers."""

    subjects: tuple[str, ...]
    metrics: tuple[str, ...]
    value: float | None
    unit: str
    quotes: tuple[str, ...]
    by: int


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """What annotators found in the article ``doc``, a file name. ``place`` is where that stands: file and line."""

    doc: str
    entities: tuple[GoldEntity, ...]
    relations: tuple[GoldRelation, ...]
    figures: tuple[GoldFigure, ...]
    place: str = ""


def read_gold(path: str | os.PathLike[str]) -> list[GoldArticle]:
    """The articles of a file, in its order.

    Raises :class:`~kg.errors.TrainingDataError`, which names the file, the line and the field, for anything malformed.
    """
    found: dict[str, GoldArticle] = {}
    for record in read_lines(Path(path)):
        article = _article(record)
        if article.doc in found:
            record.fail("doc", f"{article.doc!r} was annotated before, at {found[article.doc].place}")
        found[article.doc] = article
    if not found:
        raise TrainingDataError(f"{os.fspath(path)}: no annotated article in it; give JSON lines, one article each")
    return list(found.values())


def _article(record: Record) -> GoldArticle:
    doc = PurePath(record.text("doc")).name
    if doc in ("", ".."):
        record.fail("doc", "names no file")
    entities = tuple(_entity(r) for r in record.records("entities"))
    names = {e.name for e in entities}
    return GoldArticle(
        doc=doc,
        entities=entities,
        relations=tuple(_relation(r, names) for r in record.records("relations")),
        figures=tuple(_figure(r, names) for r in record.records("claims")),
        place=record.place,
    )


def _entity(record: Record) -> GoldEntity:
    return GoldEntity(
        name=record.text("name"),
        type=record.text("type", among=vocabulary().entity_types),
        mentions=record.texts("mentions"),
    )


def _relation(record: Record, names: Collection[str]) -> GoldRelation:
    return GoldRelation(
        subject=_end(record, "subject", names),
        type=record.text("type", among=vocabulary().relation_types),
        object=_end(record, "object", names),
        statuses=record.texts("status", among=vocabulary().statuses),
        quotes=record.texts("quotes"),
        by=record.integer("by", least=1),
    )


def _figure(record: Record, names: Collection[str]) -> GoldFigure:
    subjects = record.texts("subjects")
    for n, subject in enumerate(subjects):
        if subject not in names:
            record.fail(f"subjects[{n}]", f"{subject!r} is no name of an entity of this article")
    return GoldFigure(
        subjects=subjects,
        metrics=record.texts("metrics"),
        value=record.number("value"),
        unit=record.text("unit"),
        quotes=record.texts("quotes"),
        by=record.integer("by", least=1),
    )


def _end(record: Record, field: str, names: Collection[str]) -> str:
    name = record.text(field)
    if name not in names:
        record.fail(field, f"{name!r} is no name of an entity of this article")
    return name
