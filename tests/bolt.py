"""A server that speaks Bolt, for the tests: the one that KG_TEST_NEO4J_URI names, else ArcadeDB in its own process.

The database is emptied before each test.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from neo4j import Driver, GraphDatabase

_PASSWORD = "only-for-tests"
_SERVE = """
import sys
from pathlib import Path
import arcadedb_embedded
root, http, bolt = sys.argv[1:]
config = {"host": "127.0.0.1", "http_port": int(http), "bolt_port": int(bolt), "arcadedb.bolt.host": "127.0.0.1",
          "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"}
server = arcadedb_embedded.create_server(root_path=root, root_password="only-for-tests", config=config)
server.start()
if not (Path(root) / "databases" / "kg").exists():
    server.create_database("kg")
print("ready", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Bolt:
    """How to reach a server. ``process`` is the one that the tests started."""

    uri: str
    user: str
    password: str
    database: str
    process: subprocess.Popen[str] | None = None

    def driver(self) -> Driver:
        return GraphDatabase.driver(self.uri, auth=(self.user, self.password), notifications_min_severity="OFF")


@contextmanager
def arcadedb(folder: Path) -> Iterator[Bolt]:
    """A server of our own on free ports of the loopback interface, whose data stays in ``folder``."""
    http, bolt = _free_ports(2)
    with (folder / "stderr").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(folder), str(http), str(bolt)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
        else:
            raise RuntimeError(f"ArcadeDB did not start; see {folder}/stderr")
        yield Bolt(f"bolt://127.0.0.1:{bolt}", "root", _PASSWORD, "kg", process)
    finally:
        process.kill()
        process.wait()


@contextmanager
def server(folder: Path) -> Iterator[Bolt]:
    uri = os.environ.get("KG_TEST_NEO4J_URI")
    if uri is None:
        with arcadedb(folder) as bolt:
            yield bolt
        return
    user = os.environ.get("KG_TEST_NEO4J_USER", "neo4j")
    yield Bolt(uri, user, os.environ["KG_TEST_NEO4J_PASSWORD"], os.environ.get("KG_TEST_NEO4J_DATABASE", "neo4j"))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
