"""Percentages, percentage points, fractions and multiples, and the sign of a change."""

import pytest

from kg.extraction.quantities import find_quantities
from tests.figure_reading import Reading


def read(text: str) -> list[tuple[float, str]]:
    return [(q.quantity.value, q.quantity.unit) for q in find_quantities(text)]


@pytest.mark.parametrize("text", ["7.5%", "7.5 per cent", "7.5 percent", "7.5 pct"])
def test_every_way_to_write_a_percentage_is_one_unit(text: str) -> None:
    assert read(f"up {text} on the day") == [(7.5, "percent")]


def test_a_percentage_in_words_is_read() -> None:
    assert read("three pct of the shares") == [(3, "percent")]


def test_points_and_basis_points_are_not_percent() -> None:
    assert read("up 2 percentage points, or 200 basis points") == [(2, "percentage points"), (200, "basis points")]


@pytest.mark.parametrize(
    ("text", "percent"),
    [("a third of its staff", 33.3), ("two-thirds of its staff", 66.7), ("one in five of them", 20.0)],
)
def test_a_fraction_of_something_is_a_percentage(text: str, percent: float) -> None:
    assert read(text) == [(percent, "percent")]


def test_a_third_quarter_is_no_fraction() -> None:
    assert read("the third quarter was slow") == []


def test_multiples_are_read() -> None:
    assert read("a fivefold rise") == [(5, "times")]
    assert read("profit doubled") == [(100, "percent")]
    assert read("it halved its debt") == [(-50, "percent")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Brightwell shares fell 5% on Monday.", -5),
        ("Brightwell shares were down 3.2% on Monday.", -3.2),
        ("Brightwell announced a 97% price cut.", -97),
        ("Brightwell profit declined by 12% last year.", -12),
        ("Brightwell shares rose 5% on Monday.", 5),
        ("Brightwell cut its stake from 70% to 49%.", 49),
        ("Brightwell said its share of the market fell to 31%.", 31),
    ],
)
def test_a_fall_is_negative_and_a_level_is_not(text: str, value: float) -> None:
    assert (value, "percent") in Reading(text, Brightwell="Company").values()
