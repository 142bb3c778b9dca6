"""The endpoint beside the bare native server in one run: latency in turn, then many clients at once for a while.

python -m benchmarks.endpoint GRAPH [--seconds 60] [--clients 50]
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.serving import resident_mb

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
RANKINGS = 30
HEADERS = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}


def ask(connection: http.client.HTTPConnection, path: str, query: str) -> float:
    began = time.perf_counter()
    connection.request("POST", path, query.encode(), HEADERS)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"status {response.status}")
    return time.perf_counter() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("graph", type=Path)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--clients", type=int, default=50)
    given = arguments.parse_args()
    generation = given.graph / "generations" / (given.graph / "current").read_text().strip()
    bare_command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only", "-l", str(generation)]
    bare = subprocess.Popen([*bare_command, "-b", "127.0.0.1:7801", "--union-default-graph"], stderr=subprocess.DEVNULL)
    program = "from kg.cli import main; main()"
    ours = subprocess.Popen(
        [sys.executable, "-c", program, "serve", str(given.graph), "--port", "7802"], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)
        sides = {"bare": (7801, "/query"), "ours": (7802, "/sparql")}
        connections = {s: http.client.HTTPConnection("127.0.0.1", port) for s, (port, _) in sides.items()}
        ratios: list[float] = []
        for name, query in QUERIES.items():
            times: dict[str, list[float]] = {s: [] for s in sides}
            for turn in range(WARM_UPS + (ROUNDS if name != "rank" else RANKINGS)):
                for side, (_, path) in sides.items():
                    taken = ask(connections[side], path, query)
                    if turn >= WARM_UPS:
                        times[side].append(taken)
            medians = {s: statistics.median(t) * 1000 for s, t in times.items()}
            ratios.append(medians["ours"] / medians["bare"])
            print(
                f"{name:8} bare {medians['bare']:8.3f} ms  ours {medians['ours']:8.3f} ms  ratio {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"all      geometric mean of the ratios {statistics.geometric_mean(ratios):.2f}")
        done, errors = [0] * given.clients, [0] * given.clients
        until = time.monotonic() + given.seconds

        def client(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", 7802)
            queries = [QUERIES["lookup"], QUERIES["join"], QUERIES["count"]]
            while time.monotonic() < until:
                try:
                    ask(connection, "/sparql", queries[done[number] % 3])
                    done[number] += 1
                except (OSError, RuntimeError, http.client.HTTPException):
                    errors[number] += 1

        clients = [threading.Thread(target=client, args=(n,)) for n in range(given.clients)]
        for thread in clients:
            thread.start()
        peak = 0.0
        while any(thread.is_alive() for thread in clients):
            time.sleep(0.5)
            peak = max(peak, resident_mb(ours.pid))
        print(
            f"{given.clients} clients {given.seconds:g} s: {sum(done)} answers, {sum(errors)} errors, "
            f"{peak:.0f} MB resident at most"
        )
    finally:
        bare.kill()
        ours.terminate()
        ours.wait()


if __name__ == "__main__":
    main()
