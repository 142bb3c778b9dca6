"""Measured against the annotators: the relations of the article this project began with, and exact quotes."""

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest

from kg.extraction.extract import extract
from kg.extraction.jsonl import to_json
from kg.model import Article

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    if not GOLD.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{GOLD} is missing")
        pytest.skip(f"{GOLD} is missing")
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    truth = json.loads((GOLD / "seed.gold.jsonl").read_text(encoding="utf-8"))
    name = Path(truth["doc"]).name
    text = (GOLD / "seed" / name).read_text(encoding="utf-8")
    predicted = to_json(extract(Article(text=text, source=name)))
    figures: dict[str, Any] = score.score({name: truth}, {name: predicted}, {name: text})[0]
    return figures


def test_the_relations_of_the_first_article_are_read(result: dict[str, Any]) -> None:
    assert result["relations"]["f1"] >= 0.9


def test_their_status_is_read(result: dict[str, Any]) -> None:
    assert result["status_accuracy"] >= 0.85


def test_every_quote_stands_at_its_offsets(result: dict[str, Any]) -> None:
    assert result["quotes_exact"] == 1.0
