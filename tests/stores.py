"""A real `oxigraph serve` on a free port of the loopback interface, whose data stays in a folder."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pyoxigraph import Quad, RdfFormat, parse


@dataclass(frozen=True)
class Oxigraph:
    """A server that the tests started."""

    address: str
    process: subprocess.Popen[bytes]

    @property
    def query(self) -> str:
        return self.address + "/query"

    @property
    def update(self) -> str:
        return self.address + "/update"

    @property
    def store(self) -> str:
        return self.address + "/store"

    def change(self, update: str) -> None:
        httpx.post(
            self.update, content=update, headers={"Content-Type": "application/sparql-update"}
        ).raise_for_status()

    def quads(self) -> set[Quad]:
        answer = httpx.get(self.store, headers={"Accept": "application/n-quads"}).raise_for_status()
        return set(parse(answer.content, format=RdfFormat.N_QUADS))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(folder: Path, *, port: int | None = None, read_only: bool = False) -> Iterator[Oxigraph]:
    port = port or free_port()
    program = Path(sys.executable).with_name("oxigraph")
    command = [
        program,
        "serve-read-only" if read_only else "serve",
        "--location",
        folder,
        "--bind",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(2000):
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the server did not start"
                time.sleep(0.05)
        yield Oxigraph(address, process)
    finally:
        process.terminate()
        process.wait(timeout=60)
