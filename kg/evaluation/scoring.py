"""Extractions against what annotators found: relations, their status, figures and quotes, and every error.

An entity of the article is the annotators' entity with which it shares most forms. A relation is right when both ends
and the type are, a figure when its value, its unit and its subject are. Precision accepts what any annotator found;
recall asks for what at least ``annotators`` of them did. A symmetric relation matches in both directions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from kg.errors import TrainingDataError
from kg.evaluation.gold import GoldArticle, GoldEntity, GoldFigure, GoldRelation
from kg.evaluation.measures import Measure, share
from kg.extraction.confidence import surest
from kg.model import Entity, Extraction, Figure, Mention, Relation
from kg.vocabulary import vocabulary

FIGURES: Final = "figures"
"""The type of a :class:`Mistake` about a figure."""

_MENTION_ALONE: Final = frozenset({
    "", "the company", "the firm", "the group", "it", "its", "company", "the bank", "the exchange", "the carmaker",
    "they", "their", "he",
})  # fmt: skip
_TOLERANCE: Final = 0.005
_PENCE: Final = frozenset({"pence", "gbx", "p"})
_PERCENT: Final = frozenset({"percent", "percentage points"})

RelationKey = tuple[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error. ``kind``: missed, extra or wrong status; ``type``: a relation type, or ``figures``.

    ``object`` of a figure is its metric, value and unit in words. ``said`` is the status that was read, ``meant`` those
    that the annotators gave. ``sentence`` is what was read wrongly, or what the annotators quote.
    """

    kind: str
    type: str
    doc: str
    subject: str
    object: str
    said: str | None
    meant: tuple[str, ...]
    sentence: str


class Judgement(NamedTuple):
    """One claim: how sure the extraction said it is, and whether an annotator found it too."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class GoldScore:
    """What a set of articles comes to. Shares are (part, whole); judgements and mistakes go by article."""

    by_type: Mapping[str, Measure]
    figures: Measure
    status_right: tuple[int, int]
    quotes_exact: tuple[int, int]
    relation_judgements: tuple[Judgement, ...]
    figure_judgements: tuple[Judgement, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def relations(self) -> Measure:
        return sum(self.by_type.values(), Measure())

    @property
    def company_relations(self) -> Measure:
        """Of the types that can stand between two companies."""
        types = company_types()
        return sum((m for name, m in self.by_type.items() if name in types), Measure())

    def to_json(self) -> dict[str, Any]:
        """The measures, rounded to three places; ``claims`` are the figures."""
        return {
            "relations": self.relations.to_json(),
            "company_relations": self.company_relations.to_json(),
            "by_type": {name: measure.to_json() for name, measure in sorted(self.by_type.items())},
            "status_accuracy": share(*self.status_right),
            "quotes_exact": share(*self.quotes_exact),
            "claims": self.figures.to_json(),
        }

    def mistakes_of(self, types: Iterable[str]) -> list[dict[str, Any]]:
        """The mistakes of some types, as data."""
        wanted = set(types)
        return [asdict(m) for m in self.mistakes if m.type in wanted]


def company_types() -> frozenset[str]:
    """The relation types with a company at either end."""
    types = vocabulary().relation_types.values()
    return frozenset(t.name for t in types if t.allows("Company", "Company"))


def score(gold: Sequence[GoldArticle], found: Mapping[str, Extraction], *, annotators: int = 2) -> GoldScore:
    """Score the extractions ``found``, by the ``doc`` of their articles; an article without one has nothing found.

    Args:
        gold: What annotators found.
        found: What was extracted.
        annotators: How many must have found a claim for recall to ask for it.

    Raises:
        TrainingDataError: The annotators found claims, but none that as many of them agree on.
    """
    found_by = [r.by for article in gold for r in article.relations] + [
        f.by for article in gold for f in article.figures
    ]
    if found_by and max(found_by) < annotators:
        raise TrainingDataError(
            f"{gold[0].place.rpartition(':')[0]}: no claim in it was found by {annotators} annotators or more; "
            "ask for fewer"
        )
    tally = _Tally(annotators)
    for article in gold:
        if article.doc in found:
            _Comparison(article, found[article.doc], tally).run()
        else:
            tally.missed(article.doc, article.relations, article.figures)
    return tally.score()


class _Tally:
    """The counts so far."""

    def __init__(self, annotators: int) -> None:
        self.annotators = annotators
        self.by_type: dict[str, Measure] = defaultdict(Measure)
        self.figures = Measure()
        self.status = [0, 0]
        self.quotes = [0, 0]
        self.relation_judgements: list[Judgement] = []
        self.figure_judgements: list[Judgement] = []
        self.mistakes: list[Mistake] = []

    def missed(self, doc: str, relations: Iterable[GoldRelation], figures: Iterable[GoldFigure]) -> None:
        """Count what was not found, as far as enough annotators agree on it."""
        for r in relations:
            if r.by >= self.annotators:
                self.by_type[r.type] += Measure(gold=1)
                self._mistake("missed", r.type, doc, r.subject, r.object, None, r.statuses, r.quotes)
        for f in figures:
            if f.by >= self.annotators:
                self.figures += Measure(gold=1)
                amount = _amount(f.metrics[0] if f.metrics else "", f.value, f.unit)
                self._mistake("missed", FIGURES, doc, " or ".join(f.subjects), amount, None, (), f.quotes)

    def _mistake(
        self,
        kind: str,
        type_: str,
        doc: str,
        subject: str,
        object_: str,
        said: str | None,
        meant: tuple[str, ...],
        quotes: Sequence[str],
    ) -> None:
        sentence = quotes[0] if quotes else ""
        self.mistakes.append(Mistake(kind, type_, doc, subject, object_, said, meant, sentence))

    def relation(self, doc: str, r: Relation, ends: tuple[str, str], gold: GoldRelation | None) -> None:
        """Count one predicted relation, ``gold`` being what it matches; ``ends`` are its names."""
        agreed = gold is not None and gold.by >= self.annotators
        self.by_type[r.type] += Measure(right=gold is not None, predicted=1, found=agreed, gold=agreed)
        self.relation_judgements.append(Judgement(surest(r), gold is not None))
        quotes = [e.quote for e in r.evidence]
        if gold is None:
            self._mistake("extra", r.type, doc, *ends, r.status, (), quotes)
            return
        self.status[0] += r.status in gold.statuses
        self.status[1] += 1
        if r.status not in gold.statuses:
            self._mistake("wrong status", r.type, doc, *ends, r.status, gold.statuses, quotes)

    def figure(self, doc: str, f: Figure, subject: str, gold: GoldFigure | None) -> None:
        """Count one predicted figure, ``gold`` being what it matches."""
        agreed = gold is not None and gold.by >= self.annotators
        self.figures += Measure(right=gold is not None, predicted=1, found=agreed, gold=agreed)
        self.figure_judgements.append(Judgement(surest(f), gold is not None))
        if gold is None:
            amount = _amount(f.metric, f.quantity.value, f.quantity.unit)
            self._mistake("extra", FIGURES, doc, subject, amount, None, (), [e.quote for e in f.evidence])

    def quote(self, exact: bool) -> None:
        self.quotes[0] += exact
        self.quotes[1] += 1

    def score(self) -> GoldScore:
        return GoldScore(
            by_type=dict(sorted(self.by_type.items())),
            figures=self.figures,
            status_right=(self.status[0], self.status[1]),
            quotes_exact=(self.quotes[0], self.quotes[1]),
            relation_judgements=tuple(self.relation_judgements),
            figure_judgements=tuple(self.figure_judgements),
            mistakes=tuple(self.mistakes),
        )


class _Comparison:
    """One article: its gold beside its extraction."""

    def __init__(self, gold: GoldArticle, found: Extraction, tally: _Tally) -> None:
        self.gold = gold
        self.found = found
        self.tally = tally
        self.meant = align(gold.entities, found.entities)
        self.names = {entity.id: entity.name for entity, _ in found.entities}

    def run(self) -> None:
        relations = self._relations()
        figures = self._figures()
        self.tally.missed(self.gold.doc, relations, figures)

    def _name(self, entity: str) -> str:
        """The gold name of an entity, or its own behind a mark that no gold name has."""
        return self.meant.get(entity) or f"?{self.names[entity]}"

    def _relations(self) -> list[GoldRelation]:
        """Count the relations read; return those not found."""
        left = {_key(r.subject, r.type, r.object): r for r in self.gold.relations}
        seen: set[RelationKey] = set()
        text = self.found.article.text
        for relation in self.found.relations:
            key = _key(self._name(relation.subject), relation.type, self._name(relation.object))
            if key in seen:
                continue
            seen.add(key)
            ends = (self.names[relation.subject], self.names[relation.object])
            self.tally.relation(self.gold.doc, relation, ends, left.pop(key, None))
            for evidence in relation.evidence[:1]:
                self.tally.quote(text[evidence.start : evidence.end] == evidence.quote)
        return list(left.values())

    def _figures(self) -> list[GoldFigure]:
        """Count the figures read; return those not found."""
        left = list(self.gold.figures)
        for figure in self.found.figures:
            subject = self.meant.get(figure.subject)
            match = next((g for g in left if subject in g.subjects and _same_quantity(figure, g)), None)
            if match is not None:
                left = [g for g in left if g is not match]
            self.tally.figure(self.gold.doc, figure, self.names[figure.subject], match)
        return left


def align(gold: Iterable[GoldEntity], found: Iterable[tuple[Entity, Iterable[Mention]]]) -> dict[str, str]:
    """The gold name of each found entity that shares a form with one: that with which it shares most."""
    named = [(_forms(g.name, g.mentions), _normal(g.name), g.name) for g in gold]
    meant: dict[str, str] = {}
    for entity, mentions in found:
        forms, own = _forms(entity.name, (m.text for m in mentions)), _normal(entity.name)
        shared = [(len(forms & theirs), own == normal, name) for theirs, normal, name in named]
        most = max(shared, default=(0, False, ""))
        if most[0]:
            meant[entity.id] = most[2]
    return meant


def _forms(name: str, mentions: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_normal, (name, *mentions))) - _MENTION_ALONE


def _normal(text: str) -> str:
    """A form without case, punctuation and possessive endings."""
    return re.sub(r"[^\w]+", " ", re.sub(r"['’]s\b", "", text.lower())).strip()


def _key(subject: str, type_: str, object_: str) -> RelationKey:
    ends = (subject, object_)
    if vocabulary().relation_types[type_].symmetric:
        ends = (min(ends), max(ends))
    return ends, type_


def _same_quantity(figure: Figure, gold: GoldFigure) -> bool:
    if gold.value is None:
        return False
    value, kind = _quantity(figure.quantity.value, figure.quantity.unit)
    wanted, wanted_kind = _quantity(gold.value, gold.unit)
    return kind == wanted_kind and abs(value - wanted) <= _TOLERANCE * max(abs(value), abs(wanted), 1e-9)


def _quantity(value: float, unit: str) -> tuple[float, str]:
    """The value with what it counts: a currency, ``percent``, or ``count`` for everything else. Pence become pounds."""
    unit = "percent" if unit == "%" else _normal(unit)
    if unit in _PENCE:
        return value / 100, "gbp"
    if unit in _PERCENT:
        return value, "percent"
    return value, unit if re.fullmatch(r"[a-z]{3}", unit) else "count"


def _amount(metric: str, value: float | None, unit: str) -> str:
    number = "no number" if value is None else f"{value:,.10g}"
    return f"{metric}: {number} {unit}"
