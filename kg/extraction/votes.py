"""What the words of a name and the words around it say about its type: weighted votes, added up over an article."""

from collections import defaultdict

from kg.extraction.candidates import Text
from kg.extraction.lexicon import words
from kg.resolution.reference import catalogue

Votes = defaultdict[str, float]

_TAGGED = 3.0
_UNTAGGED = 2.0
_SPEAKING = frozenset(
    {"said", "says", "told", "added", "adds", "explained", "warned", "argues", "argued", "insisted", "believes"}
)
_COMMA = frozenset({",", "-", "--", "–", "—", "("})
_APPOSITION = 9
_NAMED_AFTER = 2.5


def own_votes(name: list[str]) -> Votes:
    """Votes of the words of a name itself."""
    votes: Votes = defaultdict(float)
    lower = [w.lower() for w in name]
    last = lower[-1]
    if len(name) > 1 and last in words("legal"):
        votes["Company"] += 6
    if last == "family":
        votes["Person"] += 6
    if last in words("state_bodies"):
        votes["Organization"] += 4
    if len(name) > 1 and last in words("exchange_heads"):
        votes["Organization"] += 4
    elif len(name) > 1 and last in words("organization_heads"):
        votes["Organization"] += 5
    elif len(name) > 1 and last in words("company_heads"):
        votes["Company"] += 3
    if "of" in lower[1:] or "for" in lower[1:]:
        head = lower[lower.index("of" if "of" in lower[1:] else "for") - 1]
        if head in words("of_heads") | words("organization_heads"):
            votes["Company" if head == "bank" else "Organization"] += 5
    if len(name) > 1 and last in words("facility_heads"):
        votes["Facility"] += 4
    if len(name) > 1 and last in words("place_heads"):
        votes["Place"] += 3
    if 2 <= len(name) <= 4 and lower[0] in words("first_names"):
        votes["Person"] += 3.5
    if any(c.isdigit() for w in name for c in w):
        votes["Product"] += 2.5
        votes[""] += 4 if lower[0] in words("numbered") else 0  # "Chapter 11", "March 2"
    if not any(c.isalpha() for w in name for c in w):
        votes[""] += 9
    if len(name) > 1 and lower[-1] not in words("company_heads") and _is_company(name[0]):
        votes["Product"] += _NAMED_AFTER
    votes["Company"] += 0.4
    if len(name) == 1 and name[0][0].islower():
        votes["Product"] += 0.5
    return votes


def _is_company(word: str) -> bool:
    known = catalogue().lookup(word)
    return known is not None and known.type == "Company"


def context_votes(text: Text, start: int, end: int) -> Votes:
    """Votes of the words around one occurrence of a name."""
    votes: Votes = defaultdict(float)
    _tagger(text, start, end, votes)
    _before(text, start, votes)
    _behind(text, start, end, votes)
    _syntax(text, end - 1, votes)
    if not text.first[start] and text.tree.tag[end - 1] in ("NNP", "NNPS"):
        votes["Company"] += 0.5
    return votes


def _tagger(text: Text, start: int, end: int, votes: Votes) -> None:
    """What the encoder says: the mean probability of each type over the words."""
    for i in range(start, end):
        for type_, share in text.shares[i].items():
            votes[type_] += (_TAGGED if type_ else _UNTAGGED) * share / (end - start)


def _before(text: Text, start: int, votes: Votes) -> None:
    before = text.lower(start - 1) if text.same_sentence(start - 1, start) else ""
    before2 = text.lower(start - 2) if text.same_sentence(start - 2, start) else ""
    if before in words("person_titles"):
        votes["Person"] += 5
    elif before in words("person_roles"):
        votes["Person"] += 3
    if before in words("company_nouns"):
        votes["Company"] += 3
    elif before in words("organization_nouns"):
        votes["Organization"] += 2.5
    elif before in words("product_nouns"):
        votes["Product"] += 1
    if before == "in" and before2 not in {
        "shares",
        "stake",
        "share",
        "holding",
        "investment",
        "interest",
        "invest",
        "invested",
        "stock",
    }:
        votes["Place"] += 1
    elif before in {"in", "of"} and before2 in {
        "shares",
        "stake",
        "holding",
        "share",
        "takeover",
        "acquisition",
        "purchase",
        "shareholders",
    }:
        votes["Company"] += 2.5
    elif before in {"'s", "’s"} and before2:
        votes["Product"] += 0.5
    elif before in {"at"}:
        votes["Company"] += 0.6


def _behind(text: Text, start: int, end: int, votes: Votes) -> None:
    def lower(i: int) -> str:
        return text.lower(i) if text.same_sentence(i, start) else ""

    after, after2 = lower(end), lower(end + 1)
    if after in {"'s", "’s"} and after2 in words("company_possessions"):
        votes["Company"] += 2
    elif after in words("company_possessions"):
        votes["Company"] += 1.5
    if after in words("company_nouns") - {"store", "stores"}:
        votes["Company"] += 1
    if after in words("product_nouns"):
        votes["Product"] += 2
    if after == "-":
        votes["Place"] += 2.5 if after2 in {"based", "listed", "headquartered", "born"} else 0
        votes["Company"] += 2.5 if after2 in {"owned", "led", "backed", "controlled"} else 0
    if after in _COMMA:
        _apposition(text, end, votes)
    if after in {"(", "&lt;", "<"} and lower(end + 2) in {")", ">", "&gt;"} and text.word[end + 1].isupper():
        votes["Company"] += 1
    if after in _SPEAKING and end - start == 1:
        votes["Company"] += 0.3


def _apposition(text: Text, comma: int, votes: Votes) -> None:
    """``X, the Turkish mobile firm`` and ``X, chief executive of``: the noun behind the comma tells the type."""
    if text.lower(comma + 1) in {"which", "whose"}:
        votes["Company"] += 0.7
        return
    if text.lower(comma + 1) == "who":
        votes["Person"] += 3
        return
    article = text.lower(comma + 1) in {"a", "an", "the", "one", "its", "another"} or text.lower(comma + 1) in {
        "'s",
        "’s",
    }
    for i in range(comma + 1, min(comma + _APPOSITION, len(text))):
        word = text.lower(i)
        if not text.same_sentence(i, comma) or word in {
            ",",
            "of",
            "at",
            "for",
            "in",
            "that",
            "which",
            "and",
            "said",
            "(",
        }:
            return
        if text.tree.tag[i] not in ("NN", "NNS") or (
            text.tree.tag[i + 1 : i + 2] and text.tree.tag[min(i + 1, len(text) - 1)] in ("NN", "NNS")
        ):
            continue
        if word in words("person_roles"):
            votes["Person"] += 3
        elif article and word in words("company_nouns"):
            votes["Company"] += 3
        elif article and word in words("organization_nouns"):
            votes["Organization"] += 2
        elif article and word in words("product_nouns"):
            votes["Product"] += 2
        elif article and word in {
            "city",
            "town",
            "region",
            "country",
            "state",
            "capital",
            "province",
            "suburb",
            "island",
        }:
            votes["Place"] += 3
        return


def _syntax(text: Text, last: int, votes: Votes) -> None:
    head, dep = text.tree.head[last], text.tree.dep[last]
    verb = text.lower(head)
    if dep in ("nsubj", "nsubjpass"):
        if dep == "nsubj" and verb in words("company_verbs"):
            votes["Company"] += 1
    elif dep == "dobj":
        if verb in words("target_verbs"):
            votes["Company"] += 1
        elif verb in words("product_verbs"):
            votes["Product"] += 1
    _examples(text, last, votes)


def _inventory(text: Text, verb: int, votes: Votes) -> None:
    """``its brands include X``: the subject tells the type."""
    if text.tree.lower[verb] in {"include", "includes", "included", "are"}:
        for subject in text.tree.having(verb, "nsubj"):
            if text.tree.lower[subject] in words("product_nouns"):
                votes["Product"] += 3
            elif text.tree.lower[subject].removesuffix("s") in words("company_nouns"):
                votes["Company"] += 2


def _kind_behind(text: Text, first: int, last: int, votes: Votes) -> None:
    """``the X and Y brands``: the noun behind the last of some names tells the type of all of them."""
    tree = text.tree
    for name in (first, last):
        head = tree.head[name]
        if tree.dep[name] in ("compound", "nmod") and head > last and tree.lower[head] in words("brand_nouns"):
            votes["Product"] += 3
            return


def _examples(text: Text, last: int, votes: Votes) -> None:
    """``browsers such as X, Y and Z``: the noun in front tells the type of all of them."""
    tree = text.tree
    first = tree.first_conjunct(last)
    preposition = tree.head[first]
    if tree.dep[first] in ("dobj", "attr"):
        _inventory(text, preposition, votes)
    if tree.dep[last] in ("conj", "compound", "nmod", "poss", "nsubj", "dobj", "appos"):
        _kind_behind(text, first, last, votes)
    if tree.dep[first] != "pobj" or tree.lower[preposition] not in {"like", "including", "as"}:
        return
    noun = tree.lower[tree.head[preposition]]
    if noun in words("product_nouns"):
        votes["Product"] += 2
    elif noun in words("company_nouns") or noun.removesuffix("s") in words("company_nouns") or noun == "companies":
        votes["Company"] += 2
    elif noun in {"countries", "cities", "markets", "places", "regions", "nations", "towns", "states"}:
        votes["Place"] += 2
