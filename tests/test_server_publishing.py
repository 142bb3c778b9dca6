"""A build that finishes is served from then on, and no request fails or waits meanwhile."""

import threading
import time

from tests.serving import served, story, write

COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }"


def test_requests_go_on_while_generations_are_published(tmp_path):
    folder = tmp_path / "graph"
    write(folder, story(0))
    seen: list[tuple[int, str, float]] = []
    with served(folder) as client:
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                began = time.monotonic()
                status, _, text = client.query(COUNT, "text/csv")
                seen.append((status, text.split()[-1], time.monotonic() - began))

        readers = [threading.Thread(target=ask) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(1, 4):
            write(folder, story(number))
            time.sleep(1.2)
        deadline = time.monotonic() + 10
        while client.query(COUNT, "text/csv")[2].split()[-1] != "4" and time.monotonic() < deadline:
            time.sleep(0.1)
        stop.set()
        for reader in readers:
            reader.join()
        assert client.query(COUNT, "text/csv")[2].split()[-1] == "4"
    assert {status for status, _, _ in seen} == {200}
    assert {count for _, count, _ in seen} >= {"1", "4"}
    assert max(seconds for _, _, seconds in seen) < 2
    assert not list((folder / "serving").iterdir())
