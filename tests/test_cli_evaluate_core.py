"""``kg evaluate core``: twelve-way classification of pairs, as a table or JSON, with the errors of a class."""

import json
from pathlib import Path

import pytest

from kg.evaluation.core import read_core
from kg.evaluation.encoder import held_out
from kg.extraction.windows import coder
from tests.test_core_scoring import entry, write


@pytest.fixture
def labelled(tmp_path: Path) -> tuple[object, ...]:
    """Two pairs and labels for them, of which one is right but for its direction."""
    path = write(tmp_path, entry(), entry(id="P2", relation="undefined"))
    labels = tmp_path / "labels.jsonl"
    said = [("P1", "acquired_by", True), ("P2", "undefined", False)]
    labels.write_text("".join(json.dumps({"id": i, "relation": r, "inverted": v}) + "\n" for i, r, v in said))
    return path, "--labels", labels


def test_json_has_the_three_measures(kg, labelled) -> None:
    result = kg("evaluate", "core", *labelled, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert (found["micro_f1"], found["macro_f1"], found["directed_accuracy"]) == (1.0, 1.0, 0.5)
    assert set(found["by_class"]) == {"acquired_by", "undefined"}


def test_people_get_a_table_by_class(kg, labelled) -> None:
    lines = [line.split() for line in kg("evaluate", "core", *labelled).stdout.splitlines()]
    assert ["acquired_by", "1.000", "1.000", "1.000", "1", "1"] in lines
    assert ["directed", "accuracy", "0.500", "2"] in lines


def test_errors_show_the_text_with_both_companies_marked(kg, labelled) -> None:
    shown = kg("evaluate", "core", *labelled, "--errors", "acquired_by").stdout
    assert "acquired_by (inverted), meant acquired_by: P1\n  [Acme Corp] was bought by [[Bolt]] .\n" in shown
    assert "P1" not in kg("evaluate", "core", *labelled, "--errors", "undefined").stdout
    [error] = json.loads(kg("evaluate", "core", *labelled, "--errors", "all", "--json").stdout)["errors"]
    assert (error["id"], error["said"]["inverted"], error["meant"]["inverted"]) == ("P1", True, False)


def numbered(count: int) -> list[dict[str, object]]:
    """Pairs whose contexts differ in a number."""
    return [entry(id=f"P{n}", context=["Acme", "Corp", "was", "bought", "by", "Bolt", str(n)]) for n in range(count)]


def test_held_out_scores_about_a_tenth_of_the_contexts_and_the_same_with_other_labels(kg, tmp_path: Path) -> None:
    path, labels = write(tmp_path, *numbered(200)), tmp_path / "labels.jsonl"
    said = {"relation": "acquired_by", "inverted": False}
    labels.write_text("".join(json.dumps({"id": f"P{n}", **said}) + "\n" for n in range(200)))
    by_encoder = json.loads(kg("evaluate", "core", path, "--held-out", "--json").stdout)
    by_labels = json.loads(kg("evaluate", "core", path, "--held-out", "--labels", labels, "--json").stdout)
    assert by_encoder["pairs"] == by_labels["pairs"]
    assert 5 <= by_labels["pairs"] <= 40
    assert by_labels["directed_accuracy"] == 1.0


def test_a_file_of_which_nothing_is_held_out_is_told_so(kg, tmp_path: Path) -> None:
    seen = next(e for e in numbered(20) if not held_out(read_core(write(tmp_path, e))[0].context, coder()))
    result = kg("evaluate", "core", write(tmp_path, seen), "--held-out")
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"kg: {tmp_path / 'core.json'}: no pair of it is held out; leave --held-out away to score all\n"
    )


def test_a_broken_file_ends_with_one_line_that_names_the_field(kg, tmp_path: Path) -> None:
    path = write(tmp_path, entry(relation="buys"))
    result = kg("evaluate", "core", path)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(f"kg: {path}, entry 1: relation: 'buys'")


def test_an_unknown_class_is_a_usage_error(kg, labelled) -> None:
    assert kg("evaluate", "core", *labelled, "--errors", "rivals").exit_code == 2
