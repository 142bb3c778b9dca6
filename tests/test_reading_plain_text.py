"""The text of a plain text file is the file's text: offsets are checked against it."""

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kg.model import Article
from kg.reading import ReadingOptions, read
from kg.reading.front_matter import split_front_matter

ANY = ReadingOptions(languages=None)


def text_of(path: Path) -> str:
    [article] = read(path, options=ANY)
    assert isinstance(article, Article), article
    return article.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r")))
def test_text_comes_back_exactly_as_the_file_holds_it(tmp_path: Path, noise: str) -> None:
    path = tmp_path / "a.txt"
    written = "Acme Robotics has bought Bolt from Ostermoor. " * (1 + len(noise) // 20) + noise
    path.write_bytes(written.encode())
    assert text_of(path) == path.read_text(encoding="utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_stands_behind_front_matter_is_kept_whole(body: str) -> None:
    assert split_front_matter("---\ntitle: Acme buys Bolt\n---\n" + body, "a.txt") == (
        {"title": "Acme buys Bolt"},
        body,
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_that_opens_with_no_rule_has_no_front_matter(text: str) -> None:
    assume(not text.startswith("---"))
    assert split_front_matter(text, "a.txt") == ({}, text)


def test_leading_and_trailing_blank_lines_stay(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n  Acme bought Bolt. \n\n")
    assert text_of(tmp_path / "a.txt") == "\n\n  Acme bought Bolt. \n\n"


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\nAcme bought Bolt.\n---\n")
    assert text_of(tmp_path / "a.txt") == "---\nAcme bought Bolt.\n---\n"


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "Acme bought Bolt for €4.".encode(),
        codecs.BOM_UTF16_LE + "Acme bought Bolt for €4.".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "Acme bought Bolt for €4.".encode("utf-16-be"),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert text_of(tmp_path / "a.txt") == "Acme bought Bolt for €4."


def test_front_matter_values_are_never_taken_for_other_types(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: 2026\npublisher: no\n---\nAcme bought Bolt.")
    [article] = read(tmp_path / "a.txt")
    assert isinstance(article, Article)
    assert (article.title, article.publisher) == ("2026", "no")
