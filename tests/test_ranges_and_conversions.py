"""A range is two figures; a conversion in brackets belongs to the amount it converts."""

import pytest

from kg.extraction.quantities import find_quantities


def read(text: str) -> list[tuple[float, str]]:
    return [(q.quantity.value, q.quantity.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("$4-5 billion of debt", 4e9, 5e9, "USD"),
        ("$4 to $5 billion of debt", 4e9, 5e9, "USD"),
        ("between 10% and 12%", 10, 12, "percent"),
        ("between 10 and 12 per cent", 10, 12, "percent"),
        ("an 8%-10% rise", 8, 10, "percent"),
        ("between 80 and 100 mln dlrs", 80e6, 100e6, "USD"),
        ("prices from £19 to £29", 19, 29, "GBP"),
        ("between 700,000 and one million boxes", 700_000, 1_000_000, ""),
    ],
)
def test_both_ends_of_a_range_share_scale_and_unit(text: str, low: float, high: float, unit: str) -> None:
    assert read(text) == [(low, unit), (high, unit)]


def test_a_year_is_not_the_low_end_of_a_range() -> None:
    assert read("from 2003 to 10%") == [(2003, ""), (10, "percent")]


def test_a_change_and_a_level_are_no_range() -> None:
    assert read("up 4% to 36bn yen") == [(4, "percent"), (36e9, "JPY")]


def test_a_conversion_in_brackets_stays_with_its_amount() -> None:
    (found,) = find_quantities("RMB33.4 billion ($4.67 billion)")
    assert (found.quantity.value, found.quantity.unit) == (33.4e9, "CNY")
    assert [(a.value, a.unit, a.text) for a in found.also] == [(4.67e9, "USD", "$4.67 billion")]


def test_several_conversions_are_kept_in_order() -> None:
    (found,) = find_quantities("A$3.1bn ($2.3bn; £1.8bn) in cash")
    assert [(a.value, a.unit) for a in found.also] == [(2.3e9, "USD"), (1.8e9, "GBP")]


def test_an_amount_in_brackets_in_the_same_currency_is_a_figure_of_its_own() -> None:
    assert read("$12m ($9m)") == [(12e6, "USD"), (9e6, "USD")]
