"""The example articles become a graph in which every claim cites its article."""

from kg import Graph


def test_every_example_article_is_in_the_graph(example_graph: Graph) -> None:
    assert len(list(example_graph.articles())) == 12


def test_every_claim_cites_an_exact_span_of_its_article(example_graph: Graph) -> None:
    cited = 0
    for article in example_graph.articles():
        extraction = example_graph.extraction(article)
        for claim in extraction.claims:
            assert claim.evidence
            for evidence in claim.evidence:
                assert evidence.quote == extraction.article.text[evidence.start : evidence.end]
                cited += 1
    assert cited > 100


def test_an_edge_that_two_articles_state_cites_both(example_graph: Graph) -> None:
    alibaba = example_graph.find("Alibaba")[0].id
    publishers = [
        {s.article.publisher for s in sources}
        for sources in example_graph.relations(entity=alibaba, type="competes_with")
    ]
    assert publishers == [{"The Example Ledger (made up)", "Harbor Wire (made up)"}] * 2
