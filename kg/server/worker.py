"""A worker process: reads one generation of a graph and answers one job at a time.

:mod:`kg.server.pool` forks it from a process that holds this module already, so that whoever waits for a new worker
does not wait for imports.
"""

import json
import logging
import signal
import socket
from collections.abc import Callable, Mapping

from kg.errors import KgError
from kg.graph import Graph
from kg.server.answers import answers
from kg.server.jobs import PREFIX, Post, Reply
from kg.server.output import Output, ResultTooLargeError
from kg.server.sandbox import confine, die_with_parent, limit_memory
from kg.server.sparql import refused

_log = logging.getLogger("kg.server")


def _receive(connection: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        chunk = connection.recv(length - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _answer(functions: Mapping[str, Callable[..., Reply]], request: bytes, output: Output) -> Reply:
    job = json.loads(request)
    try:
        return functions[job["kind"]](output, **job["arguments"])
    except ResultTooLargeError:
        return refused(
            500,
            f"QueryRequestRefused: the result is larger than {output.limit // 2**20} MB, the limit of this server; "
            "ask for less with LIMIT, or page with OFFSET",
        )
    except MemoryError:
        return refused(500, "QueryRequestRefused: the query needs more memory than this server gives to one; narrow it")
    except Exception:
        _log.exception("a %s job failed", job["kind"])
        return refused(500, "the server has a fault; its log says more")


def work(connection: socket.socket, post: Post) -> None:
    """Answer jobs until the other end closes."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which lets queries under way finish
    try:
        functions = answers(post.language, Graph.open(post.graph), post.projections)
    except KgError as error:
        connection.sendall(refused(503, str(error)).encode())
        return
    limit_memory(post.memory)
    confine(
        files=post.language == "cypher"
    )  # the store of the RDF opens files as it reads, the projection is in memory
    try:
        connection.sendall(Reply(200, "").encode())
        while True:
            length, _ = PREFIX.unpack(_receive(connection, PREFIX.size))
            output = Output(post.spool, post.result)
            connection.sendall(_answer(functions, _receive(connection, length), output).encode())
    except (EOFError, ConnectionError):
        return
