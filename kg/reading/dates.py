"""Dates of publication, as articles and feeds write them, to ISO 8601."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WRITTEN = re.compile(r"([A-Za-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso_date(value: str | float | None) -> str | None:
    """An ISO 8601 date or date-time, None where ``value`` gives no day for certain.

    Read are ISO 8601, RFC 2822 as in feeds, ``December 29, 2025``, ``29 Dec 2025``, ``2025/12/29``, and numbers as
    seconds or milliseconds since 1970. ``03/04/2026`` is March or April, and ``2026`` no day: both give None.

    >>> iso_date("Dec.29 2025"), iso_date("Mon, 29 Dec 2025 10:00:00 GMT"), iso_date("03/04/2026")
    ('2025-12-29', '2025-12-29T10:00:00+00:00', None)
    """
    if value is None:
        return None
    if not isinstance(value, str):
        return _since_epoch(value)
    value = value.strip()
    if len(value) > 100:
        return None
    return _iso(value) or _written(value) or _feed(value)


def _since_epoch(number: float) -> str | None:
    if not 0 < number < 1e14:
        return None
    return (_EPOCH + timedelta(seconds=number / 1000 if number >= 1e11 else number)).isoformat()


def _iso(value: str) -> str | None:
    value = re.sub(r"^(\d{4})/(\d{2})/(\d{2})(?!\d)", r"\1-\2-\3", value)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _written(value: str) -> str | None:
    if match := _WRITTEN.fullmatch(value):
        name, day, year = match.groups()
    elif match := _DAY_FIRST.fullmatch(value):
        day, name, year = match.groups()
    else:
        return None
    name = "sep" if name.lower() == "sept" else name.lower()
    months = [number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name)]
    try:
        return date(int(year), months[0], int(day)).isoformat()
    except (IndexError, ValueError):
        return None


def _feed(value: str) -> str | None:
    if not re.match(r"(?:[A-Z][a-z]{2},\s*)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d", value):
        return None
    try:
        return parsedate_to_datetime(value).isoformat()
    except (ValueError, IndexError, OverflowError):
        return None
