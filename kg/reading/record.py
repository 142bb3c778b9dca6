"""A record of any format, its columns by name, to an article: which column holds what, and what each may hold."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from kg.errors import ReadingError
from kg.model import Article
from kg.reading.dates import iso_date
from kg.reading.language import detect, language_code
from kg.reading.prose import check_prose

if TYPE_CHECKING:
    from kg.reading.options import ReadingOptions

FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "maintext"),
    "url": ("url", "link", "canonical_url"),
    "title": ("title", "headline"),
    "publisher": ("publisher", "source", "site", "site_name", "sitename", "outlet"),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date", "published_at", "date_published", "datepublished", "publish_date", "pubdate"),
    "language": ("language", "lang"),
}
"""The fields of an article, each with the column names that are taken for it, in order, in any case."""

_MAX_FIELD = 10_000
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TYPES = {bool: "true or false", int: "a number", float: "a number", dict: "an object", list: "a list", bytes: "bytes"}


def column_of(field: str, names: dict[str, Any], options: "ReadingOptions") -> str | None:
    """The name among ``names`` of the column that holds ``field``, None where none does."""
    if (chosen := options.columns.get(field)) is not None:
        return chosen if chosen in names else None
    by_case = {name.casefold(): name for name in sorted(names, reverse=True)}
    present = [by_case[name] for name in FIELDS[field] if name in by_case]
    return next((name for name in present if names[name] is not None), None)


def article_of(record: Mapping[str, Any], source: str, options: "ReadingOptions") -> Article:
    """The article that a record holds; ``source`` says where it was read.

    The text stays exactly as it is. A date that cannot be read and a URL that is not http or https become None.

    Raises:
        ReadingError: there is no text, a value is of the wrong type, or the text is no prose in a wanted language.
    """
    record = {name: value for name, value in record.items() if isinstance(name, str)}
    column = column_of("text", record, options)
    if column is None:
        wanted = repr(options.columns["text"]) if "text" in options.columns else "any of " + ", ".join(FIELDS["text"])
        raise ReadingError(
            source, f"no text: found {_names(record)}, not {wanted}; name the column that holds the text"
        )
    text = record[column]
    if not isinstance(text, str):
        raise ReadingError(source, f"{column!r} is {_type(text)}, not text")
    check_prose(text, source, max_chars=options.max_chars)

    def value(field: str) -> tuple[str, Any]:
        name = column_of(field, record, options)
        return (name or field, None if name is None else record[name])

    given = language_code(_string(*value("language"), source))
    language = given or detect(text)
    if options.languages is not None and language not in options.languages:
        wanted = " and ".join(sorted(options.languages))
        how = "is" if given else "looks like"
        raise ReadingError(source, f"its language {how} {language!r}; only articles in {wanted} are read")
    return Article(
        text=text,
        url=web_address(_string(*value("url"), source)),
        title=_string(*value("title"), source),
        publisher=_string(*value("publisher"), source),
        authors=_authors(*value("authors"), source),
        published=_published(*value("published"), source),
        language=language,
        source=source,
    )


def web_address(url: str | None) -> str | None:
    """``url`` when it is an absolute http or https one, with characters no IRI may hold percent-encoded; else None.

    >>> web_address("https://ledger.example/a b"), web_address("javascript:alert(1)")
    ('https://ledger.example/a%20b', None)
    """
    try:
        parts = urlsplit(url or "")
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    if url is None or not usable or _NOT_IN_IRI.search(parts.netloc):
        return None
    return _NOT_IN_IRI.sub(lambda m: quote(m[0]), url)


def _string(name: str, value: Any, source: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ReadingError(source, f"{name!r} is {_type(value)}, not text")
    if len(value) > _MAX_FIELD:
        raise ReadingError(source, f"{name!r} is longer than {_MAX_FIELD:,} characters")
    if "\0" in value or _SURROGATE.search(value):
        raise ReadingError(source, f"{name!r} holds a NUL character or half a surrogate pair; repair the encoding")
    return value.strip() or None


def _authors(name: str, value: Any, source: str) -> tuple[str, ...]:
    names = value if isinstance(value, list) else (_string(name, value, source) or "").split(";")
    return tuple(dict.fromkeys(a for item in names if (a := _string(name, item, source))))


def _published(name: str, value: Any, source: str) -> str | None:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return iso_date(value)
    return iso_date(_string(name, value, source))


def _type(value: Any) -> str:
    return _TYPES.get(type(value), f"of type {type(value).__name__}")


def _names(record: Mapping[str, Any]) -> str:
    names = [name if len(name) <= 40 else name[:39] + "…" for name in sorted(record)]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(map(repr, names[:12])) + more if names else "no column"
