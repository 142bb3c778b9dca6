"""``kg build``: its streams, its exit codes, its JSON."""

import json
from pathlib import Path

import pytest

STORY = "Acme Corp has bought Bolt Ltd for $5 million."


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bolt.txt").write_text(STORY)
    (folder / "empty.txt").write_bytes(b"")
    return folder


def test_the_summary_goes_to_stdout_and_failures_to_stderr(kg, news: Path, tmp_path: Path) -> None:
    result = kg("build", news, "--graph", tmp_path / "graph")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 articles read: 1 added, 0 changed, 0 unchanged, 1 failed\n")
    assert result.stderr.startswith(f"failed: {news / 'empty.txt'}: ")
    assert result.stderr.count("\n") == 1


def test_quiet_prints_failures_only(kg, news: Path, tmp_path: Path) -> None:
    result = kg("build", news, "--graph", tmp_path / "graph", "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "empty.txt" in result.stderr


def test_json_holds_every_count_and_failure(kg, news: Path, tmp_path: Path) -> None:
    result = kg("build", news, "--graph", tmp_path / "graph", "--json")
    report = json.loads(result.stdout)
    assert result.stderr == ""
    assert report["published"] is True
    assert (report["read"], report["added"], report["relations"] + report["figures"] > 0) == (1, 1, True)
    assert [f["source"] for f in report["failed"]] == [str(news / "empty.txt")]


def test_strict_ends_with_1_and_writes_nothing(kg, news: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    result = kg("build", news, "--graph", graph, "--strict", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["published"] is False
    assert result.stderr.startswith("kg: 1 article could not be read, so nothing was written")
    assert json.loads(kg("stats", "--graph", graph, "--json").stdout)["articles"] == 0


def test_a_long_list_of_failures_is_cut_short_for_people_only(kg, tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(json.dumps({"text": STORY}) + "\n" + "broken\n" * 30)
    result = kg("build", news, "--graph", tmp_path / "a")
    assert result.stderr.count("failed: ") == 20
    assert result.stderr.endswith("and 10 more that failed; --json lists all\n")
    assert len(json.loads(kg("build", news, "--graph", tmp_path / "b", "--json").stdout)["failed"]) == 30


def test_reading_nothing_at_all_is_an_error(kg, tmp_path: Path) -> None:
    result = kg("build", tmp_path / "typo", "--graph", tmp_path / "graph")
    assert result.exit_code == 1
    assert result.stderr.endswith("kg: no article could be read\n")


def test_articles_come_from_standard_input(kg, tmp_path: Path) -> None:
    result = kg("build", "-", "--graph", tmp_path / "graph", input=STORY)
    assert "1 added" in result.stdout


def test_a_column_can_be_named(kg, tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text(json.dumps({"story": STORY}))
    arguments = ("build", tmp_path / "news.jsonl", "--graph", tmp_path / "graph")
    assert kg(*arguments).exit_code == 1
    assert kg(*arguments, "--column", "text=story").exit_code == 0


@pytest.mark.parametrize("wrong", [["--column", "text"], ["--column", "colour=x"], ["--workers", "0"]])
def test_wrong_options_are_usage_errors(kg, news: Path, tmp_path: Path, wrong: list[str]) -> None:
    assert kg("build", news, "--graph", tmp_path / "graph", *wrong).exit_code == 2
