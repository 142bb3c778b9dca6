"""A build that finishes is served from then on, and no request fails or waits meanwhile."""

import os
import signal
import threading
from pathlib import Path

from tests.serving import descendants, served, story, wait_for, write

COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }"


def test_requests_go_on_while_generations_are_published(tmp_path):
    folder = tmp_path / "graph"
    write(folder, story(0))
    seen: list[tuple[int, str]] = []
    with served(folder) as client:
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                status, _, text = client.query(COUNT, "text/csv")
                seen.append((status, text.split()[-1]))

        readers = [threading.Thread(target=ask) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(1, 4):
            write(folder, story(number))
            wait_for(lambda n=number: client.query(COUNT, "text/csv")[2].split()[-1] == str(n + 1))
        stop.set()
        for reader in readers:
            reader.join()
    assert {status for status, _ in seen} == {200}
    assert {count for _, count in seen} >= {"1", "4"}
    assert not list((folder / "serving").iterdir())


def command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def test_no_request_waits_for_a_new_generation_to_open(tmp_path):
    folder = tmp_path / "graph"
    write(folder, story(0))
    with served(folder) as client:
        assert client.query(COUNT, "text/csv")[2].split()[-1] == "1"
        forks = next(pid for pid in descendants(client.process.pid) if b"forkserver" in command(pid))
        os.kill(forks, signal.SIGSTOP)  # so that no worker can start
        write(folder, story(1))
        wait_for(lambda: list(folder.glob("serving/*/2/current")))
        for _ in range(10):
            assert client.query(COUNT, "text/csv")[2].split()[-1] == "1"
        os.kill(forks, signal.SIGCONT)
        wait_for(lambda: client.query(COUNT, "text/csv")[2].split()[-1] == "2")
