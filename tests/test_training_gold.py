"""Annotated articles are scored against as what a gold file says, wherever they come from."""

from pathlib import Path

from kg.evaluation.gold import read_gold as read_for_scoring
from kg.evaluation.scoring import score
from kg.extraction.extract import extract
from kg.model import Article
from kg.training.gold import as_gold, read_gold
from kg.training.markup import read_markup
from tests.gold import TEXT, annotated, write_gold
from tests.test_training_examples import ARTICLE


def test_what_training_reads_of_a_gold_file_scores_as_the_file_does(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated())
    found = {"acme.txt": extract(Article(text=TEXT))}
    [article] = read_gold(path, tmp_path / "articles")
    ours, theirs = score([as_gold(article)], found), score(read_for_scoring(path), found)
    assert (ours.relations, ours.figures, ours.status_right) == (theirs.relations, theirs.figures, theirs.status_right)
    assert ours.relations.right == 1


def test_marks_become_names_forms_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "kestrel.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    gold = as_gold(read_markup(path))
    assert [(e.name, e.type) for e in gold.entities] == [
        ("Kestrel Foods", "Company"),
        ("Nordlund AB", "Company"),
        ("Oslo", "Place"),
    ]
    assert gold.entities[1].mentions == ("Nordlund", "Nordlund AB", "Its")
    [buys, works] = gold.relations
    assert (buys.subject, buys.type, buys.object, buys.statuses) == (
        "Kestrel Foods", "acquires", "Nordlund AB", ("planned",)
    )  # fmt: skip
    assert works.quotes == ("Its bakeries in Oslo employ 4,000 people.",)
    assert [(f.subjects, f.value, f.unit) for f in gold.figures] == [
        (("Kestrel Foods",), 2.1e9, "USD"),
        (("Nordlund AB",), 4000, "people"),
    ]
