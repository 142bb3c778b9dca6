"""Requests whose header fields came before on the same connection: told without parsing these again.

A client that asks one query after another sends the same fields each time, but for the length of the body.
"""

import re
from collections.abc import Mapping
from typing import Final

from kg.server.http import Request

_FIRST_LINE: Final = re.compile(rb"(GET|POST) (/[\w/-]*)(?:\?([\w%.~!$&'()*+,;=:@/?-]*))? HTTP/1\.1\r\n")
_LENGTH: Final = re.compile(rb"\r\nContent-Length: (\d{1,9})(?=\r\n)", re.IGNORECASE)
_MOST: Final = 16


class Heads:
    r"""Header fields that a parser has taken, as they were written.

    A request is told with the fields that were kept, so ``content-length`` among them is that of the first one.

    >>> heads, fields = Heads(), b"Host: a.example\r\nContent-Length: "
    >>> heads.add(b"POST /x HTTP/1.1\r\n" + fields + b"1\r\n\r\n1", {"host": "a.example", "content-length": "1"})
    >>> heads.request(b"POST /y?z HTTP/1.1\r\n" + fields + b"2\r\n\r\n12").body
    b'12'
    >>> heads.request(b"POST /y?z HTTP/1.1\r\n" + fields + b"2\r\n\r\n123")
    """

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], Mapping[str, str]] = {}

    def add(self, data: bytes, headers: Mapping[str, str]) -> None:
        """Keep the fields of a whole request that a parser has found well-formed, and read as ``headers``."""
        if len(self._known) < _MOST and (found := _split(data)) is not None:
            self._known[found[1]] = headers

    def request(self, data: bytes) -> Request | None:
        """The request that these bytes are, where they are one and no more, and its fields are known."""
        found = _split(data)
        if found is None:
            return None
        line, fields, body = found
        headers = self._known.get(fields)
        if headers is None:
            return None
        method, path, query = line.groups(b"")
        return Request(method.decode(), path.decode(), query.decode(), headers, body)


def _split(data: bytes) -> tuple[re.Match[bytes], tuple[bytes, bytes], bytes] | None:
    """The first line, the fields around the length of the body, and the body, where that is as long as they say."""
    line = _FIRST_LINE.match(data)
    end = data.find(b"\r\n\r\n")
    if line is None or end < 0:
        return None
    start, body = line.end() - 2, data[end + 4 :]
    length = _LENGTH.search(data, start, end + 2)
    if length is None:
        return None if body else (line, (data[start:end], b""), body)
    if int(length[1]) != len(body):
        return None
    return line, (data[start : length.start()], data[length.end() : end]), body
