"""The same article gives the same claims: alone or among others, in any order, on any number of workers."""

from itertools import cycle
from pathlib import Path

from kg.extraction.extract import extract, extract_all
from kg.extraction.jsonl import to_json
from kg.extraction.pipeline import pipeline
from kg.model import Article
from kg.parallel import map_in_order

SHORT = ("Acme", "Acme fell.", "Acme Corp has bought Bolt Ltd for $5 million. It makes bolts.")
EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"


def articles() -> list[Article]:
    paths = sorted(p for p in EXAMPLES.iterdir() if p.suffix in (".txt", ".md"))
    return [Article(text=p.read_text(encoding="utf-8"), source=p.name) for p in paths] * 2


def test_order_and_company_do_not_change_an_extraction() -> None:
    read = articles()
    forward = [to_json(e) for e in map(extract, read)]
    backward = [to_json(e) for e in map(extract, reversed(read))]
    assert forward == backward[::-1]
    assert forward[0] == to_json(extract(read[0]))
    assert any(e["relations"] for e in forward)


def test_workers_do_not_change_extractions_or_their_order() -> None:
    read = articles()
    assert list(map_in_order(extract_all, read, workers=2)) == list(map(extract, read))


def test_articles_read_together_say_what_each_says_alone() -> None:
    short = [Article(text=text, source=str(n)) for n, text in enumerate(SHORT)]
    read = [one for pair in zip(articles(), cycle(short), strict=False) for one in pair]
    together = list(extract_all(read))
    assert [to_json(e) for e in together] == [to_json(extract(one)) for one in read]
    assert [e.article for e in together] == read


def test_texts_of_any_length_parse_among_others_as_they_do_alone() -> None:
    texts = [*SHORT, *(article.text[:length] for length, article in enumerate(articles(), start=1))]
    for together, text in zip(pipeline().pipe(texts, batch_size=len(texts)), texts, strict=True):
        alone = pipeline()(text)
        assert together.tensor.tobytes() == alone.tensor.tobytes()
        assert [(t.tag_, t.dep_, t.head.i) for t in together] == [(t.tag_, t.dep_, t.head.i) for t in alone]


def test_entities_and_claims_are_sorted_by_id() -> None:
    for found in map(extract, articles()[:4]):
        assert [e.id for e, _ in found.entities] == sorted(e.id for e, _ in found.entities)
        assert [r.id for r in found.relations] == sorted(r.id for r in found.relations)
        assert [f.id for f in found.figures] == sorted(f.id for f in found.figures)
