"""An extraction survives the way to JSON and back, and the JSON has the form that the scoring script documents."""

import json

from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.extract import extract
from kg.extraction.jsonl import from_json, to_json
from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation

words = st.text(max_size=12)
numbers = st.integers(0, 10**6)
chances = st.floats(0, 1)
maybe = st.none() | words


def evidence(article: Article) -> st.SearchStrategy[tuple[Evidence, ...]]:
    one = st.builds(Evidence, st.just(article.id), numbers, numbers, words, st.lists(words).map(tuple), chances, words)
    return st.lists(one, max_size=3).map(tuple)


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    article = Article(text=draw(words), source=draw(words))
    pairs = st.lists(st.tuples(words, words)).map(tuple)
    entity = st.builds(Entity, words, words, words, st.lists(words).map(tuple), pairs)
    mentions = st.lists(st.builds(Mention, numbers, numbers, words, words), max_size=3).map(tuple)
    quantity = st.builds(Quantity, st.floats(allow_nan=False, allow_infinity=False), words, words)
    relation = st.builds(Relation, words, words, words, words, evidence(article))
    figure = st.builds(
        Figure, words, words, quantity, evidence(article), maybe, maybe, words, maybe, st.lists(quantity).map(tuple)
    )
    return Extraction(
        article=article,
        entities=tuple(draw(st.lists(st.tuples(entity, mentions), max_size=3))),
        relations=tuple(draw(st.lists(relation, max_size=3))),
        figures=tuple(draw(st.lists(figure, max_size=3))),
    )


@given(extractions())
def test_any_extraction_survives_json(extraction: Extraction) -> None:
    assert from_json(json.loads(json.dumps(to_json(extraction))), extraction.article) == extraction


def test_the_json_has_the_documented_form() -> None:
    text = "Corvane Corp has bought Ostermoor Ltd for $40 million."
    found = to_json(extract(Article(text=text, source="news/deals/corvane.txt")))
    assert found["doc"] == "corvane.txt"
    ids = {e["id"] for e in found["entities"]}
    assert {"id", "name", "type", "mentions"} <= found["entities"][0].keys()
    for mention in (m for e in found["entities"] for m in e["mentions"]):
        assert text[mention["start"] : mention["end"]] == mention["text"]
    assert found["relations"]
    for relation in found["relations"]:
        assert {"subject", "type", "object", "status", "evidence", "confidence"} <= relation.keys()
        assert {relation["subject"], relation["object"]} <= ids
        assert relation["evidence"][0]["quote"] == text
    assert [c["value"] for c in found["claims"]] == [40e6]
    assert {"metric", "unit", "period", "kind", "about", "also", "evidence"} <= found["claims"][0].keys()
