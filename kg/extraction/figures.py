"""Figures of entities: component ``kg_figures``.

Reads ``doc._.entities``, writes ``doc._.figures``: each quantity that an analyst would put in a table, with its
subject, what it is about, its period and whether it is reported, forecast or planned. ``kg_metrics`` reads the metric.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, FigureSpan, text_of
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.changes import signed
from kg.extraction.counts import PEOPLE, Candidate, candidates, singular, tokens_of, word_set
from kg.extraction.decisions import decisions
from kg.extraction.encoder import Read
from kg.extraction.links import UNHEARD, score
from kg.extraction.metrics import metric_of
from kg.extraction.periods import PeriodMatch, find_periods, with_year
from kg.extraction.quantities import find_quantities
from kg.extraction.subjects import Scene, plain_link, topic_of
from kg.model import Quantity

_FORECAST: Final = word_set(
    "expect expects expected expecting forecast forecasts forecasting predict predicts predicted predicting "
    "prediction predictions project projects projected projections estimate estimates estimated likely could may "
    "might analysts outlook guidance anticipate anticipates anticipated consensus target targets expectations "
    "would reckon reckons believe believes foresee foresees"
)
_PLANNED: Final = word_set(
    "plan plans planned planning propose proposes proposed proposal intend intends will offer offers offered bid "
    "bids agreed agree agrees aim aims aimed hope hopes hoping seek seeks seeking set could would commit "
    "committed committing promised promises pledged pledge considering wants sought demand demands demanded due"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What ``figures.toml`` holds: how much each named feature counts in each of three decisions."""

    subject: Mapping[str, float]
    keep: Mapping[str, float]
    kind: Mapping[str, Mapping[str, float]]


@cache
def weights() -> Weights:
    """The weights, read once."""
    text = files("kg.extraction").joinpath("figures.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Weights(
        subject=MappingProxyType(table["subject"]),
        keep=MappingProxyType(table["keep"]),
        kind=MappingProxyType({name: MappingProxyType(row) for name, row in table["kind"].items()}),
    )


class FigureReader:
    """Component ``kg_figures``.

    ``threshold`` is the least probability at which a quantity counts as a figure, ``trust`` weighs what the encoder
    says of subjects, ``decisions`` tell how sure a figure then is.
    """

    def __init__(self, *, threshold: float, trust: float = 0.5) -> None:
        self.threshold = threshold
        self.trust = trust
        self.decisions = decisions()

    def __call__(self, doc: Doc) -> Doc:
        doc._.figures = []
        entities: list[EntityCluster] = doc._.entities
        text = text_of(doc)
        matches = find_quantities(text)
        if not matches or not entities:
            return doc
        tree = tree_of(doc)
        starts = tree.begin
        periods = find_periods(text)
        scene = Scene(tree, entities)
        names = frozenset(t for t, place in scene.at.items() if not place.nominal)
        words = [singular(w) for w in tree.lower]
        before: tuple[Candidate, int] | None = None
        found = list(candidates(tree, text, starts, matches, periods, names))
        for candidate, heard in zip(found, _heard(scene, found, doc._.reads), strict=True):
            metric = metric_of(tree, words, FigureSpan(candidate.start, candidate.end, candidate.match.quantity))
            figure = self._read(scene, candidate, metric, before, heard)
            if figure is not None:
                before = candidate, figure.subject or 0
                _set_period(figure, candidate, tree, starts, periods)
                doc._.figures.append(figure)
        _share_kind(tree, doc._.figures)
        return doc

    def _read(
        self,
        scene: Scene,
        candidate: Candidate,
        metric: str,
        before: tuple[Candidate, int] | None,
        heard: Mapping[int, float],
    ) -> FigureSpan | None:
        table, tree = weights(), scene.tree
        described = scene.features(candidate, metric, before)
        said = {entity: self.trust * heard.get(entity, UNHEARD) for entity, _ in described}
        ranked = rank(described, table.subject, said)
        if not ranked:
            return None
        probability, subject = ranked[0]
        names = keep_features(tree, scene, candidate, probability, metric)
        kept = _logistic(table.keep, names)
        if kept < self.threshold:
            return None
        quantity = candidate.match.quantity
        kind_names = kind_features(tree, candidate)
        return FigureSpan(
            candidate.start,
            candidate.end,
            Quantity(signed(tree, candidate), quantity.unit, quantity.text),
            also=candidate.match.also,
            subject=subject,
            metric=metric,
            kind=max(sorted(table.kind), key=lambda k: _sum(table.kind[k], kind_names)),
            about=_about(scene, candidate, subject),
            confidence=round(self.decisions.figures(kept * probability), 2),
        )


def _heard(scene: Scene, found: Sequence[Candidate], reads: Sequence[Read]) -> list[dict[int, float]]:
    """For each quantity what the encoder says of each entity near it to be its subject, all asked at once."""
    links = [scene.mentions_near(candidate) for candidate in found]
    scores = iter(score([link for near in links for link in near.values()], reads))
    return [{entity: next(scores) for entity in near} for near in links]


def _share_kind(tree: Tree, figures: Sequence[FigureSpan]) -> None:
    """Figures that one verb lists, "a 7% rise in sales and 11% in profit through 2028", are of one kind."""
    for first, second in pairwise(figures):
        between = range(first.end, second.start)
        listed = (
            tree.sentence[first.start] == tree.sentence[second.start] and first.quantity.unit == second.quantity.unit
        )
        if listed and first.period_text == second.period_text and not any(tree.is_verb(t) for t in between):
            second.kind = first.kind if second.kind == "reported" else second.kind


def _sum(table: Mapping[str, float], names: Sequence[str]) -> float:
    return sum(table.get(name, 0.0) for name in names)


def _logistic(table: Mapping[str, float], names: Sequence[str]) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, _sum(table, names)))))


def rank(
    described: Sequence[tuple[int, Sequence[str]]],
    table: Mapping[str, float],
    heard: Mapping[int, float] = MappingProxyType({}),
) -> list[tuple[float, int]]:
    """Entities with the probability that each is the subject, the likeliest first.

    ``heard`` is what speaks for an entity besides its features.
    """
    scores = [(_sum(table, names) + heard.get(entity, 0.0), entity) for entity, names in described]
    if not scores:
        return []
    top = max(score for score, _ in scores)
    total = sum(math.exp(score - top) for score, _ in scores)
    return sorted(((math.exp(s - top) / total, e) for s, e in scores), key=lambda pair: (-pair[0], pair[1]))


def keep_features(tree: Tree, scene: Scene, candidate: Candidate, probability: float, metric: str) -> list[str]:
    """What speaks for or against a quantity being a figure of the article's entities."""
    match = candidate.match
    lower, start, end = tree.lower, candidate.start, candidate.end
    value = match.quantity.value
    written_in_words = match.quantity.text[:1].isalpha() and match.kind in {"count", "number"}
    names = ["bias", f"kind.{match.kind}", f"unit.{match.quantity.unit}" if match.kind != "money" else "unit.money"]
    size = "small" if value <= 10 else "medium" if value < 1000 else "large"
    names += [f"size.{size}.{match.kind}", f"scaled.{match.scaled}.{match.kind}", f"words.{written_in_words}.{size}"]
    previous = lower[start - 1] if start else ""
    names.append(f"previous.{previous}" if previous in _BEFORE else "previous.other")
    following = lower[end] if end < len(lower) else ""
    names.append(f"next.{following}" if following in _AFTER else "next.other")
    if candidate.noun is not None:
        noun = singular(lower[candidate.noun])
        names.append(f"noun.{noun}" if noun in _NOUNS else "noun.people" if noun in PEOPLE else "noun.other")
    here = scene.by_sentence.get(tree.sentence[start], [])
    names.append(f"mentions.{min(len(here), 3)}")
    names.append("sure" if probability > 0.8 else "fair" if probability > 0.5 else "unsure")
    window = lower[max(0, start - 8) : end + 8]
    topic = topic_of(metric)
    names.append(f"topic.{topic}.{match.kind}" if topic else f"topic.none.{match.kind}")
    if "if" in window or "example" in window or "less" in window:
        names.append("hypothetical")
    return names


_BEFORE: Final = word_set(
    "the these those both about than least to of a an in from at over up by any all its their nearly almost , ( "
    "and only every per first last has have"
)
_AFTER: Final = word_set("of in on a per . , ) from to stake share - for people at more and or")
_NOUNS: Final = word_set(
    "job employee people share company firm country bank customer user game unit store thing side way member "
    "subscriber barrel brand plant car vehicle site item player person time area group month point title market"
)


def kind_features(tree: Tree, candidate: Candidate) -> list[str]:
    """What the words around a quantity say about whether it happened, is expected or is intended."""
    lower, start, end = tree.lower, candidate.start, candidate.end
    names = ["bias"]
    for level, token in enumerate(
        t for t in (candidate.root, *tree.ancestors(candidate.root)) if tree.tag[t][0] in "VN"
    ):
        word = lower[token]
        near = "near" if level < 2 else "far"
        names.append(f"{near}.tag.{tree.tag[token]}")
        for label, words in (("forecast", _FORECAST), ("planned", _PLANNED)):
            if word in words:
                names.append(f"{near}.{label}")
        if word in _INTENT:
            names.append(f"{near}.intent")
        names += [f"{near}.aux.{lower[c]}" for c in tree.having(token, "aux") if lower[c] in _AUXILIARIES]
        if level == 4:
            break
    window = lower[max(0, start - 7) : end + 7]
    for label, words in (("forecast", _FORECAST), ("planned", _PLANNED)):
        if not words.isdisjoint(window):
            names.append(f"window.{label}")
    names += [f"word.{w}" for w in sorted(_TELLING.intersection(window))]
    return list(dict.fromkeys(names))


_INTENT: Final = word_set("plan plans planned planning intends intend aims pledged pledge promised promises")
_AUXILIARIES: Final = word_set("will would could may might to had has have should")
_TELLING: Final = word_set(
    "bid offer deal plan plans expected forecast will would could by next year target cut predicted "
    "investment jobs fell rose last agreed shares owns bought sold paid savings"
)


def _about(scene: Scene, candidate: Candidate, subject: int) -> int | None:
    """The second entity of a figure: what a stake, bid or investment is in, or the place of a market share."""
    links = scene.links(candidate)
    wanted = (
        "n0.prep.in",
        "n1.prep.in",
        "n0.prep.of",
        "n1.prep.of",
        "n1.prep.for",
        "v0.prep.for",
        "v0.prep.in",
        "v0.object",
    )
    found = []
    for token, link in links.items():
        place = scene.at.get(token)
        if place is not None and place.entity != subject and plain_link(link) in wanted:
            found.append((wanted.index(plain_link(link)), place.start, place.entity))
    return min(found)[2] if found else None


def _set_period(
    figure: FigureSpan, candidate: Candidate, tree: Tree, starts: Sequence[int], periods: Sequence[PeriodMatch]
) -> None:
    """Give a figure the period of its clause, a quarter with the year that its sentence names."""
    sentence = tree.sentence[candidate.start]
    placed = [(p, *tokens_of(starts, p.start, p.end)) for p in periods]
    here = [(p, a, b) for p, a, b in placed if tree.sentence[a] == sentence]
    if not here:
        return
    chosen = min(here, key=lambda each: (_distance(tree, candidate, *each), each[1]))[0]
    if _distance(tree, candidate, chosen, *tokens_of(starts, chosen.start, chosen.end)) >= _OUT_OF_REACH:
        return
    years = [p for p, _, _ in here if p.kind == "absolute" and p.iso is not None and len(p.iso) == 4]
    if chosen.kind == "partial" and years:
        nearest = min(years, key=lambda p: (abs(p.start - chosen.start), p.start))
        chosen = with_year(chosen, nearest.iso or "")
    elif years and len(chosen.text) == 4 and chosen in years:
        quarters = [p for p, _, _ in here if p.kind == "partial" and p.text[:1] in "QH"]
        if len(years) == 1 and len(quarters) == 1:
            chosen = with_year(quarters[0], chosen.iso or "")
    figure.period, figure.period_text = chosen.iso, chosen.text


_OUT_OF_REACH: Final = 100.0
_KIND_COST: Final = {
    "absolute": 0.0,
    "partial": 0.0,
    "relative": 0.0,
    "rate": 3.0,
    "duration": 6.0,
    "comparison": 200.0,
}


def _distance(tree: Tree, candidate: Candidate, period: PeriodMatch, start: int, end: int) -> float:
    """How far a period is from a figure: tokens between, more across a clause, a comma or another quantity."""
    cost = _KIND_COST[period.kind]
    if start >= candidate.end:
        between = range(candidate.end, start)
        cost += 0.0
    else:
        between = range(end, candidate.start)
        cost += 2.0
    for token in between:
        tag = tree.tag[token]
        cost += 4.0 if tag in {",", ":", "CC", "."} else 6.0 if tag == "CD" else 1.0
    ago = period.text.lower().endswith((" earlier", " ago", " before", " earlier period"))
    if ago and start and start == candidate.end + 1 and tree.lower[start - 1] in {"from", "than", "over"}:
        cost += 2 * _OUT_OF_REACH  # "rose 26% from a year earlier": what it is compared with
    if period.kind == "duration" and len(between) > 2:
        cost += _OUT_OF_REACH
    if period.kind == "rate":
        adverb = period.text.lower().endswith("ly")
        behind = end <= candidate.start
        cost += _OUT_OF_REACH if len(between) > 5 or (adverb and behind) else 0.0 if adverb else 25.0
    return cost


@Language.factory("kg_figures", default_config={"threshold": 0.5, "trust": 0.5}, assigns=["doc._.figures"])
def make_figures(nlp: Language, name: str, threshold: float, trust: float) -> FigureReader:  # noqa: ARG001
    """How spaCy builds the component."""
    return FigureReader(threshold=threshold, trust=trust)
