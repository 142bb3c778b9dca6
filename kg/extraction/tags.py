"""Reads an article with the encoder and tags its names: component ``kg_tags``.

Leaves on the ``Doc`` the windows as read (``doc._.reads``), which later components ask about pairs and references, and
for each word how probable each entity type is (``doc._.shares``); ``doc.ents`` are the tagged names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.annotations import NamedSpan
from kg.extraction.arguments import tree_of
from kg.extraction.encoder import Read, encoder
from kg.extraction.pairs import entity_types
from kg.extraction.windows import coder, windows
from kg.resolution.reference import catalogue

TAGS: Final = ("O", *(f"{mark}-{type_}" for type_ in entity_types()[1:] for mark in "BI"))


@dataclass(slots=True)
class Tagger:
    """Reads and tags."""

    code: Callable[[str], tuple[int, ...]] = field(default_factory=coder)

    def __call__(self, doc: Doc) -> Doc:
        sentences = [(s.start, s.end) for s in doc.sents]
        cut = windows(tree_of(doc).word, sentences, hints(doc), self.code)
        reads = [encoder().read(window) for window in cut]
        found = _probabilities(len(doc), reads)
        doc._.reads = reads
        doc._.shares = _shares(found)
        doc.ents = _names(doc, found.argmax(1).tolist())
        return doc


def _probabilities(length: int, reads: list[Read]) -> NDArray[np.float32]:
    """For each word and tag its probability, from the window in which the word stands deepest."""
    found = np.zeros((length, len(TAGS)), dtype=np.float32)
    deepest = [-1] * length
    for read in reads:
        window = read.window
        for i in range(window.start, window.end):
            depth = min(i - window.start, window.end - 1 - i)
            if depth > deepest[i]:
                deepest[i], found[i] = depth, read.tags[window.begins[i - window.start]]
    # Rounded: what processors of another make add up in another order comes out the same.
    return found.round(2)


def _shares(tags: NDArray[np.float32]) -> list[dict[str, float]]:
    """For each word the probability of each type; of the empty one that it is no name."""
    by_type = np.concatenate([tags[:, :1], tags[:, 1::2] + tags[:, 2::2]], axis=1)
    return [dict(zip(entity_types(), row, strict=True)) for row in by_type.tolist()]


def _names(doc: Doc, tags: list[int]) -> list[Span]:
    spans: list[tuple[int, int, str]] = []
    for i, number in enumerate(tags):
        mark, _, type_ = TAGS[number].partition("-")
        if mark == "I" and spans and spans[-1][1:] == (i, type_):
            spans[-1] = (spans[-1][0], i + 1, type_)
        elif mark != "O":
            spans.append((i, i + 1, type_))
    return [Span(doc, start, end, label=type_) for start, end, type_ in spans]


def hints(doc: Doc) -> list[int]:
    """For each word the number of the type of the reference entity that it names, else 0."""
    found = [0] * len(doc)
    named: list[NamedSpan] = doc._.named
    for one in named:
        if one.mention.kind != "adjective":
            type_ = entity_types().index(catalogue().by_id(one.entity).type)
            for i in one.mention.tokens:
                found[i] = type_
    return found


@Language.factory("kg_tags", default_config={})
def make_tagger(nlp: Language, name: str) -> Tagger:  # noqa: ARG001
    return Tagger()
