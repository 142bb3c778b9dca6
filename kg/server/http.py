"""HTTP/1.1 as far as a read-only endpoint needs it: keep-alive, bounded requests, whole answers with their length."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, cast
from urllib.parse import unquote

import httptools

HEAD_LIMIT: Final = 128 * 1024
_READ_SECONDS: Final = 20.0
_IDLE_SECONDS: Final = 75.0
_HALF_CLOSED_SECONDS: Final = 2.0
_LINGER_BYTES: Final = 64 * 1024 * 1024
_QUIET_SECONDS: Final = 1.0
_SWEEP_SECONDS: Final = 1.0
_CHUNK: Final = 256 * 1024
_ABSOLUTE: Final = re.compile(r"[A-Za-z][\w+.-]*://([^/?]*)(.*)")
_ANSWERED_BEFORE_HANDING_OVER: Final = 4
_VERSIONS: Final = ("1.0", "1.1")


class Request(NamedTuple):
    """A request. ``path`` is decoded, ``query`` is not; header names are in lower case, the first of each kept."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


class Response(NamedTuple):
    """An answer. Where ``file`` is given it holds the body."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})
    file: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody who answered on a connection leaves to be done: an answer to send, bytes to send, bytes to read."""

    response: Response | None = None
    unsent: bytes = b""
    unread: bytes = b""


Handler = Callable[[Request], Awaitable[Response]]
# Takes a connection by the number of its socket, and calls back when its client may be listened to again.
Taker = Callable[[int, Callable[[], None]], Awaitable[Left]]


def refusal(status: int, message: str, **headers: str) -> Response:
    """A plain-text answer that says what was wrong and what to do."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, body=f"{message}\n".encode(), headers=fields)


def head(response: Response, length: int, *, close: bool) -> bytes:
    """The status line and headers of an answer whose body is this long."""
    fields = {"Content-Type": response.content_type, "Content-Length": str(length), **response.headers}
    if response.status == HTTPStatus.NO_CONTENT:
        del fields["Content-Type"], fields["Content-Length"]
    if close:
        fields["Connection"] = "close"
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    for name, value in fields.items():
        if "\r" in value or "\n" in value:
            raise ValueError(f"header {name} holds a line break")
        lines.append(f"{name}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class Server:
    """Listens on one address and gives each request to a handler.

    ``body_limit`` is in bytes. A connection has 20 s to send a request, and 75 s between two. ``refused`` gives the
    answer to a request that is refused before the handler sees it, for the path of it, the form that is expected there.
    ``taker`` gives, after some requests on a connection, who will answer those that follow the last one.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        body_limit: int,
        refused: Callable[[str, Response], Response] = lambda _path, response: response,
        taker: Callable[[Request], Taker | None] = lambda _request: None,
        connections: int = 1000,
    ) -> None:
        self.handler = handler
        self.taker = taker
        self.refused = refused
        self.body_limit = body_limit
        self.connections = connections
        self.open: set[_Connection] = set()
        self._listening: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, which the system chooses where ``port`` is 0."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(lambda: _Connection(self), host, port, backlog=1024)
        self._sweeper = asyncio.create_task(self._sweep())
        return int(self._listening.sockets[0].getsockname()[1])

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            for connection in [c for c in self.open if c.deadline < loop.time()]:
                connection.abort()

    def make_room(self) -> bool:
        """End the connection that has been quiet for longest, where one has been for a while."""
        before = asyncio.get_running_loop().time() - _QUIET_SECONDS
        quiet = min((c for c in self.open if c.quiet), key=lambda c: c.since, default=None)
        if quiet is None or quiet.since > before:
            return False
        self.open.discard(quiet)
        quiet.abort()
        return True

    async def stop(self, *, seconds: float) -> None:
        """Take no more connections, and give the requests under way this long to finish."""
        if self._listening is None or self._sweeper is None:
            return
        self._listening.close()
        self._sweeper.cancel()
        busy = [c.task for c in self.open if c.task is not None]
        if busy:
            await asyncio.wait(busy, timeout=seconds)
        for connection in list(self.open):
            connection.abort()


class _Incoming:
    """Requests as they come off a connection, each given to ``received``: what httptools calls, in this order."""

    def __init__(self, body_limit: int) -> None:
        self.body_limit = body_limit
        self.parser = httptools.HttpRequestParser(self)
        self.head_bytes = 0
        self.on_message_begin()

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.in_head = True

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        field = name.decode("latin-1").lower()
        if field == "host" and field in self.headers:
            raise _RefusedError(refusal(400, "the request has two Host headers; send one"))
        self.headers.setdefault(field, value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        self.in_head = False
        version = self.parser.get_http_version()
        if version not in _VERSIONS:
            raise _RefusedError(refusal(505, f"HTTP/{version} is not spoken here; use HTTP/1.1"))
        if "host" not in self.headers:
            raise _RefusedError(refusal(400, "the request has no Host header; send one"))
        if (coding := self.headers.get("content-encoding", "identity").lower()) != "identity":
            raise _RefusedError(
                refusal(
                    415,
                    f"Content-Encoding {coding[:100]!r} is not supported; send the body as it is",
                    Accept_Encoding="identity",
                )
            )
        if len(self.url) + sum(map(len, self.headers.values())) > HEAD_LIMIT:
            raise _RefusedError(_too_long_head())
        length = self.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.body_limit:
            raise _RefusedError(self._too_large())
        if self.headers.get("expect", "").lower() == "100-continue":
            self.body_awaited()

    def on_body(self, body: bytes) -> None:
        self.body += body
        if len(self.body) > self.body_limit:
            raise _RefusedError(self._too_large())

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():  # the parser stops here, and raises
            return
        self.in_head, self.head_bytes = True, 0
        target = self.url.decode("latin-1").partition("#")[0]
        if absolute := _ABSOLUTE.match(target):  # its host goes before the header's (RFC 9112, section 3.2.2)
            self.headers["host"], target = absolute.groups()
        path, _, query = target.partition("?")
        request = Request(
            method=self.parser.get_method().decode("ascii"),
            path=unquote(path, errors="replace") or "/",
            query=query,
            headers=self.headers,
            body=bytes(self.body),
        )
        self.received(request, self.parser.should_keep_alive() and self.parser.get_http_version() == "1.1")

    def received(self, request: Request, keep_alive: bool) -> None:
        raise NotImplementedError

    def body_awaited(self) -> None:
        raise NotImplementedError

    def _too_large(self) -> Response:
        return refusal(
            413, f"the body is larger than {self.body_limit} bytes, the limit of this server; shorten the query"
        )


class OneRequest(_Incoming):
    """A request that comes in pieces. ``odd`` where it is malformed or too large, ends the connection, or is not all.

    ``data`` is all that was read.
    """

    def __init__(self, body_limit: int) -> None:
        self.data = b""
        self.request: Request | None = None
        self.odd = False
        super().__init__(body_limit)

    def feed(self, data: bytes) -> None:
        self.data += data
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.odd = True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.odd = self.odd or self.request is not None

    def received(self, request: Request, keep_alive: bool) -> None:
        self.request = request
        self.odd = self.odd or not keep_alive

    def body_awaited(self) -> None:
        self.odd = True


class _Connection(_Incoming, asyncio.Protocol):
    """One client. Requests are answered in turn; while one is under way nothing more is read."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.body_limit)
        self.server = server
        self.loop = asyncio.get_running_loop()
        self.task: asyncio.Task[None] | None = None
        self.since = self.loop.time()
        self.deadline = self.since + _READ_SECONDS
        self.waiting: list[tuple[Request, bool]] = []
        self.writable = asyncio.Event()
        self.writable.set()
        self.closing = False
        self.ended = False
        self.refused: Response | None = None
        self.paused = False
        self.lingered = 0
        self.answered = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing of a request has come, or of the next one."""
        return self.task is None and self.refused is None and self.in_head and not self.head_bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.server.open.add(self)
        if len(self.server.open) > self.server.connections and not self.server.make_room():
            self._refuse(refusal(503, "too many connections; try again shortly", Retry_After="5"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.server.open.discard(self)
        self.closing = True
        self.writable.set()
        if self.task is not None:
            self.task.cancel()

    def eof_received(self) -> bool:
        """Let a client that sends no more have its answers: one that has left looks the same, hence not for long."""
        if self.task is None:
            return False
        self.ended = True
        self.deadline = min(self.deadline, self._answer_by())
        return True

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def abort(self) -> None:
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.closing or self.refused is not None:  # so that who is still sending gets to read why it was refused
            self.lingered += len(data)
            if self.lingered > _LINGER_BYTES:
                self.abort()
            return
        if self.in_head:
            self.head_bytes += len(data)
            self.deadline = min(self.deadline, self.loop.time() + _READ_SECONDS)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self.parser.get_method() == b"CONNECT":
                self._refuse(refusal(400, "this server is no proxy; it answers GET and POST"))
                return
            rest = self._head_without_offer() + data[upgrade.args[0] :]
            self.parser = httptools.HttpRequestParser(self)
            self.data_received(rest)
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, _RefusedError):
                raise
            self._refuse(error.__context__.response)
        except _RefusedError as error:
            self._refuse(error.response)
        except httptools.HttpParserError as error:
            self._refuse(refusal(400, f"the request is not well-formed HTTP/1.1: {error}"))
        else:
            if self.in_head and self.head_bytes > HEAD_LIMIT:
                self._refuse(_too_long_head())

    def _head_without_offer(self) -> bytes:
        """The head of a request without the other protocol it offered, which need not be taken (RFC 9110, 7.8)."""
        kept = {name: value for name, value in self.headers.items() if name not in ("upgrade", "connection")}
        if "close" in self.headers.get("connection", "").lower():
            kept["connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
        return self.parser.get_method() + b" " + self.url + b" HTTP/1.1\r\n" + lines.encode("latin-1") + b"\r\n"

    def body_awaited(self) -> None:
        self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def received(self, request: Request, keep_alive: bool) -> None:
        self.waiting.append((request, keep_alive))
        if self.task is not None:
            self.transport.pause_reading()
            self.paused = True
        else:
            self.task = self.loop.create_task(self._answer_in_turn())

    def _refuse(self, response: Response) -> None:
        """Refuse what was read last, when what came before it has its answer, and read no more."""
        self.refused = self.server.refused(self.url.partition(b"?")[0].decode("latin-1"), response)
        if self.task is None:
            self._end(self.refused)

    def _end(self, response: Response) -> None:
        self.closing = True
        self.deadline = self.loop.time() + _READ_SECONDS
        with suppress(OSError):
            self.transport.write(head(response, len(response.body), close=True) + response.body)
            self.transport.write_eof()

    def _answer_by(self) -> float:
        return self.loop.time() + _HALF_CLOSED_SECONDS if self.ended else float("inf")

    def _close(self) -> None:
        self.closing = True
        self.transport.close()

    async def _answer_in_turn(self) -> None:
        try:
            while self.waiting:
                request, keep_alive = self.waiting.pop(0)
                self.deadline = self._answer_by()
                response = await self.server.handler(request)
                if self.closing:
                    return
                await self._send(response, request.method == "HEAD", close=not keep_alive)
                if not keep_alive:
                    self._close()
                    return
                self.since = self.loop.time()
                self.deadline = self.since + _IDLE_SECONDS
                self.answered += 1
                if not self.waiting and not self.ended and self.answered > _ANSWERED_BEFORE_HANDING_OVER:
                    await self._hand_over(request)
            if self.refused is not None:
                self._end(self.refused)
            elif self.ended:
                self._close()
        finally:
            self.task = None
            if self.paused and not self.closing and not self.ended:
                self.paused = False
                self.transport.resume_reading()

    async def _hand_over(self, request: Request) -> None:
        """Let somebody else read and answer on this connection, where somebody will, and do what they leave."""
        take = self.server.taker(request)
        if take is None:
            return
        await asyncio.sleep(0)  # what was written leaves in the next turn of the loop
        if (
            self.waiting
            or self.closing
            or self.refused is not None
            or self.head_bytes
            or not self.in_head
            or self.transport.get_write_buffer_size()
        ):
            return
        self.transport.pause_reading()
        self.deadline = float("inf")
        try:
            left = await take(self.transport.get_extra_info("socket").fileno(), self.transport.resume_reading)
        except ConnectionAbortedError:
            self.abort()
            return
        if self.closing:
            return
        self.deadline = self.loop.time() + _IDLE_SECONDS
        self.transport.resume_reading()
        if left.response is not None:
            await self._send(left.response, head_only=False, close=False)
        if left.unsent:
            self.transport.write(left.unsent)
        if left.unread:
            self.data_received(left.unread)

    async def _send(self, response: Response, head_only: bool, *, close: bool) -> None:
        if response.file is None:
            body = b"" if head_only else response.body
            self.transport.write(head(response, len(response.body), close=close) + body)
            await self._written()
            return
        with response.file as file:
            self.transport.write(head(response, os.fstat(file.fileno()).st_size, close=close))
            while not head_only and (chunk := file.read(_CHUNK)):
                self.transport.write(chunk)
                await self._written()

    async def _written(self) -> None:
        if not self.writable.is_set():
            self.deadline = self.loop.time() + _IDLE_SECONDS
            await self.writable.wait()
        if self.closing:
            raise asyncio.CancelledError


class _RefusedError(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def _too_long_head() -> Response:
    return refusal(431, f"URL and headers are larger than {HEAD_LIMIT} bytes; send the query by POST")
