"""Sources of business news to articles: plain text, Markdown, HTML, JSON lines and Parquet.

>>> from pathlib import Path
>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     _ = Path(folder, "acme.txt").write_text("Acme has bought Bolt.")
...     [article] = read(folder)
>>> article.text
'Acme has bought Bolt.'
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import ReadingError
from kg.model import Article
from kg.reading.options import ReadingOptions
from kg.reading.sources import EXTENSIONS, FORMATS, STDIN, Source, discover

__all__ = ["EXTENSIONS", "FORMATS", "ReadingOptions", "Source", "discover", "read", "read_source"]


def read(*sources: str | os.PathLike[str], options: ReadingOptions | None = None) -> Iterator[Article | ReadingError]:
    """The articles of files, folders, globs or ``-`` (standard input), one at a time, in order of path.

    What cannot be read comes as a :class:`ReadingError` in its place, with the file, line or row and the reason; the
    rest is read all the same. Files of many articles are streamed.

    Args:
        sources: Paths or globs as strings, or ``-``.
        options: How they are read; English articles of at most a million characters by default.

    >>> [str(found) for found in read("no-such-file.txt")]
    ['no-such-file.txt: no such file or folder; check the path']
    """
    options = options or ReadingOptions()
    for source in discover(sources, format=options.format):
        if isinstance(source, ReadingError):
            yield source
        else:
            yield from read_source(source, options)


def read_source(source: Source, options: ReadingOptions | None = None) -> Iterator[Article | ReadingError]:
    """The articles and errors of one file, or of standard input."""
    options = options or ReadingOptions()
    try:
        if source.path == STDIN:
            yield from _read_stdin(source.format, options)
        elif source.format == "parquet":
            from kg.reading.parquet import read_parquet

            yield from read_parquet(source.path, options)
        else:
            _check_size(source, options)
            with Path(source.path).open("rb") as stream:
                yield from _read_stream(stream, source.path, source.format or "text", options)
    except ReadingError as error:
        yield error
    except OSError as error:
        yield ReadingError(source.path, f"cannot be read: {error.strerror or error}")


def _check_size(source: Source, options: ReadingOptions) -> None:
    path = Path(source.path)
    if source.format != "jsonl" and path.is_file() and (size := path.stat().st_size) > options.max_bytes:
        raise ReadingError(
            source.path, f"{size:,} bytes, more than an article of {options.max_chars:,} characters can have; split it"
        )


def _read_stream(stream: BinaryIO, name: str, format: str, options: ReadingOptions) -> Iterator[Article | ReadingError]:
    match format:  # trafilatura and pyarrow take half a second to import: only who needs them waits
        case "html":
            from kg.reading.html import read_html

            return read_html(stream, name, options)
        case "jsonl":
            from kg.reading.json_lines import read_json_lines

            return read_json_lines(stream, name, options)
        case "markdown":
            from kg.reading.text import read_markdown

            return read_markdown(stream, name, options)
        case "text":
            from kg.reading.text import read_text

            return read_text(stream, name, options)
        case _:
            raise ReadingError(name, "a Parquet file cannot be read from standard input; name the file")


def _read_stdin(format: str | None, options: ReadingOptions) -> Iterator[Article | ReadingError]:
    stdin: BinaryIO = sys.stdin.buffer
    stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stdin))
    yield from _read_stream(stream, STDIN, format or _sniff(stream.peek(1024)), options)


def _sniff(start: bytes) -> str:
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:100].lower()
    if start.startswith(b"{") and not start.startswith(b"{\\rtf"):
        return "jsonl"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<article", b"<?xml", b"<!--")):
        return "html"
    return "parquet" if start.startswith(b"par1") else "text"
