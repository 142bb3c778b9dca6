"""What an article says comes back from the graph unchanged."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from kg import Graph
from kg.model import Extraction
from tests.strategies import extractions


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extraction=extractions())
def test_an_extraction_comes_back_as_it_was_added(tmp_path_factory, extraction: Extraction) -> None:
    graph = Graph.create(tmp_path_factory.mktemp("graph"))
    with graph.transaction() as writer:
        writer.add(extraction)
    assert graph.extraction(extraction.article.id) == extraction


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extraction=extractions())
def test_a_dump_can_be_read_by_rdflib_with_every_quad(tmp_path_factory, extraction: Extraction) -> None:
    import io

    import rdflib

    graph = Graph.create(tmp_path_factory.mktemp("graph"))
    with graph.transaction() as writer:
        writer.add(extraction)
    for format, rdflib_name in (("nquads", "nquads"), ("trig", "trig")):
        out = io.BytesIO()
        graph.dump(out, format=format)
        read = rdflib.Dataset()
        read.parse(data=out.getvalue().decode(), format=rdflib_name)
        assert len(read) == graph.statistics().quads


def test_a_graph_opened_from_another_folder_is_the_same(tmp_path: Path) -> None:
    from kg.model import Article

    graph = Graph.create(tmp_path / "a")
    with graph.transaction() as writer:
        writer.add(Extraction(Article(text="Nothing happened."), (), (), ()))
    (tmp_path / "a").rename(tmp_path / "b")
    assert list(Graph.open(tmp_path / "b").articles()) == list(graph.articles())
