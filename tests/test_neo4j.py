"""The graph on Neo4j over Bolt: the same rows, nothing twice, what was retracted gone, a load that can be resumed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kg.loaders.neo4j import connect, load, schema
from neo4j import Driver

from kg import Graph
from kg.cli import main
from kg.errors import LoadError
from kg.projection import project
from tests.bolt import Bolt, arcadedb, server
from tests.test_cypher import copied
from tests.test_export import says

Content = dict[str, list[Any]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bolt]:
    with server(tmp_path_factory.mktemp("bolt")) as bolt:
        yield bolt


@pytest.fixture
def bolt(running: Bolt) -> Bolt:
    with running.driver() as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n", database_=running.database)
    return running


@pytest.fixture
def driver(bolt: Bolt) -> Iterator[Driver]:
    with bolt.driver() as driver:
        yield driver


def content(driver: Driver, database: str) -> Content:
    """All that stands on the server, in the form of :func:`expected`."""

    def rows(query: str) -> list[Any]:
        return sorted(
            driver.execute_query(query, database_=database, result_transformer_=lambda r: r.values()), key=repr
        )

    def properties(row: list[Any]) -> list[Any]:
        return [sorted(v.items()) if isinstance(v, dict) else sorted(v) if isinstance(v, list) else v for v in row]

    return {
        "nodes": sorted(map(properties, rows("MATCH (n) RETURN labels(n), properties(n)")), key=repr),
        "relationships": sorted(
            map(properties, rows("MATCH (s)-[r]->(t) RETURN s.id, type(r), t.id, properties(r)")), key=repr
        ),
    }


def expected(graph: Graph) -> Content:
    rows = project(graph)

    def node(labels: list[str], id_: str, properties: Any) -> list[Any]:
        return [sorted(labels), sorted({"id": id_, **properties}.items())]

    def edge(source: str, type_: str, target: str, **properties: Any) -> list[Any]:
        return [source, type_, target, sorted(properties.items())]

    return {
        "nodes": sorted(
            [
                *(node(["Entity", e.type], e.id, e.properties) for e in rows.entities),
                *(node(["Article"], a.id, a.properties) for a in rows.articles),
                *(node(["Claim", "Figure"] if c.is_figure else ["Claim"], c.id, c.properties) for c in rows.claims),
            ],
            key=repr,
        ),
        "relationships": sorted(
            [
                *(edge(r.source, r.type, r.target, **r.properties) for r in rows.relationships),
                *(edge(c.id, "SUBJECT", c.subject) for c in rows.claims),
                *(edge(c.id, "OBJECT", c.object) for c in rows.claims if c.object),
                *(edge(c.claim, "CITES", c.article, id=c.id, **c.properties) for c in rows.citations),
                *(edge(m.article, "MENTIONS", m.entity) for m in rows.mentions),
            ],
            key=repr,
        ),
    }


def on_server(driver: Driver, bolt: Bolt) -> Content:
    found = content(driver, bolt.database)
    for node in found["nodes"]:
        if "Article" in node[0]:
            assert any(name == "fingerprint" for name, _ in node[1])
            node[1] = [pair for pair in node[1] if pair[0] != "fingerprint"]
    found["nodes"].sort(key=repr)
    return found


def test_the_server_holds_the_rows_of_the_projection(example_graph: Graph, driver: Driver, bolt: Bolt) -> None:
    report = load(example_graph, driver, database=bolt.database)
    assert (report.articles, report.unchanged) == (12, 0)
    assert on_server(driver, bolt) == expected(example_graph)


def test_loading_twice_changes_nothing(example_graph: Graph, driver: Driver, bolt: Bolt) -> None:
    load(example_graph, driver, database=bolt.database)
    before = content(driver, bolt.database)
    report = load(example_graph, driver, database=bolt.database)
    assert (report.articles, report.claims, report.retracted) == (0, 0, 0)
    assert content(driver, bolt.database) == before


def test_only_what_changed_is_written(example_graph: Graph, driver: Driver, bolt: Bolt, tmp_path: Path) -> None:
    graph = copied(example_graph, tmp_path / "g")
    load(graph, driver, database=bolt.database)
    first, second, *_ = graph.articles()
    old = graph.extraction(first)
    with graph.transaction() as writer:
        writer.add(replace(old, relations=old.relations[1:], figures=old.figures[1:]))
        writer.retract(second)
        writer.add(says(("Acme", "supplies", "Bolt")))
    report = load(graph, driver, database=bolt.database)
    assert (report.articles, report.unchanged, report.retracted) == (2, 10, 1)
    assert on_server(driver, bolt) == expected(graph)


def test_a_claim_loses_only_the_article_that_was_retracted(driver: Driver, bolt: Bolt, tmp_path: Path) -> None:
    graph = Graph.create(tmp_path / "g")
    edge = ("Acme", "supplies", "Bolt")
    one, two = says(edge), says(edge, ("Bolt", "acquires", "Cog"), url="https://gazette.example/2")
    with graph.transaction() as writer:
        writer.add(one)
        writer.add(two)
    load(graph, driver, database=bolt.database)
    with graph.transaction() as writer:
        writer.retract(two.article.id)
    load(graph, driver, database=bolt.database)
    assert on_server(driver, bolt) == expected(graph)
    with graph.transaction() as writer:
        writer.retract(one.article.id)
    load(graph, driver, database=bolt.database)
    assert content(driver, bolt.database) == {"nodes": [], "relationships": []}


def test_a_claim_that_moves_within_an_article_keeps_no_old_citation(driver: Driver, bolt: Bolt, tmp_path: Path) -> None:
    graph = Graph.create(tmp_path / "g")
    edge = ("Acme", "supplies", "Bolt")
    with graph.transaction() as writer:
        writer.add(says(edge, url="https://gazette.example/2"))
    load(graph, driver, database=bolt.database)
    with graph.transaction() as writer:
        writer.add(says(("Cog", "acquires", "Dyn"), edge, url="https://gazette.example/2"))
        for number in range(3, 6):
            writer.add(says(edge, url=f"https://gazette.example/{number}"))
    load(graph, driver, database=bolt.database)
    assert on_server(driver, bolt) == expected(graph)


def test_an_entity_whose_type_changed_is_one_node(driver: Driver, bolt: Bolt, tmp_path: Path) -> None:
    graph = Graph.create(tmp_path / "g")
    said = says(("Acme", "supplies", "Bolt"), ("Acme", "acquires", "Cog"))
    with graph.transaction() as writer:
        writer.add(said)
        writer.add(says(("Acme", "supplies", "Bolt"), url="https://gazette.example/2"))
    load(graph, driver, database=bolt.database)
    acme = next(entity.id for entity, _ in said.entities if entity.name == "Acme")
    driver.execute_query("MATCH (n:Entity {id: $id}) DETACH DELETE n", id=acme, database_=bolt.database)
    driver.execute_query("CREATE (n:Entity:Product {id: $id})", id=acme, database_=bolt.database)
    with graph.transaction() as writer:
        writer.add(replace(said, article=replace(said.article, title="New")))
    load(graph, driver, database=bolt.database)
    assert on_server(driver, bolt) == expected(graph)


def test_other_nodes_are_left_alone(example_graph: Graph, driver: Driver, bolt: Bolt) -> None:
    driver.execute_query("CREATE (:Mine {id: 'entity/alibaba-group'})", database_=bolt.database)
    load(example_graph, driver, database=bolt.database)
    found = driver.execute_query("MATCH (n:Mine) RETURN labels(n) AS l, properties(n) AS p", database_=bolt.database)
    assert [r.data() for r in found.records] == [{"l": ["Mine"], "p": {"id": "entity/alibaba-group"}}]


def test_hostile_names_are_values_and_never_cypher(driver: Driver, bolt: Bolt, tmp_path: Path) -> None:
    names = ["'}) DETACH DELETE n //", "`; DROP", "\\u0027 OR 1=1", "$rows", "🦜\u202e]]>", '"']
    graph = Graph.create(tmp_path / "g")
    with graph.transaction() as writer:
        writer.add(says(*[(name, "acquires", "Bolt") for name in names]))
    load(graph, driver, database=bolt.database)
    assert on_server(driver, bolt) == expected(graph)


def test_an_interrupted_load_is_continued(
    example_graph: Graph, driver: Driver, bolt: Bolt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.loaders.neo4j._ARTICLES_A_TRANSACTION", 2)

    def stop(done: int, _: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(example_graph, driver, database=bolt.database, on_progress=stop)
    report = load(example_graph, driver, database=bolt.database)
    assert (report.articles, report.unchanged) == (8, 4)
    assert on_server(driver, bolt) == expected(example_graph)


@pytest.mark.skipif("KG_TEST_NEO4J_URI" in os.environ, reason="a server that the tests did not start is not killed")
def test_a_load_resumes_after_the_server_was_killed(
    example_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.loaders.neo4j._ARTICLES_A_TRANSACTION", 2)
    with arcadedb(tmp_path) as bolt:
        process = bolt.process
        assert process is not None

        def kill(done: int, _: int) -> None:
            if done >= 6:
                process.kill()

        monkeypatch.setattr("kg.loaders.neo4j.RETRY_SECONDS", 1.0)
        driver = connect(bolt.uri, bolt.user, bolt.password)
        with pytest.raises(LoadError, match="load again to continue"):
            load(example_graph, driver, database=bolt.database, on_progress=kill)
        driver.close()
    with arcadedb(tmp_path) as bolt, bolt.driver() as driver:
        report = load(example_graph, driver, database=bolt.database)
        assert 0 < report.articles <= 8
        assert on_server(driver, bolt) == expected(example_graph)


def test_ids_are_unique_on_the_server(example_graph: Graph, driver: Driver, bolt: Bolt) -> None:
    load(example_graph, driver, database=bolt.database)
    found = driver.execute_query("SHOW CONSTRAINTS", database_=bolt.database).records
    unique = {(*r["labelsOrTypes"], *r["properties"]) for r in found if "UNIQUE" in r["type"]}
    assert {("Entity", "id"), ("Article", "id"), ("Claim", "id")} <= unique
    assert all("IF NOT EXISTS" in statement for statement in schema())


def test_the_command_loads_and_reports(kg: Callable[..., Result], example_folder: Path, bolt: Bolt) -> None:
    arguments = ["load", "neo4j", "--graph", str(example_folder), "--uri", bolt.uri, "--user", bolt.user]
    arguments += ["--database", bolt.database, "--password-env", "KG_PASSWORD_FOR_TEST"]
    missing = kg(*arguments)
    assert missing.exit_code == 1
    assert "KG_PASSWORD_FOR_TEST is not set" in missing.stderr
    runner = CliRunner(env={"KG_PASSWORD_FOR_TEST": bolt.password})
    first, second = runner.invoke(main, arguments), runner.invoke(main, arguments)
    assert "12 articles written" in first.stdout
    assert "0 articles written, 12 unchanged" in second.stdout
    wrong = CliRunner(env={"KG_PASSWORD_FOR_TEST": "wrong-password"}).invoke(main, arguments)
    assert wrong.exit_code == 1
    assert "no connection" in wrong.stderr


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(LoadError, match=r"bolt://127\.0\.0\.1:1: no connection as neo4j"):
        connect("bolt://127.0.0.1:1", "neo4j", "x")
    with pytest.raises(LoadError, match="begins with bolt"):
        connect("http://127.0.0.1:1", "neo4j", "x")
