"""A small graph of two articles, and a real `kg serve` on a free port over it."""

import http.client
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from kg import Graph
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation, entity_id

T = TypeVar("T")
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# Keeps millions of rows to sort them, and is out of memory long before it is out of time.
HOARD = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f ?i"
# Takes minutes and next to no memory, so that only its time can run out, and the engine never looks at the clock.
CYPHER_BOMB = (
    "WITH range(1, 10000) AS many RETURN reduce(t = 0, a IN many | t + reduce(u = 0, b IN many | (u + a * b) % 7)) AS n"
)
JSON = "application/sparql-results+json"


def story(number: int, subject: str = "Acme <b>Robotics</b>", object_: str = "Bolt & Söhne") -> Extraction:
    text = f"Story {number}. {subject} competes with {object_}. The end."
    article = Article(text=text, url=f"https://ledger.example/{number}", title=f"Story {number}", publisher="Ledger")
    ids = [entity_id(name, "Company") for name in (subject, object_)]
    start, end = text.index(subject), text.index(" The end")
    spans = [(text.index(name), text.index(name) + len(name)) for name in (subject, object_)]
    evidence = Evidence(article.id, start, end, text[start:end], ("3",), 0.9, "test")
    relation = Relation(*(sorted(ids)[0], "competes_with", sorted(ids)[1]), "current", (evidence,))
    entities = [
        (Entity(i, name, "Company"), (Mention(s, e, name),))
        for i, name, (s, e) in zip(ids, (subject, object_), spans, strict=True)
    ]
    return Extraction(article, tuple(sorted(entities, key=lambda pair: pair[0].id)), (relation,), ())


def write(folder: Path, *extractions: Extraction) -> None:
    with Graph.create(folder).transaction() as writer:
        for extraction in extractions:
            writer.add(extraction)


class Client:
    """Speaks to one server, a connection a request."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port, self.process = port, process
        self.endpoint = f"http://127.0.0.1:{port}/sparql"

    def request(self, method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body or None, fields)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, {k.lower(): v for k, v in response.headers.items()}, text

    def get(self, target: str, accept: str = "*/*") -> tuple[int, dict[str, str], str]:
        return self.request("GET", target, Accept=accept)

    def send(self, target: str, body: bytes, type_: str) -> http.client.HTTPConnection:
        """A connection with a request on it whose answer nobody reads yet; see :func:`unanswered`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", target, body, {"Content-Type": type_})
        return connection

    def query(self, query: str, accept: str = JSON, **parameters: str) -> tuple[int, dict[str, str], str]:
        return self.get("/sparql?" + urlencode({"query": query, **parameters}), accept)


def unanswered(connections: list[http.client.HTTPConnection]) -> list[http.client.HTTPConnection]:
    """Those of the connections on which nothing has been answered yet."""
    answered = select.select([c.sock for c in connections], [], [], 0)[0]
    return [c for c in connections if c.sock not in answered]


def wait_for(condition: Callable[[], T], seconds: float = 120) -> T:
    """What the condition gives as soon as that is true."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.05)
    return found


def at_rest(process: int) -> bool:
    """Whether a process and all that descend from it leave the processors alone for half a second."""
    before = _cpu_ticks(process)
    time.sleep(0.5)
    return _cpu_ticks(process) == before


def _cpu_ticks(process: int) -> int:
    used = 0
    for pid in descendants(process):
        with suppress(OSError):  # it has ended meanwhile
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
    return used


def descendants(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):  # it has ended meanwhile
                found += map(int, children.read_text().split())
    return found


def resident_mb(process: int) -> float:
    """In a process and all that descend from it, what they share counted once."""
    found = 0
    for pid in descendants(process):
        with suppress(OSError):
            if match := re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text()):
                found += int(match[1])
    return found / 1024


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Client]:
    program = "from kg.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", str(folder), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"127\.0\.0\.1:(\d+)/", line):
            break
    else:
        raise AssertionError("the server did not start")
    try:
        yield Client(int(found[1]), process)
    finally:
        process.terminate()
        process.communicate(timeout=60)
