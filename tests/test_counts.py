"""Bare numbers: what they count, and which of them are no figures at all."""

import pytest

from kg.extraction.quantities import words_to_number
from tests.figure_reading import Reading


@pytest.mark.parametrize(
    ("words", "value"),
    [("three", 3), ("twenty-five", 25), ("two hundred and fifty", 250), ("six thousand", 6000), ("half a", 0.5)],
)
def test_a_number_in_words_has_its_value(words: str, value: float) -> None:
    assert words_to_number(words) == value


def test_people_are_counted_in_people_and_things_in_units() -> None:
    reading = Reading("Tallow has 90,000 enterprise users and sold 3 million phones last year.", Tallow="Company")
    assert reading.values() == [(90_000, "people"), (3_000_000, "units")]


def test_a_scale_in_words_is_applied() -> None:
    reading = Reading("Tallow sold five million cameras in 2019.", Tallow="Company")
    assert reading.values() == [(5_000_000, "units")]


def test_jobs_to_go_are_people_and_not_negative() -> None:
    reading = Reading("Tallow will cut 1,200 jobs at its plant.", Tallow="Company")
    assert reading.values() == [(1_200, "people")]
    assert reading.figure(1_200).metric == "job_cuts"


def test_barrels_and_tonnes_keep_their_unit() -> None:
    reading = Reading("Tallow produced 2.4 million barrels per day in 2019.", Tallow="Company")
    assert reading.values() == [(2_400_000, "barrels per day")]


@pytest.mark.parametrize(
    "text",
    [
        "Tallow was founded in 1987 and moved in 2004.",
        "Tallow said so on 12 March 2021.",
        "Tallow chairman Ann Lee, 63, resigned.",
        "Tallow rose in line with the FTSE 100 index.",
        "Tallow launched the Merlin 4 on Monday.",
        "Tallow said Osprey 2.5 beats its rival.",
        "Tallow opened its doors at 10:30 GMT.",
        "Tallow confirmed it [12].",
        "Tallow built a 32-billion-parameter model.",
        "Tallow has traded for three years.",
    ],
)
def test_dates_ages_names_markers_versions_and_durations_are_no_figures(text: str) -> None:
    assert Reading(text, Tallow="Company", FTSE_100="Organization", Merlin_4="Product", Osprey="Product").values() == []


def test_a_number_with_no_entity_to_belong_to_is_no_figure() -> None:
    assert Reading("Sales rose 4% to $12m.").values() == []
