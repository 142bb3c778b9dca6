"""A worker process: reads one generation of a graph and answers one job at a time.

Started by :mod:`kg.server.pool` as ``python -m kg.server.worker SOCKET GRAPH SPOOL MEMORY RESULT``.
"""

import json
import logging
import socket
import sys
from pathlib import Path

from kg.errors import KgError
from kg.graph import Graph
from kg.server.answers import ANSWERS
from kg.server.jobs import PREFIX, Reply
from kg.server.output import Output, ResultTooLargeError
from kg.server.sandbox import die_with_parent, forbid_sockets, limit_memory
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


def _answer(graph: Graph, request: bytes, output: Output) -> Reply:
    job = json.loads(request)
    try:
        return ANSWERS[job["kind"]](graph, output, **job["arguments"])
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


def main(descriptor: int, folder: Path, spool: Path, memory: int, result: int) -> None:
    """Answer jobs until the other end closes."""
    die_with_parent()
    connection = socket.socket(fileno=descriptor)
    try:
        graph = Graph.open(folder)
    except KgError as error:
        connection.sendall(refused(503, str(error)).encode())
        return
    limit_memory(memory)
    forbid_sockets()
    connection.sendall(Reply(200, "").encode())
    try:
        while True:
            length, _ = PREFIX.unpack(_receive(connection, PREFIX.size))
            output = Output(spool, result)
            connection.sendall(_answer(graph, _receive(connection, length), output).encode())
    except (EOFError, ConnectionError):
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
