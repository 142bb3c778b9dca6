"""HTML pages: the article of a page, without navigation, comments and footer, as trafilatura finds it."""

import logging
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from kg.errors import ReadingError
from kg.model import Article
from kg.reading.decoding import check_magic, decode, read_bytes
from kg.reading.options import ReadingOptions
from kg.reading.record import article_of

# htmldate takes today for the latest possible date unless told: a page must read the same on any day
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1900-01-01", "max_date": "2100-01-01"}
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 200
_FEWEST_WORDS = 20
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHARSETS = {b"iso-8859-1": "cp1252", b"latin1": "cp1252", b"windows-1252": "cp1252", b"cp1252": "cp1252"}
_MAX_TAG = 100_000  # code points without quoted values: libxml2 compares every attribute with all before it
_TAG = re.compile(r"""<[A-Za-z](?:[^>"']+|"[^"]*"|'[^']*')*""")
_QUOTED = re.compile(r"""["][^"]*["]|['][^']*[']""")
_NO_BODY = "no article found on this page; save the page as its browser shows it, or give the text as .txt"

logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # what it would print stands in our errors


def read_html(stream: BinaryIO, source: str, options: ReadingOptions) -> Iterator[Article]:
    """The article of a page. Its text is the extracted body, a paragraph a line: offsets refer to that.

    Nothing is fetched and no external entity is read. A page of more than 20,000 elements, or with elements nested
    more than 200 deep, is refused.
    """
    data = read_bytes(stream, source, max_chars=options.max_chars, max_bytes=options.max_bytes)
    check_magic(data, source, wanted="an HTML page")
    declared = _CHARSET.search(data[:2048])
    encoding = _CHARSETS.get(declared[1].lower(), "utf-8") if declared else "utf-8"
    page = decode(data, source, encoding=encoding)
    if not page.strip():
        raise ReadingError(source, "empty; nothing to read")
    if "\0" in page:
        raise ReadingError(source, f"NUL character at character {page.index(chr(0))}; this is not a text")
    if any(len(m[0]) > _MAX_TAG < len(_QUOTED.sub("", m[0])) for m in _TAG.finditer(page)):
        raise ReadingError(source, f"an HTML tag of more than {_MAX_TAG:,} characters; this is no article")
    tree = load_html(page)
    if tree is None:
        raise ReadingError(source, _NO_BODY)
    _check_size(tree, source)
    try:
        found = bare_extraction(
            tree, include_comments=False, include_tables=False, with_metadata=True, date_extraction_params=_DATES
        )
    except Exception as error:  # trafilatura and lxml raise whatever a page provokes; the other pages go on
        raise ReadingError(source, f"this page cannot be taken apart ({type(error).__name__}: {error})") from error
    if not isinstance(found, Document) or len((found.text or "").split()) < _FEWEST_WORDS:
        raise ReadingError(source, _NO_BODY)
    record = {
        "text": found.text,
        "url": found.url,
        "title": found.title,
        "publisher": found.sitename,
        "authors": found.author,
        "published": found.date,
    }
    plain = ReadingOptions(languages=options.languages, max_chars=options.max_chars)
    yield article_of(record, source, plain)


def _check_size(tree: etree.ElementBase, source: str) -> None:
    depth = elements = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if elements > _MAX_ELEMENTS:
            raise ReadingError(source, f"more than {_MAX_ELEMENTS:,} HTML elements; this is no article")
        if depth > _MAX_DEPTH:
            raise ReadingError(source, f"HTML elements nested more than {_MAX_DEPTH} deep; this is no article")
