"""Acronyms and tickers in brackets: ``Taiwan Semiconductor Manufacturing Co (TSMC)``, ``Hughes Tool Co <HT>``."""

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import tree_of
from kg.extraction.lexicon import words
from kg.extraction.names import in_order

_OPEN, _CLOSE = frozenset({"(", "<", "&lt;", "["}), frozenset({")", ">", "&gt;", "]"})
_ANGLE = frozenset({"<", "&lt;"})
_CODE = re.compile(r"[A-Z][A-Z0-9&]{0,7}(?:[.=/][A-Z]{1,4})?s?")
_SMALL = frozenset({"of", "and", "the", "for", "&", "in", "on", "de", "du", "-"})
# A protocol, an exchange of coins and the like issue a token with a code of its own: another thing than its issuer.
_ISSUERS = frozenset({"protocol", "finance", "network", "swap", "labs", "dao", "chain", "exchange", "foundation"})
_OF_TOKENS = frozenset(
    {
        "token",
        "tokens",
        "crypto",
        "cryptocurrency",
        "cryptocurrencies",
        "blockchain",
        "presale",
        "coin",
        "coins",
        "defi",
    }
)
_ACRONYM_TYPES = frozenset({"Company", "Organization", "Product", "Technology", "Facility"})


@dataclass(slots=True)
class Acronyms:
    """Adds acronyms and tickers to the entity whose name stands in front of the bracket.

    An acronym without brackets goes to the one entity whose initials it is; ``least`` is its least number of letters.
    """

    least: int = 3

    def __call__(self, doc: Doc) -> Doc:
        clusters: list[EntityCluster] = doc._.entities
        word = tree_of(doc).word
        tokens = not _OF_TOKENS.isdisjoint(tree_of(doc).lower)
        ends = {m.end: c for c in clusters for m in c.mentions}
        codes: dict[str, tuple[EntityCluster, str]] = {}
        for end, cluster in ends.items():
            code = _code_behind(word, end)
            if code is None:
                continue
            position, kind = code
            if word[position] == cluster.name or not _fits(cluster, word[position], kind):
                continue
            if tokens and _is_token(cluster, word[position]):
                continue
            codes.setdefault(word[position], (cluster, kind))
        self._initials(clusters, codes)
        if codes:
            _merge(clusters, word, codes)
        doc._.entities = in_order(clusters)
        return doc

    def _initials(self, clusters: list[EntityCluster], codes: dict[str, tuple[EntityCluster, str]]) -> None:
        """Names such as ``ONGC`` whose letters are the initials of one other name of the article."""
        short = [c for c in clusters if _CODE.fullmatch(c.name) and len(c.name) >= self.least and c.name.isupper()]
        for one in short:
            if one.name in codes:
                continue
            full = [c for c in clusters if c is not one and c.type in _ACRONYM_TYPES and one.name in initials(c.name)]
            if len(full) == 1:
                codes[one.name] = (full[0], "acronym")


def _code_behind(word: list[str], end: int) -> tuple[int, str] | None:
    """Position and kind of a code in brackets behind a name that ends at ``end``."""
    if end + 2 >= len(word) or word[end] not in _OPEN or word[end + 2] not in _CLOSE:
        return None
    inside = word[end + 1]
    if not _CODE.fullmatch(inside) or inside.lower() in words("not_names"):
        return None
    return end + 1, "ticker" if word[end] in _ANGLE or "." in inside else "acronym"


def _fits(cluster: EntityCluster, code: str, kind: str) -> bool:
    if kind == "ticker":
        return cluster.type in ("Company", "Product")
    letters = code.removesuffix("s").lower()
    if cluster.type == "Person":
        return False
    if code in initials(cluster.name):
        return True
    remaining = iter(cluster.name.lower())
    return all(c in remaining for c in letters if c.isalnum())


def _is_token(cluster: EntityCluster, code: str) -> bool:
    """Whether a code behind a name is that of a token which its bearer issues."""
    return cluster.name.split()[-1].lower() in _ISSUERS and code not in initials(cluster.name)


def initials(name: str) -> set[str]:
    """The acronyms that a name can be shortened to: with and without its legal form and its small words.

    >>> sorted(initials("Oil and Natural Gas Corporation"))
    ['OANG', 'OANGC', 'ONG', 'ONGC']
    """
    parts = [p for p in re.split(r"[\s-]+", name) if p]
    while len(parts) > 1 and parts[0].lower() == "the":
        parts = parts[1:]
    kept = [p for p in parts if p.lower() not in _SMALL]
    found = set()
    for some in (parts, kept):
        found.add("".join(p[0].upper() for p in some))
        while some and some[-1].lower() in words("legal"):
            some = some[:-1]
        found.add("".join(p[0].upper() for p in some))
    return {f for f in found if len(f) > 1}


def _merge(clusters: list[EntityCluster], word: list[str], codes: dict[str, tuple[EntityCluster, str]]) -> None:
    """Every occurrence of a code becomes a mention of its entity; an entity of that very name is taken in."""
    for cluster in clusters:
        for form in {word[m.start] for m in cluster.mentions if m.end - m.start == 1} & codes.keys():
            owner, kind = codes[form]
            if cluster is owner or (cluster.reference and owner.reference):
                continue
            if cluster.reference:
                owner.reference, owner.name, owner.type = cluster.reference, cluster.name, cluster.type
            owner.mentions += [MentionSpan(m.start, m.end, kind) for m in cluster.mentions]
            cluster.mentions.clear()
            break
    taken = {i for c in clusters for m in c.mentions for i in m.tokens}
    for i, form in enumerate(word):
        if form in codes and i not in taken:
            owner, kind = codes[form]
            owner.mentions.append(MentionSpan(i, i + 1, kind))


@Language.factory("kg_acronyms", default_config={"least": 3})
def make_acronyms(nlp: Language, name: str, least: int) -> Acronyms:  # noqa: ARG001
    return Acronyms(least=least)
