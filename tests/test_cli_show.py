"""``kg show``: the card of an entity."""

import json

import pytest

from kg import Graph
from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation, entity_id


def test_the_card_groups_relations_with_status_quote_and_article(kg, example_folder) -> None:
    result = kg("show", "Alibaba", "--graph", example_folder)
    card = " ".join(result.stdout.split())
    assert card.startswith("Alibaba Group (Company, entity/alibaba-group)")
    assert "cik 0001577552, ticker BABA" in card
    assert "competes with Douyin current “" in card
    assert "Alibaba competes with Pinduoduo and Douyin in online retail" in card
    assert "Alibaba bets the house on cloud and AI, The Example Ledger (made up), 2025-12-29" in card
    assert "https://ledger.example/2025/12/29/alibaba-cloud" in card
    assert "53 billion USD" in card


def test_the_other_end_of_an_edge_reads_backwards(kg, example_folder) -> None:
    card = " ".join(kg("show", "Qwen3", "--graph", example_folder).stdout.split())
    assert "made by Alibaba Group current" in card


def test_json_holds_exact_quotes_and_offsets(kg, example_folder, example_graph: Graph) -> None:
    card = json.loads(kg("show", "Alibaba", "--graph", example_folder, "--json").stdout)
    assert card["entity"]["id"] == "entity/alibaba-group"
    assert card["figures"]
    quotes = 0
    for claim in (*card["relations"], *card["figures"]):
        for source in claim["sources"]:
            text = example_graph.article(source["article"]["id"]).text
            for evidence in source["evidence"]:
                assert evidence["quote"] == text[evidence["start"] : evidence["end"]]
                quotes += 1
    assert quotes > 10


def test_an_unknown_name_is_an_error_with_the_nearest_names(kg, example_folder) -> None:
    result = kg("show", "Alibabba", "--graph", example_folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: no entity is named 'Alibabba'")
    assert "did you mean alibaba" in result.stderr


@pytest.fixture
def two_acmes(tmp_path) -> Graph:
    graph = Graph.create(tmp_path / "graph")
    text = "Acme bought Bolt for $5."
    article = Article(text=text)
    company, product, bolt = (
        Entity(entity_id(n, t), n, t) for n, t in (("Acme", "Company"), ("Acme", "Product"), ("Bolt", "Company"))
    )
    evidence = (Evidence(article.id, 0, len(text), text, extractor="test"),)
    with graph.transaction() as writer:
        writer.add(
            Extraction(
                article,
                ((company, (Mention(0, 4, "Acme"),)), (bolt, (Mention(12, 16, "Bolt"),)), (product, ())),
                (Relation(company.id, "acquires", bolt.id, "completed", evidence),),
                (Figure(company.id, "deal_value", Quantity(5.0, "USD", "$5"), evidence, about=bolt.id),),
            )
        )
    return graph


def test_other_entities_of_the_same_name_are_listed(kg, two_acmes: Graph) -> None:
    shown = kg("show", "Acme", "--graph", two_acmes.path).stdout
    others = shown.partition("also of this name")[2]
    assert others.count("Acme (") == 1
    assert len(json.loads(kg("show", "Acme", "--graph", two_acmes.path, "--json").stdout)["others"]) == 1


def test_a_figure_about_an_entity_names_its_subject(kg, two_acmes: Graph) -> None:
    card = " ".join(kg("show", "Bolt", "--graph", two_acmes.path).stdout.split())
    assert "acquired by Acme completed" in card
    assert "of Acme 5 USD" in card
