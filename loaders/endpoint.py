"""A SPARQL 1.1 store over HTTP: its query endpoint, and Update or the Graph Store Protocol to write.

Requests go to the addresses that were given and nowhere else: no redirect is followed and no proxy is used. All that is
sent here can be sent again, so what fails on the way is tried again.
"""

import json
import ssl
import time
from collections.abc import Generator
from types import TracebackType
from typing import Final

import httpx
from pyoxigraph import NamedNode

from kg.errors import LoadError

TIMEOUT_SECONDS: Final = 120.0
PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
_PASSING: Final = frozenset((429, 502, 503, 504))
_ELSEWHERE: Final = frozenset((404, 405, 415, 501))
_OF_GRAPHS: Final = "of the graph store (--graph-store)"
_MOST_BYTES: Final = 1 << 28
_SHOWN_CHARACTERS: Final = 300

Row = dict[str, str]


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def login(user: str | None, secret: str, *, digest: bool = False) -> httpx.Auth:
    """How to log in: with a user's password, by basic or digest authentication, or without a user by access token."""
    if user is None:
        if not secret.isascii() or not secret.isprintable():
            raise LoadError("the access token holds characters that no header can; see what the variable holds")
        return _Bearer(secret)
    return httpx.DigestAuth(user, secret) if digest else httpx.BasicAuth(user, secret)


class Endpoint:
    """The addresses of one store. Every method raises :class:`~kg.errors.LoadError`.

    ``update`` is the query address where none is given; with ``graph_store`` graphs are written there instead. ``auth``
    is sent to all of them. ``timeout`` is in seconds, for each wait on the server.

    >>> Endpoint("ftp://store.example/")
    Traceback (most recent call last):
    ...
    kg.errors.LoadError: ftp://store.example/: not the address of a store; it begins with http:// or https://
    """

    def __init__(
        self,
        query: str,
        *,
        update: str | None = None,
        graph_store: str | None = None,
        auth: httpx.Auth | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._query = _address(query)
        self._update = _address(update) if update else self._query
        self._graph_store = _address(graph_store) if graph_store else None
        self._client = httpx.Client(
            auth=auth,
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(),
            headers={"User-Agent": "cited-kg"},
        )

    def __enter__(self) -> "Endpoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def writes_graphs(self) -> bool:
        """Whether graphs are written by the Graph Store Protocol."""
        return self._graph_store is not None

    def select(self, query: str) -> list[Row]:
        """The rows of a SELECT query: the text of each value that is bound, by column."""
        body = self._send(
            "POST",
            self._query,
            "that answers queries (--endpoint)",
            data={"query": query},
            headers={"Accept": "application/sparql-results+json"},
        )
        try:
            rows = json.loads(body)["results"]["bindings"]
            return [{name: str(term["value"]) for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LoadError(
                f"{_shown(self._query)}: answered, but not with SPARQL results; give the address of a SPARQL endpoint"
            ) from None

    def update(self, request: str) -> None:
        """Carry out an update request."""
        self._send(
            "POST",
            self._update,
            "that takes updates (--update)",
            content=request.encode(),
            headers={"Content-Type": "application/sparql-update"},
        )

    def put(self, graph: NamedNode, triples: bytes) -> None:
        """Make N-Triples the content of a graph, by the Graph Store Protocol."""
        # N-Triples is Turtle, which the protocol asks every store to know.
        headers = {"Content-Type": "text/turtle;charset=utf-8"}
        self._send("PUT", self._graph(graph), _OF_GRAPHS, content=triples, headers=headers)

    def delete(self, graph: NamedNode) -> None:
        """Delete a graph, by the Graph Store Protocol, if it is there."""
        self._send("DELETE", self._graph(graph), _OF_GRAPHS, missing_is_fine=True)

    def _graph(self, graph: NamedNode) -> httpx.URL:
        if self._graph_store is None:
            raise LoadError("no address of a graph store was given")
        return self._graph_store.copy_merge_params({"graph": graph.value})

    def _send(
        self,
        method: str,
        url: httpx.URL,
        purpose: str,
        *,
        content: bytes | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        missing_is_fine: bool = False,
    ) -> bytes:
        for pause in (*PAUSES, None):
            try:
                with self._client.stream(method, url, content=content, data=data, headers=headers) as response:
                    body = _read(response, url)
            except httpx.HTTPError as error:
                problem = f"no answer: {str(error) or type(error).__name__}"
            else:
                if response.is_success or (missing_is_fine and response.status_code == httpx.codes.NOT_FOUND):
                    return body
                problem = _refusal(response, body)
                if response.status_code in _ELSEWHERE:
                    problem += f"; is this the address {purpose}?"
                if response.status_code not in _PASSING:
                    raise LoadError(f"{_shown(url)}: {problem}")
            if pause is not None:
                time.sleep(pause)
        raise LoadError(f"{_shown(url)}: {problem}; see that the server runs, and load again to continue")


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise LoadError(f"{text}: not an address: {error}") from error
    if url.userinfo:
        raise LoadError("an address holds a password; give --user and --password-env instead")
    if url.scheme not in ("http", "https") or not url.host:
        raise LoadError(f"{text}: not the address of a store; it begins with http:// or https://")
    return url


def _shown(url: httpx.URL) -> str:
    """The address without its query, which can hold an access token."""
    return str(url.copy_with(query=None, fragment=None))


def _read(response: httpx.Response, url: httpx.URL) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise LoadError(f"{_shown(url)}: the answer is longer than {_MOST_BYTES >> 20} MiB")
    return bytes(body)


def _refusal(response: httpx.Response, body: bytes) -> str:
    status = f"HTTP {response.status_code}"
    if response.is_redirect:
        return f"{status}: redirects to {response.headers['location']}, which is not followed; if it is right, give it"
    said = " ".join(body.decode(errors="replace").split())[:_SHOWN_CHARACTERS] or response.reason_phrase
    if response.status_code == httpx.codes.UNAUTHORIZED:
        digest = "digest" in response.headers.get("www-authenticate", "").lower()
        return f"{status}: access refused; check --user and the password{', and give --digest' if digest else ''}"
    if response.status_code == httpx.codes.FORBIDDEN:
        return f"{status}: {said}; see that the store may be written to, and by this --user"
    return f"{status}: {said}"
