"""Periods of business news and their ISO 8601 form: "Q3 2025", "three months to 31 December 2004", "three-year".

Only what the words themselves fix gets an ISO form. "Last year" and "fiscal 2028" keep their words: the one depends on
when the article was published, the other on when a company's year begins.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTH_NAMES: Final = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_MONTHS: Final = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {n[:3]: i for i, n in enumerate(_MONTH_NAMES, 1)}
_MONTHS_ALSO: Final = {"sept": 9}
_MONTH_OF: Final = _MONTHS | _MONTHS_ALSO
_ORDINALS: Final = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "final": 4,
}
_COUNTS: Final = {
    word: i
    for i, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)  # noqa: SIM905
}
_DURATIONS: Final = {"year": "P{}Y", "month": "P{}M", "week": "P{}W", "day": "P{}D", "hour": "PT{}H"}
_RATES: Final = {
    "annually": "P1Y", "yearly": "P1Y", "annual": "P1Y", "monthly": "P1M", "weekly": "P1W", "daily": "P1D",
    "quarterly": "P3M", "a year": "P1Y", "per year": "P1Y", "each year": "P1Y", "every year": "P1Y", "a month": "P1M",
    "per month": "P1M", "each month": "P1M", "every month": "P1M", "a week": "P1W", "per week": "P1W",
    "each week": "P1W", "every week": "P1W", "a day": "P1D", "per day": "P1D", "each day": "P1D", "every day": "P1D",
    "an hour": "PT1H", "per hour": "PT1H",
}  # fmt: skip
_YEAR_ON_YEAR: Final = r"year[-\s]over[-\s]year|year[-\s]on[-\s]year|yoy|y/y"

_MONTH: Final = "|".join(sorted(_MONTH_OF, key=lambda m: (-len(m), m)))
_YEAR: Final = r"(?:19|20)\d\d"
_COUNT: Final = "|".join(_COUNTS) + r"|\d{1,3}"
_QUARTER: Final = r"Q[1-4]|(?:first|second|third|fourth|final|1st|2nd|3rd|4th)[\s-]quarter"
_HALF: Final = r"H[12]|[12]H|(?:first|second|1st|2nd)[\s-](?:half|six\smonths)"
_LEAD: Final = r"""(?:(?P<lead>through|until|since|by|from|before|after|as\sof|for|to|up\sto|at|in)\s(?:the\s)?)?
    (?:(?P<edge>end|start|middle|beginning)\sof\s(?:the\s)?)?"""
_SPAN: Final = rf"""(?P<span>(?P<n>{_COUNT})[\s-]months?|(?:fiscal\s|financial\s|full\s)?year|(?P<sq>quarter|half))\s
    (?:to|ended|ending|through|until|ending\son)\s(?:the\send\sof\s)?
    (?:(?P<sd1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?)?(?P<sm>{_MONTH})\b\.?
    (?:\s(?P<sd2>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?)?(?:,?\s(?P<sy>{_YEAR}))?"""
_OF_YEAR: Final = r"(?:(?:\s(?:of\s)?(?:the\s)?|,\s|[-\s])(?P<{0}fiscal>fiscal\s(?:year\s)?|FY\s?)?(?P<{0}y>{1}))?"
_FISCAL: Final = rf"(?P<fiscal>(?:fiscal|financial)(?:\syear)?\s(?:{_YEAR}|'\d\d)|FY\s?-?(?:{_YEAR}|\d\d))(?:[/-]\d\d)?"
_NO_NUMBER: Final = r"(?![\d,.%]\d|\d|%|\s(?:million|billion|percent|pct|mln|people)\b)"
_DATE: Final = rf"""(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m1>{_MONTH})\b\.?(?:,?\s(?P<y1>{_YEAR}))?
    | (?P<m2>{_MONTH})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?{_NO_NUMBER}(?:,?\s(?P<y2>{_YEAR}))?
    | (?P<m3>{_MONTH})\.?,?\s(?:of\s)?(?P<y3>{_YEAR})
    | (?P<iso>{_YEAR}-\d\d-\d\d)"""
_YEARS: Final = rf"""(?P<ya>{_YEAR})(?:\s?[-–/]\s?|\sto\s)(?P<yb>{_YEAR}|\d\d?)(?!\d)
    | (?:calendar\s)?(?P<point>early[\s-]|mid-?\s?|late[\s-])?(?P<y>{_YEAR}){_NO_NUMBER}(?:'s)?"""
_BARE_MONTH: Final = rf"(?P<m4>(?:early|mid-?|late|last|next|this)\s?(?:{_MONTH})|(?(lead)(?:{_MONTH})|(?!)))"
_RELATIVE: Final = rf"""(?P<relative>(?:last|this|next|current|previous|prior|past|coming|latest|following)\s
        (?:(?:fiscal|financial|calendar|trading)\s)?(?:(?:{_COUNT}|few|several)\s)?(?:trading\s)?
        (?:year|quarter|month|week|day|hour|session|decade|half|season)s?
    |a\s(?:year|month|week)\s(?:ago|earlier|before)|year[\s-]earlier(?:\speriod)?|year[\s-]ago|yesterday|today|tomorrow
    |(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday))"""
_DURATION: Final = rf"""(?P<duration>(?P<dn>{_COUNT})[\s-](?P<du>year|month|week|day|hour)s?)
    (?![\s-](?:old|ago|to\s|ended)|\w)"""
_RATE: Final = r"""(?P<rate>annually|yearly|monthly|weekly|daily|quarterly|annual
    |(?:a|per|each|every)\s(?:year|month|week|day)|(?:an|per)\shour)"""
_PATTERN: Final = re.compile(
    rf"""(?<![\w$€£.,/-])(?=\w){_LEAD}(?:
      {_SPAN}
    | (?:fiscal\s|financial\s)?(?P<q>{_QUARTER}){_OF_YEAR.format("q", _YEAR)}
    | (?P<h>{_HALF}){_OF_YEAR.format("h", _YEAR)}
    | {_FISCAL}
    | {_DATE}
    | {_YEARS}
    | {_BARE_MONTH}
    | {_RELATIVE}
    | (?P<yoy>{_YEAR_ON_YEAR})
    | {_DURATION}
    | {_RATE}
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
# The words before the period that belong to it: a bound is a point, not the period itself.
_BOUNDS: Final = frozenset({"through", "until", "since", "by", "before", "after", "up to"})


@dataclass(frozen=True, slots=True)
class PeriodMatch:
    """A period at ``text[start:end]``: ``iso`` is an ISO 8601 date, interval or duration, or None.

    ``kind``: absolute, partial (a quarter or month without its year), relative, duration, rate or comparison.
    """

    start: int
    end: int
    text: str
    iso: str | None
    kind: str


def _number(word: str) -> int:
    return _COUNTS.get(word.lower()) or int(word)


def months_ending(count: int, end: date) -> str:
    """The interval of ``count`` whole months that ends on ``end``.

    >>> months_ending(3, date(2004, 12, 31))
    '2004-10-01/2004-12-31'
    """
    if end.day == monthrange(end.year, end.month)[1]:
        first = end.year * 12 + end.month - count
        start = date(first // 12, first % 12 + 1, 1)
    else:
        first = end.year * 12 + end.month - 1 - count
        year, month = first // 12, first % 12 + 1
        start = date(year, month, min(end.day + 1, monthrange(year, month)[1]))
    return f"{start.isoformat()}/{end.isoformat()}"


def quarter(number: int, year: int) -> str:
    """The interval of a calendar quarter.

    >>> quarter(3, 2025)
    '2025-07-01/2025-09-30'
    """
    return months_ending(3, date(year, 3 * number, monthrange(year, 3 * number)[1]))


def half(number: int, year: int) -> str:
    """The interval of a calendar half-year.

    >>> half(1, 2025)
    '2025-01-01/2025-06-30'
    """
    return months_ending(6, date(year, 6 * number, monthrange(year, 6 * number)[1]))


def _ordinal(words: str) -> int:
    digit = re.search(r"[1-4]", words)
    return int(digit[0]) if digit else _ORDINALS[re.split(r"[\s-]", words.lower())[0]]


def _day(year: str, month: str, day: str) -> str | None:
    number = _MONTH_OF[month.lower()]
    if 1 <= int(day) <= monthrange(int(year), number)[1]:
        return f"{year}-{number:02}-{int(day):02}"
    return None


def _span(m: re.Match[str]) -> str | None:
    if not m["sy"]:
        return None
    year, month = int(m["sy"]), _MONTH_OF[m["sm"].lower()]
    last = monthrange(year, month)[1]
    day = int(m["sd1"] or m["sd2"] or last)
    count = _number(m["n"]) if m["n"] else {"quarter": 3, "half": 6}.get((m["sq"] or "").lower(), 12)
    return months_ending(count, date(year, month, day)) if 1 <= day <= last and count else None


def _years(m: re.Match[str]) -> str | None:
    first, written = int(m["ya"]), m["yb"]
    last = int(written) if len(written) == 4 else int(str(first)[: -len(written)] + written)
    return f"{first}/{last}" if first < last < first + 100 else None


def _read(m: re.Match[str]) -> tuple[str | None, str]:
    """ISO form and kind of a match."""
    if m["span"]:
        return _span(m), "absolute" if m["sy"] else "partial"
    if m["q"]:
        y = None if m["qfiscal"] else m["qy"]
        return (quarter(_ordinal(m["q"]), int(y)) if y else None), "absolute" if m["qy"] else "partial"
    if m["h"]:
        y = None if m["hfiscal"] else m["hy"]
        return (half(_ordinal(m["h"]), int(y)) if y else None), "absolute" if m["hy"] else "partial"
    if m["fiscal"]:
        return None, "absolute"
    if m["d1"]:
        return (_day(m["y1"], m["m1"], m["d1"]) if m["y1"] else None), "absolute" if m["y1"] else "partial"
    if m["d2"]:
        return (_day(m["y2"], m["m2"], m["d2"]) if m["y2"] else None), "absolute" if m["y2"] else "partial"
    if m["m3"]:
        return f"{m['y3']}-{_MONTH_OF[m['m3'].lower()]:02}", "absolute"
    if m["iso"]:
        return m["iso"], "absolute"
    if m["ya"]:
        return _years(m), "absolute"
    if m["y"]:
        return (None if m["point"] else m["y"]), "absolute"
    if m["m4"]:
        return None, "partial"
    if m["yoy"]:
        return None, "comparison"
    if m["duration"]:
        return _DURATIONS[m["du"].lower()].format(_number(m["dn"])), "duration"
    if m["rate"]:
        return _RATES[re.sub(r"\s+", " ", m["rate"].lower())], "rate"
    return None, "relative"


def find_periods(text: str) -> list[PeriodMatch]:
    """The periods of a text in order of their place.

    >>> [(p.text, p.iso) for p in find_periods("profit for the three months to 31 December 2004")]
    [('three months to 31 December 2004', '2004-10-01/2004-12-31')]
    """
    found = []
    for m in _PATTERN.finditer(text):
        iso, kind = _read(m)
        bound = (m["lead"] or "").lower() in _BOUNDS
        words = m[0] if bound or not m["lead"] else m[0][len(m["lead"]) :].lstrip()
        words = re.sub(r"^the\s+", "", words)
        found.append(PeriodMatch(m.end() - len(words), m.end(), words, None if bound or m["edge"] else iso, kind))
    return found


def with_year(partial: PeriodMatch, year: str) -> PeriodMatch:
    """A quarter, half, month or day that names no year, read in ``year``; anything else unchanged.

    >>> (q3,) = find_periods("in Q3")
    >>> with_year(q3, "2025").text, with_year(q3, "2025").iso
    ('Q3 2025', '2025-07-01/2025-09-30')
    """
    if partial.kind != "partial":
        return partial
    words = f"{partial.text} {year}"
    match = _PATTERN.fullmatch(words)
    if not match:
        return partial
    return PeriodMatch(partial.start, partial.end, words, _read(match)[0], "absolute")
