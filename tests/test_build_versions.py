"""Of two versions of one article in one build the one published last counts, in whatever order they come."""

import json
from itertools import permutations
from pathlib import Path

from kg import Graph
from kg.building import build

URL = "https://ledger.example/bolt"
EARLY = {"url": URL, "published": "2026-01-02", "text": "Acme Corp is in talks to buy Bolt Ltd for $5 million."}
LATE = {"url": URL + "#top", "published": "2026-01-03", "text": "Acme Corp has bought Bolt Ltd for $6 million in cash."}
UNDATED = {"url": URL, "text": "Acme Corp has denied that it wants to buy Bolt Ltd for any price."}


def built(folder: Path, *versions: dict[str, str], workers: int = 1) -> Graph:
    folder.mkdir()
    source = folder / "news.jsonl"
    source.write_text("".join(json.dumps(v) + "\n" for v in versions))
    graph = Graph.create(folder / "graph")
    report = build([source], graph, workers=workers)
    assert (report.read, report.added) == (len(versions), 1)
    return graph


def test_the_version_published_last_counts_in_any_order(tmp_path: Path, dump) -> None:
    wanted = dump(built(tmp_path / "only", LATE))
    for number, versions in enumerate(permutations([EARLY, LATE, UNDATED])):
        assert dump(built(tmp_path / str(number), *versions)) == wanted


def test_versions_of_one_date_are_told_apart_by_their_hash(tmp_path: Path, dump) -> None:
    other = {**LATE, "text": "Acme Corp has bought Bolt Ltd for $7 million in cash."}
    assert dump(built(tmp_path / "a", LATE, other)) == dump(built(tmp_path / "b", other, LATE))


def test_an_old_version_met_first_does_not_undo_what_the_graph_holds(tmp_path: Path, dump) -> None:
    graph = built(tmp_path / "a", LATE)
    before = dump(graph)
    both = tmp_path / "both.jsonl"
    for versions in ([EARLY, LATE], [LATE, EARLY]):
        both.write_text("".join(json.dumps(v) + "\n" for v in versions))
        report = build([both], graph)
        assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
        assert dump(graph) == before
