"""The same article gives the same claims: alone or among others, in any order, on any number of workers."""

from pathlib import Path

from kg.extraction.extract import extract
from kg.extraction.jsonl import to_json
from kg.model import Article
from kg.parallel import map_in_order

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
    assert list(map_in_order(extract, read, workers=2)) == list(map(extract, read))


def test_entities_and_claims_are_sorted_by_id() -> None:
    for found in map(extract, articles()[:4]):
        assert [e.id for e, _ in found.entities] == sorted(e.id for e, _ in found.entities)
        assert [r.id for r in found.relations] == sorted(r.id for r in found.relations)
        assert [f.id for f in found.figures] == sorted(f.id for f in found.figures)
