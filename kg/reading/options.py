"""What a reader may be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import ReadingError
from kg.reading.record import FIELDS
from kg.reading.sources import FORMATS


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How sources are read.

    ``format``: one of :data:`FORMATS` for all sources, else the file's extension decides. ``columns``: the name of the
    column, key or front matter entry that holds a field, where it is none of the usual ones. ``languages``: ISO 639-1
    codes of the languages to read, None for any. ``max_chars``: the longest text of one article, in code points.

    >>> ReadingOptions(columns={"text": "story"}).max_chars
    1000000
    """

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    languages: frozenset[str] | None = frozenset({"en"})
    max_chars: int = 1_000_000

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise ReadingError("format", f"{self.format!r} is no format; use one of {', '.join(FORMATS)}")
        if unknown := sorted(set(self.columns) - set(FIELDS)):
            raise ReadingError("columns", f"{unknown[0]!r} is no field of an article; use {', '.join(FIELDS)}")
        if self.max_chars < 1:
            raise ReadingError("max_chars", f"{self.max_chars} leaves no room for an article; give at least 1")

    @property
    def max_bytes(self) -> int:
        """The longest file that can hold one text: UTF-8 takes at most four bytes a code point."""
        return 4 * self.max_chars + 4
