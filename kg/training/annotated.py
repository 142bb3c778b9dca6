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
    """An edge that spans of the text support. ``status`` joins with ``|`` where annotators differ.

    ``by`` is the number of annotators who found it.
    """

    subject: str
    type: str
    object: str
    status: str
    evidence: tuple[Span, ...]
    by: int = 2


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
    """An article's text and what annotators found in it.

    ``complete``: every named entity is marked, and every sentence that states a relation is cited for it.
    """

    name: str
    text: str
    entities: tuple[AnnotatedEntity, ...]
    relations: tuple[AnnotatedRelation, ...]
    figures: tuple[AnnotatedFigure, ...]
    complete: bool = False
