"""``kg retract``: one article's word goes, by id or URL, and what others say stays."""

import json

import pytest

from kg import Graph
from kg.building import build
from tests.conftest import EXAMPLES

URL = "https://ledger.example/2025/12/29/alibaba-cloud"


@pytest.fixture
def graph(tmp_path) -> Graph:
    graph = Graph.create(tmp_path / "graph")
    build(EXAMPLES.glob("alibaba-*"), graph)
    return graph


def test_an_article_is_retracted_by_its_url(kg, graph: Graph, tmp_path, dump) -> None:
    result = kg("retract", URL + "?utm_source=mail", "--graph", graph.path)
    assert result.exit_code == 0
    assert "(Alibaba bets the house on cloud and AI)" in result.stdout
    harbor = Graph.create(tmp_path / "harbor")
    build(EXAMPLES.glob("*harbor*"), harbor)
    assert dump(Graph.open(graph.path)) == dump(harbor)


def test_an_article_is_retracted_by_its_id_and_counted(kg, graph: Graph) -> None:
    said = graph.extraction(URL)
    gone = json.loads(kg("retract", said.article.id, "--graph", graph.path, "--json").stdout)
    assert gone == {
        "article": said.article.id,
        "title": said.article.title,
        "entities": len(said.entities),
        "relations": len(said.relations),
        "figures": len(said.figures),
    }


def test_an_article_that_is_not_there_is_an_error(kg, graph: Graph, dump) -> None:
    before = dump(graph)
    result = kg("retract", "article/none", "--graph", graph.path)
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: no article 'article/none'")
    assert dump(Graph.open(graph.path)) == before
