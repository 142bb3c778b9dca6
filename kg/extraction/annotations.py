"""What components of the pipeline leave on a ``Doc`` for the next one, and how its tokens map to the article's text.

Attributes of ``doc._``:

``boilerplate`` spans of the text that are no part of the story (before sentence repair)
``markers``    citation markers as offsets into the text (before sentence repair)
``source``     the article's text, as read
``offsets``    for each token its first code point in ``source``
``citations``  citation markers, each with the token it stands behind
``named``      reference entities found by name, before the tagger
``reads``      windows of the text as the encoder has read them
``shares``     for each token how probable each entity type is
``entities``   the article's entities, each with its mentions
``figures``    quantities with what they measure
``relations``  edges with the tokens that support them
"""

from dataclasses import dataclass, field
from typing import Any, Final

from spacy.tokens import Doc, Span

from kg.model import Quantity

_TEXT: Final = "kg_text"


@dataclass(frozen=True, slots=True)
class CitationMark:
    """A marker such as ``[3]``: ``label`` is what the brackets hold, ``after`` the index of the token before it."""

    label: str
    after: int


@dataclass(frozen=True, slots=True)
class MentionSpan:
    """Tokens ``start`` to ``end`` (exclusive) name an entity. ``kind`` is that of :class:`kg.model.Mention`."""

    start: int
    end: int
    kind: str

    @property
    def tokens(self) -> range:
        return range(self.start, self.end)


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A name of the reference entity with the id ``entity``; one of kind ``adjective`` only points to it."""

    mention: MentionSpan
    entity: str


@dataclass(slots=True)
class EntityCluster:
    """One entity of the article while the pipeline works on it.

    ``reference`` is the id of a reference entity; ``unnamed`` tells a thing that has no proper name.
    """

    name: str
    type: str
    mentions: list[MentionSpan] = field(default_factory=list)
    reference: str | None = None
    unnamed: bool = False


@dataclass(slots=True)
class FigureSpan:
    """A quantity of the article: its tokens, and what is known of it so far. ``subject`` indexes ``doc._.entities``."""

    start: int
    end: int
    quantity: Quantity
    also: tuple[Quantity, ...] = ()
    subject: int | None = None
    about: int | None = None
    metric: str | None = None
    period: str | None = None
    period_text: str | None = None
    kind: str = "reported"
    confidence: float = 0.7


@dataclass(slots=True)
class RelationSpan:
    """An edge that tokens ``start`` to ``end`` (exclusive) support. ``subject``, ``object`` index ``doc._.entities``.

    ``anchor`` is the token whose word states the relation: status is read around it. ``pattern`` names the rule.
    """

    subject: int
    type: str
    object: int
    start: int
    end: int
    anchor: int
    pattern: str
    status: str = "current"
    confidence: float = 0.7


def register() -> None:
    """Declare the attributes; harmless when called again."""
    defaults: dict[str, Any] = {"source": None, "offsets": None}
    for name, value in defaults.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=value)
    for name in ("boilerplate", "markers", "citations", "named", "reads", "shares", "entities", "figures", "relations"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=[])  # spaCy copies a mutable default for each Doc


def text_of(doc: Doc) -> str:
    """``doc.text``, which spaCy joins anew each time it is asked for."""
    found = doc.user_data.get(_TEXT)
    if not isinstance(found, str):
        found = doc.user_data[_TEXT] = doc.text
    return found


def source_span(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Offsets into the article's text of tokens ``start`` to ``end`` (exclusive)."""
    offsets: list[int] = doc._.offsets
    last = end - 1
    return offsets[start], offsets[last] + len(doc[last])


def quote(doc: Doc, span: Span) -> str:
    """The article's own text of a span: what the span covers, cleaned-away characters included."""
    start, end = source_span(doc, span.start, span.end)
    text: str = doc._.source
    return text[start:end]


register()
