"""A request whose header fields came before is told as the parser tells it, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.server.heads import Heads
from kg.server.http import OneRequest, Request

LIMIT = 100_000
FIELDS = b"Host: localhost\r\nAccept: text/csv, */*;q=0.1\r\nContent-Type: application/sparql-query\r\n"
ASKED = b"ASK { ?s ?p 'a\r\n\r\nb' }"


def post(body: bytes, *, target: bytes = b"/sparql", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"POST " + target + b" HTTP/1.1\r\n" + FIELDS + b"Content-Length: %d\r\n\r\n" % size + body


def get(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + FIELDS + b"\r\n"


def parsed(data: bytes) -> Request | None:
    incoming = OneRequest(LIMIT)
    incoming.feed(data)
    return None if incoming.odd else incoming.request


def known() -> Heads:
    heads = Heads()
    for data in (post(ASKED), get(b"/sparql?query=ASK%7B%7D")):
        request = parsed(data)
        assert request is not None
        heads.add(data, request.headers)
    return heads


HEADS = known()


def same(told: Request, read: Request) -> bool:
    """Whether two requests are the same, but for the length that one of them was first read with."""
    fields = ({n: v for n, v in r.headers.items() if n != "content-length"} for r in (told, read))
    return told[:3] == read[:3] and told.body == read.body and next(fields) == next(fields)


@pytest.mark.parametrize(
    "data",
    [
        post(b""),
        post(b"x" * 70_000),
        post(ASKED, target=b"/sparql?format=csv"),
        get(b"/sparql?query=a%20b&x=1"),
        get(b"/"),
    ],
)
def test_a_request_with_the_same_fields_is_told(data: bytes) -> None:
    told, read = HEADS.request(data), parsed(data)
    assert told is not None
    assert read is not None
    assert same(told, read)


@pytest.mark.parametrize(
    "data",
    [
        post(ASKED, length=3),
        post(ASKED, length=300),
        post(ASKED) + b"G",
        post(ASKED).replace(b"POST", b"PUT"),
        post(ASKED).replace(b"1.1", b"1.0"),
        post(ASKED).replace(b"text/csv", b"text/tsv"),
        post(ASKED).replace(b"Content-Length", b"Connection: close\r\nContent-Length"),
        post(ASKED).replace(b"Content-Length", b"Content-Length: 3\r\nContent-Length"),
        post(ASKED).replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nContent-Length"),
        get(b"/sparql?query=a b"),
        get(b"/sparql#part"),
        get(b"http://evil.example/sparql"),
        get(b"/%73parql"),
        b"",
    ],
)
def test_any_other_is_left_to_the_parser(data: bytes) -> None:
    assert HEADS.request(data) is None


@settings(max_examples=500)
@given(st.data())
def test_what_is_told_is_what_the_parser_reads(data: st.DataObject) -> None:
    written = bytearray(data.draw(st.sampled_from([post(ASKED), post(b""), get(b"/sparql?query=ASK%7B%7D")])))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(written)))
        written[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3)
            | st.sampled_from([b"\r\n", b" ", b"0", b"9", b"\r\nContent-Length: 2", b"?", b"/", b"\0"])
        )
    told = HEADS.request(bytes(written))
    if told is not None:
        read = parsed(bytes(written))
        assert read is not None
        assert same(told, read)
