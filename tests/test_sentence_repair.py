"""Sentences begin where a reader sees them begin, whatever layout, markers and lost blanks did to the text."""

import pytest

from kg.extraction.pipeline import pipeline


def sentences(text: str) -> list[str]:
    return [s.text.strip() for s in pipeline()(text).sents]


def tokens(text: str) -> list[str]:
    return [t.text for t in pipeline()(text)]


def test_a_headline_is_a_sentence_of_its_own() -> None:
    text = "Corvane buys Ostermoor in port deal\n\nThe company said the price was fair."
    assert sentences(text) == ["Corvane buys Ostermoor in port deal", "The company said the price was fair."]


def test_a_glued_full_stop_ends_a_sentence() -> None:
    text = "Corvane profits from customer lock-in.Critics say that it cannot last."
    assert sentences(text) == ["Corvane profits from customer lock-in.", "Critics say that it cannot last."]


def test_hard_wrapped_lines_do_not_break_sentences() -> None:
    text = (
        "OSTERMOOR SELLS UNIT\n\n"
        "Ostermoor Corp said it has signed a definitive agreement to\n"
        "sell its port unit to an affiliate of Corvane Holdings, the\n"
        "shipping group, for cash.\n"
        "    Ostermoor said it expects to close the sale in early May\n"
        "of next year.\n"
    )
    assert sentences(text) == [
        "OSTERMOOR SELLS UNIT",
        "Ostermoor Corp said it has signed a definitive agreement to sell its port unit to an affiliate of Corvane "
        "Holdings, the shipping group, for cash.",
        "Ostermoor said it expects to close the sale in early May of next year.",
    ]


def test_a_line_end_where_link_text_was_lost_does_not_break_a_sentence() -> None:
    text = (
        "Ostermoor has developed a chip of its own, and analysts who follow the company say that it was designed "
        "to replace\ncomponents bought abroad."
    )
    assert len(sentences(text)) == 1


@pytest.mark.parametrize("name", ["Z.ai", "JD.com", "U.S.", "Salesforce.com"])
def test_names_with_full_stops_are_one_token(name: str) -> None:
    assert name in tokens(f"Corvane works with {name} in Asia.")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("RMB33.4", ["RMB", "33.4"]),
        ("$3bn", ["$", "3", "bn"]),
        ("26%", ["26", "%"]),
        ("Â£2.1bn", ["Â£", "2.1", "bn"]),
        ("€5m", ["€", "5", "m"]),
    ],
)
def test_amounts_are_split_into_currency_number_and_scale(written: str, expected: list[str]) -> None:
    found = tokens(f"Corvane paid {written} in cash.")
    assert found[2 : 2 + len(expected)] == expected


def test_tickers_in_escaped_brackets_are_read_as_brackets() -> None:
    doc = pipeline()("Ostermoor Corp &lt;OMC> said it sold a unit.")
    assert [t.text for t in doc][:5] == ["Ostermoor", "Corp", "&lt;", "OMC", ">"]
    assert [doc[i].norm_ for i in (2, 4)] == ["(", ")"]
