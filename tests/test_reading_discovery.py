"""Which files are read, and in which order."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import ReadingError
from kg.model import Article
from kg.reading import Source, discover, read

TEXT = "Acme Robotics has bought Bolt."


def names(folder: Path, *sources: str | Path) -> list[str]:
    return [os.path.relpath(s.path, folder) for s in discover(sources) if isinstance(s, Source)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ["b.txt", "a.md", "sub/c.txt", "sub/deep/d.jsonl", ".hidden.txt", ".git/e.txt", "image.png", "F.TXT"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    return tmp_path


def test_a_folder_is_walked_in_order_without_hidden_files_and_other_kinds(folder: Path) -> None:
    assert names(folder, folder) == ["F.TXT", "a.md", "b.txt", "sub/c.txt", "sub/deep/d.jsonl"]


def test_the_order_of_the_sources_does_not_matter(folder: Path) -> None:
    sources = [folder / "sub", folder / "b.txt", folder / "a.md"]
    assert discover(sources) == discover(sources[::-1])


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "b.txt")
    assert names(folder, folder / "b.txt", folder, f"{folder}/*.txt").count("b.txt") == 1
    assert "link.txt" not in names(folder, folder)


def test_globs_reach_into_folders(folder: Path) -> None:
    assert names(folder, f"{folder}/**/*.txt") == ["b.txt", "sub/c.txt"]


def test_links_that_lead_round_in_circles_end(folder: Path) -> None:
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "sub" / "self").symlink_to(folder / "sub", target_is_directory=True)
    assert names(folder, folder) == ["F.TXT", "a.md", "b.txt", "sub/c.txt", "sub/deep/d.jsonl"]
    assert len(names(folder, f"{folder}/**/*.txt")) == 2


def test_what_cannot_be_found_does_not_stop_the_rest(folder: Path) -> None:
    found = discover([folder / "b.txt", folder / "none.txt", folder / "image.png"])
    assert [type(f) for f in found] == [Source, ReadingError, ReadingError]


def test_standard_input_can_hold_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert [a.text for a in read("-") if isinstance(a, Article)] == [TEXT]


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (TEXT, [TEXT]),
        ('{"text": "Acme bought Bolt."}\n{"text": "Bolt sued Acme."}\n', ["Acme bought Bolt.", "Bolt sued Acme."]),
        (f"<!DOCTYPE html><html><body><article><p>{TEXT * 10}</p></article></body></html>", [TEXT * 10]),
    ],
)
def test_the_format_of_standard_input_is_told_from_its_start(data: str, texts: list[str]) -> None:
    script = "import kg.reading as r, json; print(json.dumps([[a.source, a.text] for a in r.read('-')]))"
    done = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, text=True, check=True)
    assert [text for _, text in json.loads(done.stdout)] == texts


def test_pipes_and_devices_cannot_hold_a_build_up(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Acme has bought Bolt.")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "endless.jsonl").symlink_to("/dev/zero")
    for source in (tmp_path, tmp_path / "*"):
        assert [Path(s.path).name for s in discover([source]) if isinstance(s, Source)] == ["story.txt"]
    for name in ("pipe.txt", "endless.jsonl"):
        [error] = discover([tmp_path / name])
        assert isinstance(error, ReadingError)
        assert error.reason.startswith("a pipe or a device")
