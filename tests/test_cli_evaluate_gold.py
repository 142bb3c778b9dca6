"""``kg evaluate gold``: a table for people, JSON for programs, errors by type, reliability."""

import json
from pathlib import Path

import pytest

from tests.gold import annotated, shared, write_gold


@pytest.fixture
def gold(tmp_path: Path) -> tuple[Path, Path]:
    return write_gold(tmp_path, annotated()), tmp_path / "articles"


def test_json_has_the_names_of_the_annotators_script(kg, gold) -> None:
    result = kg("evaluate", "gold", *gold, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    half = {"p": 1.0, "r": 0.5, "f1": 0.667, "predicted": 1, "gold": 2}
    assert found == {
        "relations": half,
        "company_relations": half,
        "by_type": {
            "acquires": {"p": 1.0, "r": 1.0, "f1": 1.0, "predicted": 1, "gold": 1},
            "supplies": {"p": 0.0, "r": 0.0, "f1": 0.0, "predicted": 0, "gold": 1},
        },
        "status_accuracy": 1.0,
        "quotes_exact": 1.0,
        "claims": {"p": 1.0, "r": 1.0, "f1": 1.0, "predicted": 1, "gold": 1},
    }


def test_people_get_a_table(kg, gold) -> None:
    lines = [line.split() for line in kg("evaluate", "gold", *gold).stdout.splitlines()]
    assert ["relations", "1.000", "0.500", "0.667", "1", "2"] in lines
    assert ["supplies", "0.000", "0.000", "0.000", "0", "1"] in lines
    assert ["quotes", "exact", "1.000", "1"] in lines


def test_errors_of_a_type_are_listed_with_their_sentence(kg, gold) -> None:
    assert "missed: Acme Corp supplies Dray plc" not in kg("evaluate", "gold", *gold).stdout
    assert "missed: Acme Corp supplies Dray plc" not in kg("evaluate", "gold", *gold, "--errors", "makes").stdout
    for wanted in ("supplies", "all"):
        shown = kg("evaluate", "gold", *gold, "--errors", wanted).stdout
        assert "missed: Acme Corp supplies Dray plc\n  “said so”\n  acme.txt\n" in shown
    found = json.loads(kg("evaluate", "gold", *gold, "--errors", "supplies", "--json").stdout)
    assert [(e["kind"], e["doc"], e["sentence"]) for e in found["errors"]] == [("missed", "acme.txt", "said so")]


def test_reliability_sets_confidences_beside_what_is_right(kg, gold) -> None:
    found = json.loads(kg("evaluate", "gold", *gold, "--reliability", "--json").stdout)["reliability"]
    assert {name: [b["number"] for b in table["bins"]] for name, table in found.items()} == {
        "relations": [1],
        "claims": [1],
    }
    [held] = found["relations"]["bins"]
    assert held["right"] == 1.0
    assert found["relations"]["calibration_error"] == pytest.approx(1 - held["confidence"], abs=0.001)
    assert "expected calibration error" in kg("evaluate", "gold", *gold, "--reliability").stdout


def test_claims_below_a_confidence_are_not_counted(kg, gold) -> None:
    found = json.loads(kg("evaluate", "gold", *gold, "--min-confidence", "1", "--json").stdout)
    assert (found["relations"]["predicted"], found["claims"]["predicted"]) == (0, 0)


def test_one_annotator_can_be_enough(kg, tmp_path: Path) -> None:
    document = annotated()
    for claim in (*document["relations"], *document["claims"]):
        claim["by"] = 1
    arguments = ("evaluate", "gold", write_gold(tmp_path, document), tmp_path / "articles", "--json")
    failed = kg(*arguments)
    assert (failed.exit_code, failed.stderr.count("\n")) == (1, 1)
    assert "was found by 2 annotators" in failed.stderr
    assert json.loads(kg(*arguments, "--annotators", "1").stdout)["relations"]["r"] == 0.5


def test_a_broken_line_ends_with_one_line_that_names_it(kg, tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated(), '{"doc": 7}\n')
    result = kg("evaluate", "gold", path, tmp_path / "articles")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"kg: {path}:2: doc: is a number, not a text\n"


@pytest.mark.parametrize("wrong", [["--errors", "buys"], ["--annotators", "0"], ["--min-confidence", "2"]])
def test_wrong_options_are_usage_errors(kg, gold, wrong: list[str]) -> None:
    assert kg("evaluate", "gold", *gold, *wrong).exit_code == 2


def test_files_that_are_not_there_are_usage_errors(kg, gold, tmp_path: Path) -> None:
    assert kg("evaluate", "gold", tmp_path / "none", gold[1]).exit_code == 2
    assert kg("evaluate", "gold", gold[0], tmp_path / "none").exit_code == 2


def test_the_number_of_workers_changes_nothing(kg) -> None:
    arguments = ("evaluate", "gold", shared("gold", "seed.gold.jsonl"), shared("gold", "seed"), "--json")
    assert kg(*arguments).stdout == kg(*arguments, "--workers", "2").stdout
