"""What the server answers at each path."""

import asyncio
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from socket import gaierror
from typing import Any, Final
from urllib.parse import parse_qs, quote

from pyoxigraph import RdfFormat, parse

from kg.errors import ServerError
from kg.namespaces import PREFIXES
from kg.server import counts, cypher, pages, sparql
from kg.server.attendance import Terms
from kg.server.http import Left, Request, Response, Server, Taker, refusal
from kg.server.jobs import UNREAD, UNSENT, Job
from kg.server.negotiation import best
from kg.server.pool import Answer, JobError, Limits, Pool
from kg.server.snapshots import Snapshots
from kg.vocabulary import ontology_text, vocabulary

_log = logging.getLogger("kg.server")
_HTML: Final = "text/html"
_HTML_SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_SECURITY: Final = {"X-Content-Type-Options": "nosniff"}
_LOOKED_UP: Final = re.compile(r"/((?:entity|article|claim|evidence|mention|quantity|graph)/[\w./%-]{1,200})")
_RDF_TYPES: Final = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/trig",
    "application/n-quads",
    "application/rdf+xml",
)
_DOCUMENT_TYPES: Final = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NAMED_FORMATS: Final = {
    "json": "application/sparql-results+json, application/ld+json;q=0.9",
    "xml": "application/sparql-results+xml, application/rdf+xml;q=0.9",
    "csv": "text/csv",
    "csv-text": "text/plain",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "n3": "text/turtle",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "ntriples": "application/n-triples",
    "nt": "application/n-triples",
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "rdfxml": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "rdf": "application/rdf+xml",
    "html": _HTML,
}
_MOST_PARAMETERS: Final = 1000
_STOP_SECONDS: Final = 10.0
_LONG_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. ``port`` 0 lets the system choose; ``cors_origin`` is an origin, or ``*``; ``hosts`` are further
    names that a request may give as its Host (on a loopback address only its own names are taken otherwise).
    """

    host: str = "127.0.0.1"
    port: int = 7878
    limits: Limits = field(default_factory=Limits)
    query_bytes: int = 2**20
    cors_origin: str | None = None
    hosts: frozenset[str] = frozenset()


class Application:
    """Answers requests from the generation that is published now."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.settings = settings
        self.snapshots = Snapshots(path, settings.limits, _count)
        local = settings.host in ("127.0.0.1", "localhost", "::1")
        self._hosts = (_LOOPBACK | settings.hosts) if local else None
        self._headers = {**_SECURITY, **self._cors()}
        self._stopping = False

    async def __call__(self, request: Request) -> Response:
        """Answer a request, whatever it is."""
        try:
            response = await self._route(request)
        except JobError as error:
            response = self._not_done(request.path, error)
        except asyncio.CancelledError:
            raise
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            response = self.refused(request.path, refusal(500, "the server has a fault; its log says more"))
        return self._complete(response)

    def _not_done(self, path: str, error: JobError) -> Response:
        busy = {"Retry_After": "5"} if error.status == 503 else {}
        return self.refused(path, refusal(error.status, str(error), **busy))

    def _complete(self, response: Response) -> Response:
        """The response with the headers that every one has."""
        html = _HTML_SECURITY if response.content_type.startswith(_HTML) else {}
        return response._replace(headers={**response.headers, **self._headers, **html})

    def taker(self, request: Request) -> Taker | None:
        """Who answers what follows this request on its connection: a worker, after queries and where one is spare."""
        pool = self.snapshots.current.pool
        if self._stopping or request.path != "/sparql" or request.method == "HEAD" or not pool.can_attend:
            return None
        long = min(_LONG_SECONDS, self.settings.limits.seconds / 8)
        terms = Terms(request.headers["host"], self._headers, self.settings.query_bytes, long)

        async def take(client: int, slow: Callable[[], None]) -> Left:
            try:
                answer = await pool.attend(client, terms, slow)
            except JobError as error:
                return Left(self._complete(self._not_done(request.path, error)))
            if answer.content_type == UNREAD:
                return Left(unread=answer.body)
            if answer.content_type == UNSENT:
                return Left(unsent=answer.body)
            return Left(self._complete(_response(answer)))

        return take

    def stop_attending(self) -> None:
        """Have all connections back from workers, for good."""
        self._stopping = True
        self.snapshots.current.pool.recall()

    @staticmethod
    def refused(path: str, response: Response) -> Response:
        """A refusal in the form that clients of this path expect."""
        return cypher.as_error(response) if cypher.is_path(path) else response

    def _cors(self) -> Mapping[str, str]:
        if self.settings.cors_origin is None:
            return {}
        vary = {} if self.settings.cors_origin == "*" else {"Vary": "Accept, Origin"}
        return {"Access-Control-Allow-Origin": self.settings.cors_origin, "Access-Control-Expose-Headers": "*", **vary}

    async def _route(self, request: Request) -> Response:
        host = request.headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if not _HOST.fullmatch(name) or (self._hosts is not None and name.lower() not in self._hosts):
            message = f"this server does not answer as {name[:100]!r}; name it with --allow-host"
            return self.refused(request.path, refusal(421, message))
        if request.method == "OPTIONS":
            return Response(204, headers=self._preflight(request))
        if cypher.is_path(request.path):
            return await self._cypher(request)
        if request.query.count("&") >= _MOST_PARAMETERS:
            return refusal(400, f"the address has more than {_MOST_PARAMETERS} parameters; send fewer")
        if (type_ := _named_type(request)) is not None:
            if "/" not in type_:
                return refusal(406, f"format {type_[:100]!r} is unknown; use one of {', '.join(_NAMED_FORMATS)}")
            request = request._replace(headers={**request.headers, "accept": type_})
        if request.path == "/sparql":
            return await self._sparql(request, host)
        document = self._document(request, host)
        if document is None:
            return refusal(404, "nothing is here; the graph is at /, its endpoints at /sparql and /cypher")
        if request.method not in ("GET", "HEAD"):
            return refusal(
                405, f"{request.method} is not supported at {request.path[:100]}; use GET", Allow="GET, HEAD, OPTIONS"
            )
        return await document()

    def _document(self, request: Request, host: str) -> Callable[[], Awaitable[Response]] | None:
        """What gives the document at the path of a request, where there is one."""
        match request.path:
            case "/":
                return partial(self._index, request, host)
            case "/style.css":
                return _style
            case "/.well-known/void":
                return partial(self._void, request, host)
            case "/ontology" | "/ontology/":
                return partial(_ontology, request, "kg.ttl")
            case path if path.removeprefix("/metric/") in _metrics():
                return partial(_ontology, request, "metrics.ttl")
            case "/robots.txt":
                return _robots
        found = _LOOKED_UP.fullmatch(request.path)
        return partial(self._look_up, request, found[1]) if found else None

    def _preflight(self, request: Request) -> dict[str, str]:
        methods = "GET, HEAD, POST, OPTIONS" if request.path == "/sparql" else "GET, HEAD, OPTIONS"
        if cypher.is_path(request.path):
            methods = "DELETE, POST, OPTIONS" if "/tx/" in request.path else "POST, OPTIONS"
        if self.settings.cors_origin is None:
            return {"Allow": methods}
        return {
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type",
            "Access-Control-Max-Age": "86400",
        }

    async def _run(self, job: Job) -> Response:
        return _response(await self.snapshots.current.pool.run(job))

    async def _cypher(self, request: Request) -> Response:
        found = cypher.read(request)
        if isinstance(found, Response):
            return found
        job, wanted = found
        pool = await self.snapshots.cypher()
        seconds = min(wanted, self.settings.limits.seconds)
        job = job._replace(arguments={**job.arguments, "seconds": seconds})
        return _response(await pool.run(job, seconds, grace=cypher.GRACE_SECONDS))

    async def _sparql(self, request: Request, host: str) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return refusal(
                405, f"{request.method} is not supported; query with GET or POST", Allow="GET, HEAD, POST, OPTIONS"
            )
        if request.method != "POST":
            given = parse_qs(request.query, keep_blank_values=True, errors="replace")
            if given.keys().isdisjoint({"query", "update"}):
                return await self._description(request, host)
        job = sparql.read(request)
        return job if isinstance(job, Response) else await self._run(job)

    async def _counts(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self.settings.limits.seconds):
                return await asyncio.shield(self.snapshots.current.counts)
        except (TimeoutError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and not self.snapshots.current.counts.cancelled():
                raise
            raise JobError(503, "the graph is still being counted; try again shortly") from None

    async def _description(self, request: Request, host: str) -> Response:
        accept = request.headers.get("accept", "")
        type_ = best(accept, (*_DOCUMENT_TYPES, _HTML))
        if type_ is None:
            return refusal(406, f"the service description is offered as {', '.join((*_DOCUMENT_TYPES, _HTML))}")
        if type_ == _HTML:
            return Response(
                200, "text/html; charset=utf-8", pages.render("sparql.html", prefixes=PREFIXES), {"Vary": "Accept"}
            )
        triples = counts.service_description(f"http://{host}/sparql", await self._counts())
        return _document(counts.written(triples, type_), type_)

    async def _void(self, request: Request, host: str) -> Response:
        type_ = _data_type(request, _DOCUMENT_TYPES)
        if type_ is None:
            return refusal(406, f"the VoID description is offered as {', '.join(_DOCUMENT_TYPES)}")
        found = await self._counts()
        totals = {
            "triples": found["triples"],
            "articles": found["articles"],
            "entities": sum(found["entities"].values()),
        }
        triples = counts.void_description(f"http://{host}/sparql", totals, found)
        return _document(counts.written(triples, type_), type_)

    async def _index(self, request: Request, host: str) -> Response:
        if best(request.headers.get("accept", ""), (_HTML, cypher.JSON)) == cypher.JSON:
            addresses = {"query": f"http://{host}/db/{{databaseName}}/query/v2", "sparql": f"http://{host}/sparql"}
            return Response(200, cypher.JSON, json.dumps(addresses).encode(), {"Vary": "Accept"})
        names = parse_qs(request.query, errors="replace").get("name", [""])
        known = await self._counts() if not names[0] else {}
        return await self._run(Job("index", {"name": names[0][:200], "counts": known}))

    async def _look_up(self, request: Request, id_: str) -> Response:
        offered = _RDF_TYPES if id_.startswith("graph/") else (_HTML, *_RDF_TYPES)
        type_ = _data_type(request, offered)
        if type_ is None:
            return refusal(406, f"this is offered as {', '.join(offered)}")
        return await self._run(Job("lookup", {"id": quote(id_, safe="/%"), "type": type_}))


def _response(answer: Answer) -> Response:
    return Response(answer.status, answer.content_type, answer.body, answer.headers, answer.file)


def _named_type(request: Request) -> str | None:
    """What a ``format`` parameter, which a link or form can give, says in place of Accept; no media type if unknown."""
    if "format=" not in request.query:
        return None
    given = parse_qs(request.query, errors="replace").get("format")
    return _NAMED_FORMATS.get(given[-1], given[-1]) if given else None


def _document(body: bytes, type_: str) -> Response:
    return Response(200, type_ + ("; charset=utf-8" if type_.startswith("text/") else ""), body, {"Vary": "Accept"})


@cache
def _style_sheet() -> bytes:
    return files("kg.server").joinpath("templates/style.css").read_bytes()


async def _style() -> Response:
    return Response(200, "text/css; charset=utf-8", _style_sheet(), {"Cache-Control": "max-age=3600"})


async def _robots() -> Response:
    return Response(200, body=b"User-agent: *\nDisallow: /sparql\nDisallow: /cypher\nDisallow: /db/\n")


def _data_type(request: Request, offered: tuple[str, ...]) -> str | None:
    """The type that a request likes best; Turtle, which people can read, for a browser that likes none."""
    accept = request.headers.get("accept", "")
    return best(accept, offered) or ("text/turtle" if best(accept, (_HTML,)) else None)


@cache
def _metrics() -> frozenset[str]:
    return frozenset(vocabulary().metrics) | {"", "scheme"}


async def _ontology(request: Request, name: str) -> Response:
    type_ = _data_type(request, _DOCUMENT_TYPES)
    if type_ is None:
        return refusal(406, f"the ontology is offered as {', '.join(_DOCUMENT_TYPES)}")
    text = ontology_text(name).encode()
    if type_ != "text/turtle":
        text = counts.written([quad.triple for quad in parse(text, format=RdfFormat.TURTLE)], type_)
    return _document(text, type_)


async def _count(pool: Pool) -> dict[str, Any]:
    answer = await pool.run(Job("counts", {}))
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def _listening(server: Server, settings: Settings) -> int:
    try:
        return await server.start(settings.host, settings.port)
    except OSError as error:
        known = error.errno is not None and not isinstance(error, gaierror)
        reason = (os.strerror(error.errno or 0) if known else error.strerror or str(error)).lower()
        raise ServerError(
            f"cannot listen at {settings.host}:{settings.port}: {reason}; give another --port or --host"
        ) from error


async def serve(path: Path, settings: Settings) -> None:
    """Serve a graph until the process is asked to end (SIGINT or SIGTERM); requests under way get 10 s to finish.

    Raises :class:`~kg.errors.ServerError` where it cannot listen at the address.
    """
    application = Application(path, settings)
    server = Server(application, body_limit=settings.query_bytes, refused=application.refused, taker=application.taker)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await application.snapshots.start()
        port = await _listening(server, settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{port}/"
        print(f"Serving {path} at {address} (SPARQL at /sparql, Cypher at /cypher)", file=sys.stderr, flush=True)
        await stop.wait()
    finally:
        application.stop_attending()
        await server.stop(seconds=_STOP_SECONDS)
        await application.snapshots.stop()
