"""Periods in words and in ISO 8601."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.periods import find_periods, months_ending, quarter, with_year
from tests.figure_reading import Reading


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("in Q3 2025", "2025-07-01/2025-09-30"),
        ("the third quarter of 2004", "2004-07-01/2004-09-30"),
        ("fourth-quarter 2004 profit", "2004-10-01/2004-12-31"),
        ("in H1 2025", "2025-01-01/2025-06-30"),
        ("the second half of 2019", "2019-07-01/2019-12-31"),
        ("the three months to 31 December 2004", "2004-10-01/2004-12-31"),
        ("the year to March 2005", "2004-04-01/2005-03-31"),
        ("in 2025", "2025"),
        ("in December 2022", "2022-12"),
        ("on December 30, 2022", "2022-12-30"),
        ("on 30 December 2022", "2022-12-30"),
        ("over 2005-2007", "2005/2007"),
        ("a three-year plan", "P3Y"),
        ("trained annually", "P1Y"),
    ],
)
def test_a_period_that_the_words_fix_has_an_iso_form(text: str, iso: str) -> None:
    assert [p.iso for p in find_periods(text)] == [iso]


@pytest.mark.parametrize(
    "words",
    ["fiscal 2028", "through fiscal 2028", "last year", "next five years", "by 2010", "Q3", "31 December", "mid-2023"],
)
def test_a_period_that_needs_more_than_its_words_keeps_them_only(words: str) -> None:
    assert [(p.text, p.iso) for p in find_periods(f"sales {words}")] == [(words, None)]


def test_a_quarter_without_a_year_can_be_given_one() -> None:
    (found,) = find_periods("in Q3")
    assert with_year(found, "2025").iso == quarter(3, 2025)


def test_a_quarter_takes_the_year_its_sentence_names() -> None:
    reading = Reading("In 2025, Corvane reported a 26% rise in revenue in Q3.", Corvane="Company")
    figure = reading.figure(26)
    assert (figure.period, figure.period_text) == ("2025-07-01/2025-09-30", "Q3 2025")


def test_each_figure_takes_the_period_of_its_own_clause() -> None:
    reading = Reading("Corvane made a profit of $12m in 2004 and $9m in 2003.", Corvane="Company")
    assert (reading.figure(12e6).period, reading.figure(9e6).period) == ("2004", "2003")


def test_a_comparison_with_the_year_before_is_no_period() -> None:
    reading = Reading("Corvane reported a 26% year-over-year rise in revenue.", Corvane="Company")
    assert reading.figure(26).period_text is None


def test_an_age_is_no_period() -> None:
    assert find_periods("a 20-year-old firm") == []


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.integers(min_value=1, max_value=36))
def test_an_interval_of_months_has_as_many_days_as_its_months(end: date, months: int) -> None:
    start, stop = (date.fromisoformat(d) for d in months_ending(months, end).split("/"))
    days = (stop - start).days + 1  # both ends are in it
    assert stop == end
    assert 28 * months <= days <= 31 * months


@given(st.text())
def test_any_text_can_be_read_and_every_period_stands_where_it_says(text: str) -> None:
    for found in find_periods(text):
        assert text[found.start : found.end] == found.text
