"""Cypher through the project beside bare kglite on the same file, in one run.

python benchmarks/cypher.py [--articles 2000] [--rounds 300]
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import geometric_mean, median

import kglite

from benchmarks.synthetic import extractions
from kg import Graph

QUERIES = {
    "one company": "MATCH (a:Entity {id: $id})-[r]-(b:Entity) RETURN b.name, type(r), r.status, r.belief",
    "with citations": "MATCH (a:Entity {id: $id})<-[:SUBJECT]-(c:Claim)-[x:CITES]->(d) RETURN c.id, x.quote, d.url",
    "two hops": "MATCH (a:Entity {id: $id})-[r]-(b:Entity)-[s]-(c:Entity) RETURN DISTINCT c.name LIMIT 100",
    "aggregate": "MATCH (a:Company)-[r]-(:Entity) RETURN a.name AS name, count(r) AS n ORDER BY n DESC, name LIMIT 20",
    "10,000 rows": "MATCH (c:Claim)-[x:CITES]->(d:Article) RETURN c.id, x.quote, x.start, d.url LIMIT 10000",
    "10,000 nodes": "MATCH (c:Claim) RETURN c LIMIT 10000",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    graph = Graph.create(folder / "graph")
    with graph.transaction() as writer:
        for extraction in extractions(options.articles):
            writer.add(extraction)
    started = time.perf_counter()
    graph.cypher("RETURN 1")
    print(f"projection of {options.articles} articles made in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    Graph.open(folder / "graph").cypher("RETURN 1")
    print(f"opened again in {time.perf_counter() - started:.2f} s")
    (file,) = (folder / "graph" / "projections").glob("*.kgl")
    bare = kglite.load(str(file)).freeze()
    busiest = graph.cypher("MATCH (a:Company)-[r]-(:Entity) RETURN a.id AS id, count(r) AS n ORDER BY n DESC LIMIT 1")
    id_ = str(busiest.rows[0][0])
    ratios: list[float] = []
    for name, query in QUERIES.items():
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(options.rounds if "10,000" not in name else max(3, options.rounds // 3)):
            started = time.perf_counter()
            ours_rows = len(graph.cypher(query, id=id_).rows)
            ours.append(time.perf_counter() - started)
            started = time.perf_counter()
            theirs_rows = len(bare.cypher(query, params={"id": id_}).to_list())
            theirs.append(time.perf_counter() - started)
            assert ours_rows == theirs_rows
        ratios.append(median(ours) / median(theirs))
        times = f"{median(ours) * 1000:8.3f} ms  bare {median(theirs) * 1000:8.3f} ms"
        print(f"{name:15} {theirs_rows:6} rows  {times}  {ratios[-1]:.2f}")
    print(f"geometric mean of the ratios {geometric_mean(ratios):.2f} (aim: at most 1.1)")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
