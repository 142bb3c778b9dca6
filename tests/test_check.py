"""``kg check`` finds what is not as it should be: a quote that moved, an edge that nothing supports."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg import Graph
from kg.check import check
from kg.graph import Writer
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation, entity_id
from kg.namespaces import KG, REFERENCE_GRAPH, SCHEMA, XSD
from kg.rdf import node

TEXT = "Acme bought Bolt for $5 million."
ARTICLE = Article(text=TEXT, title="Acme buys Bolt", source="acme.txt")
ACME = Entity(entity_id("Acme", "Company"), "Acme", "Company")
BOLT = Entity(entity_id("Bolt", "Company"), "Bolt", "Company")
BOUGHT = Relation(ACME.id, "acquires", BOLT.id, "completed", (Evidence(ARTICLE.id, 0, len(TEXT), TEXT),))
SAID = Extraction(ARTICLE, ((ACME, (Mention(0, 4, "Acme"),)), (BOLT, (Mention(12, 16, "Bolt"),))), (BOUGHT,), ())


def graph_of(folder: Path, extraction: Extraction, *others: Quad) -> Graph:
    graph = Graph.create(folder)
    with graph.transaction() as writer:
        writer.add(extraction)
        writer._flush()
        for quad in others:
            writer._open().add(quad)
    return graph


def messages(graph: Graph) -> set[str]:
    return {problem.message for problem in check(graph).problems}


def test_a_graph_that_was_built_is_sound(tmp_path: Path) -> None:
    report = check(graph_of(tmp_path, SAID))
    assert report.ok
    assert (report.articles, report.quotes) == (1, 3)


def test_a_quote_that_does_not_stand_at_its_offsets_is_found_by_both_checks(tmp_path: Path) -> None:
    moved = replace(BOUGHT, evidence=(replace(BOUGHT.evidence[0], start=1),))
    found = messages(graph_of(tmp_path, replace(SAID, relations=(moved,))))
    assert "the quote does not stand at its offsets in the article's text" in found
    assert f"the quote {TEXT!r} does not stand at 1-{len(TEXT)}" in found


def test_a_mention_that_does_not_stand_at_its_offsets_is_found(tmp_path: Path) -> None:
    moved = ((ACME, (Mention(3, 7, "Acme"),)), SAID.entities[1])
    assert "the quote 'Acme' does not stand at 3-7" in messages(graph_of(tmp_path, replace(SAID, entities=moved)))


def test_a_relation_without_evidence_is_found(tmp_path: Path) -> None:
    found = messages(graph_of(tmp_path, replace(SAID, relations=(replace(BOUGHT, evidence=()),))))
    assert "a relation cites at least one sentence" in found
    assert "an edge has no claim with evidence behind it" in found


@pytest.mark.parametrize("forward", [True, False])
def test_an_edge_that_no_claim_states_is_found(tmp_path: Path, forward: bool) -> None:
    ends = (node(ACME.id), node(BOLT.id)) if forward else (node(BOLT.id), node(ACME.id))
    edge = Quad(ends[0], NamedNode(KG + "supplies"), ends[1], node(ARTICLE.id))
    assert messages(graph_of(tmp_path, SAID, edge)) == {"an edge has no claim with evidence behind it"}


def test_a_transaction_that_ended_writes_no_more(tmp_path: Path) -> None:
    from kg.errors import GraphError

    graph = Graph.create(tmp_path)
    with graph.transaction() as writer:
        assert isinstance(writer, Writer)
    with pytest.raises(GraphError, match="the transaction has ended"):
        writer.add(SAID)


def altered(folder: Path, change: Callable[[Store], None]) -> Graph:
    graph = graph_of(folder, SAID)
    with graph.transaction() as writer:
        change(writer._open())
    return graph


def replacing(predicate: str, old: Literal, new: Literal | None) -> Callable[[Store], None]:
    def change(store: Store) -> None:
        for quad in list(store.quads_for_pattern(None, NamedNode(predicate), old, None)):
            store.remove(quad)
            if new is not None:
                store.add(Quad(quad.subject, quad.predicate, new, quad.graph_name))

    return change


def integer(value: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + "integer"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (replacing(SCHEMA + "articleBody", Literal(TEXT), None), "the article has no text or no language"),
        (
            replacing(SCHEMA + "articleBody", Literal(TEXT), Literal(TEXT + " Again.")),
            "the article is not the one that was read: its SHA-256 is another",
        ),
        (
            replacing(KG + "start", integer("12"), integer("x")),
            "a quote needs exactly one text, start and end, and numbers for the last two",
        ),
        (
            replacing(KG + "start", integer("12"), integer("-20")),
            "the quote 'Bolt' does not stand at -20-16",
        ),
        (
            replacing(KG + "start", integer("12"), None),
            "a quote needs exactly one text, start and end, and numbers for the last two",
        ),
        (
            replacing(KG + "extractor", Literal(""), None),
            "what the article says cannot be told: a value is missing or malformed",
        ),
        (lambda store: store.clear_graph(node(ARTICLE.id)), "this graph is no article's"),
    ],
)
def test_damage_to_a_stored_article_is_reported_and_never_ends_the_check(
    tmp_path: Path, change: Callable[[Store], None], message: str
) -> None:
    assert message in messages(altered(tmp_path, change))


EDGE = (node(ACME.id), NamedNode(KG + "supplies"), node(BOLT.id))


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (DefaultGraph(), "a statement stands outside of every article's graph"),
        (NamedNode("https://other.example/graph"), "this graph is no article's"),
        (BlankNode("g"), "this graph is no article's"),
        (NamedNode(REFERENCE_GRAPH), "an edge has no claim with evidence behind it"),
    ],
)
def test_an_edge_outside_of_the_articles_is_found(
    tmp_path: Path, place: DefaultGraph | NamedNode | BlankNode, message: str
) -> None:
    assert message in messages(graph_of(tmp_path, SAID, Quad(*EDGE, place)))


def test_the_shapes_parse_their_queries_once_however_many_quotes_there_are(tmp_path: Path, monkeypatch) -> None:
    from rdflib.plugins.sparql import processor

    parsed: list[str] = []
    monkeypatch.setattr(processor, "parseQuery", lambda query: parsed.append(query) or pytest.fail("parsed again"))
    assert check(graph_of(tmp_path, SAID)).ok
    assert not parsed
