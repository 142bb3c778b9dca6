"""Why a claim was read: its sentence with both ends marked, what read it, how sure, and the word behind its status.

A claim can be read several times. Each reading stands by itself here; the claim keeps the surest of those that cite the
same sentence, and the strongest status of all.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, FigureSpan, RelationSpan, source_span
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.collect import collect, entity_ids, read_figures, read_relations
from kg.extraction.confidence import at_least
from kg.extraction.jsonl import to_json
from kg.extraction.patterns import pattern_book
from kg.extraction.pipeline import pipeline
from kg.extraction.status import read_status
from kg.model import Article, Claim, Evidence, Extraction

_NO_TAG: Final = "XX"


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the article. ``role`` is subject, object, about or quantity, or ``status`` for the deciding word."""

    role: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that a claim was read.

    ``evidence`` holds the sentence, the pattern or model that read it, and its confidence. ``marks`` are the places of
    both ends in the sentence, in order; an end that only a pronoun stands for has none. ``status_from`` says what set
    the status: the ``pattern`` itself, the ``words`` around it, or a ``takeover`` that the article tells of; None for a
    figure. ``status_word`` is the word without which the words around it would give another status.
    """

    evidence: Evidence
    marks: tuple[Mark, ...]
    status: str | None = None
    status_from: str | None = None
    status_word: Mark | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an article says, and for the id of each claim how it was read."""

    extraction: Extraction
    readings: dict[str, tuple[Reading, ...]]

    def of(self, claim: Claim) -> tuple[Reading, ...]:
        """The readings of a claim, in order of the text."""
        return self.readings[claim.id]

    def to_json(self) -> dict[str, Any]:
        """The extraction as :func:`kg.extraction.jsonl.to_json` gives it, each claim with its ``readings``."""
        found = to_json(self.extraction)
        for claim in (*found["relations"], *found["claims"]):
            claim["readings"] = [_reading_json(r) for r in self.readings[claim["id"]]]
        return found


def explain(article: Article, *, min_confidence: float = 0.0) -> Explanation:
    """What :func:`kg.extraction.extract.extract` finds in an article, with how each claim was read.

    Raises the same errors.

    >>> why = explain(Article(text="Acme Corp has bought Bolt Ltd for $5 million."))
    >>> [reading] = why.of(why.extraction.relations[0])
    >>> [(mark.role, mark.text) for mark in reading.marks]
    [('subject', 'Acme Corp'), ('object', 'Bolt Ltd')]
    >>> reading.evidence.extractor, reading.status, reading.status_word.text
    ('acquires/buy', 'completed', 'bought')
    """
    doc = pipeline()(article.text)
    extraction = at_least(collect(doc, article), min_confidence)
    kept = {claim.id for claim in extraction.claims}
    readings: dict[str, list[Reading]] = defaultdict(list)
    for claim, reading in _readings(doc, article):
        if claim in kept:
            readings[claim].append(reading)
    return Explanation(extraction, {claim: _in_order(readings[claim]) for claim in sorted(kept)})


def _readings(doc: Doc, article: Article) -> Iterator[tuple[str, Reading]]:
    places = _Places(doc)
    for span, relation in read_relations(doc, article):
        [evidence] = relation.evidence
        marks = places.of(evidence, {"subject": span.subject, "object": span.object})
        source, word = _deciding(doc, span)
        yield relation.id, Reading(evidence, marks, span.status, source, word)
    for figure_span, figure in read_figures(doc, article):
        [evidence] = figure.evidence
        yield figure.id, Reading(evidence, places.of_figure(evidence, figure_span))


class _Places:
    """Where each entity of an article is mentioned."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.ids = entity_ids(doc)
        self.spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        clusters: list[EntityCluster] = doc._.entities
        for cluster, id_ in zip(clusters, self.ids, strict=True):
            self.spans[id_] += [source_span(doc, m.start, m.end) for m in cluster.mentions]

    def of_figure(self, evidence: Evidence, span: FigureSpan) -> tuple[Mark, ...]:
        ends = {"subject": span.subject, "about": span.about}
        quantity = source_span(self.doc, span.start, span.end)
        return self.of(evidence, {role: end for role, end in ends.items() if end is not None}, ("quantity", *quantity))

    def of(self, evidence: Evidence, ends: dict[str, int], *more: tuple[str, int, int]) -> tuple[Mark, ...]:
        """The mentions of the ends that stand in the evidence; of two that overlap the longer one."""
        found = [*more, *((role, *span) for role, end in ends.items() for span in self.spans[self.ids[end]])]
        found.sort(key=lambda m: (m[1] - m[2], m[1], m[0]))
        kept: list[tuple[str, int, int]] = []
        for role, start, end in found:
            inside = evidence.start <= start and end <= evidence.end
            if inside and all(end <= s or e <= start for _, s, e in kept):
                kept.append((role, start, end))
        text: str = self.doc._.source
        return tuple(Mark(role, s, e, text[s:e]) for role, s, e in sorted(kept, key=lambda m: m[1]))


def _deciding(doc: Doc, span: RelationSpan) -> tuple[str, Mark | None]:
    """What set the status of a reading, and the word, where words did."""
    tree = tree_of(doc)
    if span.pattern in _setting_status():
        return "pattern", None
    if read_status(tree, span.type, span.anchor) != span.status:
        return "takeover", None
    token = _status_word(tree, span)
    if token is None:
        return "words", None
    start, end = source_span(doc, token, token + 1)
    text: str = doc._.source
    return "words", Mark("status", start, end, text[start:end])


@cache
def _setting_status() -> frozenset[str]:
    """The patterns that set the status themselves."""
    return frozenset(f"{p.relation}/{p.name}" for p in pattern_book().patterns if p.status not in (None, "current"))


def _status_word(tree: Tree, span: RelationSpan) -> int | None:
    """The token nearest to the anchor without whose form and tag the status would be another one.

    A "to" and the anchor itself, on which most hangs, come last.
    """
    sentence = tree.sentence[span.anchor]
    others = (t for t, number in enumerate(tree.sentence) if number == sentence and t != span.anchor)
    without = copy.copy(tree)
    without.lower, without.tag = list(tree.lower), list(tree.tag)
    nearest = sorted(others, key=lambda t: (tree.tag[t] == "TO", abs(t - span.anchor), t))
    for token in (*nearest, span.anchor):
        without.lower[token], without.tag[token] = "", _NO_TAG
        if read_status(without, span.type, span.anchor) != span.status:
            return token
        without.lower[token], without.tag[token] = tree.lower[token], tree.tag[token]
    return None


def _in_order(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(sorted(readings, key=lambda r: (r.evidence.start, r.evidence.end, r.evidence.extractor)))


def _reading_json(reading: Reading) -> dict[str, Any]:
    evidence = reading.evidence
    return {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "marks": [_mark_json(m) for m in reading.marks],
        "extractor": evidence.extractor,
        "confidence": evidence.confidence,
        "status": reading.status,
        "status_from": reading.status_from,
        "status_word": _mark_json(reading.status_word) if reading.status_word else None,
    }


def _mark_json(mark: Mark) -> dict[str, Any]:
    return {"role": mark.role, "start": mark.start, "end": mark.end, "text": mark.text}
