"""Whose figure a quantity is, what it is about, and whether it is reported, forecast or planned."""

import json
import os
from pathlib import Path

import pytest

from kg.extraction.pipeline import pipeline
from tests.figure_reading import Reading

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


def test_the_subject_of_the_verb_owns_the_figure() -> None:
    reading = Reading("Harrow Foods reported revenue of $12 million.", Harrow_Foods="Company")
    assert reading.subject(12e6) == "Harrow Foods"


def test_a_possessor_owns_the_figure() -> None:
    reading = Reading(
        "Analysts at Quill said Harrow Foods' profit rose 12% last year.", Quill="Company", Harrow_Foods="Company"
    )
    assert reading.subject(12) == "Harrow Foods"


def test_a_stake_is_its_holders_and_about_what_is_held() -> None:
    reading = Reading("Quill owns a 30% stake in Harrow Foods.", Quill="Company", Harrow_Foods="Company")
    assert (reading.subject(30), reading.about(30)) == ("Quill", "Harrow Foods")


def test_an_investment_is_the_investors() -> None:
    reading = Reading("Quill invested $25 million in Harrow Foods.", Quill="Company", Harrow_Foods="Company")
    assert (reading.subject(25e6), reading.about(25e6)) == ("Quill", "Harrow Foods")


def test_each_of_two_clauses_has_its_own_subject() -> None:
    reading = Reading(
        "Quill employs 300 people. Harrow Foods employs 4,000 people.", Quill="Company", Harrow_Foods="Company"
    )
    assert (reading.subject(300), reading.subject(4000)) == ("Quill", "Harrow Foods")


def test_a_pronoun_leads_back_to_the_subject_before() -> None:
    reading = Reading(
        "Harrow Foods opened a bakery in Leeds on Monday. It has 4,000 employees.",
        Harrow_Foods="Company",
        Leeds="Place",
    )
    assert reading.subject(4000) == "Harrow Foods"


def test_who_says_it_is_not_whose_it_is() -> None:
    reading = Reading(
        "The Daily Lantern reported that Harrow Foods made a profit of $12 million.",
        Daily_Lantern="Company",
        Harrow_Foods="Company",
    )
    assert reading.subject(12e6) == "Harrow Foods"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Harrow Foods made a profit of $12 million last year.", "reported"),
        ("Analysts expect Harrow Foods to make a profit of $12 million next year.", "forecast"),
        ("Harrow Foods plans to invest $12 million in new ovens.", "planned"),
    ],
)
def test_a_figure_says_whether_it_happened(text: str, kind: str) -> None:
    assert Reading(text, Harrow_Foods="Company").figure(12e6).kind == kind


def test_listed_figures_are_of_one_kind() -> None:
    reading = Reading(
        "Analysts project a 7% rise in revenue and 11% in profit at Harrow Foods through fiscal 2028.",
        Harrow_Foods="Company",
    )
    assert {f.kind for f in reading.figures} == {"forecast"}


def test_a_figure_stated_twice_is_one_claim() -> None:
    reading = Reading(
        "Harrow Foods made a profit of $12 million in 2004. Harrow Foods said the $12 million was a record.",
        Harrow_Foods="Company",
    )
    described = {(f.subject, f.metric, f.period, f.kind) for f in reading.figures}
    assert len(reading.figures) == 2
    assert len(described) == 1


def test_every_figure_of_the_first_article_is_found() -> None:
    if not GOLD.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{GOLD} is missing")
        pytest.skip(f"{GOLD} is not there")
    doc = pipeline()((GOLD / "seed" / "alibaba_ai_cloud.txt").read_text(encoding="utf-8"))
    gold = json.loads((GOLD / "seed.gold.jsonl").read_text(encoding="utf-8").splitlines()[0])
    found = {
        (f.quantity.value, f.quantity.unit if f.quantity.unit.isupper() or f.quantity.unit == "percent" else "count")
        for f in doc._.figures
    } | {(a.value, a.unit) for f in doc._.figures for a in f.also}
    wanted = {
        (float(c["value"]), c["unit"] if c["unit"].isupper() or c["unit"] == "percent" else "count")
        for c in gold["claims"]
    }
    assert wanted == found
