"""One bad article is reported with its reason, and the rest is built."""

import pickle
from pathlib import Path

import pytest

from kg import Graph
from kg.building import build
from kg.errors import BuildError, ReadingError

GOOD = "Acme Corp has bought Bolt Ltd for $5 million."


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "good.txt").write_text(GOOD)
    (folder / "latin.txt").write_bytes("Acme a acheté Bolt à Genève.".encode("latin-1"))
    (folder / "report.txt").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    return folder


def test_the_rest_is_built_and_each_failure_has_its_reason(tmp_path: Path, sources: Path) -> None:
    graph = Graph.create(tmp_path / "graph")
    report = build([sources, tmp_path / "missing.txt"], graph)
    assert report.added == 1
    assert [Path(e.source).name for e in report.failed] == ["missing.txt", "empty.txt", "latin.txt", "report.txt"]
    assert all(e.reason for e in report.failed)


def test_a_strict_build_writes_nothing(tmp_path: Path, sources: Path) -> None:
    graph = Graph.create(tmp_path / "graph")
    with pytest.raises(BuildError) as error:
        build([sources], graph, strict=True)
    assert len(error.value.failed) == 3
    assert graph.statistics().articles == 0
    assert Graph.open(tmp_path / "graph").statistics().articles == 0


def test_a_strict_build_without_failures_is_like_any_other(tmp_path: Path, sources: Path) -> None:
    graph = Graph.create(tmp_path / "graph")
    assert build([sources / "good.txt"], graph, strict=True).added == 1


@pytest.fixture
def extraction_fails_on_bolt(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.extraction import extract

    working = extract.collect

    def failing(doc, article):
        if "Bolt" in article.text:
            raise ZeroDivisionError("a bug")
        return working(doc, article)

    monkeypatch.setattr(extract, "collect", failing)


@pytest.mark.usefixtures("extraction_fails_on_bolt")
def test_an_article_on_which_the_extraction_fails_is_one_failure(tmp_path: Path, sources: Path) -> None:
    (sources / "other.txt").write_text("Dire Corp has sued Eel Ltd over two patents.")
    graph = Graph.create(tmp_path / "graph")
    report = build([sources / "good.txt", sources / "other.txt"], graph)
    assert report.added == 1
    [failure] = report.failed
    assert failure.source == str(sources / "good.txt")
    assert failure.reason == "extraction failed: ZeroDivisionError: a bug"


DIRE = "Dire Corp has sued Eel Ltd over two patents."


@pytest.mark.parametrize("url", ["---\nurl: https://ledger.example/1\n---\n", ""], ids=["with a URL", "without"])
def test_the_version_in_the_graph_stays_when_the_extraction_of_the_next_fails(
    tmp_path: Path, request: pytest.FixtureRequest, dump, url: str
) -> None:
    source = tmp_path / "story.txt"
    source.write_text(url + DIRE)
    graph = Graph.create(tmp_path / "graph")
    build([source], graph)
    before = dump(graph)
    source.write_text(url + GOOD)
    request.getfixturevalue("extraction_fails_on_bolt")
    for _ in range(2):
        report = build([source], graph)
        assert (len(report.failed), report.replaced) == (1, 0)
        assert dump(graph) == before


@pytest.mark.usefixtures("extraction_fails_on_bolt")
@pytest.mark.parametrize("in_the_graph", [True, False])
def test_which_version_comes_first_does_not_matter_when_the_newest_fails(
    tmp_path: Path, dump, in_the_graph: bool
) -> None:
    def story(file: str, published: str, text: str) -> Path:
        path = tmp_path / file
        path.write_text(f"---\nurl: https://ledger.example/1\npublished: {published}\n---\n{text}")
        return path

    first = story("first.md", "2026-01-01", DIRE)
    sources = [story("b.txt", "2026-02-01", DIRE + " Eel denied it."), story("c.txt", "2026-03-01", GOOD)]
    others = [story("b.text", "2026-03-01", GOOD), story("c.text", "2026-02-01", DIRE + " Eel denied it.")]
    dumps = set()
    for name, order in (("one", sources), ("other", others)):
        graph = Graph.create(tmp_path / name)
        if in_the_graph:
            build([first], graph)
        before = dump(graph)
        assert len(build(order, graph).failed) == 1
        assert dump(graph) == before
        dumps.add(before)
    assert len(dumps) == 1


def test_errors_can_travel_between_processes() -> None:
    error = BuildError((ReadingError("a.txt", "empty"),))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
