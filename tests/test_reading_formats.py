"""Every format gives the same article: its text and what is known of it."""

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.model import Article
from kg.reading import ReadingOptions, read

EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"
BODY = "Acme Robotics has bought Bolt for $40 million.\n\nThe deal closes in May.\n"
ROW = {
    "text": BODY,
    "title": "Acme buys Bolt",
    "publisher": "The Example Ledger (made up)",
    "authors": ["Ann Oduya", "Bo Renn"],
    "published": "2026-05-06",
    "url": "https://ledger.example/acme-bolt",
}
FRONT = """---
title: Acme buys Bolt
publisher: The Example Ledger (made up)
authors: [Ann Oduya, Bo Renn]
published: 2026-05-06
url: https://ledger.example/acme-bolt
---
"""
PAGE = """<html lang="en"><head><title>Acme buys Bolt</title>
<link rel="canonical" href="https://ledger.example/acme-bolt"><meta name="author" content="Ann Oduya">
<meta property="og:site_name" content="The Example Ledger (made up)">
<meta property="article:published_time" content="2026-05-06T09:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/m">Markets</a></nav><article><h1>Acme buys Bolt</h1>
<p>Acme Robotics has bought Bolt for $40 million, the two companies said on Wednesday in a joint statement.</p>
<p>The deal closes in May. Bolt, which is based in Leeds, will go on making warehouse robots under its own name.</p>
</article><footer>All rights reserved</footer></body></html>"""


def one(path: Path, **options: object) -> Article:
    [article] = read(path, options=ReadingOptions(**options))  # type: ignore[arg-type]
    assert isinstance(article, Article), article
    return article


def check_fields(article: Article) -> None:
    assert article.text == BODY
    assert article.title == "Acme buys Bolt"
    assert article.publisher == "The Example Ledger (made up)"
    assert article.authors == ("Ann Oduya", "Bo Renn")
    assert article.published == "2026-05-06"
    assert article.url == "https://ledger.example/acme-bolt"
    assert article.language == "en"


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_text_and_markdown_take_their_fields_from_front_matter(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FRONT + BODY)
    article = one(tmp_path / name)
    check_fields(article)
    assert article.source == str(tmp_path / name)


def test_json_lines_hold_one_article_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n" + json.dumps(ROW) + "\n")
    article = one(path)
    check_fields(article)
    assert article.source == f"{path}:2"


def test_parquet_holds_one_article_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([{**ROW, "published": datetime.date(2026, 5, 6)}]), path)
    article = one(path)
    check_fields(article)
    assert article.source == f"{path}#1"


def test_parquet_times_in_nanoseconds_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    column = pa.array([1_778_058_000_000_000_001], pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"text": [BODY], "published": column}), path)
    assert one(path).published == "2026-05-06T09:00:00+00:00"


def test_html_gives_the_article_without_navigation_and_footer(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    article = one(tmp_path / "a.html")
    assert "The deal closes in May." in article.text
    assert "Markets" not in article.text
    assert "rights reserved" not in article.text
    assert article.title == "Acme buys Bolt"
    assert article.authors == ("Ann Oduya",)
    assert article.publisher == "The Example Ledger (made up)"
    assert article.published == "2026-05-06"
    assert article.url == "https://ledger.example/acme-bolt"


def test_html_expands_no_entities_and_reads_no_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    (tmp_path / "a.html").write_text(doctype + PAGE.replace("The deal closes", "&x; The deal closes"))
    assert "hunter2" not in one(tmp_path / "a.html").text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
def test_html_is_read_in_the_charset_it_declares(tmp_path: Path, declared: str) -> None:
    page = PAGE.replace("<head>", f'<head><meta charset="{declared}">').replace("in Leeds", "in Zürich")
    (tmp_path / "a.html").write_bytes(page.encode("cp1252"))
    assert "Zürich" in one(tmp_path / "a.html").text


def test_markdown_without_a_title_takes_its_first_heading(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Acme buys Bolt\n\n" + BODY)
    article = one(tmp_path / "a.md")
    assert article.title == "Acme buys Bolt"
    assert article.text.startswith("# Acme buys Bolt\n")


def test_usual_column_names_are_understood(tmp_path: Path) -> None:
    row = {"Body": BODY, "headline": "Acme buys Bolt", "site": "The Example Ledger (made up)"}
    row |= {"author": "Ann Oduya; Bo Renn", "date": "May 6, 2026", "link": "https://ledger.example/acme-bolt"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    check_fields(one(tmp_path / "a.jsonl"))


def test_a_column_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({**ROW, "text": "A teaser.", "story": BODY}))
    check_fields(one(tmp_path / "a.jsonl", columns={"text": "story"}))


def test_format_can_be_named_for_files_without_an_extension(tmp_path: Path) -> None:
    (tmp_path / "story").write_text(BODY)
    assert one(tmp_path / "story", format="text").text == BODY


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "/relative", "http://[bad", "https://"])
def test_only_web_addresses_are_kept_as_url(tmp_path: Path, url: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({**ROW, "url": url}))
    assert one(tmp_path / "a.jsonl").url is None


def test_the_examples_are_twelve_articles_of_two_publishers() -> None:
    articles = [a for a in read(EXAMPLES) if isinstance(a, Article)]
    assert len(articles) == len(list(read(EXAMPLES))) == 12
    assert {a.publisher for a in articles} == {"The Example Ledger (made up)", "Harbor Wire (made up)"}
    assert all(a.title and a.url and a.authors and a.published and a.language == "en" for a in articles)
    assert len({a.id for a in articles}) == 12
