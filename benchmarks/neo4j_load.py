"""Relationships a second onto a Bolt server: the project's load beside a bare driver that sends rows made beforehand.

python -m benchmarks.neo4j_load [--articles 1000] [--rounds 6]

The server is ArcadeDB, started here, or the one that KG_TEST_NEO4J_URI names (its database is emptied).
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from kg.loaders.batches import batches
from kg.loaders.neo4j import load, schema
from neo4j import Driver

from benchmarks.synthetic import extractions
from kg import Graph
from kg.projection import Projection, project
from kg.vocabulary import vocabulary
from tests.bolt import server

WARM_UPS = 2  # of each, whose statements a server compiles apart


def bare(driver: Driver, database: str, rows: Projection) -> None:
    """The rows as a user would send them: UNWIND in batches, one transaction each."""
    with driver.session(database=database) as session:
        for statement in schema():
            session.run(statement).consume()

        def send(statement: str, given: list[dict[str, object]]) -> None:
            for batch in batches(given, 1_000):
                session.execute_write(lambda tx, b=batch: tx.run("UNWIND $rows AS row " + statement, rows=b).consume())

        def between(source: str, type_: str, target: str, key: str = "") -> str:
            merged = (
                f"MERGE (s)-[r:{type_} {{{key}: row.p.{key}}}]->(t) SET r = row.p"
                if key
                else f"MERGE (s)-[:{type_}]->(t)"
            )
            return f"MATCH (s:{source} {{id: row.s}}) MATCH (t:{target} {{id: row.t}}) {merged}"

        for label in vocabulary().entity_types:
            nodes = [{"id": e.id, "p": {"id": e.id, **e.properties}} for e in rows.entities if e.type == label]
            send(f"MERGE (n:Entity:{label} {{id: row.id}}) SET n = row.p", nodes)
        send(
            "MERGE (n:Article {id: row.id}) SET n = row.p",
            [{"id": a.id, "p": {"id": a.id, **a.properties}} for a in rows.articles],
        )
        for figure, labels in ((False, "Claim"), (True, "Claim:Figure")):
            nodes = [{"id": c.id, "p": {"id": c.id, **c.properties}} for c in rows.claims if c.is_figure == figure]
            send(f"MERGE (n:{labels} {{id: row.id}}) SET n = row.p", nodes)
        send(between("Claim", "SUBJECT", "Entity"), [{"s": c.id, "t": c.subject} for c in rows.claims])
        send(between("Claim", "OBJECT", "Entity"), [{"s": c.id, "t": c.object} for c in rows.claims if c.object])
        for type_ in (t.cypher for t in vocabulary().relation_types.values()):
            edges = [{"s": r.source, "t": r.target, "p": r.properties} for r in rows.relationships if r.type == type_]
            send(between("Entity", type_, "Entity", "claim_id"), edges)
        cites = [{"s": c.claim, "t": c.article, "p": {"id": c.id, **c.properties}} for c in rows.citations]
        send(between("Claim", "CITES", "Article", "id"), cites)
        send(between("Article", "MENTIONS", "Entity"), [{"s": m.article, "t": m.entity} for m in rows.mentions])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    graph = Graph.create(folder / "graph")
    with graph.transaction() as writer:
        for extraction in extractions(options.articles):
            writer.add(extraction)
    rows = project(graph)
    seconds: dict[str, list[float]] = {"bare": [], "project": []}
    relationships = 0
    (folder / "server").mkdir()
    with server(folder / "server") as bolt, bolt.driver() as driver:
        warming, turns = ("bare", "project") * WARM_UPS, ("bare", "project", "project", "bare")
        for number, name in enumerate((*warming, *turns * (options.rounds // 2 or 1))):
            driver.execute_query("MATCH (n) DETACH DELETE n", database_=bolt.database)
            started = time.perf_counter()
            if name == "project":
                load(graph, driver, database=bolt.database)
            else:
                bare(driver, bolt.database, rows)
            taken = time.perf_counter() - started
            if number >= len(warming):
                seconds[name].append(taken)
            found = driver.execute_query("MATCH ()-[r]->() RETURN count(r) AS n", database_=bolt.database)
            relationships = found.records[0]["n"]
            note = "" if number >= len(warming) else ", warming the server up"
            print(f"{name:8} {relationships} relationships in {taken:.2f} s{note}", flush=True)
    middle = {name: median(taken) for name, taken in seconds.items()}
    print(
        f"medians: project {relationships / middle['project']:.0f}/s, bare {relationships / middle['bare']:.0f}/s, "
        f"ratio {middle['project'] / middle['bare']:.2f} (aim: at most 1.2)"
    )
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
