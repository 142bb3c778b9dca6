"""A worker process: reads one generation of a graph and answers one job at a time.

:mod:`kg.server.pool` forks it from a process that holds this module already, so that whoever waits for a new worker
does not wait for imports.
"""

import json
import logging
import signal
import socket
from collections.abc import Callable, Mapping
from functools import partial

from kg.errors import KgError
from kg.graph import Graph
from kg.server.answers import answers
from kg.server.attendance import Clock, Terms, attend
from kg.server.jobs import PREFIX, Job, Post, Reply
from kg.server.output import Output, ResultTooLargeError
from kg.server.sandbox import confine, die_with_parent, limit_memory
from kg.server.sparql import refused

_log = logging.getLogger("kg.server")


class _Server:
    """The other end: jobs as they come, some with the descriptor of a client's connection beside them."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._passed: list[int] = []

    def job(self) -> Job:
        length, _ = PREFIX.unpack(self._receive(PREFIX.size))
        return Job(**json.loads(self._receive(length)))

    def clock(self) -> int:
        """The descriptor of the clock, which comes first of all."""
        self._receive(1)
        return self._passed.pop()

    def client(self) -> int:
        """The descriptor of the connection that came with the last job."""
        return self._passed.pop()

    def _receive(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            chunk, passed, _, _ = socket.recv_fds(self.connection, length - len(data), 1)
            if not chunk:
                raise EOFError
            data += chunk
            self._passed += passed
        return bytes(data)


def _answer(functions: Mapping[str, Callable[..., Reply]], post: Post, job: Job) -> Reply:
    output = Output(post.spool, post.result)
    try:
        return functions[job.kind](output, **job.arguments)
    except ResultTooLargeError:
        return refused(
            500,
            f"the result is larger than {output.limit // 2**20} MB, the limit of this server; "
            "ask for less with LIMIT, or page with OFFSET",
        )
    except MemoryError:
        return refused(500, "the query needs more memory than this server gives to one; narrow it")
    except Exception:
        _log.exception("a %s job failed", job.kind)
        return refused(500, "the server has a fault; its log says more")


def work(connection: socket.socket, post: Post) -> None:
    """Answer jobs until the other end closes."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which lets queries under way finish
    server = _Server(connection)
    try:
        functions = answers(post.language, Graph.open(post.graph), post.projections)
    except KgError as error:
        connection.sendall(refused(503, str(error)).encode())
        return
    answer = partial(_answer, functions, post)
    try:
        clock = Clock(server.clock())
        limit_memory(post.memory)
        confine(files=post.language == "cypher")  # the RDF's store opens files as it reads, the projection is in memory
        connection.sendall(Reply(200, "").encode())
        while True:
            job = server.job()
            if job.kind == "attend":
                with socket.socket(fileno=server.client()) as client:
                    reply = attend(connection, client, clock, Terms(**job.arguments), answer)
            elif job.kind == "return":  # on its way when the connection had gone back already
                continue
            else:
                reply = answer(job)
            connection.sendall(reply.encode())
    except (EOFError, ConnectionError):
        return
