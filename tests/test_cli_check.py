"""``kg check``: quiet about a good graph, loud about a bad one."""

import json

import pytest

from kg import Graph
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation


def test_a_good_graph_passes(kg, example_folder) -> None:
    result = kg("check", "--graph", example_folder)
    assert result.exit_code == 0
    assert result.stdout.startswith("12 articles and ")


@pytest.fixture
def misquoting(tmp_path) -> Graph:
    graph = Graph.create(tmp_path / "graph")
    article = Article(text="Acme bought Bolt.")
    acme, bolt = Entity("entity/acme", "Acme", "Company"), Entity("entity/bolt", "Bolt", "Company")
    evidence = (Evidence(article.id, 0, 17, "Acme sold Bolt...", extractor="test"),)
    with graph.transaction() as writer:
        writer.add(
            Extraction(
                article,
                ((acme, (Mention(0, 4, "Acme"),)), (bolt, (Mention(12, 16, "Bolt"),))),
                (Relation(acme.id, "acquires", bolt.id, "completed", evidence),),
                (),
            )
        )
    return graph


def test_a_wrong_quote_fails_the_check(kg, misquoting: Graph) -> None:
    result = kg("check", "--graph", misquoting.path)
    assert result.exit_code == 1
    assert "article/" in result.stdout
    assert result.stderr.startswith("kg: ")
    as_json = kg("check", "--graph", misquoting.path, "--json")
    assert as_json.exit_code == 1
    report = json.loads(as_json.stdout)
    assert report["ok"] is False
    assert report["problems"][0]["message"]
