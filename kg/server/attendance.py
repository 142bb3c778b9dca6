"""A worker that reads and answers on a client's connection itself, which spares each query the way through the server.

The server lends a connection whose client asks one plain query after another to a worker that nobody waits for, and
does nothing with it meanwhile. The worker gives it back, with what it has read, when a request is anything but plain,
when it is asked to, when a query took long, or when the client is quiet. While it works, the time since when stands in
memory that both see, so that the server stops a query at its limit as it stops any other.
"""

import os
import select
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from mmap import mmap
from typing import Final

from kg.server import sparql
from kg.server.heads import Heads
from kg.server.http import OneRequest, Request, Response, head
from kg.server.jobs import IDLE, SENDING, UNREAD, UNSENT, Job, Reply

_QUIET_SECONDS: Final = 2.0
_SENDING_SECONDS: Final = 0.05
_READ_AT_ONCE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Terms:
    """What a request must be like to be plain, what goes into each answer, and seconds from which a query is long."""

    host: str
    headers: Mapping[str, str]
    query_bytes: int
    long: float


class Clock:
    """Since when a worker has been busy (``time.monotonic``), :data:`IDLE`, or :data:`SENDING`: seen by both sides."""

    def __init__(self, descriptor: int) -> None:
        self._cell = memoryview(mmap(descriptor, 8)).cast("d")

    @staticmethod
    def create() -> int:
        """The descriptor of a new one, which another process can be sent."""
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("kg-clock")
        else:
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
        os.ftruncate(descriptor, 8)
        return descriptor

    @property
    def value(self) -> float:
        return self._cell[0]

    @value.setter
    def value(self, value: float) -> None:
        self._cell[0] = value


def attend(
    server: socket.socket, client: socket.socket, clock: Clock, terms: Terms, answer: Callable[[Job], Reply]
) -> Reply:
    """Answer plain queries on a client's connection until there is something else to do, which the reply says."""
    both = select.poll()
    both.register(server, select.POLLIN)
    both.register(client, select.POLLIN)
    heads = Heads()
    incoming = OneRequest(terms.query_bytes)
    while True:
        readable = [descriptor for descriptor, _ in both.poll(_QUIET_SECONDS * 1000)]
        if readable != [client.fileno()]:
            return Reply(0, UNREAD, incoming.data)
        try:
            data = client.recv(_READ_AT_ONCE)
        except OSError:  # the client has gone, as the server will see
            data = b""
        request = None if incoming.data else heads.request(data)
        if request is None or len(request.body) > terms.query_bytes:
            incoming.feed(data)
            if data and not incoming.odd and not incoming.request and len(incoming.data) < _READ_AT_ONCE:
                continue
            request = None if incoming.odd else incoming.request
        job = _plain(request, terms)
        if job is None:
            return Reply(0, UNREAD, incoming.data or data)
        began = clock.value = time.monotonic()
        reply = answer(job)
        if reply.file:
            clock.value = IDLE
            return reply
        clock.value = SENDING
        unsent = _send(client, reply, terms.headers)
        clock.value = IDLE
        if unsent or time.monotonic() - began > terms.long:
            return Reply(0, UNSENT, unsent)
        if incoming.request:  # only now, when the client has its answer
            heads.add(incoming.data, incoming.request.headers)
            incoming = OneRequest(terms.query_bytes)


def _plain(request: Request | None, terms: Terms) -> Job | None:
    if (
        request is None
        or request.path != "/sparql"
        or request.method not in ("GET", "POST")
        or request.headers.get("host") != terms.host
        or "format=" in request.query
    ):
        return None
    found = sparql.read(request)
    return found if isinstance(found, Job) else None


def _send(client: socket.socket, reply: Reply, headers: Mapping[str, str]) -> bytes:
    """Send an answer; what the client does not take at once is given back."""
    response = Response(reply.status, reply.content_type, reply.body, {**reply.headers, **headers})
    left = memoryview(head(response, len(reply.body), close=False) + reply.body)
    while left:
        try:
            left = left[client.send(left) :]
        except BlockingIOError:
            if not _takes_more(client):
                break
        except OSError:  # the client has gone
            return b""
    return bytes(left)


def _takes_more(client: socket.socket) -> bool:
    writable = select.poll()
    writable.register(client, select.POLLOUT)
    return bool(writable.poll(_SENDING_SECONDS * 1000))
