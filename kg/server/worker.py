"""A worker process: reads one generation of a graph and answers one job at a time.

Started by :mod:`kg.server.pool` with the number of its socket, the language, the folders of graph, projections and
large answers, and its memory and size of answers in bytes.
"""

import json
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kg.errors import KgError
from kg.graph import Graph
from kg.server.answers import answers
from kg.server.jobs import PREFIX, Language, Reply
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


def main(
    descriptor: int, language: Language, folder: Path, projections: Path, spool: Path, memory: int, result: int
) -> None:
    """Answer jobs until the other end closes."""
    die_with_parent()
    connection = socket.socket(fileno=descriptor)
    try:
        functions = answers(language, Graph.open(folder), projections)
    except KgError as error:
        connection.sendall(refused(503, str(error)).encode())
        return
    limit_memory(memory)
    confine(files=language == "cypher")  # the store of the RDF opens files as it reads, the projection is in memory
    connection.sendall(Reply(200, "").encode())
    try:
        while True:
            length, _ = PREFIX.unpack(_receive(connection, PREFIX.size))
            output = Output(spool, result)
            connection.sendall(_answer(functions, _receive(connection, length), output).encode())
    except (EOFError, ConnectionError):
        return


if __name__ == "__main__":
    _socket, _language, _folder, _projections, _spool, _memory, _result = sys.argv[1:]
    main(int(_socket), _language, Path(_folder), Path(_projections), Path(_spool), int(_memory), int(_result))  # type: ignore[arg-type]
