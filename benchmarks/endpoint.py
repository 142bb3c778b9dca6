"""The endpoint beside the bare native server in one run: latency in turn, then many clients at once for a while.

Latency of four queries of different weight, and of the project's own questions (``queries/``).

python -m benchmarks.endpoint [--articles 2000] [--seconds 60] [--clients 50]
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kg import Graph
from kg.questions import bind, question, questions, written
from tests.serving import resident_mb
from tests.test_questions import HUB, ON_SYNTHETIC, ONE, parameters, synthetic

QUERIES = {
    "lookup": "SELECT * { GRAPH ?g { ?a <https://kg.example/ontology#competesWith> ?b } } LIMIT 10",
    "join": "SELECT ?n ?q { ?c <https://kg.example/ontology#evidence> ?e . ?e <https://kg.example/ontology#quote> ?q . "
    "?c <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s . ?s <https://schema.org/name> ?n } LIMIT 500",
    "count": "SELECT (COUNT(*) AS ?n) { ?a <https://kg.example/ontology#evidence> ?b }",
    "rank": "SELECT ?n (COUNT(*) AS ?c) { ?a <https://schema.org/name> ?n ; "
    "<https://kg.example/ontology#competesWith> ?b } GROUP BY ?n ORDER BY DESC(?c) LIMIT 10",
}
WARM_UPS = 10  # of each query on each side
ROUNDS = 400
LONGEST_S = 6.0  # of one query on both sides together, after which it is asked no more
LIMIT_S = 3  # of a query; what takes longer is left out
ASKED = {**ON_SYNTHETIC, "paths": {"company": ONE, "other": HUB}}  # few articles do not name all companies
HEADERS = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}


def ask(connection: http.client.HTTPConnection, path: str, query: str) -> float:
    began = time.perf_counter()
    connection.request("POST", path, query.encode(), HEADERS)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"status {response.status}")
    return time.perf_counter() - began


def question_texts(graph: Graph) -> Iterator[tuple[str, str]]:
    """The questions with their parameters written into them, which a server is not given beside a query."""
    for name in questions():
        asked = question(name)
        yield name, written(asked, bind(asked, graph, parameters(name, graph, ASKED, ONE)))


def in_turn(connections: dict[str, tuple[http.client.HTTPConnection, str]], query: str) -> dict[str, float]:
    """The median time of a query on each side, in milliseconds."""
    times: dict[str, list[float]] = {side: [] for side in connections}
    until = time.monotonic() + LONGEST_S
    for turn in range(WARM_UPS + ROUNDS):
        for side, (connection, path) in reversed(connections.items()):  # ours first, which stops at the limit
            taken = ask(connection, path, query)
            if turn >= WARM_UPS:
                times[side].append(taken)
        if turn > WARM_UPS and time.monotonic() > until:
            break
    return {side: statistics.median(taken) * 1000 for side, taken in times.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--articles", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--clients", type=int, default=50)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(synthetic(Path(folder), given.articles), given.seconds, given.clients)


def compare(graph: Graph, seconds: float, clients_at_once: int) -> None:
    """Start both servers on a graph and measure."""
    bare_command = [
        str(Path(sys.executable).with_name("oxigraph")),
        *("serve-read-only", "-b", "127.0.0.1:7801", "--union-default-graph"),
        *("-l", str(graph.path / "generations" / graph.generation)),
    ]
    bare = subprocess.Popen(bare_command, stderr=subprocess.DEVNULL)
    program = "from kg.cli import main; main()"
    limits = ["--port", "7802", "--timeout-s", str(LIMIT_S)]
    ours = subprocess.Popen(
        [sys.executable, "-c", program, "serve", str(graph.path), *limits], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)
        sides = {"bare": (7801, "/query"), "ours": (7802, "/sparql")}
        connections = {s: (http.client.HTTPConnection("127.0.0.1", port), path) for s, (port, path) in sides.items()}
        for title, asked in (("queries", QUERIES), ("questions", dict(question_texts(graph)))):
            ratios: list[float] = []
            for name, query in asked.items():
                try:
                    medians = in_turn(connections, query)
                except RuntimeError as error:
                    print(f"{name:20} left out: {error}", flush=True)
                    continue
                ratios.append(medians["ours"] / medians["bare"])
                print(
                    f"{name:20} bare {medians['bare']:8.3f} ms  ours {medians['ours']:8.3f} ms  ratio {ratios[-1]:.2f}",
                    flush=True,
                )
            print(
                f"{len(ratios)} {title}: ratios' median {statistics.median(ratios):.2f}, "
                f"geometric mean {statistics.geometric_mean(ratios):.2f}"
            )
        done, errors = [0] * clients_at_once, [0] * clients_at_once
        until = time.monotonic() + seconds

        def client(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", 7802)
            queries = [QUERIES["lookup"], QUERIES["join"], QUERIES["count"]]
            while time.monotonic() < until:
                try:
                    ask(connection, "/sparql", queries[done[number] % 3])
                    done[number] += 1
                except (OSError, RuntimeError, http.client.HTTPException):
                    errors[number] += 1

        clients = [threading.Thread(target=client, args=(n,)) for n in range(clients_at_once)]
        for thread in clients:
            thread.start()
        peak = 0.0
        while any(thread.is_alive() for thread in clients):
            time.sleep(0.5)
            peak = max(peak, resident_mb(ours.pid))
        print(
            f"{clients_at_once} clients {seconds:g} s: {sum(done)} answers, {sum(errors)} errors, "
            f"{peak:.0f} MB resident at most"
        )
    finally:
        bare.kill()
        ours.terminate()
        ours.wait()


if __name__ == "__main__":
    main()
