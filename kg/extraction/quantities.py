"""A grammar of quantities in business news: money in any currency and scale, percentages, measures and bare numbers.

:func:`find_quantities` reads a text from left to right and gives every number with its unit. A range is two
quantities; a conversion in brackets stays with the amount it converts. Nothing here knows what a number is about.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from kg.model import Quantity

_CURRENCIES: Final = {
    "AED": "uae dirham, uae dirhams, dirham, dirhams",
    "ARS": "argentine peso, argentine pesos, argentinian pesos",
    "AUD": "australian dollar, australian dollars, australian dlrs, aussie dollars",
    "BRL": "brazilian reais, reais",
    "CAD": "canadian dollar, canadian dollars, canadian dlrs",
    "CHF": "swiss franc, swiss francs, sfr",
    "CLP": "chilean peso, chilean pesos",
    "CNY": "chinese yuan, yuan, renminbi, rmb",
    "COP": "colombian pesos",
    "CZK": "czech crown, czech crowns, czech koruna",
    "DEM": "german mark, german marks, deutsche mark, deutsche marks, deutschmarks, mark, marks",
    "DKK": "danish krone, danish kroner, danish crowns, kroner",
    "EGP": "egyptian pound, egyptian pounds",
    "EUR": "euro, euros",
    "FRF": "french franc, french francs, franc, francs",
    "GBP": "british pound, british pounds, pound sterling, pounds sterling, pound, pounds, sterling, stg, quid",
    "HKD": "hong kong dollar, hong kong dollars, hong kong dlrs",
    "HUF": "hungarian forints, forint, forints",
    "IDR": "indonesian rupiah, rupiah, rupiahs",
    "ILS": "israeli shekels, shekel, shekels",
    "INR": "indian rupee, indian rupees, rupee, rupees",
    "IRR": "iranian rials, rial, rials",
    "ITL": "italian lira, italian lire, lire",
    "JPY": "japanese yen, yen",
    "KRW": "south korean won, korean won, won",
    "MXN": "mexican peso, mexican pesos",
    "MYR": "malaysian ringgit, ringgit, ringgits",
    "NGN": "nigerian naira, naira",
    "NOK": "norwegian krone, norwegian kroner, norwegian crowns",
    "NZD": "new zealand dollar, new zealand dollars, kiwi dollars",
    "PHP": "philippine peso, philippine pesos",
    "PKR": "pakistani rupee, pakistani rupees",
    "PLN": "polish zloty, polish zlotys, zloty, zlotys",
    "RUB": "russian rouble, russian roubles, russian rubles, rouble, roubles, ruble, rubles",
    "SAR": "saudi riyal, saudi riyals, riyal, riyals",
    "SEK": "swedish krona, swedish kronor, swedish crowns, kronor",
    "SGD": "singapore dollar, singapore dollars",
    "THB": "thai baht, baht",
    "TRY": "turkish lira, turkish liras",
    "TWD": "new taiwan dollar, new taiwan dollars, taiwan dollars",
    "USD": "us dollar, us dollars, u.s. dollar, u.s. dollars, u.s. dlrs, us dlrs, american dollars, dollar, dollars, "
    "dlr, dlrs, bucks",
    "VND": "vietnamese dong, dong",
    "ZAR": "south african rand, rand",
    "pence": "pence, penny",
    "pesos": "peso, pesos",
}
_CENTS: Final = {
    "AUD": "australian cents",
    "CAD": "canadian cents",
    "EUR": "euro cent, euro cents, eurocents",
    "USD": "us cent, us cents, cent, cents, ct, cts",
}
_SYMBOLS: Final = {
    "AED": "Dh",
    "AUD": "A$, AU$, Aus$, australian dollars",
    "BRL": "R$",
    "CAD": "C$, CA$, Can$, canadian dollars",
    "CHF": "SFr, Sfr, SwFr",
    "CNY": "CN¥, RMB, Rmb",
    "DEM": "DM",
    "DKK": "DKr",
    "EUR": "€",
    "FRF": "FFr",
    "GBP": "£, Â£, UK£",
    "HKD": "HK$, hong kong dollars",
    "IDR": "Rp",
    "ILS": "₪",
    "INR": "₹, Rs, Rs.",
    "JPY": "¥, JP¥",
    "KRW": "₩",
    "MXN": "Mex$, MX$",
    "MYR": "RM",
    "NGN": "₦",
    "NOK": "NKr",
    "NZD": "NZ$",
    "PHP": "₱",
    "PLN": "zł",
    "RUB": "₽",
    "SEK": "SKr",
    "SGD": "S$, SG$",
    "THB": "฿",
    "TRY": "₺",
    "TWD": "NT$",
    "USD": "$, US$, U.S.$",
    "VND": "₫",
}
_SCALES: Final = {
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "million": 1e6,
    "mln": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "crore": 1e7,
    "crores": 1e7,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "trln": 1e12,
    "trn": 1e12,
    "tn": 1e12,
    "t": 1e12,
}
_PERCENT: Final = {
    "percent": "%, percent, per cent, pct, pc",
    "percentage points": "percentage points, percentage point, %-points",
}
_MEASURES: Final = {
    "barrels per day": "barrels per day, barrels a day, bpd, b/d",
    "barrels": "barrel, barrels, bbl",
    "basis points": "basis point, basis points, bps",
    "points": "point, points, pts",
    "tonnes": "tonne, tonnes, metric tons",
    "tons": "ton, tons",
    "litres": "litre, litres, liter, liters",
    "ounces": "ounce, ounces, troy ounces",
    "terabytes": "terabyte, terabytes, TB",
    "bushels": "bushel, bushels",
    "kilometres": "kilometre, kilometres, kilometer, kilometers",
    "square metres": "square metre, square metres, square meter, square meters",
    "square feet": "square foot, square feet",
    "square miles": "square miles",
    "acres": "acre, acres",
    "hectares": "hectare, hectares",
    "miles": "mile, miles",
    "megawatts": "megawatt, megawatts, MW",
    "gigawatts": "gigawatt, gigawatts, GW",
    "gigawatt hours": "gigawatt hours, GWh",
    "kilowatt hours": "kilowatt hours, kWh",
    "transactions per second": "transactions per second, transactions a second, TPS",
    "Mbps": "Mbps, Mbit/s, megabits per second, megabits a second",
    "gigabytes": "gigabyte, gigabytes, GB",
    "megabytes": "megabyte, megabytes, MB",
    "times": "times, fold, x",
}
_UNITS_IN_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS_IN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES: Final = {word: float(value) for value, word in enumerate(_UNITS_IN_WORDS.split())} | {
    word: 10.0 * tens for tens, word in enumerate(_TENS_IN_WORDS.split(), 2)
}
_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_VULGAR: Final = {
    "½": 1 / 2,
    "¼": 1 / 4,
    "¾": 3 / 4,
    "⅓": 1 / 3,
    "⅔": 2 / 3,
    "⅛": 1 / 8,
    "⅜": 3 / 8,
    "⅝": 5 / 8,
    "⅞": 7 / 8,
}


def _forms(table: dict[str, str]) -> dict[str, str]:
    return {form: unit for unit, forms in table.items() for form in forms.split(", ")}


def _any_of(forms: Iterable[str]) -> str:
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form).replace(r"\ ", r"[\s-]") for form in longest_first)


_CODES: Final = {code: code for code in (*_CURRENCIES, *_SYMBOLS) if code.isupper()}
_UNIT_OF: Final = {
    form.lower(): unit
    for form, unit in (_forms(_PERCENT) | _forms(_CURRENCIES) | _forms(_CENTS) | _forms(_MEASURES) | _CODES).items()
}
_CENT_FORMS: Final = frozenset(_forms(_CENTS))
_SYMBOL_OF: Final = {form.lower(): unit for form, unit in (_forms(_SYMBOLS) | _CODES).items()}
_MONEY: Final = frozenset(_CODES) | {"pence", "pesos"}
_ALSO_WORDS: Final = frozenset({"won", "mark", "marks", "point", "x", "quid", "dong", "rand"})

_ONE: Final = _any_of(_ONES)
_BIG: Final = "hundred|thousand|million|billion|trillion|dozen|mln|bln|crore|lakh"
# A digit may touch these letters: RMB33, Rs500, SFr10.
_LETTERED: Final = sorted(form for form in _SYMBOL_OF if re.search(r"[^\W\d_]\.?$", form) and " " not in form)
_GLUED: Final = "|".join(rf"(?<={re.escape(form)})" for form in _LETTERED)
# Most places of a text are ruled out by their letter, before anything dearer is tried.
_FIRST_LETTERS: Final = "".join(sorted({word[0] for word in _ONES} | set("ah")))
_NUMBER: Final = re.compile(
    rf"""(?=[\d.]|\b[{_FIRST_LETTERS}])(?:(?<![\w.,/])|{_GLUED})(?:
      (?P<digits>(?:\d{{1,3}}(?:,\d{{2,3}})+(?!\d)|\d+)(?:\.\d+)?|(?<!Rs)\.\d+)
      (?:(?P<vulgar>[{"".join(_VULGAR)}])
        |[-\s](?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}})(?![\d/])
        |/(?P<under>\d{{1,2}})(?![\d/]))?
    | \b(?P<words>(?:{_ONE})(?:[-\s](?:(?<=hundred\s)and\s|(?<=thousand\s)and\s)?(?:{_ONE}|hundred|thousand)\b)*
        (?:\sand\sa\shalf)?\b
        | half\sa(?=\s(?:{_BIG})\b) | an?(?=\s(?:single\s)?(?:{_BIG}|dollar|pound|penny|euro)\b))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SYMBOL: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{_any_of(_SYMBOL_OF)})\s?$", re.IGNORECASE)
_LETTER: Final = re.compile(r"(?:bn|BN|Bn|mln|mn|tn|trn|m|M|b|B|k|K|T)(?![\w/])")
_SCALE: Final = re.compile(
    r"[\s-]?(?P<first>hundred|thousand|million|billion|trillion|dozen|mln|bln|trln|trn|bn|mn|tn|lakhs?|crores?)\b"
    r"(?:\s(?P<second>thousand|million|billion|trillion|crores?)\b)?",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(rf"(?:[\s-]|\s?single\s)?(?P<unit>{_any_of(_UNIT_OF)})(?![\w/])", re.IGNORECASE)
_PENNIES: Final = re.compile(r"p(?!\w)")
_FRACTION: Final = re.compile(
    rf"""\b(?:(?P<count>one|two|three|four|five|an?)[\s-](?P<part>{"|".join(_PARTS)})s?
      (?=\s(?:of|stake|share|interest|more|less|fewer|higher|lower|cheaper)\b|[.,;](?:\s|$)|-owned\b)
    | (?<!older\s)(?<!newer\s)(?<!other\s)(?<!first\s)(?P<half>half)(?=\s(?:of|owned|its|their|the)\b|-owned\b))""",
    re.VERBOSE | re.IGNORECASE,
)
_ONE_IN: Final = re.compile(rf"\bone\s(?:in|out\sof)\s(?:every\s)?(?P<bottom>{_ONE}|\d+)\b", re.IGNORECASE)
_FOLD: Final = re.compile(rf"\b(?P<n>{_ONE}|\d+(?:\.\d+)?)-?fold\b", re.IGNORECASE)
_MULTIPLE: Final = re.compile(r"\b(?P<verb>doubl|tripl|quadrupl|halv)(?:es?|ed|ing)\b", re.IGNORECASE)
_MULTIPLES: Final = {"doubl": 100.0, "tripl": 200.0, "quadrupl": 300.0, "halv": -50.0}

_BETWEEN: Final = re.compile(
    r"\s?(?:-|–|—)\s?|\s(?:to|and|or)\s(?:as much as\s|about\s|around\s|over\s|up to\s)?", re.I
)
_BRACKET: Final = re.compile(
    r"\s?\((?:or\s)?(?:(?:about|around|some|nearly|approximately|approx\.|roughly|over|equivalent to|c\.)\s|~|≈)?", re.I
)
_NEXT_CONVERSION: Final = re.compile(r"\s?[;,/]\s?(?:or\s)?|\sor\s", re.IGNORECASE)
_OR: Final = re.compile(r",?\sor\s(?:about\s|around\s|some\s|roughly\s|nearly\s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuantityMatch:
    """A quantity at ``text[start:end]``. ``unit`` of the quantity is empty for a bare number.

    ``kind``: money, percent, measure, fraction (a third), change (doubled) or number. ``also`` holds conversions in
    brackets, in the order written; ``end`` is behind them.
    """

    start: int
    end: int
    quantity: Quantity
    kind: str
    also: tuple[Quantity, ...] = ()
    scaled: bool = False


def words_to_number(words: str) -> float:
    """The value of a number in words.

    >>> words_to_number("two hundred and fifty thousand"), words_to_number("twenty-five")
    (250000.0, 25.0)
    """
    lowered = words.lower()
    if lowered in {"a", "an"}:
        return 1.0
    if lowered.startswith("half"):
        return 0.5
    total = group = 0.0
    plain = re.sub(r"\sand\sa\shalf$", "", lowered)
    for word in re.split(r"[-\s]+", plain):
        if word == "hundred":
            group = (group or 1.0) * 100
        elif word == "thousand":
            total, group = total + (group or 1.0) * 1000, 0.0
        elif word != "and":
            group += _ONES[word]
    return total + group + (0.5 if plain != lowered else 0.0)


def _number(match: re.Match[str]) -> float:
    if match["words"]:
        return words_to_number(match["words"])
    value = float(match["digits"].replace(",", ""))
    if match["vulgar"]:
        return value + _VULGAR[match["vulgar"]]
    if match["bottom"] and int(match["bottom"]):
        return value + int(match["top"]) / int(match["bottom"])
    if match["under"] and int(match["under"]):
        return value / int(match["under"])
    return value


def _times(value: float, factor: float) -> float:
    # The product of two binary fractions can miss what was written by one bit.
    return float(f"{value * factor:.12g}")


def _key(form: str) -> str:
    return re.sub(r"[\s-]", " ", form.strip().lower())


def _weak(form: str, value: float, scaled: bool, unit: str) -> bool:
    """Whether a unit's form is likelier an ordinary word here: "100 won the prize", "the $5 mark"."""
    return form in _ALSO_WORDS and (bool(unit) or not (scaled or value >= 1000 or form in {"point", "quid"}))


def _atom(text: str, match: re.Match[str]) -> QuantityMatch:
    start, end = match.start(), match.end()
    value, unit, scaled, in_words = _number(match), "", False, bool(match["words"])
    before = text[max(0, start - 20) : start]
    sign = 1 if before.endswith(("-", "−")) else 0
    symbol = _SYMBOL.search(before[:-1] if sign else before)
    if symbol:
        unit, start = _SYMBOL_OF[_key(symbol[0])], start - len(symbol[0]) - sign
        value = -value if sign else value
    if text[start - 1 : start] in {"-", "−"} and (start < 2 or text[start - 2] in " (\n"):
        value, start = -value, start - 1
    if not in_words and (letter := _LETTER.match(text, end)):
        value, end, scaled = _times(value, _SCALES[letter[0].lower()]), letter.end(), True
    elif scale := _SCALE.match(text, end):
        factor = _SCALES[scale["first"].lower()] * _SCALES.get((scale["second"] or "").lower(), 1.0)
        value, end, scaled = _times(value, factor), scale.end(), True
    if found := _UNIT.match(text, end):
        form = _key(found["unit"])
        glued_x = form == "x" and found.start("unit") == end
        if (not unit or (unit == "USD" and "doll" in form)) and (glued_x or not _weak(form, value, scaled, unit)):
            unit, end = _UNIT_OF[form], found.end()
            value = _times(value, 0.01) if form in _CENT_FORMS else value
    elif not unit and not in_words and (pennies := _PENNIES.match(text, end)):
        unit, end = "pence", pennies.end()
    kind = "money" if unit in _MONEY else "percent" if unit in _PERCENT else "measure" if unit else "number"
    return QuantityMatch(start, end, Quantity(value, unit, text[start:end]), kind, scaled=scaled)


def _special(match: re.Match[str], value: float, unit: str, kind: str) -> QuantityMatch:
    return QuantityMatch(match.start(), match.end(), Quantity(round(value, 1), unit, match[0]), kind)


def _shares_and_multiples(text: str) -> list[QuantityMatch]:
    found = []
    for m in _FRACTION.finditer(text):
        part = _PARTS[m["part"].lower()] if m["part"] else 2
        top = _ONES.get((m["count"] or "one").lower(), 1.0)
        if top < part:
            found.append(_special(m, 100 * top / part, "percent", "fraction"))
    for m in _ONE_IN.finditer(text):
        bottom = float(m["bottom"]) if m["bottom"].isdigit() else _ONES[m["bottom"].lower()]
        if bottom >= 2:
            found.append(_special(m, 100 / bottom, "percent", "fraction"))
    for m in _FOLD.finditer(text):
        found.append(_special(m, _ONES.get(m["n"].lower()) or float(m["n"]), "times", "measure"))
    for m in _MULTIPLE.finditer(text):
        found.append(_special(m, _MULTIPLES[m["verb"].lower()], "percent", "change"))
    return found


def _atoms(text: str) -> list[QuantityMatch]:
    special = _shares_and_multiples(text)
    numbers = [_atom(text, m) for m in _NUMBER.finditer(text)]
    kept = [
        n
        for n in numbers
        if not text[n.end : n.end + 1].isalnum() and not any(s.start < n.end and n.start < s.end for s in special)
    ]
    found: list[QuantityMatch] = []
    for atom in sorted((*kept, *special), key=lambda q: (q.start, -q.end)):
        if not found or atom.start >= found[-1].end:
            found.append(atom)
    return found


def _looks_like_a_year(atom: QuantityMatch) -> bool:
    return atom.kind == "number" and not atom.scaled and bool(re.fullmatch(r"(?:19|20)\d\d", atom.quantity.text))


def _both_ends(low: QuantityMatch, high: QuantityMatch) -> tuple[QuantityMatch, QuantityMatch]:
    """Both ends of a range such as "$4-5 billion" or "80 to 100 mln dlrs" with the scale and unit that they share."""
    a, b = low.quantity, high.quantity
    unit = a.unit or b.unit
    if a.unit and b.unit and a.unit != b.unit:
        return low, high
    value = a.value
    if high.scaled and not low.scaled and value < 1000:
        factor = next(
            (f for f in (1e12, 1e9, 1e7, 1e6, 1e5, 1e3, 1e2, 12.0) if b.value >= f and _factor(b.text, f)), 1.0
        )
        value = _times(value, factor) if value <= b.value / factor else value
    kind = low.kind if low.kind != "number" else high.kind
    return (
        replace(low, quantity=Quantity(value, unit, a.text), kind=kind, scaled=low.scaled or high.scaled),
        replace(high, quantity=Quantity(b.value, unit, b.text), kind=kind),
    )


def _factor(written: str, factor: float) -> bool:
    """Whether ``written`` holds a word or letter for ``factor``."""
    return any(_SCALES.get(w) == factor for w in re.findall(r"[a-z]+", written.lower()))


def _leads_with_symbol(atom: QuantityMatch) -> bool:
    return not atom.quantity.text[0].isdigit() and not atom.quantity.text[-1].isalpha()


def _is_range(text: str, low: QuantityMatch, high: QuantityMatch) -> bool:
    gap = text[low.end : high.start]
    joint = _BETWEEN.fullmatch(gap)
    if not joint or high.kind in {"fraction", "change"} or low.kind in {"fraction", "change"}:
        return False
    before = text[max(0, low.start - 9) : low.start].lower()
    if low.quantity.unit and low.quantity.unit == high.quantity.unit:  # "$4 to $5 billion"
        return not low.scaled and high.scaled and " and " not in gap and not before.rstrip().endswith("from")
    if low.quantity.unit and (high.quantity.unit or low.kind != "money" or not _leads_with_symbol(low)):
        return False
    if _looks_like_a_year(low) or _looks_like_a_year(high):
        return False
    return " and " not in gap or before.rstrip().endswith("between")


def _conversions(text: str, atoms: list[QuantityMatch], i: int) -> int:
    """How many atoms behind ``atoms[i]`` are its conversions into other currencies."""
    first = atoms[i]
    if first.kind != "money":
        return 0
    bracket = i + 1 < len(atoms) and _BRACKET.fullmatch(text[first.end : atoms[i + 1].start])
    plain = i + 1 < len(atoms) and _OR.fullmatch(text[first.end : atoms[i + 1].start])
    if not bracket and not plain:
        return 0
    count = 0
    for j in range(i + 1, len(atoms)):
        other = atoms[j]
        if other.kind != "money" or other.quantity.unit == first.quantity.unit:
            break
        if j > i + 1 and not (bracket and _NEXT_CONVERSION.fullmatch(text[atoms[j - 1].end : other.start])):
            break
        count += 1
    return count


def find_quantities(text: str) -> list[QuantityMatch]:
    """The quantities of a text in order of their place.

    >>> [(q.quantity.value, q.quantity.unit) for q in find_quantities("sales of $4-5 billion, up 7.5 per cent")]
    [(4000000000.0, 'USD'), (5000000000.0, 'USD'), (7.5, 'percent')]
    >>> find_quantities("RMB33.4 billion ($4.67 billion)")[0].also[0].value
    4670000000.0
    """
    atoms = _atoms(text)
    for i in range(len(atoms) - 1):
        if _is_range(text, atoms[i], atoms[i + 1]):
            atoms[i], atoms[i + 1] = _both_ends(atoms[i], atoms[i + 1])
    found, i = [], 0
    while i < len(atoms):
        n = _conversions(text, atoms, i)
        if n:
            end = atoms[i + n].end
            end += text[end : end + 1] == ")"
            found.append(replace(atoms[i], end=end, also=tuple(a.quantity for a in atoms[i + 1 : i + 1 + n])))
        else:
            found.append(atoms[i])
        i += n + 1
    return found
