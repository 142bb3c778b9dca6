"""Finds reference entities by name, with one Aho-Corasick automaton for each way of matching case."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import MentionSpan, NamedSpan, text_of
from kg.resolution.reference import catalogue

Name = tuple[str, str, bool, str]  # surface, entity id, case-sensitive, kind


@dataclass(slots=True)
class Reference:
    """Marks names of reference entities that begin and end at token boundaries."""

    names: Iterable[Name]
    _exact: AhoCorasick = field(init=False, repr=False)
    _folded: AhoCorasick = field(init=False, repr=False)
    _exact_names: list[tuple[str, str]] = field(init=False, repr=False)
    _folded_names: list[tuple[str, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        exact: dict[str, tuple[str, str]] = {}
        folded: dict[str, tuple[str, str]] = {}
        for surface, id_, case_sensitive, kind in self.names:
            if kind == "ticker":
                continue  # safe only in brackets: kg_acronyms reads those
            if case_sensitive:
                exact.setdefault(surface, (id_, kind))
            else:
                folded.setdefault(_lower(surface), (id_, kind))
        self._exact = AhoCorasick(list(exact), matchkind=MatchKind.LeftmostLongest)
        self._folded = AhoCorasick(list(folded), matchkind=MatchKind.LeftmostLongest)
        self._exact_names = list(exact.values())
        self._folded_names = list(folded.values())

    def __call__(self, doc: Doc) -> Doc:
        starts = {token.idx: token.i for token in doc}
        ends = {token.idx + len(token): token.i + 1 for token in doc}
        text = _one_line(text_of(doc))
        found: list[tuple[int, int, str, str]] = []
        for automaton, names, haystack in (
            (self._exact, self._exact_names, text),
            (self._folded, self._folded_names, _lower(text)),
        ):
            for index, start, end in automaton.find_matches_as_indexes(haystack):
                if start in starts and end in ends and (names is self._exact_names or not text[start:end].islower()):
                    found.append((starts[start], ends[end], *names[index]))
        doc._.named = [NamedSpan(MentionSpan(s, e, kind), id_) for s, e, id_, kind in _longest(found)]
        return doc


def _longest(spans: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """The spans that no longer or earlier one overlaps, in order."""
    taken: set[int] = set()
    kept = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        tokens = range(span[0], span[1])
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(span)
    return sorted(kept)


def _one_line(text: str) -> str:
    return re.sub(r"\s", " ", text)


def _lower(text: str) -> str:
    """Lower case with as many characters as before."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


@Language.factory("kg_reference", default_config={})
def make_reference(nlp: Language, name: str) -> Reference:  # noqa: ARG001
    return Reference(catalogue().names())
