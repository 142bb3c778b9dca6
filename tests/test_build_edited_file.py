"""A file without a URL, edited, replaces what it said before."""

from pathlib import Path

import pytest

from kg import Graph
from kg.building import build

OLD = "Acme Corp has bought Bolt Ltd for $5 million."
NEW = "Acme Corp has bought Bolt Ltd for $6 million, after talks that took a year."
WITH_URL = "---\nurl: https://ledger.example/bolt\n---\n" + NEW


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph.create(tmp_path / "graph")


def texts(graph: Graph) -> set[str]:
    return {graph.article(a).text for a in graph.articles()}


@pytest.mark.parametrize("edited", [NEW, WITH_URL])
def test_the_old_text_is_gone_after_an_edit(tmp_path: Path, graph: Graph, edited: str) -> None:
    file = tmp_path / "bolt.txt"
    file.write_text(OLD)
    build([file], graph)
    file.write_text(edited)
    report = build([file], graph)
    assert report.replaced == 1
    assert texts(graph) == {NEW}


def test_the_old_text_stays_while_another_file_holds_it(tmp_path: Path, graph: Graph) -> None:
    file, copy = tmp_path / "bolt.txt", tmp_path / "copy.txt"
    file.write_text(OLD)
    copy.write_text(OLD)
    build([file, copy], graph)
    file.write_text(NEW)
    build([file], graph)
    assert texts(graph) == {OLD, NEW}
    copy.write_text(NEW)
    build([copy], graph)
    assert texts(graph) == {NEW}


def test_the_old_text_stays_when_its_file_was_renamed(tmp_path: Path, graph: Graph) -> None:
    file = tmp_path / "bolt.txt"
    file.write_text(OLD)
    build([file], graph)
    file.rename(tmp_path / "archive.txt")
    file.write_text(NEW)
    build([tmp_path / "*.txt"], graph)
    assert texts(graph) == {OLD, NEW}


def test_an_edited_file_with_another_url_leaves_the_first_article(tmp_path: Path, graph: Graph) -> None:
    file = tmp_path / "latest.txt"
    file.write_text("---\nurl: https://ledger.example/1\n---\n" + OLD)
    build([file], graph)
    file.write_text(WITH_URL)
    build([file], graph)
    assert texts(graph) == {OLD, NEW}


@pytest.mark.parametrize("damage", [Path.unlink, lambda ledger: ledger.write_bytes(b"no database" * 100)])
def test_the_ledger_may_be_lost(tmp_path: Path, graph: Graph, damage) -> None:
    file = tmp_path / "bolt.txt"
    file.write_text(OLD)
    build([file], graph)
    damage(tmp_path / "graph" / "sources.sqlite")
    build([file], graph)
    file.write_text(NEW)
    build([file], graph)
    assert texts(graph) == {NEW}
