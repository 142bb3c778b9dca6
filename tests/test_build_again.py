"""Building again skips what did not change and replaces what did."""

import json
from pathlib import Path

from kg import Graph
from kg.building import build


def lines(path: Path, *stories: tuple[str, str]) -> Path:
    path.write_text("".join(json.dumps({"url": url, "text": text}) + "\n" for url, text in stories))
    return path


BOLT = ("https://ledger.example/bolt", "Acme Corp has bought Bolt Ltd for $5 million. Acme is based in Leeds.")
DIRE = ("https://ledger.example/dire", "Dire Corp has sued Acme Corp over two patents on fast charging.")
BOLT_LATER = (BOLT[0], "Acme Corp has bought Bolt Ltd for $6 million, after talks that took a year.")


def test_articles_that_did_not_change_are_passed_over(tmp_path: Path, dump) -> None:
    source = lines(tmp_path / "news.jsonl", BOLT, DIRE)
    graph = Graph.create(tmp_path / "graph")
    first = build([source], graph)
    before = dump(graph)
    again = build([source], graph)
    assert (first.added, first.unchanged) == (2, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert (again.relations, again.figures) == (0, 0)
    assert dump(graph) == before


def test_a_changed_article_replaces_its_own_claims_and_no_others(tmp_path: Path, dump) -> None:
    graph = Graph.create(tmp_path / "graph")
    build([lines(tmp_path / "news.jsonl", BOLT, DIRE)], graph)
    report = build([lines(tmp_path / "news.jsonl", BOLT_LATER, DIRE)], graph)
    fresh = Graph.create(tmp_path / "fresh")
    build([tmp_path / "news.jsonl"], fresh)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    assert dump(graph) == dump(fresh)


def test_a_source_left_out_of_a_later_build_keeps_its_claims(tmp_path: Path) -> None:
    graph = Graph.create(tmp_path / "graph")
    build([lines(tmp_path / "a.jsonl", BOLT)], graph)
    build([lines(tmp_path / "b.jsonl", DIRE)], graph)
    assert graph.statistics().articles == 2
