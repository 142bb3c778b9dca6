"""Cypher without a server: the property graph, made from the RDF, read-only and never the only copy."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kg.loaders.kglite import CypherEngine, Node

from kg import Graph
from kg.errors import QueryError
from kg.model import Extraction
from kg.projection import project
from kg.vocabulary import vocabulary
from tests.strategies import extractions

WRITES = [
    "CREATE (:Company {id: 'entity/x'})",
    "MERGE (n:Entity {id: 'entity/x'}) RETURN n",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) DETACH DELETE n",
    "MATCH ()-[r]->() DELETE r",
    "MATCH (n) FOREACH (x IN [1] | CREATE (:Y))",
    "CREATE INDEX FOR (n:Entity) ON (n.name)",
    "RETURN 1 AS a; CREATE (n:X)",
    "// read only\nCREATE (n:X)",
]


def count(graph: Graph, pattern: str) -> int:
    ((number,),) = graph.cypher(f"MATCH {pattern} RETURN count(*) AS n")
    assert isinstance(number, int)
    return number


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(extractions(), min_size=1, max_size=3, unique_by=lambda e: e.article.id))
def test_every_row_of_the_projection_comes_back(tmp_path_factory, said: list[Extraction]) -> None:
    graph = Graph.create(tmp_path_factory.mktemp("graph") / "g")
    with graph.transaction() as writer:
        for extraction in said:
            writer.add(extraction)
    rows = project(graph)
    for label, expected in (("Entity", rows.entities), ("Article", rows.articles), ("Claim", rows.claims)):
        found = {row[0].id: row[0].properties for row in graph.cypher(f"MATCH (n:{label}) RETURN n")}
        assert found == {row.id: {"id": row.id, **row.properties} for row in expected}
    cites = graph.cypher(
        "MATCH (c:Claim)-[r:CITES]->(a:Article) RETURN r.id, c.id, a.id, r.quote, r.start, r.confidence"
    )
    assert set(cites) == {
        (c.id, c.claim, c.article, c.properties["quote"], c.properties["start"], c.properties["confidence"])
        for c in rows.citations
    }
    edges = graph.cypher("MATCH (s:Entity)-[r]->(t:Entity) RETURN r.claim_id, type(r), s.id, t.id, r.quotes, r.belief")
    assert sorted(edges) == sorted(
        (r.id, r.type, r.source, r.target, r.properties["quotes"], r.properties["belief"]) for r in rows.relationships
    )
    mentions = graph.cypher("MATCH (a:Article)-[:MENTIONS]->(e:Entity) RETURN a.id, e.id")
    assert set(mentions) == {(m.article, m.entity) for m in rows.mentions}
    ends = graph.cypher("MATCH (c:Claim)-[:SUBJECT]->(s) OPTIONAL MATCH (c)-[:OBJECT]->(o) RETURN c.id, s.id, o.id")
    assert set(ends) == {(c.id, c.subject, c.object) for c in rows.claims}


def test_a_relationship_cites_on_its_own(example_graph: Graph) -> None:
    rows = example_graph.cypher(
        "MATCH (a:Company {name: $name})-[r:COMPETES_WITH]-(b) RETURN b.name AS rival, r.articles, r.quotes",
        name="Alibaba Group",
    )
    assert {"Douyin", "Pinduoduo"} <= {row["rival"] for row in rows.dicts()}
    for _, articles, quotes in rows:
        assert isinstance(articles, list)
        assert isinstance(quotes, list)
        assert articles
        assert len(articles) == len(quotes)


def test_figures_are_claims_about_their_subject(example_graph: Graph) -> None:
    assert count(example_graph, "(:Claim:Figure)-[:SUBJECT]->(:Entity)") == example_graph.statistics().figures


def test_a_changed_graph_is_seen_at_the_next_query(example_folder: Path, tmp_path: Path) -> None:
    graph = Graph.create(tmp_path / "g")
    examples = Graph.open(example_folder)
    first, second, *_ = [examples.extraction(id_) for id_ in examples.articles()]
    with graph.transaction() as writer:
        writer.add(first)
    assert count(graph, "(:Article)") == 1
    with graph.transaction() as writer:
        writer.add(second)
    assert count(graph, "(:Article)") == 2
    with graph.transaction() as writer:
        writer.retract(first.article.id)
    assert graph.cypher("MATCH (a:Article) RETURN a.id").rows == ((second.article.id,),)
    assert len(list((graph.path / "projections").glob("*.kgl"))) == 1


def copied(graph: Graph, folder: Path) -> Graph:
    copy = Graph.create(folder)
    with copy.transaction() as writer:
        for id_ in graph.articles():
            writer.add(graph.extraction(id_))
    return copy


@pytest.mark.parametrize("damage", ["delete", "truncate", "garbage", "empty"])
def test_a_lost_or_damaged_file_is_made_again(example_graph: Graph, tmp_path: Path, damage: str) -> None:
    graph = copied(example_graph, tmp_path / "g")
    before = graph.cypher("MATCH (n) RETURN count(n), sum(size(keys(n)))").rows
    (file,) = (graph.path / "projections").glob("*.kgl")
    content = file.read_bytes()
    match damage:
        case "delete":
            file.unlink()
        case "truncate":
            file.write_bytes(content[: len(content) // 2])
        case "garbage":
            file.write_bytes(bytes(len(content)))
        case "empty":
            file.write_bytes(b"")
    assert Graph.open(graph.path).cypher("MATCH (n) RETURN count(n), sum(size(keys(n)))").rows == before


def test_a_crash_while_writing_leaves_nothing_that_is_read(example_graph: Graph, tmp_path: Path) -> None:
    graph = copied(example_graph, tmp_path / "g")
    killed = (
        "import os, kglite, kg.loaders.kglite as k\n"
        "from kg import Graph\n"
        "from pathlib import Path\n"
        "Path.replace = lambda *a: os._exit(9)\n"
        f"Graph.open({str(graph.path)!r}).cypher('RETURN 1')\n"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    assert count(graph, "(:Article)") == graph.statistics().articles
    assert [p.suffix for p in (graph.path / "projections").iterdir() if "new" in p.name] == []


def test_processes_and_threads_at_once_see_the_same(example_graph: Graph, tmp_path: Path) -> None:
    graph = copied(example_graph, tmp_path / "g")
    script = (
        f"from kg import Graph; print(Graph.open({str(graph.path)!r}).cypher('MATCH (n) RETURN count(n)').rows[0][0])"
    )
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        counts = set(pool.map(lambda _: count(graph, "(n)"), range(40)))
    counts |= {int(process.communicate(timeout=60)[0]) for process in running}
    rows = project(graph)
    assert counts == {len(rows.entities) + len(rows.articles) + len(rows.claims)}


@pytest.mark.parametrize("query", WRITES)
def test_the_engine_refuses_to_write(example_graph: Graph, query: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        example_graph.cypher(query)


@pytest.mark.parametrize(
    "query",
    [
        "LOAD CSV FROM '/etc/hostname' AS line RETURN line",
        "RETURN 1 AS line UNION LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "load//\ncsv FROM '/etc/hostname' AS line RETURN line",
        "`LOAD` `CSV` FROM '/etc/hostname' AS line RETURN line",
        "FOR VALID_TIME ALL LOAD\tCSV FROM '/etc/hostname' AS line RETURN line",
    ],
)
def test_no_query_reads_a_file(example_graph: Graph, query: str) -> None:
    with pytest.raises(QueryError, match="LOAD CSV is refused"):
        example_graph.cypher(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MATCH (n RETURN n", "does not parse"),
        ("RETURN 1; RETURN 2", "more than one statement"),
        ("", "does not parse"),
        ("RETURN $missing AS x", "Missing parameter"),
        ("RETURN 1 AS a FORMAT CSV", "FORMAT CSV is refused"),
    ],
)
def test_a_wrong_query_says_what_is_wrong(example_graph: Graph, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        example_graph.cypher(query)


@pytest.mark.parametrize("query", ["RETURN 1 AS a;", "RETURN 1 AS a ; // ; b\n", "RETURN 1 AS a;;\n "])
def test_one_statement_may_end_in_a_semicolon(example_graph: Graph, query: str) -> None:
    assert list(example_graph.cypher(query)) == [(1,)]
    assert list(example_graph.cypher("RETURN ';RETURN 2' AS `a;b`")) == [(";RETURN 2",)]


@pytest.mark.parametrize("query", ["{}", "RETURN '{}", "RETURN {}(1)", "CALL {}()", "RETURN date('{}')", "RETURN ${}"])
def test_a_message_quotes_little_of_a_long_query(example_graph: Graph, query: str) -> None:
    with pytest.raises(QueryError) as raised:
        example_graph.cypher(query.format("x" * 100_000))
    assert len(str(raised.value)) < 1100


@pytest.mark.parametrize("format", ["table", "csv", "json"])
@pytest.mark.parametrize("value", ["date('2026-01-31')", "{at: datetime('2026-01-31T10:00:00')}"])
def test_the_command_shows_dates_and_times(kg: Callable[..., Result], example_folder: Path, value, format) -> None:
    result = kg("query", "--graph", example_folder, "--cypher", f"RETURN {value} AS d", "--format", format)
    assert (result.exit_code, "2026-01-31" in result.stdout) == (0, True)


@pytest.mark.parametrize("format", ["csv", "json"])
def test_numbers_that_json_lacks_are_words(kg: Callable[..., Result], example_folder: Path, format) -> None:
    query = "RETURN 1e308 * 10 AS n, [-1e308 * 10] AS m"
    result = kg("query", "--graph", example_folder, "--cypher", query, "--format", format)
    assert result.stdout.count("Infinity") == result.stdout.replace('""', '"').count('Infinity"') == 2


def test_an_answer_that_nests_too_deep_is_refused(example_graph: Graph) -> None:
    with pytest.raises(QueryError, match="nests lists or maps too deep"):
        example_graph.cypher("RETURN reduce(s = [], x IN range(1, 2000) | [s]) AS x")


def test_a_query_without_end_is_stopped(example_graph: Graph) -> None:
    bomb = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)"
    with pytest.raises(QueryError, match=r"stopped after 0\.2 seconds"):
        CypherEngine().answer(example_graph, bomb, {}, timeout=0.2)


@given(text=st.text(), number=st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parameters_are_values_and_never_query_text(example_graph: Graph, text: str, number: int) -> None:
    assert example_graph.cypher("RETURN $text AS t, $number AS n", text=text, number=number).rows == ((text, number),)


def test_an_answer_becomes_a_networkx_graph(example_graph: Graph) -> None:
    found = example_graph.cypher(
        "MATCH path = (:Entity {name: 'Alibaba Group'})-[:COMPETES_WITH]-(:Entity) RETURN path"
    )
    graph = found.to_networkx()
    assert {"Alibaba Group", "Pinduoduo"} <= {name for _, name in graph.nodes(data="name")}
    for _, _, key, edge in graph.edges(keys=True, data=True):
        assert key == edge["claim_id"]
        assert edge["type"] == "COMPETES_WITH"
        assert edge["quotes"]


def test_an_answer_becomes_a_data_frame_where_pandas_is_installed(example_graph: Graph) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = example_graph.cypher("MATCH (n:Company) RETURN n.id AS id, n.name AS name").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["id", "name"]


def test_labels_and_types_are_those_of_the_ontology(example_graph: Graph) -> None:
    for (node,) in example_graph.cypher("MATCH (n:Entity) RETURN n"):
        assert isinstance(node, Node)
        assert set(node.labels) - {"Entity"} <= set(vocabulary().entity_types)
    types = {type_ for (type_,) in example_graph.cypher("MATCH (:Entity)-[r]->(:Entity) RETURN DISTINCT type(r)")}
    assert types <= {t.cypher for t in vocabulary().relation_types.values()}


def test_the_command_answers_as_table_csv_and_json(kg: Callable[..., Result], example_folder: Path) -> None:
    query = "MATCH (c:Company {name: $name}) RETURN c.id AS id, c.aliases AS aliases, c.nope AS nothing"
    given = ("query", "--graph", example_folder, "--cypher", query, "--param", "name=Alibaba Group")
    assert "entity/alibaba-group" in kg(*given).stdout
    rows = json.loads(kg(*given, "--format", "json").stdout)
    assert rows[0]["id"] == "entity/alibaba-group"
    assert rows[0]["nothing"] is None
    assert kg(*given, "--format", "csv").stdout.splitlines()[0] == "id,aliases,nothing"
    assert kg(*given, "--format", "ttl").exit_code == 1
    by_id = kg("query", "--graph", example_folder, "--cypher", "MATCH (c {id: $id}) RETURN c.name AS n", "--param",
               "id=<entity/alibaba-group>", "--format", "csv")  # fmt: skip
    assert by_id.stdout.split() == ["n", "Alibaba", "Group"]


def test_the_command_takes_one_language_at_a_time(kg: Callable[..., Result], example_folder: Path) -> None:
    assert kg("query", "--graph", example_folder).exit_code == 2
    both = kg("query", "--graph", example_folder, "--sparql", "ASK {}", "--cypher", "RETURN 1")
    assert "one of --sparql and --cypher" in both.stderr


LIKE_OURS = [
    {"id": 1, "labels": [], "properties": {}},
    {"id": "x", "labels": "y", "properties": 3},
    {"id": 1, "labels": ["Entity"], "properties": {"name": "x"}},
    {"id": 1, "labels": [3, None], "properties": {"id": None}},
    {"id": 1, "labels": ["Other"], "properties": {"id": "x", "type": "Other", "title": "x"}},
    {"id": 1, "start": 1, "end": 2, "type": "T", "properties": 4},
    {"id": 1, "start": 1, "end": 2, "type": "OTHER", "properties": {}},
    {"id": None, "start": 1, "end": 2, "type": "MAKES", "properties": {}},
    {"nodes": 1, "relationships": []},
    {"nodes": [1], "relationships": [2]},
    {"nodes": [], "relationships": []},
]


@pytest.mark.parametrize("map", LIKE_OURS, ids=str)
def test_a_map_with_the_keys_of_a_node_a_relationship_or_a_path_stays_a_map(example_graph: Graph, map) -> None:
    assert example_graph.cypher("RETURN $map AS map", map=map).dicts() == [{"map": map}]


def test_a_node_and_a_map_in_one_column_are_told_apart(example_graph: Graph) -> None:
    query = "MATCH (n:Article) WITH n LIMIT 1 UNWIND [n, $map] AS each RETURN each"
    found = example_graph.cypher(query, map=LIKE_OURS[0]).rows
    assert [type(row[0]) for row in found] == [Node, dict]
