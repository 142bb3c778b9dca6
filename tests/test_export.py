"""A neighborhood goes to Gephi, yEd, Cytoscape and networkx with every edge citing its articles."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import Graph
from kg.cli import main
from kg.errors import GraphError, NotFoundError
from kg.export.write import FORMATS, save, serialize
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation, entity_id
from tests.strategies import extractions

CITED = {"type", "status", "articles", "quotes", "sources", "belief"}
HOSTILE = [
    "]]><evil/>",
    "bell\x07 and\x00 nul \x1b[31m",
    "🦜 emoji 👩‍🚀",
    "\u202eשלום עולם",
    "<b>&amp;\"'",
    "a|b;c,\n d",
    "\ufffe",
]


def read(data: bytes, format: str) -> nx.MultiDiGraph:
    if format == "graphml":
        return nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    if format == "gexf":
        return nx.MultiDiGraph(nx.read_gexf(io.BytesIO(data)))
    if format == "cytoscape":
        return nx.cytoscape_graph(json.loads(data))
    return nx.node_link_graph(json.loads(data), edges="edges")


def company(name: str) -> Entity:
    return Entity(entity_id(name, "Company"), name, "Company")


def says(
    *edges: tuple[str, str, str], url: str = "https://ledger.example/1", published: str | None = None
) -> Extraction:
    """An article that states each edge in a sentence of its own."""
    lines = [f"{subject} {type_} {object_}." for subject, type_, object_ in edges]
    article = Article(text="\n".join(lines), url=url, publisher="The Ledger", published=published)
    entities = {company(n).id: company(n) for s, _, o in edges for n in (s, o)}
    relations = []
    for line, (subject, type_, object_) in zip(lines, edges, strict=True):
        start = article.text.index(line)
        span = Evidence(article.id, start, start + len(line), line, confidence=0.5)
        relations.append(Relation(company(subject).id, type_, company(object_).id, "current", (span,)))
    return Extraction(
        article,
        tuple((entities[i], (Mention(0, 1, article.text[:1]),)) for i in sorted(entities)),
        tuple(sorted(relations, key=lambda r: r.id)),
        (),
    )


def built(folder: Path, *said: Extraction) -> Graph:
    graph = Graph.create(folder)
    with graph.transaction() as writer:
        for extraction in said:
            writer.add(extraction)
    return graph


def names(graph: nx.MultiDiGraph) -> set[str]:
    return {name for _, name in graph.nodes(data="name")}


@pytest.fixture
def chain(tmp_path: Path) -> Graph:
    return built(
        tmp_path / "g", says(("Acme", "supplies", "Bolt"), ("Bolt", "acquires", "Cog"), ("Dyn", "supplies", "Cog"))
    )


def test_hops_count_edges_in_either_direction(chain: Graph) -> None:
    assert names(chain.to_networkx(around="Acme", hops=0)) == {"Acme"}
    assert names(chain.to_networkx(around="Cog")) == {"Bolt", "Cog", "Dyn"}
    assert names(chain.to_networkx(around="Acme", hops=2)) == {"Acme", "Bolt", "Cog"}
    assert (
        names(chain.to_networkx(around="Acme", hops=9)) == names(chain.to_networkx()) == {"Acme", "Bolt", "Cog", "Dyn"}
    )


def test_other_types_are_not_walked_along(chain: Graph) -> None:
    assert names(chain.to_networkx(around="Acme", hops=3, types=["supplies"])) == {"Acme", "Bolt"}
    assert chain.to_networkx(types=["acquires"]).number_of_edges() == 1


def test_an_entity_can_be_named_by_its_id(chain: Graph) -> None:
    assert names(chain.to_networkx(around=company("Dyn").id)) == {"Dyn", "Cog"}


def test_unknown_names_and_types_are_refused_with_the_choices(chain: Graph) -> None:
    with pytest.raises(NotFoundError, match="did you mean acme"):
        chain.to_networkx(around="Acne")
    with pytest.raises(NotFoundError, match=r"eats; use some of acquires, competes_with"):
        chain.to_networkx(types=["eats"])
    with pytest.raises(GraphError, match="give 0 or more"):
        chain.to_networkx(around="Acme", hops=-1)
    with pytest.raises(GraphError, match="use one of graphml, gexf"):
        serialize(chain.to_networkx(), "dot")


def test_an_edge_cites_every_article_that_states_it(tmp_path: Path) -> None:
    edge = ("Acme", "supplies", "Bolt")
    graph = built(
        tmp_path / "g",
        says(edge, published="2025-03-01"),
        says(edge, url="https://gazette.example/2", published="2025-04-01"),
    )
    ((_, _, key, data),) = graph.to_networkx().edges(keys=True, data=True)
    assert key == data["claim_id"]
    assert data["type"] == "SUPPLIES"
    assert sorted(data["articles"]) == ["https://gazette.example/2", "https://ledger.example/1"]
    assert data["quotes"] == ["Acme supplies Bolt."] * 2
    assert (data["first_published"], data["last_published"]) == ("2025-03-01", "2025-04-01")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_comes_back_through_networkx_with_its_citations(tmp_path: Path, format: str) -> None:
    graph = built(
        tmp_path / "g",
        says(
            *[(name, "acquires", "Bolt") for name in HOSTILE],
            ("Acme", "supplies", "Bolt"),
            ("Acme", "acquires", "Bolt"),
        ),
    )
    there = graph.to_networkx()
    back = read(serialize(there, format), format)
    assert set(back) == set(there)
    assert {(u, v, k) for u, v, k in back.edges(keys=True)} == set(there.edges(keys=True))
    for u, v, k, data in back.edges(keys=True, data=True):
        expected = there.edges[u, v, k]
        type_ = data["relation"] if format == "gexf" else data["type"]
        assert type_ == expected["type"]
        assert CITED - {"type"} <= set(data)
        quotes = data["quotes"] if format in ("cytoscape", "nodelink") else json.loads(data["quotes"])
        assert len(quotes) == len(expected["quotes"])
    shown = {n["name"] for _, n in back.nodes(data=True)}
    assert {"]]><evil/>", "🦜 emoji 👩‍🚀", "\u202eשלום עולם", "<b>&amp;\"'"} <= shown


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_gephi_finds_a_label_on_every_node_and_edge(chain: Graph, format: str) -> None:
    back = read(serialize(chain.to_networkx(), format), format)
    assert {label for _, label in back.nodes(data="label")} == {"Acme", "Bolt", "Cog", "Dyn"}
    assert {label for _, _, label in back.edges(data="label")} == {"SUPPLIES", "ACQUIRES"}


def test_gexf_says_nothing_that_its_schema_does_not_allow(chain: Graph) -> None:
    root = ElementTree.fromstring(serialize(chain.to_networkx(), "gexf"))
    ns = "{http://www.gexf.net/1.2draft}"
    graph = root.find(f"{ns}graph")
    assert graph is not None
    assert set(graph.attrib) == {"defaultedgetype", "mode"}
    for node in root.iter(f"{ns}node"):
        assert set(node.attrib) == {"id", "label"}
    for edge in root.iter(f"{ns}edge"):
        assert set(edge.attrib) == {"id", "label", "type", "source", "target"}
        assert edge.get("type") == "directed"
    assert {a.get("type") for a in root.iter(f"{ns}attribute")} <= {"string", "long", "double", "boolean"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=extractions(), format=st.sampled_from(sorted(FORMATS)))
def test_any_graph_can_be_exported_to_the_same_bytes_twice(tmp_path_factory, said: Extraction, format: str) -> None:
    one = built(tmp_path_factory.mktemp("a") / "g", said).to_networkx()
    two = built(tmp_path_factory.mktemp("b") / "g", said).to_networkx()
    data = serialize(one, format)
    assert data == serialize(two, format)
    assert b"None" not in data or any("None" in str(n) for _, n in one.nodes(data=True))
    assert read(data, format).number_of_edges() == len(said.relations)


def test_the_command_writes_a_file_whole_or_not_at_all(chain: Graph, tmp_path: Path) -> None:
    file = tmp_path / "out" / "acme.gexf"
    arguments = [
        "export",
        "--graph",
        str(chain.path),
        "--around",
        "acme",
        "--hops",
        "2",
        "--types",
        "supplies,acquires",
    ]
    missing = CliRunner().invoke(main, [*arguments, "--format", "gexf", "--output", str(file)])
    assert missing.exit_code == 1
    assert f"{file} cannot be written: {file.parent} is not a folder" in missing.output
    file.parent.mkdir()
    assert CliRunner().invoke(main, [*arguments, "--format", "gexf", "--output", str(file)]).exit_code == 0
    assert [p.name for p in file.parent.iterdir()] == ["acme.gexf"]
    assert names(read(file.read_bytes(), "gexf")) == {"Acme", "Bolt", "Cog"}
    printed = CliRunner().invoke(main, [*arguments, "--format", "gexf"])
    assert printed.stdout_bytes == file.read_bytes()


def test_a_file_that_was_there_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.graphml"
    file.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(b"new", file)
    assert file.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.graphml"]


def test_hops_without_a_start_are_refused(chain: Graph) -> None:
    result = CliRunner().invoke(main, ["export", "--graph", str(chain.path), "--hops", "2"])
    assert result.exit_code == 2
    assert "--around" in result.output


def test_the_command_names_the_choices_for_an_unknown_type(chain: Graph) -> None:
    result = CliRunner().invoke(main, ["export", "--graph", str(chain.path), "--types", "eats"])
    assert result.exit_code == 1
    assert "use some of acquires" in result.output
