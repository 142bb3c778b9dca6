"""``kg extract --explain``: for each claim the marked sentence, what read it, how sure, and what decided its status."""

import json
import re
from pathlib import Path

import pytest

from kg import Article, extract
from kg.extraction.explain import Explanation, Reading, explain
from kg.extraction.jsonl import to_json
from tests.conftest import EXAMPLES

DEAL = "Acme Corp plans to buy Bolt Ltd for $5 million. Acme Corp is a rival of Crane Inc."


def the(explanation: Explanation, type: str) -> Reading:
    [claim] = [r for r in explanation.extraction.relations if r.type == type]
    [reading] = explanation.of(claim)
    return reading


def test_the_extraction_is_that_without_explanation() -> None:
    article = Article(text=DEAL)
    assert explain(article).extraction == extract(article)
    assert explain(article, min_confidence=0.9).extraction == extract(article, min_confidence=0.9)


def test_both_ends_are_marked_in_the_sentence() -> None:
    marks = the(explain(Article(text=DEAL)), "acquires").marks
    assert [(m.role, m.text) for m in marks] == [("subject", "Acme Corp"), ("object", "Bolt Ltd")]
    assert all(DEAL[m.start : m.end] == m.text for m in marks)


def test_a_figure_marks_its_quantity_and_its_subject() -> None:
    explanation = explain(Article(text="Acme Corp reported revenue of $5 million for 2024."))
    [figure] = explanation.extraction.figures
    [reading] = explanation.of(figure)
    assert {m.role: m.text for m in reading.marks} == {"subject": "Acme Corp", "quantity": "$5 million"}
    assert (reading.evidence.extractor, reading.status) == ("kg_figures", None)


@pytest.mark.parametrize(
    ("text", "type", "status", "word"),
    [
        ("Acme Corp has bought Bolt Ltd for $5 million.", "acquires", "completed", "bought"),
        ("Acme Corp will buy Bolt Ltd for $5 million.", "acquires", "planned", "will"),
        ("Acme Corp plans to buy Bolt Ltd for $5 million.", "acquires", "planned", "plans"),
        ("Acme Corp denied that it had bought Bolt Ltd for $5 million.", "acquires", "failed", "denied"),
        ("Carmaker Acme Corp is a rival of truck maker Bolt Ltd.", "competes_with", "current", None),
        ("Carmaker Acme Corp is a former rival of truck maker Bolt Ltd.", "competes_with", "ended", "former"),
    ],
)
def test_the_word_that_decided_the_status_is_named(text: str, type: str, status: str, word: str | None) -> None:
    reading = the(explain(Article(text=text)), type)
    assert (reading.status, reading.status_from) == (status, "words")
    assert (reading.status_word and reading.status_word.text) == word


def test_a_status_that_the_pattern_sets_says_so() -> None:
    from kg.extraction.patterns import pattern_book

    set_by_pattern = {f"{p.relation}/{p.name}" for p in pattern_book().patterns if p.status not in (None, "current")}
    readings = [
        reading
        for path in sorted(EXAMPLES.glob("*.txt"))
        for found in explain(Article(text=path.read_text(encoding="utf-8"))).readings.values()
        for reading in found
    ]
    assert readings
    for reading in readings:
        assert (reading.status_from == "pattern") == (reading.evidence.extractor in set_by_pattern)


def test_a_status_is_set_by_words_whoever_read_the_edge() -> None:
    sources = {
        (reading.evidence.extractor == "encoder", reading.status_from)
        for path in sorted(EXAMPLES.glob("*.txt"))
        for found in explain(Article(text=path.read_text(encoding="utf-8"))).readings.values()
        for reading in found
        if reading.status
    }
    assert (True, "words") in sources
    assert {source for by_encoder, source in sources if by_encoder} <= {"words", "takeover"}


def test_a_takeover_that_ends_a_rivalry_says_so() -> None:
    found = explain(Article(text="Acme Corp competes with Bolt Ltd in batteries. Acme Corp bought Bolt Ltd in May."))
    reading = the(found, "competes_with")
    assert (reading.status, reading.status_from) == ("ended", "takeover")


def test_every_claim_has_a_reading_for_each_piece_of_its_evidence(kg) -> None:
    lines = kg("extract", EXAMPLES, "--explain", "--json").stdout.splitlines()
    plain = {d["article"]: d for d in map(json.loads, kg("extract", EXAMPLES).stdout.splitlines())}
    claims = 0
    for document in map(json.loads, lines):
        for claim in (*document["relations"], *document["claims"]):
            claims += 1
            readings = claim.pop("readings")
            cited = {(e["start"], e["end"], e["extractor"], e["confidence"]) for e in claim["evidence"]}
            assert cited <= {(r["start"], r["end"], r["extractor"], r["confidence"]) for r in readings}
            for mark in (m for r in readings for m in r["marks"]):
                [holder] = {r["quote"] for r in readings if mark in r["marks"] and r["start"] <= mark["start"]}
                assert mark["text"] in holder
        assert document == plain[document["article"]]
    assert claims > 50


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    path = tmp_path / "deal.txt"
    path.write_text(DEAL + "\n")
    return path


def test_people_see_brackets_where_there_is_no_color(kg, deal: Path) -> None:
    shown = kg("extract", deal, "--explain").stdout
    assert "Acme Corp acquires Bolt Ltd: planned, 0." in shown
    assert "[Acme Corp] plans to buy [Bolt Ltd] for $5 million." in shown
    assert re.search(r"read by acquires/\w+, 0\.\d\d; planned, decided by “plans”", shown)
    assert "\x1b" not in shown


def test_people_see_bold_names_in_a_terminal(kg, deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = kg("extract", deal, "--explain").stdout
    assert "\x1b[1mBolt Ltd\x1b[0m for" in shown
    assert "[Bolt Ltd]" not in shown


def test_what_an_article_holds_is_not_obeyed_by_the_terminal(kg, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("Acme Corp has bought Bolt\u202e Ltd for $5 million\x1b[31m, it said.\n")
    shown = kg("extract", tmp_path / "bad.txt", "--explain").stdout
    assert "acquires" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_json_without_explanation_is_what_is_printed_anyway(kg, deal: Path) -> None:
    assert kg("extract", deal, "--json").stdout == kg("extract", deal).stdout


def test_the_explanations_do_not_depend_on_the_number_of_workers(kg) -> None:
    alone = kg("extract", EXAMPLES, "--explain")
    assert kg("extract", EXAMPLES, "--explain", "--workers", "2").stdout == alone.stdout


def test_data_hold_the_article_without_its_readings_too() -> None:
    explanation = explain(Article(text=DEAL, source="deal.txt"))
    found = explanation.to_json()
    for claim in (*found["relations"], *found["claims"]):
        assert claim.pop("readings")
    assert found == to_json(explanation.extraction)
