"""``kg check`` finds what is not as it should be: a quote that moved, an edge that nothing supports."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg import Graph
from kg.check import check
from kg.graph import Writer
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation, entity_id
from kg.namespaces import KG
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
