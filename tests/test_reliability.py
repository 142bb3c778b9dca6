"""Confidences beside the share that is right, and lines that bring the two together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation.reliability import bin_wise, isotonic, reliability

judged = st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), max_size=60)
some = judged.filter(bool)
fits = pytest.mark.parametrize("fit", [isotonic, bin_wise])


@given(judged, st.integers(1, 20))
def test_every_claim_stands_in_the_bin_that_holds_its_confidence(claims: list[tuple[float, bool]], bins: int) -> None:
    table = reliability(claims, bins=bins)
    assert sum(b.number for b in table.bins) == len(claims)
    assert sum(b.right for b in table.bins) == sum(right for _, right in claims)
    assert all(b.low - 1e-6 <= b.confidence <= b.high + 1e-6 for b in table.bins)
    assert [b.low for b in table.bins] == sorted(b.low for b in table.bins)


def test_the_calibration_error_is_the_average_distance_of_said_and_right() -> None:
    claims = [(0.9, True), (0.9, False), (0.3, False), (0.3, False)]
    assert reliability(claims).calibration_error == pytest.approx((2 * 0.4 + 2 * 0.3) / 4)
    assert reliability([(0.5, True), (0.5, False)]).calibration_error == 0.0
    assert reliability([]).calibration_error is None


def test_the_bounds_of_bins_belong_to_the_bin_above_and_certainty_to_the_last() -> None:
    assert [b.low for b in reliability([(n / 10, True) for n in range(11)]).bins] == [n / 10 for n in range(10)]


def test_the_table_is_data_too() -> None:
    assert reliability([(0.82, True), (0.84, False), (0.84, True)]).to_json() == {
        "calibration_error": 0.167,
        "bins": [{"low": 0.8, "high": 0.9, "number": 3, "confidence": 0.833, "right": 0.667}],
    }


@fits
@given(claims=some, prior=st.sampled_from([0.0, 1.0, 5.0]))
def test_a_calibrated_confidence_is_a_probability_that_never_falls(fit, claims, prior: float) -> None:
    line = fit(claims, prior=prior)
    points = [line(n / 50) for n in range(51)]
    assert all(0 <= point <= 1 for point in points)
    assert all(low <= high + 1e-12 for low, high in pairwise(points))
    assert all(low < high for low, high in pairwise(line.said))


@given(claims=some)
def test_pools_are_those_of_isotonic_regression_by_its_definition(claims: list[tuple[float, bool]]) -> None:
    assert isotonic(claims, prior=0).true == pytest.approx(sorted(set(pooled_shares(claims).values())))


def pooled_shares(claims: list[tuple[float, bool]]) -> dict[float, float]:
    """The fit by its definition: at each confidence the largest of the least average shares of the spans around it."""
    confidences = sorted({c for c, _ in claims})

    def average(low: float, high: float) -> float:
        rights = [right for c, right in claims if low <= c <= high]
        return sum(rights) / len(rights)

    return {
        c: max(min(average(low, high) for high in confidences if high >= c) for low in confidences if low <= c)
        for c in confidences
    }


@fits
def test_confidences_that_say_too_much_are_brought_down(fit) -> None:
    claims = [(n / 100, (n % 20) < n / 10) for n in range(100)] * 20
    before = reliability(claims).calibration_error
    line = fit(claims)
    after = reliability([(line(c), right) for c, right in claims]).calibration_error
    assert before is not None
    assert after is not None
    assert after < before / 3


@fits
def test_a_few_right_claims_do_not_make_certainty(fit) -> None:
    assert fit([(0.6, True)] * 3)(0.6) == pytest.approx((3 + 0.6) / 4)
    assert fit([(0.6, True)] * 3, prior=0)(0.6) == 1.0


@fits
def test_nothing_to_fit_is_an_error(fit) -> None:
    with pytest.raises(ValueError, match="no claim"):
        fit([])


def test_no_bin_of_a_fit_is_a_small_rest() -> None:
    claims = [(n / 10, n > 4) for n in range(1, 5)] + [(0.5, True), (0.6, False), (0.7, True)]
    claims += [(0.8, True), (0.9, True), (1.0, True)]
    assert bin_wise(claims, bins=3, prior=0).said == pytest.approx((0.25, 0.6, 0.9))
