"""Which quantities of a text an analyst would note, and what a bare number counts.

A number that is part of a name, a date, an age, an ordinal, a clock time or a list marker is none of them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.extraction.arguments import Tree
from kg.extraction.periods import PeriodMatch
from kg.extraction.quantities import QuantityMatch
from kg.model import Quantity


def word_set(words: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(word_set("one two"))
    ['one', 'two']
    """
    return frozenset(words.split())


PEOPLE: Final = word_set(
    "adult artist audience backer buyer child citizen client consumer contractor creditor customer depositor developer "
    "doctor employee engineer expert fan farmer gamer guest holder individual investor job "
    "journalist labourer laborer lawyer learner manager man member motorist musician official owner "
    "partner passenger patient pensioner people person personnel pilot player policyholder population position post "
    "professional reader redundancy refugee representative resident role scientist seller specialist shareholder "
    "shopper smoker staff student subscriber supporter surfer taxpayer teacher tourist trader traveller traveler "
    "user viewer victim visitor volunteer voter woman worker workforce american australian briton european "
    "russian chinese indian japanese german"
)
_NAMED_UNITS: Final = {"share": "shares", "warrant": "warrants", "store": "stores", "country": "countries"}
_TIMES: Final = word_set(
    "year month week day hour minute second decade century quarter half weekend session night season fortnight "
    "years months weeks days hours minutes seconds decades centuries quarters halves weekends sessions nights seasons "
    "am pm gmt est bst edt pst o'clock inch inches mph ghz mhz megapixel megapixels"
)
_INSIDE: Final = frozenset(
    {"JJ", "JJR", "JJS", "VBN", "VBG", "HYPH", "NN", "NNS", "NNP", "NNPS", "CD", "RB", "$", "''", "``"}
)
_OF: Final = frozenset({"DT", "PRP$", "POS", "PDT"})
_AGE: Final = re.compile(r"(?:,\s|\baged\s|\bage\s|\bage of\s)$")
_CLOCK: Final = re.compile(r"(?::\d\d|\s?(?:am|pm|a\.m\.|p\.m\.|gmt|est|bst|edt|o'clock)\b)", re.IGNORECASE)
_VERSION: Final = re.compile(r"\d{1,2}\.\d{1,2}")
_BEHIND_NAME: Final = re.compile(
    r"(?:\bNo\.?|\bnumber|\bversion|\bvolume|\bpart|\bphase|\bchapter|\bpage|#|\btop|\bG)\s?-?$", re.I
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity at tokens ``start`` to ``end`` (exclusive) and the token it hangs on the rest of the sentence by.

    ``noun`` is the token that a bare number counts.
    """

    start: int
    end: int
    match: QuantityMatch
    root: int
    noun: int | None = None


def tokens_of(starts: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The tokens that cover characters ``start`` to ``end``, given each token's first character."""
    return max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)


def singular(noun: str) -> str:
    """A plain singular, good enough to look a noun up.

    >>> singular("companies"), singular("stores"), singular("staff")
    ('company', 'store', 'staff')
    """
    if noun in {"people", "men", "women", "children"}:
        return {"people": "people", "men": "man", "women": "woman", "children": "child"}[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "ches", "shes", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def unit_of(noun: str) -> str:
    """The unit of what a noun counts: people, shares, or units of anything else.

    >>> unit_of("subscribers"), unit_of("iPhones")
    ('people', 'units')
    """
    one = singular(noun.lower())
    return "people" if one in PEOPLE else _NAMED_UNITS.get(one, "units")


def counted_noun(tree: Tree, after: int) -> int | None:
    """The head of the noun phrase that starts at token ``after``: "AI professionals" -> "professionals"."""
    size = len(tree.tag)
    i, noun = after, None
    if i < size and tree.lower[i] == "of":
        i += 1
        while i < size and tree.tag[i] in _OF:
            i += 1
    while i < size and i < after + 8 and tree.sentence[i] == tree.sentence[after - 1]:
        tag = tree.tag[i]
        if tag in _OF and tag == "POS":
            noun = None
        elif tag not in _INSIDE or (noun is not None and tag[0] != "N"):
            break
        elif tag[0] == "N":
            noun = i
        i += 1
    return noun


def _root(tree: Tree, start: int, end: int) -> int:
    for token in range(start, end):
        if not start <= tree.head[token] < end or tree.head[token] == token:
            return token
    return end - 1


def _year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:1[89]|20)\d\d", text))


def _is_label(text: str, match: QuantityMatch) -> bool:
    """A citation marker, list number, clock time, age or part of an address or name."""
    before, after = text[max(0, match.start - 12) : match.start], text[match.end : match.end + 12]
    if before.endswith(("[", "#")) or after.startswith("]"):
        return True
    if _CLOCK.match(after) or before.endswith(":") or _BEHIND_NAME.search(before):
        return True
    if _AGE.search(before) and after[:1] in {",", "."} and match.quantity.value < 100 and match.kind == "number":
        return True
    return match.kind == "number" and bool(re.match(r"-(?!strong|person|store|job|seat|plus)\w", after))


def candidates(
    tree: Tree,
    text: str,
    starts: Sequence[int],
    matches: Sequence[QuantityMatch],
    periods: Sequence[PeriodMatch],
    names: frozenset[int],
) -> list[Candidate]:
    """The quantities that may be figures, each with what it counts. ``names`` are tokens inside proper names."""
    taken = [(p.start, p.end) for p in periods]
    found = []
    for match in matches:
        if _is_label(text, match) or any(a <= match.start < b for a, b in taken):
            continue
        start, end = tokens_of(starts, match.start, match.end)
        if match.kind in {"number", "change"} and any(t in names for t in range(start, end)):
            continue
        if match.kind == "number" and start - 1 in names and _VERSION.fullmatch(match.quantity.text):
            continue
        candidate = Candidate(start, end, match, _root(tree, start, end))
        if match.kind == "number":
            counted = _count(tree, candidate)
            if counted is not None:
                found.append(counted)
        else:
            found.append(candidate)
    return found


def _count(tree: Tree, candidate: Candidate) -> Candidate | None:
    match, start, end = candidate.match, candidate.start, candidate.end
    written = match.quantity.text
    if _year(written) or (match.quantity.value <= 1 and not re.search(r"\d", written)):
        return None
    noun = counted_noun(tree, end)
    precise = match.scaled or bool(re.search(r"[,./]", written))
    if noun is None:
        if start and tree.tag[start - 1].startswith("NNP") and not precise:
            return None
        if "/" in written:
            return replace(candidate, match=_with_unit(match, "USD", "money"))
        return (
            replace(candidate, match=_with_unit(match, "units", "number"))
            if precise or match.quantity.value >= 10
            else None
        )
    word = tree.lower[noun]
    if word in _TIMES or tree.lower[end] in _TIMES:
        return None
    if start and tree.tag[start - 1].startswith("NNP") and tree.tag[end].startswith("NNP") and not precise:
        return None
    return replace(candidate, match=_with_unit(match, unit_of(word), "count"), noun=noun)


def _with_unit(match: QuantityMatch, unit: str, kind: str) -> QuantityMatch:
    old = match.quantity
    return replace(match, quantity=Quantity(old.value, unit, old.text), kind=kind)
