"""Training articles annotated in place: what a file gives, and what a mistake in it says."""

from pathlib import Path

import pytest

from kg.errors import TrainingDataError
from kg.training.annotated import Span
from kg.training.markup import read_folder, read_markup

TRAINING = Path(__file__).parent.parent / "kg" / "training"
HEAD = "title: [Aro](a) buys [Bel](b)\ndate: 2024-01-02\npublisher: Test\n@ a Company Aro\n@ b Company Bel\n\n"


def written(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def test_marks_become_offsets_of_the_plain_text(tmp_path):
    article = read_markup(written(tmp_path, "[Aro](a) bought [Bel Ltd](b).\n> a acquires b completed\n"))
    assert article.text == "Aro buys Bel\n\nAro bought Bel Ltd."
    [aro, bel] = article.entities
    assert [article.text[s.start : s.end] for s in bel.mentions] == ["Bel", "Bel Ltd"]
    assert article.relations[0].evidence == (Span(14, 33),)
    assert aro.mentions[1] == Span(14, 17)


def test_two_marks_cite_two_sentences(tmp_path):
    article = read_markup(written(tmp_path, "[Aro](a) grew.\nIt bought [Bel](b).\n>> a acquires b completed\n"))
    [span] = article.relations[0].evidence
    assert article.text[span.start : span.end] == "Aro grew. It bought Bel."


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("[Aro](c) grew. [Bel](b)\n", 7, "names no entity"),
        ("[Aro](a) bought [Bel](b).\n> a buys b completed\n", 8, "no relation type"),
        ("[Aro](a) bought [Bel](b).\n> a acquires b done\n", 8, "no status"),
        ("[Aro](a) grew.\n> a acquires b completed\n", 8, "not marked in the cited sentence"),
        ("[Aro](a) and [Bel](b).\n= a | revenue | $2bn USD | - | - | reported\n", 8, "is no number"),
        ("[Aro](a) and [Bel](b).\n> a listed_on b current\n", 8, "does not hold between"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path, body, line, what):
    with pytest.raises(TrainingDataError, match=rf"a\.txt, line {line}: .*{what}"):
        read_markup(written(tmp_path, body))


@pytest.mark.parametrize(("folder", "least"), [("articles", 600), ("held_out", 250)])
def test_the_projects_own_articles_are_well_formed_and_many(folder, least):
    articles = list(read_folder(TRAINING / folder))
    assert len(articles) >= least
    assert {r.type for a in articles for r in a.relations} == {
        "acquires", "competes_with", "invests_in", "listed_on", "litigates_with", "makes", "merges_with",
        "operates_in", "partners_with", "regulated_by", "subsidiary_of", "supplies",
    }  # fmt: skip
    assert {r.status for a in articles for r in a.relations} == {
        "completed", "current", "ended", "failed", "planned", "proposed",
    }  # fmt: skip
