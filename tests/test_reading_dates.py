"""Dates of publication come out as ISO 8601, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reading.dates import iso_date


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2025-12-29", "2025-12-29"),
        ("2025/12/29", "2025-12-29"),
        ("20251229", "2025-12-29"),
        ("2025-12-29T07:15:00Z", "2025-12-29T07:15:00+00:00"),
        ("2025-12-29 07:15:00+08:00", "2025-12-29T07:15:00+08:00"),
        ("December 29, 2025", "2025-12-29"),
        ("Dec.29 2025", "2025-12-29"),
        ("Sept. 3rd, 2025", "2025-09-03"),
        ("29 Dec 2025", "2025-12-29"),
        ("Mon, 29 Dec 2025 10:00:00 GMT", "2025-12-29T10:00:00+00:00"),
        (1_767_002_400, "2025-12-29T10:00:00+00:00"),
        (1_767_002_400_000, "2025-12-29T10:00:00+00:00"),
        ("03/04/2026", None),
        ("2026", None),
        ("yesterday", None),
        ("Febtober 3, 2026", None),
        ("February 30, 2026", None),
        (float("nan"), None),
        (1e300, None),
        (10**400, None),
        (None, None),
    ],
)
def test_a_date_is_normalised_or_dropped(written: str | float | None, iso: str | None) -> None:
    assert iso_date(written) == iso


@given(st.datetimes())
def test_iso_dates_come_back_as_they_are(moment: object) -> None:
    assert iso_date(moment.isoformat()) == moment.isoformat()  # type: ignore[attr-defined]


@given(st.text(max_size=40) | st.floats() | st.integers())
def test_no_value_makes_it_fail(value: str | float) -> None:
    found = iso_date(value)
    assert found is None or iso_date(found) == found
