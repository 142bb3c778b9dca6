"""Plain text and Markdown: one article a file."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.model import Article
from kg.reading.decoding import check_magic, decode, read_bytes
from kg.reading.front_matter import split_front_matter
from kg.reading.options import ReadingOptions
from kg.reading.record import FIELDS, article_of, column_of

_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def read_text(stream: BinaryIO, source: str, options: ReadingOptions) -> Iterator[Article]:
    """The article of a plain text file: everything behind the front matter, if there is one, nothing stripped."""
    entries, body = _read(stream, source, options)
    yield article_of(_with_text(entries, body, options), source, options)


def read_markdown(stream: BinaryIO, source: str, options: ReadingOptions) -> Iterator[Article]:
    """The article of a Markdown file, its marks left in. The first heading is a title of last resort."""
    entries, body = _read(stream, source, options)
    if column_of("title", entries, options) is None and (heading := _HEADING.search(body)):
        entries[options.columns.get("title", "title")] = heading[1]
    yield article_of(_with_text(entries, body, options), source, options)


def _read(stream: BinaryIO, source: str, options: ReadingOptions) -> tuple[dict[str, object], str]:
    data = read_bytes(stream, source, max_chars=options.max_chars, max_bytes=options.max_bytes)
    check_magic(data, source, wanted="a text")
    return split_front_matter(decode(data, source), source)


def _with_text(entries: dict[str, object], body: str, options: ReadingOptions) -> dict[str, object]:
    names = {*FIELDS["text"], options.columns.get("text", "text")}
    kept = {name: value for name, value in entries.items() if name.casefold() not in names}
    return {**kept, options.columns.get("text", "text"): body}
