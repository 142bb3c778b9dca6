"""A question gives the same rows in SPARQL, in embedded Cypher and over Bolt."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result
from kg.loaders.neo4j import connect, load
from neo4j import Driver
from rdflib import Graph as RdflibGraph
from rdflib.plugins.sparql import prepareQuery

from benchmarks.synthetic import extractions
from kg import Graph
from kg.errors import NotFoundError, QueryError
from kg.namespaces import PREFIXES
from kg.questions import Given, answer, bind, parse, question, questions, rows, written
from kg.questions import Rows as Answered
from kg.rdf import node
from tests.bolt import Bolt, server

NAMES = sorted(questions())
ALIBABA = {"company": "Alibaba Group"}
HUB, ONE, OTHER = "Synthetic 1 Holdings", "Synthetic 40 Holdings", "Synthetic 390 Holdings"

ON_EXAMPLES: dict[str, Mapping[str, Given]] = {
    "changes": {"since": "2026-01-01", "until": "2026-12-31"},
    "edge": {**ALIBABA, "other": "Z.ai"},
    "market_shares": {"place": "China"},
    "partners_of_rivals": {"company": "Pinduoduo"},
    "paths": {"company": "Pinduoduo", "other": "Z.ai"},
    "suppliers": {"company": "Velquist"},
}
ON_SYNTHETIC: dict[str, Mapping[str, Given]] = {
    "co_investors": {"company": HUB},
    "changes": {"since": "2026-11-01", "until": "2026-12-01"},
    "edge": {"company": ONE, "other": HUB},
    "figures": {"company": ONE, "metric": "employees"},
    "market_shares": {"place": "Malaysia"},
    "most_connected": {"minimum": 50},
    "paths": {"company": ONE, "other": OTHER},
}
Rows = frozenset[tuple[object, ...]]


def parameters(name: str, graph: Graph, chosen: dict[str, Mapping[str, Given]], company: str) -> Mapping[str, Given]:
    if name in chosen:
        return chosen[name]
    if name == "citations":
        (sources, *_) = graph.relations(entity=graph.find(company)[0].id)
        return {"claim": sources[0].claim.id}
    return {"company": company} if any(p.name == "company" and p.required for p in question(name).parameters) else {}


@cache
def _in_sparql(name: str, graph: Graph, given: tuple[tuple[str, Given], ...]) -> Answered:
    return answer(question(name), graph, dict(given))


def in_sparql(name: str, graph: Graph, given: Mapping[str, Given]) -> Answered:
    """The answer of a graph that stays as it is, which several tests ask for."""
    return _in_sparql(name, graph, tuple(given.items()))


def in_both(name: str, graph: Graph, given: Mapping[str, Given]) -> Rows:
    sparql, cypher = in_sparql(name, graph, given), answer(question(name), graph, given, engine="cypher")
    assert frozenset(sparql) == frozenset(cypher)
    assert len(sparql) == len(cypher)
    return frozenset(sparql)


def synthetic(folder: Path, articles: int) -> Graph:
    graph = Graph.create(folder / "graph")
    with graph.transaction() as writer:
        for extraction in extractions(articles, companies=500):
            writer.add(extraction)
    return graph


@pytest.fixture(scope="module")
def ten_thousand(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return synthetic(tmp_path_factory.mktemp("ten_thousand"), 10_000)


@pytest.fixture(scope="module")
def examples(example_folder: Path) -> Graph:
    return Graph.open(example_folder)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Driver, Bolt]]:
    with server(tmp_path_factory.mktemp("bolt")) as bolt, connect(bolt.uri, bolt.user, bolt.password) as driver:
        yield driver, bolt


@pytest.fixture(scope="module")
def loaded(running: tuple[Driver, Bolt], request: pytest.FixtureRequest) -> tuple[Graph, Driver, Bolt]:
    """The graph that the parameter names, on the server."""
    driver, bolt = running
    graph: Graph = request.getfixturevalue(request.param)
    load(graph, driver, database=bolt.database)
    return graph, driver, bolt


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_give_the_same_rows_of_the_examples(name: str, examples: Graph) -> None:
    in_both(name, examples, parameters(name, examples, ON_EXAMPLES, "Alibaba Group"))


@pytest.mark.parametrize("company", ["Alibaba Group", "Velquist", "Tarnbeck Robotics"])
def test_figures_come_in_the_same_order_in_both_languages(examples: Graph, company: str) -> None:
    sparql, cypher = (
        answer(question("figures"), examples, {"company": company}, engine=e) for e in ("sparql", "cypher")
    )
    assert len(sparql) > 1
    assert sparql.rows == cypher.rows


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_give_the_same_rows_of_ten_thousand_articles(
    name: str, ten_thousand: Graph, examples: Graph
) -> None:
    found = in_both(name, ten_thousand, parameters(name, ten_thousand, ON_SYNTHETIC, ONE))
    assert found or in_both(name, examples, parameters(name, examples, ON_EXAMPLES, "Alibaba Group"))


@pytest.mark.parametrize("name", NAMES)
def test_a_question_written_out_gives_the_same_rows_to_any_client(
    name: str, ten_thousand: Graph, examples: Graph
) -> None:
    asked = question(name)
    for graph, chosen, company in ((examples, ON_EXAMPLES, "Alibaba Group"), (ten_thousand, ON_SYNTHETIC, ONE)):
        given = parameters(name, graph, chosen, company)
        text = written(asked, bind(asked, graph, given))
        prepareQuery(text)  # which knows no prefix but those that the text declares
        found = graph.query(text)
        assert frozenset(rows(asked, found.columns, found)) == frozenset(in_sparql(name, graph, given))


def test_kg_ask_prints_what_other_clients_can_ask(kg: Callable[..., Result], example_folder: Path) -> None:
    printed, printed_cypher = (
        kg(
            "ask", "subsidiaries", "--company", "Alibaba", "--graph", example_folder, "--print", "--engine", engine
        ).stdout
        for engine in ("sparql", "cypher")
    )
    found = kg("query", "--graph", example_folder, "--sparql", printed, "--format", "csv").stdout
    assert "entity/alibaba-cloud" in found
    given = printed_cypher.rpartition("// parameters: ")[2]
    assert json.loads(given) == {"company": "entity/alibaba-group"}
    row = Graph.open(example_folder).cypher(printed_cypher, **json.loads(given)).rows[0]
    assert row[:2] == ("entity/alibaba-cloud", "entity/alibaba-group")


def test_what_is_written_into_a_question_stays_text(examples: Graph) -> None:
    asked = question("figures")
    hostile = '") } DROP ALL # ?company \\ \n'
    text = written(asked, {"company": "entity/alibaba-group", "metric": hostile})
    assert list(examples.query(text)) == []


@pytest.mark.parametrize("loaded", ["examples", "ten_thousand"], indirect=True, scope="module")
@pytest.mark.parametrize("name", NAMES)
def test_a_server_over_bolt_gives_the_same_rows(name: str, examples: Graph, loaded: tuple[Graph, Driver, Bolt]) -> None:
    graph, driver, bolt = loaded
    asked = question(name)
    if graph is examples:
        given = parameters(name, graph, ON_EXAMPLES, "Alibaba Group")
    else:
        given = parameters(name, graph, ON_SYNTHETIC, ONE)
    found = driver.execute_query(asked.cypher, bind(asked, graph, given), database_=bolt.database)  # type: ignore[arg-type]
    columns = tuple(found.keys) or tuple(c.name for c in asked.columns)  # ArcadeDB names none where no row is found
    over_bolt = rows(asked, columns, (tuple(record.values()) for record in found.records))
    assert frozenset(over_bolt) == frozenset(in_sparql(name, graph, given))


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_parses_every_question(name: str) -> None:
    prepareQuery(question(name).sparql, initNs=PREFIXES)


def test_rdflib_answers_as_the_graph_does(examples: Graph, tmp_path: Path) -> None:
    file = tmp_path / "graph.nt"
    with file.open("wb") as out:
        examples.dump(out, format="turtle")
    whole = RdflibGraph().parse(file, format="turtle")
    found = {str(row[0]) for row in whole.query("SELECT ?c { ?c a kg:Relation }", initNs=PREFIXES)}  # type: ignore[index]
    assert len(found) == sum(examples.statistics().relations.values())


def test_a_name_is_found_under_any_spelling(examples: Graph) -> None:
    by_name = answer(question("competitors"), examples, {"company": "ALIBABA"})
    assert by_name.rows == answer(question("competitors"), examples, {"company": "entity/alibaba-group"}).rows
    assert {row[0] for row in by_name} >= {"entity/douyin", "entity/pinduoduo"}


def test_every_claim_that_an_answer_names_is_in_the_graph(examples: Graph) -> None:
    for row in answer(question("partners_of_rivals"), examples, {"company": "Pinduoduo"}):
        for claim in row[2:]:
            assert examples.claim(str(claim))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("competitors", {}, "parameter 'company' is missing"),
        ("competitors", {"compny": "X"}, "no parameter 'compny'"),
        ("changes", {"since": "yesterday", "until": "2026-01-01"}, "'yesterday' is not a date"),
        ("most_connected", {"minimum": "many"}, "'many' is not an integer"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, given: dict[str, str], message: str, examples: Graph) -> None:
    with pytest.raises(QueryError, match=message):
        answer(question(name), examples, given)


def test_an_unknown_company_or_question_is_answered_with_near_names(examples: Graph) -> None:
    with pytest.raises(NotFoundError, match="alibaba"):
        answer(question("competitors"), examples, {"company": "Alibabba"})
    with pytest.raises(NotFoundError, match="did you mean competitors"):
        question("competitor")


@pytest.mark.parametrize("value", ['x"} DELETE', "x' OR 1=1 //", "Alibaba> . ?s ?p ?o", "\x00", "$company"])
def test_a_parameter_is_never_part_of_the_query(value: str, examples: Graph) -> None:
    figures, alibaba = question("figures"), "entity/alibaba-group"
    assert not list(examples.query(figures.sparql, company=node(alibaba), metric=value))
    assert not list(examples.cypher(figures.cypher, company=alibaba, metric=value))
    with pytest.raises(NotFoundError):
        answer(figures, examples, {**ALIBABA, "metric": value})


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("figures", {"company": "Alibaba Group", "metric": "revnue"}, "did you mean revenue"),
        ("citations", {"claim": "claim/" + "0" * 20}, "no claim of this graph"),
        ("citations", {"claim": "entity/alibaba-group/x"}, "no claim of this graph"),
    ],
)
def test_what_the_graph_does_not_know_is_not_found(name: str, given: dict[str, str], message: str, examples) -> None:
    with pytest.raises(NotFoundError, match=message):
        answer(question(name), examples, given)


def test_a_claim_can_be_given_by_its_iri(examples: Graph) -> None:
    given = parameters("citations", examples, {}, "Alibaba Group")
    assert list(answer(question("citations"), examples, {"claim": f"https://kg.example/{given['claim']}"}))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("What?", "at least one column"),
        ("column a text: b", "must say the question"),
        ("What?\ncolumn a thing: b", "type 'thing' is unknown"),
        ("What?\nparam a text: b\ncolumn a text: b", "is not 'param NAME TYPE"),
        ("What?\nparam a integer = many: b\ncolumn a text: b", "is not an integer"),
        ("What?\ncolumn a: b", "is not 'column NAME TYPE"),
        ("What?\ncolumn a text: b\nmore words", "neither a param nor a column"),
        ("What?\ncolumn a text: b\ncolumn a text: c", "stands twice"),
    ],
)
def test_a_malformed_header_is_refused(header: str, message: str) -> None:
    sparql, cypher = ("".join(f"{sign} {line}\n" for line in header.splitlines()) for sign in ("#", "//"))
    with pytest.raises(QueryError, match=message):
        parse("wrong", sparql, cypher)


def test_two_headers_that_differ_are_refused() -> None:
    with pytest.raises(QueryError, match="differ"):
        parse("wrong", "# What?\n# column a text: b\n", "// What?\n// column a text: c\n")


@pytest.mark.parametrize("engine", ["sparql", "cypher"])
def test_the_command_shows_names_and_gives_ids(engine: str, kg, example_folder: Path) -> None:
    shown = kg("ask", "competitors", "--company", "Alibaba Group", "--graph", example_folder, "--engine", engine)
    assert shown.exit_code == 0
    assert "Pinduoduo" in shown.output
    as_csv = kg("ask", "competitors", "--company", "Alibaba", "--graph", example_folder, "--format", "csv")
    assert as_csv.output.splitlines()[0] == "rival,rival_name,status,article,published,quote"
    assert "entity/douyin,Douyin,current,article/" in as_csv.output


def test_the_command_lists_every_question_without_a_graph(kg) -> None:
    listed = kg("ask", "--list")
    assert listed.exit_code == 0
    assert all(name in listed.output for name in NAMES)
