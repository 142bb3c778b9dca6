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

    working = extract.extract

    def failing(article):
        if "Bolt" in article.text:
            raise ZeroDivisionError("a bug")
        return working(article)

    monkeypatch.setattr(extract, "extract", failing)


@pytest.mark.usefixtures("extraction_fails_on_bolt")
def test_an_article_on_which_the_extraction_fails_is_one_failure(tmp_path: Path, sources: Path) -> None:
    (sources / "other.txt").write_text("Dire Corp has sued Eel Ltd over two patents.")
    graph = Graph.create(tmp_path / "graph")
    report = build([sources / "good.txt", sources / "other.txt"], graph)
    assert report.added == 1
    [failure] = report.failed
    assert failure.source == str(sources / "good.txt")
    assert failure.reason == "extraction failed: ZeroDivisionError: a bug"


def test_the_claims_of_a_version_that_is_gone_do_not_outlive_a_failed_extraction(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = tmp_path / "story.txt"
    source.write_text("---\nurl: https://ledger.example/1\n---\nDire Corp has sued Eel Ltd over two patents.")
    graph = Graph.create(tmp_path / "graph")
    build([source], graph)
    source.write_text(f"---\nurl: https://ledger.example/1\n---\n{GOOD}")
    request.getfixturevalue("extraction_fails_on_bolt")
    report = build([source], graph)
    assert len(report.failed) == 1
    assert graph.statistics().articles == 0


def test_errors_can_travel_between_processes() -> None:
    error = BuildError((ReadingError("a.txt", "empty"),))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
