"""A malformed GOLD file is refused with the file, the line and the field; so is an article that is missing."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import TrainingDataError
from kg.evaluation.articles import evaluate_gold
from kg.evaluation.gold import read_gold
from tests.gold import annotated, entity, figure, relation, shared, write_gold


def changed(part: str, **changes: Any) -> dict[str, Any]:
    """The document with a field of the first item of one of its lists changed, or left out where None stands."""
    document = annotated()
    for name, value in changes.items():
        document[part][0][name] = value
        if value is None:
            del document[part][0][name]
    return document


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("{", "2, column 2: no valid JSON: Expecting property name enclosed in double quotes"),
        ("[" * 100_000, "2: no valid JSON: RecursionError"),
        ([], "2: is a list, not an object"),
        ({"doc": "a.txt", "entities": [], "relations": []}, "2: claims: is missing"),
        (annotated(doc=7), "2: doc: is a number, not a text"),
        (annotated(doc=" "), "2: doc: is empty"),
        (annotated(doc="news/.."), "2: doc: names no file"),
        (annotated(doc="other/acme.txt"), "2: doc: 'acme.txt' was annotated before, at {path}:1"),
        (annotated(entities={}), "2: entities: is an object, not a list"),
        (annotated(entities=["Acme"]), "2: entities[0]: is a text, not an object"),
        (changed("entities", type="Firm"), "2: entities[0].type: 'Firm' is none of Company, "),
        (changed("entities", mentions=["Acme", None]), "2: entities[0].mentions[1]: is null, not a text"),
        (changed("relations", type="buys"), "2: relations[0].type: 'buys' is none of acquires, "),
        (changed("relations", object="Nobody"), "2: relations[0].object: 'Nobody' is no name of an entity"),
        (changed("relations", status=["true"]), "2: relations[0].status[0]: 'true' is none of completed, "),
        (changed("relations", by=None), "2: relations[0].by: is missing"),
        (changed("relations", by=0), "2: relations[0].by: 0 < 1"),
        (changed("relations", by=True), "2: relations[0].by: is true or false, not a whole number"),
        (changed("claims", value="5m"), "2: claims[0].value: is a text, not a number"),
        (changed("claims", value=float("nan")), "2: claims[0].value: is no finite number"),
        (changed("claims", value=10**400), "2: claims[0].value: is no finite number"),
        (changed("claims", subjects=["Acme Corp", "Nobody"]), "2: claims[0].subjects[1]: 'Nobody' is no name"),
        (changed("claims", quotes="said so"), "2: claims[0].quotes: is a text, not a list"),
    ],
    ids=lambda value: value[:60].replace("{path}", "") if isinstance(value, str) else "",
)
def test_what_is_malformed_is_named(tmp_path: Path, document: Any, problem: str) -> None:
    path = write_gold(tmp_path, annotated(), document if isinstance(document, str) else json.dumps(document))
    with pytest.raises(TrainingDataError) as error:
        read_gold(path)
    assert str(error.value).startswith(f"{path}:" + problem.replace("{path}", str(path)))


def test_blank_lines_and_a_byte_order_mark_are_no_error(tmp_path: Path) -> None:
    path = write_gold(tmp_path, "\ufeff\n", annotated(), "\n")
    assert [article.doc for article in read_gold(path)] == ["acme.txt"]


def test_a_file_without_articles_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no annotated article"):
        read_gold(write_gold(tmp_path, "\n"))


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b'{"doc": "\xff"}')
    with pytest.raises(TrainingDataError, match="byte 9 is no UTF-8"):
        read_gold(path)


def test_a_missing_article_is_named(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated(), annotated(doc="bolt.txt"))
    with pytest.raises(TrainingDataError) as error:
        evaluate_gold(path, tmp_path / "articles")
    assert str(error.value).startswith(f"{path}:2: doc: {tmp_path / 'articles' / 'bolt.txt'} is missing; ")


def test_an_article_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated())
    (tmp_path / "articles" / "acme.txt").write_bytes(b"")
    with pytest.raises(TrainingDataError, match=r"gold\.jsonl:1: doc: .*acme\.txt: "):
        evaluate_gold(path, tmp_path / "articles")


def test_a_file_of_many_articles_is_no_article(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated(doc="acme.jsonl"))
    line = json.dumps({"text": "Acme Corp has bought Bolt Ltd for $5 million."}) + "\n"
    (tmp_path / "articles" / "acme.jsonl").write_text(2 * line)
    with pytest.raises(TrainingDataError, match="holds 2 articles"):
        evaluate_gold(path, tmp_path / "articles")


@pytest.mark.parametrize("name", ["dev", "train", "seed"])
def test_the_annotated_files_at_hand_are_read(name: str) -> None:
    articles = read_gold(shared("gold", f"{name}.gold.jsonl"))
    assert sum(len(a.relations) + len(a.figures) for a in articles) > 20


def test_lists_of_the_form_are_read_whole(tmp_path: Path) -> None:
    document = annotated(
        entities=[entity("Acme Corp", "Acme", "it")],
        relations=[relation("Acme Corp", "makes", "Acme Corp", "planned", "proposed")],
        claims=[figure("Acme Corp", "revenue", None, "USD", by=1)],
    )
    [article] = read_gold(write_gold(tmp_path, document))
    assert article.entities[0].mentions == ("Acme Corp", "Acme", "it")
    assert article.relations[0].statuses == ("planned", "proposed")
    assert (article.figures[0].value, article.figures[0].by) == (None, 1)
