"""Finds citation markers such as [3], [1, 2] and [1][2]; they are taken out before tagging and kept as evidence."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import CitationMark, text_of
from kg.model import Citation

_MARKER = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_LONGEST_RANGE = 50


@dataclass(frozen=True, slots=True)
class Citations:
    """Finds the markers of a text. ``brackets`` switches it off for texts whose brackets mean something else."""

    brackets: bool = True

    def __call__(self, doc: Doc) -> Doc:
        doc._.markers = self.find(text_of(doc)) if self.brackets else []
        return doc

    def find(self, text: str) -> list[Citation]:
        """The markers of a text; one that holds several labels gives one citation for each.

        >>> [(c.label, c.start, c.end) for c in Citations().find("Up [1, 2].")]
        [('1', 3, 9), ('2', 3, 9)]
        """
        return [Citation(label, m.start(), m.end()) for m in _MARKER.finditer(text) for label in labels(m[1])]


def labels(inside: str) -> list[str]:
    """The labels that the brackets of a marker hold.

    >>> labels("1, 4-6")
    ['1', '4', '5', '6']
    """
    found = []
    for part in re.split(r"\s*[,;]\s*", inside):
        ends = _RANGE.fullmatch(part)
        if ends and 0 <= int(ends[2]) - int(ends[1]) <= _LONGEST_RANGE:
            found += [str(n) for n in range(int(ends[1]), int(ends[2]) + 1)]
        else:
            found.append(part)
    return found


def marks(markers: Sequence[Citation], offsets: Sequence[int]) -> list[CitationMark]:
    """Markers placed behind kept tokens, given the offset of each token; one in front of all tokens is dropped."""
    placed = ((m.label, bisect_right(offsets, m.start) - 1) for m in markers)
    return [CitationMark(label, after) for label, after in placed if after >= 0]


@Language.factory("kg_citations", default_config={"brackets": True})
def make_citations(nlp: Language, name: str, brackets: bool) -> Citations:  # noqa: ARG001
    return Citations(brackets=brackets)
