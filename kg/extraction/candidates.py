"""Spans that look like proper names: runs of capitalised words, without the words around them that only look so."""

from collections.abc import Mapping
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.extraction.annotations import NamedSpan, text_of
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.lexicon import words

_JOINERS = frozenset(
    {"of", "&", "-", "de", "du", "da", "van", "von", "der", "la", "al", "for", "and", "the", "'s", "’s", "/"}
)
_HEADLINE_SHARE = 0.7
# Names of types in spaCy's own tagger, which stands in for ours while that is being trained.
STOCK_TYPES = {
    "ORG": "Company", "PERSON": "Person", "GPE": "Place", "LOC": "Place", "PRODUCT": "Product", "FAC": "Facility",
    "WORK_OF_ART": "Product",
}  # fmt: skip
_LONGEST = 8
_AND_COMPANY = frozenset({"co", "co.", "company", "sons", "partners", "brothers", "associates"})
_MARKUP = frozenset("<>={}|\\")
_CURRENCY = frozenset("£$€¥₹₩")
_NO_NUMBER = frozenset({"DATE", "MONEY", "PERCENT", "TIME"})
_MARKS = frozenset("()[]{}<>\"“”‘'’,;:.!?…") | {"&lt;", "&gt;", "--", "—", "–"}


@dataclass(slots=True)
class Text:
    """One article's tokens as plain lists: :class:`~kg.extraction.arguments.Tree` with what names need besides.

    ``entity`` is the type of the tagged name that a token is part of, ``entity_id`` tells such names apart; ``shares``
    how probable each type is; ``foreign`` whether the token says of which country something is.
    """

    text: str
    begin: list[int]
    tree: Tree
    word: list[str]
    entity: list[str]
    entity_id: list[int]
    shares: list[Mapping[str, float]]
    foreign: list[bool]
    first: list[bool]
    headline: list[bool]

    @classmethod
    def of(cls, doc: Doc) -> "Text":
        tree = tree_of(doc)
        word = tree.word
        entity = [""] * len(word)
        entity_id = [-1] * len(word)
        for number, span in enumerate(doc.ents):
            label = STOCK_TYPES.get(span.label_, span.label_)
            for i in range(span.start, span.end):
                entity[i], entity_id[i] = label, number
        foreign = [False] * len(word)
        named: list[NamedSpan] = doc._.named
        for one in named:
            if one.mention.kind == "adjective":
                for i in one.mention.tokens:
                    foreign[i] = True
        shares = doc._.shares or [{type_: 0.6, "": 0.4} if type_ else {"": 1.0} for type_ in entity]
        first = [False] * len(word)
        headline = [False] * len(word)
        for sentence in doc.sents:
            start, end = sentence.start, sentence.end
            i = start
            while i < end and not word[i][0].isalnum():
                i += 1
            if i < end:
                first[i] = True
            if _is_headline(word[start:end]):
                headline[start:end] = [True] * (end - start)
        return cls(text_of(doc), tree.begin, tree, word, entity, entity_id, shares, foreign, first, headline)

    def __len__(self) -> int:
        return len(self.word)

    def lower(self, i: int) -> str:
        """The token in lower case, empty beyond the ends."""
        return self.tree.lower[i] if 0 <= i < len(self.word) else ""

    def same_sentence(self, i: int, j: int) -> bool:
        return 0 <= i < len(self.word) and 0 <= j < len(self.word) and self.tree.sentence[i] == self.tree.sentence[j]

    def joined(self, start: int, end: int) -> str:
        """The text of some tokens, line ends as blanks."""
        return self.text[self.begin[start] : self.begin[end - 1] + len(self.word[end - 1])]


def _is_headline(sentence: list[str]) -> bool:
    """Whether the words are written as in a headline, nearly all with a capital."""
    if sentence[-1].endswith("."):
        return False
    long = [w for w in sentence if len(w) > 3 and w.isalpha()]
    return len(long) >= 3 and sum(w[0].isupper() for w in long) >= _HEADLINE_SHARE * len(long)


def is_capital(word: str) -> bool:
    """Whether a word is written as names are: ``Acme``, ``eBay``, ``IBM``, ``A320``.

    >>> [is_capital(w) for w in ("Acme", "eBay", "3G", "2004", "the", "US$", "£1M")]
    [True, True, True, False, False, False, False]
    """
    if _MARKUP.intersection(word) or _CURRENCY.intersection(word) or word == "Â":
        return False
    if word[0].isupper():
        return True
    return len(word) > 1 and any(c.isupper() for c in word) and word[-1] not in "+" and word[0].isalnum()


def candidates(text: Text, named: list[NamedSpan]) -> list[tuple[int, int]]:
    """Runs of tokens that look like names, in order; those inside headlines are left out, for all is capitals there."""
    found: list[tuple[int, int]] = []
    names = {i: n for n in named if n.mention.kind != "adjective" for i in n.mention.tokens}
    n = len(text)
    i = 0
    while i < n:
        if text.headline[i] or not _may_start(text, i, names):
            i += 1
            continue
        end = _run_end(text, i, names)
        start = _trim_start(text, i, end, names)
        end = _trim_end(text, start, end)
        if start < end and text.lower(end) == "family":
            end += 1
        if start < end:
            found.append((start, end))
        i = max(end, i + 1)
    return found


def _may_start(text: Text, i: int, names: dict[int, NamedSpan]) -> bool:
    return i in names or _is_name_word(text, i)


def _is_name_word(text: Text, i: int) -> bool:
    word = text.word[i]
    if not is_capital(word) or word in _MARKS:
        return False
    if text.first[i] and text.tree.tag[i] not in ("NNP", "NNPS") and not text.entity[i]:
        return any(c.isupper() for c in word[1:])
    return True


def _run_end(text: Text, start: int, names: dict[int, NamedSpan]) -> int:
    """The end of the run of name words from ``start``, joined by words that stand inside names."""
    i = start + 1
    sentence = text.tree.sentence
    while i < len(text) and sentence[i] == sentence[start] and i - start < _LONGEST:
        if i in names or (is_capital(text.word[i]) and text.word[i] not in _MARKS):
            i += 1
            continue
        if text.word[i][0].isdigit() and _is_model_number(text, i):
            i += 1
            continue
        after = _joined_to(text, i, start, names)
        if after is None:
            break
        i = after
    return i


def _is_model_number(text: Text, i: int) -> bool:
    """Whether the number behind a name is part of it: PlayStation 2, Boeing 737."""
    word = text.word[i]
    if text.lower(i + 1) in {
        "%",
        "percent",
        "per",
        "pct",
        "million",
        "billion",
        "bn",
        "m",
        "mln",
        "years",
        "people",
        "-",
        "points",
    }:
        return False
    if len(word) == 4 and word.isdigit() and word[:2] in ("19", "20"):
        return False
    return word.isalnum() and len(word) <= 4 and text.entity[i] not in _NO_NUMBER


def _joined_to(text: Text, i: int, start: int, names: dict[int, NamedSpan]) -> int | None:
    """Where the run goes on behind a joining word at ``i``, or None where it ends."""
    joiner = text.lower(i)
    if joiner not in _JOINERS:
        return None
    nxt = i + 2 if text.lower(i + 1) == "the" and joiner in ("of", "for") else i + 1
    if nxt >= len(text) or not text.same_sentence(i, nxt):
        return None
    if not (is_capital(text.word[nxt]) or (joiner == "-" and text.word[nxt].isdigit() and text.word[i - 1].isdigit())):
        return None
    stock = text.entity_id[i] >= 0 and text.entity_id[i - 1] == text.entity_id[i] == text.entity_id[nxt]
    known = i in names and names[i] is names.get(i - 1) and names[i] is names.get(nxt)
    if known or joiner == "&" or joiner == "-":
        return nxt
    if joiner in ("of", "for", "the") and text.lower(i - 1) in words("of_heads"):
        return nxt
    if joiner in ("de", "du", "da", "van", "von", "der", "la", "al"):
        return nxt
    if joiner == "and":
        short = i - start == 1 or "of" in text.tree.lower[start:i]
        if (
            stock
            and short
            and text.entity[i] in ("Company", "Organization")
            and nxt not in names
            and i - 1 not in names
        ):
            return nxt
        heads = words("organization_heads") | words("exchange_heads")
        if text.lower(nxt) in _AND_COMPANY:
            return nxt
        return nxt if text.lower(nxt + 1) in heads and is_capital(text.word[nxt + 1]) else None
    if (
        joiner in ("of", "for", "'s", "’s")
        and stock
        and text.entity[i] in ("Company", "Organization", "Product", "Facility")
    ):
        return nxt if joiner in ("of", "for") or text.lower(nxt) in words("company_heads") else None
    return None


def _trim_start(text: Text, start: int, end: int, names: dict[int, NamedSpan]) -> int:
    """Leave out titles, roles, articles and adjectives of nationality in front of a name."""
    heads = words("company_heads") | words("organization_heads") | words("exchange_heads") | words("legal")
    whole = end - start > 1 and text.lower(end - 1) in heads
    person = text.entity[end - 1] == "Person" or text.lower(end - 2) in words("first_names")
    if person and not whole:
        for i in range(end - 2, start - 1, -1):
            if text.lower(i) in words("person_roles") | words("person_titles") and i not in names:
                return i + 1
    while start < end and start not in names:
        word, tag = text.lower(start), text.tree.tag[start]
        opens = (
            word in words("openers")
            and (text.first[start] or end - start == 1)
            and not (whole and tag in ("JJ", "NNP"))
        )
        foreign = text.foreign[start] or tag in ("JJ", "JJS", "JJR")
        adjective = foreign and not whole and (end - start > 1 or tag != "NNP")
        if word in words("never_first") or word in words("person_titles") or opens or adjective or word in "-&":
            start += 1
            continue
        break
    return start


def _trim_end(text: Text, start: int, end: int) -> int:
    while end > start and (text.lower(end - 1) in _JOINERS or text.lower(end - 1) in words("never_first")):
        end -= 1
    if end - start == 1 and (text.lower(start) in words("not_names") or text.lower(start) in words("person_titles")):
        return start
    return end
