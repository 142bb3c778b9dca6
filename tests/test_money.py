"""Amounts of money in any currency and scale, with ISO 4217 codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.quantities import find_quantities

SYMBOLS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "RMB": "CNY",
    "HK$": "HKD",
    "A$": "AUD",
    "₹": "INR",
    "SFr": "CHF",
}
NAMES = {
    "dollars": "USD",
    "dlrs": "USD",
    "euros": "EUR",
    "yuan": "CNY",
    "yen": "JPY",
    "rupees": "INR",
    "Swiss francs": "CHF",
}
SCALES = {
    "": 1,
    "k": 1e3,
    " thousand": 1e3,
    "m": 1e6,
    " million": 1e6,
    " mln": 1e6,
    "bn": 1e9,
    " billion": 1e9,
    " trillion": 1e12,
    " lakh": 1e5,
    " crore": 1e7,
}


def read(text: str) -> list[tuple[float, str]]:
    return [(q.quantity.value, q.quantity.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a plant worth $4.67 billion", 4.67e9, "USD"),
        ("it paid US$3bn", 3e9, "USD"),
        ("sales of RMB33.4 billion", 33.4e9, "CNY"),
        ("a fund of 380 billion yuan", 380e9, "CNY"),
        ("a €1.2bn loan", 1.2e9, "EUR"),
        ("it owes £45m", 45e6, "GBP"),
        ("a charge of 65 mln dlrs", 65e6, "USD"),
        ("1.5 billion Australian dollars of wine", 1.5e9, "AUD"),
        ("Australian dollars 648m of wine", 648e6, "AUD"),
        ("a grant of Rs 500 crore", 5e9, "INR"),
        ("a grant of Rs.300", 300, "INR"),
        ("¥250,000 a month", 250_000, "JPY"),
        ("a prize of 5 billion won", 5e9, "KRW"),
        ("HK$5.2m and no more", 5.2e6, "HKD"),
        ("SFr3bn in cash", 3e9, "CHF"),
        ("an offer of 150p", 150, "pence"),
        ("an offer of 150 pence", 150, "pence"),
        ("half a million dollars", 500_000, "USD"),
        ("a $2.5-billion bid", 2.5e9, "USD"),
    ],
)
def test_an_amount_is_read_with_its_currency_and_scale(text: str, value: float, unit: str) -> None:
    assert read(text) == [(value, unit)]


def test_cents_are_hundredths_of_their_currency() -> None:
    assert read("up 45 cents and down 70 euro cents") == [(0.45, "USD"), (0.7, "EUR")]


def test_pounds_survive_a_broken_encoding() -> None:
    assert read("it raised Â£12m") == [(12e6, "GBP")]


def test_a_price_in_eighths_is_read() -> None:
    assert read("closed at 21-3/8 dlrs") == [(21.375, "USD")]


def test_a_minus_makes_the_amount_negative() -> None:
    assert read("a result of -$5m against $-7m") == [(-5e6, "USD"), (-7e6, "USD")]


def test_an_ordinary_word_is_not_a_currency() -> None:
    assert read("its 100 won the prize") == [(100, "")]


def test_digits_that_run_into_letters_are_no_quantity() -> None:
    assert read("its 3G network on its 20th birthday") == []


@given(
    st.sampled_from(sorted(SYMBOLS)),
    st.sampled_from(sorted(SCALES)),
    st.decimals(min_value=1, max_value=999, places=2),
)
def test_an_amount_behind_a_symbol_reads_back_as_it_was_written(symbol: str, scale: str, amount: object) -> None:
    ((value, unit),) = read(f"it spent {symbol}{amount}{scale} on land")
    assert unit == SYMBOLS[symbol]
    assert value == pytest.approx(float(str(amount)) * SCALES[scale], rel=1e-9)


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(sorted(SCALES)),
    st.integers(min_value=1, max_value=999_999),
)
def test_an_amount_before_a_currency_reads_back_as_it_was_written(name: str, scale: str, amount: int) -> None:
    ((value, unit),) = read(f"it spent {amount:,}{scale} {name} on land")
    assert unit == NAMES[name]
    assert value == pytest.approx(amount * SCALES[scale], rel=1e-9)


@given(st.text())
def test_any_text_can_be_read_and_every_quantity_stands_where_it_says(text: str) -> None:
    for found in find_quantities(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end].startswith(found.quantity.text)
