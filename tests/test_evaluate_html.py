"""``kg evaluate html``: how well text, title, publisher, authors and date come out of pages of several kinds."""

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import TrainingDataError
from kg.evaluation.pages import evaluate_pages

PAGES = Path(__file__).parent / "pages"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One page with its text and facts, to be changed."""
    for name in ("classic.html", "classic.txt", "classic.json"):
        shutil.copy(PAGES / name, tmp_path)
    return tmp_path


def test_the_reader_finds_the_articles_of_our_pages() -> None:
    found = evaluate_pages(PAGES)
    assert len(found.pages) == len(list(PAGES.glob("*.html"))) >= 5
    assert found.text.recall >= 0.99
    assert found.text.precision >= 0.95
    for field in ("title", "publisher", "authors", "published"):
        right, known = found.right(field)
        assert right == known > 0


@pytest.mark.parametrize(
    ("page", "beside"),
    [
        ("classic", "Loaves Most read steel Subscribe copyright"),
        ("consent", "privacy cookies advertisement newsletter share"),
        ("comments", "battery vaporware vending cheque reply"),
        ("related", "dockers Fenharrow lawyers"),
        ("tables", "Press Contact"),
    ],
)
def test_what_stands_around_the_article_is_left_out(page: str, beside: str) -> None:
    from kg.reading import read

    [article] = read(PAGES / f"{page}.html")
    words = set(article.text.casefold().split())
    assert not words & set(beside.casefold().split())


def test_tokens_count_as_often_as_they_stand(tmp_path: Path) -> None:
    shutil.copy(PAGES / "tables.html", tmp_path)
    text = (PAGES / "tables.txt").read_text()
    (tmp_path / "tables.txt").write_text(text + text)
    doubled = evaluate_pages(tmp_path).text
    assert (doubled.precision, doubled.recall, doubled.gold) == (1.0, 0.5, 2 * doubled.predicted)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another title"),
        ("publisher", "Another paper"),
        ("authors", ["Ilse Varga", "A second author"]),
        ("published", "2026-03-12"),
    ],
)
def test_a_field_that_differs_is_wrong_and_the_others_stay_right(folder: Path, field: str, value: object) -> None:
    facts = json.loads((folder / "classic.json").read_text())
    (folder / "classic.json").write_text(json.dumps({**facts, field: value}))
    [page] = evaluate_pages(folder).pages
    assert {name for name, right in page.fields.items() if not right} == {field}


def test_case_punctuation_and_the_time_of_day_do_not_matter(folder: Path) -> None:
    facts = json.loads((folder / "classic.json").read_text())
    facts |= {"title": facts["title"].upper() + "!", "published": "2026-03-11T23:00:00Z"}
    (folder / "classic.json").write_text(json.dumps(facts))
    [page] = evaluate_pages(folder).pages
    assert page.fields["title"]
    assert page.fields["published"]


def test_without_facts_only_the_text_is_compared(folder: Path) -> None:
    (folder / "classic.json").unlink()
    found = evaluate_pages(folder)
    assert found.pages[0].fields == {}
    assert found.to_json()["title"] is None


def test_a_page_that_cannot_be_read_counts_as_one_without_text(folder: Path) -> None:
    (folder / "classic.html").write_text("<html><body><p>Too short.</p></body></html>")
    [page] = evaluate_pages(folder).pages
    assert (page.text.predicted, page.text.recall, set(page.fields.values())) == (0, 0.0, {False})
    assert "no article found" in (page.failure or "")


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("classic.txt", None, r"classic\.html: classic\.txt is missing"),
        ("classic.txt", "", r"classic\.json: "),
        ("classic.json", "{", r"classic\.json, column 2: no valid JSON"),
        ("classic.json", "[]", r"classic\.json: is a list, not an object"),
        ("classic.json", '{"title": 7}', r"classic\.json: 'title' is a number"),
        ("classic.json", '{"published": "last May"}', r"classic\.json: published: is no date"),
        ("classic.html", None, "no HTML page"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(folder: Path, file: str, content: str | None, problem: str) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    with pytest.raises(TrainingDataError, match=problem):
        evaluate_pages(folder)


def test_the_command_prints_a_table_or_the_same_as_json(kg) -> None:
    result = kg("evaluate", "html", PAGES, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert found == evaluate_pages(PAGES).to_json()
    assert set(found["text"]) == {"p", "r", "f1", "predicted", "gold"}
    shown = kg("evaluate", "html", PAGES).stdout
    assert [line.split()[0] for line in shown.splitlines() if line.split()][2:] == [
        *(page["page"] for page in found["by_page"]),
        "all",
    ]


def test_the_command_ends_with_one_line_for_a_folder_without_pages(kg, tmp_path: Path) -> None:
    result = kg("evaluate", "html", tmp_path)
    assert (result.exit_code, result.stderr) == (1, f"kg: {tmp_path}: no HTML page in this folder\n")
