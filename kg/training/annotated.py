"""Annotated articles as values, whatever form they were written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into an article's text; ``end`` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnnotatedEntity:
    """An entity of one article with every span that refers to it. ``id`` is unique in its article."""

    id: str
    name: str
    type: str
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedRelation:
    """An edge that spans of the text support. ``statuses`` that annotators found, joined by ``|`` where they differ."""

    subject: str
    type: str
    object: str
    status: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedFigure:
    """A figure that spans of the text support. ``value`` is in ``unit`` itself, never in thousands of it."""

    subject: str
    metric: str
    value: float
    unit: str
    period: str | None
    about: str | None
    kind: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article's text and what annotators found in it."""

    name: str
    text: str
    entities: tuple[AnnotatedEntity, ...]
    relations: tuple[AnnotatedRelation, ...]
    figures: tuple[AnnotatedFigure, ...]
