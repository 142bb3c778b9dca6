"""Taking an article away takes away exactly what only it supported."""

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import Graph
from kg.model import Extraction
from tests.strategies import extractions

some = st.lists(extractions(), min_size=1, max_size=4, unique_by=lambda e: e.article.id)
relaxed = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def dump(graph: Graph) -> bytes:
    out = io.BytesIO()
    graph.dump(out, format="nquads")
    return out.getvalue()


def built(folder, extractions_: list[Extraction]) -> Graph:
    graph = Graph.create(folder)
    with graph.transaction() as writer:
        for extraction in extractions_:
            writer.add(extraction)
    return graph


@relaxed
@given(kept=some, data=st.data())
def test_retracting_an_article_leaves_the_graph_as_if_it_had_never_been_added(tmp_path_factory, kept, data) -> None:
    taken = data.draw(st.sampled_from(kept))
    graph = built(tmp_path_factory.mktemp("with"), kept)
    with graph.transaction() as writer:
        writer.retract(taken.article.id)
    without = built(tmp_path_factory.mktemp("without"), [e for e in kept if e is not taken])
    assert dump(graph) == dump(without)


@relaxed
@given(kept=some, data=st.data())
def test_the_order_in_which_articles_are_added_does_not_show(tmp_path_factory, kept, data) -> None:
    shuffled = data.draw(st.permutations(kept))
    assert dump(built(tmp_path_factory.mktemp("a"), kept)) == dump(built(tmp_path_factory.mktemp("b"), shuffled))


@relaxed
@given(old=extractions(), new=extractions())
def test_a_new_version_of_an_article_replaces_all_that_the_old_one_said(tmp_path_factory, old, new) -> None:
    from dataclasses import replace

    url = "https://ledger.example/same"
    old, new = (_at(replace(e, article=replace(e.article, url=url))) for e in (old, new))
    graph = built(tmp_path_factory.mktemp("replaced"), [old, new])
    assert dump(graph) == dump(built(tmp_path_factory.mktemp("fresh"), [new]))


def _at(extraction: Extraction) -> Extraction:
    """The extraction with its evidence pointing at its own article, whose URL was changed."""
    from dataclasses import replace

    def moved(claim):
        return replace(claim, evidence=tuple(replace(e, article=extraction.article.id) for e in claim.evidence))

    return replace(
        extraction,
        relations=tuple(map(moved, extraction.relations)),
        figures=tuple(map(moved, extraction.figures)),
    )
