"""A bad article is an error that says what is wrong and where; the others are read."""

import json
import os
import pickle
import random
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import ReadingError
from kg.model import Article
from kg.reading import ReadingOptions, read

GOOD = "Acme Robotics has bought Bolt."
JUNK = random.Random(7).randbytes(10_000_000)
GERMAN = "Der Konzern hat im vergangenen Jahr deutlich mehr Umsatz gemacht als von den Analysten erwartet wurde. " * 4

BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b"", "empty"),
    "whitespace": ("a.txt", b" \n\t\n", "empty"),
    "only front matter": ("a.txt", b"---\ntitle: Acme\n---\n", "empty"),
    "latin-1": ("a.txt", "Zürich profits rose".encode("latin-1"), "not UTF-8: byte 0xfc at byte 1; convert it"),
    "pdf": ("a.txt", b"%PDF-1.7\n%...", "this is a PDF"),
    "docx": ("a.txt", b"PK\x03\x04\x14\x00", "ZIP archive or an Office document"),
    "png": ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "PNG image"),
    "nul": ("a.txt", b"Acme bought\x00 Bolt", "NUL character at character 11"),
    "control": ("a.txt", b"Acme \x01\x02\x03\x04 Bolt", "mostly control characters"),
    "ten megabytes": ("a.txt", JUNK, "10,000,000 bytes, more than"),
    "long": ("a.txt", b"Acme. " * 200_000, "longer than 1,000,000 characters"),
    "digits": ("a.txt", b"1 2 3 4 5 6 7 8 9 0 " * 9, "hardly any letters"),
    "one token": ("a.txt", b"QWxpYmFiYSBHcm91cA" * 100, "hardly any spaces"),
    "german": ("a.txt", GERMAN.encode(), "its language looks like 'de'"),
    "declared chinese": ("a.txt", b"---\nlanguage: zh-Hans\n---\n" + GOOD.encode(), "its language is 'zh'"),
    "front matter open": ("a.txt", b"---\ntitle: Acme\nAcme bought Bolt.", "no --- line closes it"),
    "front matter broken": ("a.txt", b"---\ntitle: Acme: buys\n---\n" + GOOD.encode(), "does not parse in line 2"),
    "front matter nested": ("a.md", b"---\ntitle: " + b"[" * 9000 + b"\n---\nAcme", "front matter does not parse"),
    "front matter type": ("a.md", b"---\ntitle: [a]\n---\nAcme bought Bolt.", "'title' is a list, not text"),
    "page without article": ("a.html", b"<html><body><a href='/'>Home</a></body></html>", "no article found"),
    "no page at all": ("a.html", b"<", "no article found"),
    "deep page": ("a.html", b"<html><body>" + b"<div>" * 100_000 + b"text", "nested more than 200 deep"),
    "long page": ("a.html", b"<html><body>" + b"<p>text</p>" * 30_000, "more than 20,000 HTML elements"),
    "wide tag": ("a.html", b"<html><body><p " + b" ".join(b"a%d" % i for i in range(60_000)), "an HTML tag of more"),
    "broken json": ("a.jsonl", b'{"text": "Acme', "broken JSON at character 9"),
    "no object": ("a.jsonl", b'["Acme bought Bolt."]', "not a JSON object"),
    "deep json": ("a.jsonl", b'{"text":' + b"[" * 200_000, "nested too deep"),
    "no text": ("a.jsonl", b'{"titel": "Acme", "txt": "Acme"}', "no text: found 'titel', 'txt'"),
    "null text": ("a.jsonl", b'{"text": null}', "no text: found 'text'"),
    "number": ("a.jsonl", b'{"text": 12}', "'text' is a number, not text"),
    "title": ("a.jsonl", b'{"text": "Acme bought Bolt.", "title": true}', "'title' is true or false, not text"),
    "surrogate": ("a.jsonl", b'{"text": "Acme \\ud800 bought Bolt."}', "half a surrogate pair at character 5"),
    "bytes in json": ("a.jsonl", b'{"text": "Z\xfcrich"}', "not UTF-8"),
    "zipped lines": ("a.jsonl", b"\x1f\x8b\x08\x00", "gzip data"),
    "empty lines": ("a.jsonl", b"\n\n", "empty"),
    "no parquet": ("a.parquet", b"PAR1 nothing", "not a readable Parquet file"),
    "empty parquet": ("a.parquet", b"", "empty"),
    "unknown": ("a.docx", b"PK", "files of kind '.docx' are not read; supported are .txt"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_reported_with_its_reason(tmp_path: Path, case: str) -> None:
    name, data, reason = BAD_FILES[case]
    path = tmp_path / name
    path.write_bytes(data)
    [error] = read(path)
    assert isinstance(error, ReadingError)
    assert reason in error.reason
    assert error.source.startswith(str(path))
    assert len(str(error)) < 600


def test_a_good_file_is_read_beside_every_bad_one(tmp_path: Path) -> None:
    for number, (name, data, _) in enumerate(BAD_FILES.values()):
        (tmp_path / f"{number}{name}").write_bytes(data)
    (tmp_path / "good.txt").write_text(GOOD)
    found = list(read(tmp_path))
    assert [a.text for a in found if isinstance(a, Article)] == [GOOD]
    assert len(found) == len(BAD_FILES)  # the .docx in a folder is passed over


def test_a_bad_line_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": GOOD}) + "\n{oops}\n" + json.dumps({"text": GOOD + " Again."}) + "\n")
    first, error, last = read(path)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(error, ReadingError)
    assert error.source == f"{path}:2"


def test_an_endless_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "' + "a" * 200_000 + '"}\n' + json.dumps({"text": GOOD}) + "\n")
    error, article = read(path, options=ReadingOptions(max_chars=1_000))
    assert isinstance(error, ReadingError)
    assert "line of more than" in error.reason
    assert isinstance(article, Article)
    assert article.source == f"{path}:2"


def test_parquet_without_a_text_column_names_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"story": [GOOD], "id": [1]}), path)
    [error] = read(path)
    assert isinstance(error, ReadingError)
    assert "the columns are story, id" in error.reason
    [article] = read(path, options=ReadingOptions(columns={"text": "story"}))
    assert isinstance(article, Article)


def test_a_bad_row_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [GOOD, None, " ", GOOD]}), path)
    found = list(read(path))
    assert [a.source for a in found] == [f"{path}#{n}" for n in (1, 2, 3, 4)]
    assert [isinstance(a, Article) for a in found] == [True, False, False, True]


def test_missing_files_empty_folders_and_patterns_without_match_are_errors(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "gone.txt")
    found = list(read(tmp_path / "none.txt", tmp_path / "empty", f"{tmp_path}/*.md", tmp_path / "dangling.txt"))
    reasons = {Path(e.source).name: e.reason for e in found if isinstance(e, ReadingError)}
    assert len(reasons) == len(found) == 4
    assert "no such file" in reasons["none.txt"]
    assert "no article in this folder" in reasons["empty"]
    assert "no file matches" in reasons["*.md"]
    assert "No such file" in reasons["dangling.txt"]


def test_a_file_one_may_not_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "a.txt").chmod(0)
    # Root may read every file, so a child that is nobody reads it, in a folder that nobody may enter.
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    ours, theirs = Pipe(duplex=False)
    child = get_context("fork").Process(target=_read_as_nobody, args=(tmp_path / "a.txt", theirs))
    child.start()
    [error] = ours.recv()
    child.join()
    assert isinstance(error, ReadingError)
    assert "Permission denied" in error.reason


def _read_as_nobody(path: Path, to: Connection) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    to.send(list(read(path)))


def test_other_languages_are_read_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GERMAN)
    [article] = read(tmp_path, options=ReadingOptions(languages=None))
    assert isinstance(article, Article)
    assert article.language == "de"


@pytest.mark.parametrize("options", [{"format": "pdf"}, {"columns": {"txt": "body"}}, {"max_chars": 0}])
def test_options_that_mean_nothing_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ReadingError):
        ReadingOptions(**options)  # type: ignore[arg-type]


def test_an_error_travels_between_processes() -> None:
    error = ReadingError("a.txt", "empty")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
