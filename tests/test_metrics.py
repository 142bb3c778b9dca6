"""What a figure measures: concepts of the ontology, else the article's own words."""

import pytest

from kg.extraction.metrics import unit_kind
from kg.vocabulary import vocabulary
from tests.figure_reading import Reading


@pytest.mark.parametrize(
    ("text", "value", "metric"),
    [
        ("Norwick reported revenue of $12 million.", 12e6, "revenue"),
        ("Norwick reported sales of $12 million.", 12e6, "revenue"),
        ("Norwick said revenue rose 12% last year.", 12, "revenue_growth"),
        ("Norwick made a pre-tax profit of £12m.", 12e6, "pretax_profit"),
        ("Norwick said operating profit fell 12%.", -12, "operating_profit_growth"),
        ("Norwick posted a net loss of $12 million.", 12e6, "net_loss"),
        ("Norwick has a 12% market share.", 12, "market_share"),
        ("Norwick holds 12% of Norway's cloud market.", 12, "market_share"),
        ("Norwick holds 12% of Ostermoor.", 12, "stake"),
        ("Norwick holds a 12% stake in a bank.", 12, "stake"),
        ("Norwick employs 1,200 people.", 1200, "employees"),
        ("Norwick will cut 1,200 jobs.", 1200, "job_cuts"),
        ("Norwick has 12 million subscribers.", 12e6, "subscribers"),
        ("Norwick has 12 million customers.", 12e6, "customers"),
        ("Norwick sold 12 million phones.", 12e6, "units_sold"),
        ("Norwick shares rose 12% on Monday.", 12, "share_price_change"),
        ("Norwick was fined $12 million.", 12e6, "fine"),
        ("Norwick invested $12 million in a plant.", 12e6, "investment"),
        ("Norwick raised $12 million in a funding round.", 12e6, "funding_raised"),
        ("Norwick has debt of $12 million.", 12e6, "debt"),
        ("Norwick has a market capitalisation of $12 billion.", 12e9, "market_capitalization"),
        ("Norwick offered $12 a share for its rival.", 12, "offer_price_per_share"),
        ("Norwick will pay a dividend of 12 cents per share.", 0.12, "dividend_per_share"),
        ("Norwick is seeking $12 million in damages.", 12e6, "damages_sought"),
    ],
)
def test_a_metric_is_read_from_the_words_around_the_figure(text: str, value: float, metric: str) -> None:
    assert Reading(text, Norwick="Company").figure(value).metric == metric


def test_two_figures_of_one_sentence_have_their_own_metrics() -> None:
    reading = Reading("Norwick made a profit of $3 million on revenue of $12 million.", Norwick="Company")
    assert (reading.figure(3e6).metric, reading.figure(12e6).metric) == ("profit", "revenue")


def test_what_no_label_names_keeps_the_words_of_the_article() -> None:
    reading = Reading("Norwick runs 142 limestone quarries.", Norwick="Company")
    assert reading.figure(142).metric == "limestone quarries"


def test_every_figure_has_a_metric() -> None:
    reading = Reading("Norwick: $12 million, 9%, 300 people.", Norwick="Company")
    assert all(f.metric for f in reading.figures)


def test_at_least_sixty_metrics_say_what_they_are_measured_in() -> None:
    metrics = vocabulary().metrics.values()
    assert len(metrics) >= 60
    assert all(m.measured_in for m in metrics)


def test_every_broader_metric_is_defined() -> None:
    metrics = vocabulary().metrics
    assert {m.broader for m in metrics.values() if m.broader} <= set(metrics)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("USD", "money"), ("pence", "money"), ("percent", "percent"), ("people", "people"), ("tonnes", "measure")],
)
def test_a_unit_is_of_one_kind(unit: str, kind: str) -> None:
    assert unit_kind(unit) == kind
