"""JSON lines: one object, and so one article, a line."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.errors import ReadingError
from kg.model import Article
from kg.reading.decoding import check_magic, not_utf8
from kg.reading.options import ReadingOptions
from kg.reading.record import article_of


def read_json_lines(stream: BinaryIO, source: str, options: ReadingOptions) -> Iterator[Article | ReadingError]:
    """The articles of a stream of JSON lines, read line by line; a bad line is an error and the next is read.

    An article's source is ``path:LINE``, counted from 1. Blank lines are passed over.
    """
    longest = 12 * options.max_chars + 65_536  # JSON may spell a code point in twelve bytes
    number = 0
    empty = True
    while line := stream.readline(longest):
        number += 1
        place = f"{source}:{number}"
        if number == 1:
            check_magic(line, source, wanted="JSON lines")
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) == longest and not line.endswith(b"\n"):
            empty = False
            yield ReadingError(place, f"line of more than {longest:,} bytes; one article a line")
            while (rest := stream.readline(longest)) and not rest.endswith(b"\n"):
                pass
        elif line.strip():
            empty = False
            try:
                yield article_of(_object(line, place), place, options)
            except ReadingError as error:
                yield error
    if empty:
        yield ReadingError(source, "empty; nothing to read")


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise ReadingError(place, not_utf8(error)) from None
    except json.JSONDecodeError as error:
        raise ReadingError(place, f"broken JSON at character {error.pos}: {error.msg}; one object a line") from None
    except (ValueError, RecursionError):
        raise ReadingError(place, "broken JSON: a number too long or lists nested too deep") from None
    if not isinstance(value, dict):
        raise ReadingError(place, "not a JSON object; write one object {...} a line")
    return value
