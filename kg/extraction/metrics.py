"""What each figure measures: component ``kg_metrics``.

Reads and completes ``doc._.figures``. The words that name a metric are the labels of ``ontology/metrics.ttl``; the one
that stands closest to the quantity on the dependency tree and can be given in its unit wins. Where no label fits, the
metric is the article's own words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import FigureSpan
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.changes import FALLING, RISING
from kg.extraction.counts import counted_noun, word_set
from kg.extraction.patterns import pattern_book
from kg.vocabulary import Metric, vocabulary

_MONEY_ALSO: Final = frozenset({"pence", "pesos"})
_PLAIN_KINDS: Final = {
    "percent": "percent",
    "percentage points": "percent",
    "basis points": "percent",
    "people": "people",
    "shares": "shares",
    "warrants": "warrants",
    "points": "points",
    "times": "times",
    "units": "units",
    "stores": "units",
    "countries": "units",
}
_EACH: Final = word_set("each apiece")
_SKIPPED: Final = word_set("a an the its their his her this that these those our more other some about of - , ' \" ( )")
_PARTS: Final = word_set("share part proportion percentage quarter third half")
_VAGUE: Final = word_set("growth amount")
_GENERIC: Final = word_set("valuation costs interest_rate tax_rate countries")
# Counted as people whatever the article calls them: "90,000 companies use it" are users too.
_PERSONS: Final = word_set("users customers subscribers")
_FAR: Final = 14
_UNSURE: Final = 0.6
_OWNING: Final = word_set("own owns owned owning hold holds held holding control controls controlled")
_CUTTING: Final = word_set(
    "cut cuts cutting lose loses lost loss losses shed axe axed lay laid redundant go sack sacked"
)
_STAFF: Final = word_set("job jobs staff post posts position positions worker workers employee employees role roles")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Labels and verbs of metrics by their first word: ``labels["net"]`` holds (("net", "profit"), metric)."""

    labels: Mapping[str, Sequence[tuple[tuple[str, ...], Metric]]]
    verbs: Mapping[str, Sequence[Metric]]
    changes: Mapping[str, Metric]


@cache
def lexicon() -> Lexicon:
    """The labels of the ontology's metrics, read once."""
    labels: dict[str, list[tuple[tuple[str, ...], Metric]]] = {}
    verbs: dict[str, list[Metric]] = {}
    changes = {}
    for metric in vocabulary().metrics.values():
        for label in metric.labels:
            words = tuple(re.findall(r"[^\s-]+|-", label.lower()))
            labels.setdefault(words[0], []).append((words, metric))
        for verb in metric.verbs:
            for form in pattern_book().verb_forms(verb):
                verbs.setdefault(form, []).append(metric)
        if metric.broader and metric.name in {f"{metric.broader}_growth", f"{metric.broader}_change"}:
            changes[metric.broader] = metric
    for found in labels.values():
        found.sort(key=lambda each: (-len(each[0]), each[0], each[1].name))
    return Lexicon(MappingProxyType(labels), MappingProxyType(verbs), MappingProxyType(changes))


def unit_kind(unit: str) -> str:
    """The kind of a unit: money, percent, people, shares, warrants, points, times, units or measure.

    >>> unit_kind("USD"), unit_kind("pence"), unit_kind("people"), unit_kind("barrels")
    ('money', 'money', 'people', 'measure')
    """
    if unit in _MONEY_ALSO or (len(unit) == 3 and unit.isupper()):
        return "money"
    return _PLAIN_KINDS.get(unit, "measure")


class MetricReader:
    """Component ``kg_metrics``."""

    def __call__(self, doc: Doc) -> Doc:
        figures: list[FigureSpan] = doc._.figures
        if not figures:
            return doc
        tree = tree_of(doc)
        for figure in figures:
            if figure.metric in _PERSONS and figure.quantity.unit == "units":
                figure.quantity = replace(figure.quantity, unit="people")
        unite(figures, tree.sentence)
        return doc


def metric_of(tree: Tree, words: Sequence[str], figure: FigureSpan) -> str:
    """The name of the metric, else the words that stand for it."""
    kind = unit_kind(figure.quantity.unit)
    nearness = _nearness(tree, figure)
    changing = kind in {"percent", "times", "money", "points"} and _changes(tree, figure)
    found = _labelled(words, tree, figure, nearness, kind, changing=changing)
    found += _by_verb(tree, figure, kind)
    found += _by_rule(tree, words, figure, kind)
    if found:
        _, name = max(found, key=lambda pair: (pair[0], pair[1]))
        return name
    return _own_words(tree, figure, kind)


def _root(tree: Tree, figure: FigureSpan) -> int:
    """The token of a quantity that hangs on the rest of the sentence."""
    inside = range(figure.start, figure.end)
    return next((t for t in inside if tree.head[t] not in inside), figure.end - 1)


def _nearness(tree: Tree, figure: FigureSpan) -> dict[int, float]:
    """How closely tokens belong to a quantity: 10 for the noun it modifies, less for each step up the tree."""
    root = _root(tree, figure)
    noun = counted_noun(tree, figure.end)
    near: dict[int, float] = {}
    strength = 10.0
    if noun is not None and figure.quantity.unit in {"people", "units", "shares", "stores", "countries", "warrants"}:
        root = noun
    below = root
    for step, token in enumerate((root, *tree.ancestors(root))):
        if step:
            strength -= 1.0 if tree.is_noun(token) or tree.dep[below] == "pobj" else 1.5
        near.setdefault(token, strength)
        verb = tree.is_verb(token)
        for child in tree.children[token]:
            if child == below or figure.start <= child < figure.end:
                continue
            dep = tree.dep[child]
            if dep in {"compound", "amod", "nmod"}:
                near.setdefault(child, strength - 0.3)
            elif dep == "prep":
                weaker = 2.5 if verb else 1.2
                for governed in tree.having(child, "pobj"):
                    near.setdefault(governed, strength - weaker)
                    for inner in tree.having(governed, "compound", "amod"):
                        near.setdefault(inner, strength - weaker - 0.3)
            elif verb and dep in {"nsubj", "nsubjpass", "dobj", "attr"}:
                near.setdefault(child, strength - 0.6)
                for inner in tree.having(child, "compound", "amod"):
                    near.setdefault(inner, strength - 0.9)
                for prep in tree.having(child, "prep"):
                    for governed in tree.having(prep, "pobj"):
                        near.setdefault(governed, strength - 2.0)
        if step and verb:
            strength -= 2.0
        if strength < 2:
            break
        below = token
    return near


def _labelled(
    words: Sequence[str], tree: Tree, figure: FigureSpan, nearness: Mapping[int, float], kind: str, *, changing: bool
) -> list[tuple[float, str]]:
    """Metrics whose labels stand in the figure's sentence, with how well each fits."""
    table = lexicon()
    sentence = tree.sentence[figure.start]
    found = []
    first, size = max(0, figure.start - 40), len(words)
    for i in range(first, min(len(words), figure.end + 40)):
        if tree.sentence[i] != sentence:
            continue
        # A plural that is a label itself, "sales", goes before the singular: "sale".
        written = dict.fromkeys((tree.lower[i], words[i]))
        for label, metric in (each for word in written for each in table.labels.get(word, ())):
            end = i + len(label)
            if not all(
                part in {tree.lower[t], words[t]} for t, part in zip(range(i, end), label, strict=True) if t < size
            ):
                continue
            if end > size or (i < figure.end and figure.start < end):
                continue
            fitting = _fitting(metric, kind, changing=changing)
            if fitting is None or (fitting.name == "interest_rate" and changing):
                continue
            gap = i - figure.end if i >= figure.end else figure.start - end
            close = max((nearness.get(t, 0.0) for t in range(i, end)), default=0.0)
            score = max(close, 5.0 - gap * (0.55 if gap < _FAR else 1.0)) + 0.5 * (len(label) - 1)
            if tree.is_verb(i) and len(label) == 1:
                score -= 2.0
            if gap <= 1:
                score += 1.0
            score -= 4.0 if metric.name in _VAGUE else 1.5 if metric.name in _GENERIC else 0.0
            if end <= figure.start and any(tree.tag[t] in {"CC", "CD"} for t in range(end, figure.start)):
                score -= 2.0
            found.append((score, fitting.name))
            break
    return [(score, name) for score, name in found if score > 0]


def _fitting(metric: Metric, kind: str, *, changing: bool) -> Metric | None:
    """The metric itself or its change, whichever can be given in this kind of unit."""
    change = lexicon().changes.get(metric.name)
    if change is not None and changing and kind in change.measured_in:
        return change
    return metric if kind in metric.measured_in else None


def _changes(tree: Tree, figure: FigureSpan) -> bool:
    """Whether the quantity is by how much something rose or fell, rather than its level."""
    before = tree.lower[figure.start - 1] if figure.start else ""
    if before in {"to", "at", "from"}:
        return False
    if before in RISING or before in FALLING or before == "by":
        return True
    if unit_kind(figure.quantity.unit) == "money":
        return False
    around = (*tree.lower[max(0, figure.start - 4) : figure.start], *tree.lower[figure.end : figure.end + 5])
    if any(w in RISING or w in FALLING for w in around):
        return True
    above = list(tree.ancestors(_root(tree, figure)))
    if len(above) > 1 and tree.lower[above[0]] == "of" and tree.lower[above[1]] == "rate":
        verb = next((t for t in above if tree.is_verb(t)), None)
        if verb is not None and tree.lower[verb] in RISING | FALLING:  # "grow at an annual rate of 7%"
            return True
    nouns = [t for t in above if tree.is_noun(t)][:2]
    near = (t for noun in nouns for t in (noun, *tree.having(noun, "compound", "amod")))
    return any(tree.lower[t] in RISING or tree.lower[t] in FALLING for t in near)


def _by_verb(tree: Tree, figure: FigureSpan, kind: str) -> list[tuple[float, str]]:
    """Metrics whose verb governs the quantity: "employs 163,000 people"."""
    table = lexicon()
    strength = 7.6
    found = []
    root = _root(tree, figure)
    for token in tree.ancestors(root):
        if not tree.is_verb(token):
            continue
        metrics = table.verbs.get(tree.lower[token], ())
        # What is cut by a percentage is a price or a cost; jobs in percent are named.
        found += [
            (strength, metric.name)
            for metric in metrics
            if kind in metric.measured_in and (metric.name, kind) != ("job_cuts", "percent")
        ]
        strength -= 2.0
        if strength < 3:
            break
    return found


def _by_rule(tree: Tree, words: Sequence[str], figure: FigureSpan, kind: str) -> list[tuple[float, str]]:
    """What the words right around a quantity say, whatever the tree: "a share", "of the company", "on the news"."""
    lower = tree.lower
    after = list(lower[figure.end : figure.end + 4])
    window = set(words[max(0, figure.start - 8) : figure.end + 8])
    found = []
    if kind == "money" and (after[:2] in (["a", "share"], ["per", "share"]) or after[:4] == ["-", "a", "-", "share"]):
        if window & {"dividend", "payout"}:
            found.append((12.0, "dividend_per_share"))
        elif window & {
            "offer",
            "offered",
            "bid",
            "tender",
            "tendered",
            "acquire",
            "buy",
            "deal",
            "takeover",
            "proposal",
            "cash",
        }:
            found.append((11.5, "offer_price_per_share"))
        elif window & {"earning", "profit", "gain", "income", "eps", "earn"}:
            found.append((11.5, "earnings_per_share"))
        else:
            found.append((9.0, "share_price"))
    if (
        kind == "money"
        and after[:1] == ["into"]
        and any(tree.lower[t] == "put" for t in tree.ancestors(_root(tree, figure)))
    ):
        found.append((9.0, "investment"))
    if kind == "money" and (after[:1] and after[0] in _EACH):
        found.append((9.0, "price"))
    if kind == "percent" and window & _OWNING and not _changes(tree, figure):
        found.append((6.5, "stake"))
    if kind == "percent" and not _changes(tree, figure):
        wholes = (
            t for p in tree.having(_root(tree, figure), "prep") if lower[p] == "of" for t in tree.having(p, "pobj")
        )
        if any(words[t] == "market" for t in wholes):
            found.append((9.0, "market_share"))
    if kind in {"people", "percent"} and window & _CUTTING and window & _STAFF:
        found.append((11.0 if kind == "people" else 6.0, "job_cuts"))
    if kind == "percent" and window & {"share", "stock"} and _changes(tree, figure) and "market" not in window:
        found.append((7.0, "share_price_change"))
    return found


def _own_words(tree: Tree, figure: FigureSpan, kind: str) -> str:
    """The noun phrase that a quantity counts or modifies, in the article's words; else what kind of number it is."""
    noun = counted_noun(tree, figure.end)
    if noun is not None and noun - figure.end < 5:
        phrase = [w for w in tree.lower[figure.end : noun + 1] if w not in _SKIPPED]
        if phrase:
            return " ".join(phrase)
    root = tree.head[figure.end - 1]
    for token in (root, *tree.ancestors(root)):
        if tree.is_noun(token) and not figure.start <= token < figure.end and tree.lower[token] not in _PARTS:
            modifiers = [
                c for c in tree.having(token, "compound", "amod") if c < token and not figure.start <= c < figure.end
            ]
            return " ".join(tree.lower[t] for t in (*modifiers, token))
        if tree.is_verb(token):
            break
    if kind == "percent":
        return "change" if _changes(tree, figure) else "share"
    return "amount" if kind == "money" else "number"


def unite(figures: Sequence[FigureSpan], sentence: Sequence[int]) -> None:
    """Make a figure that the article states twice one claim: the surer statement lends what the other leaves out.

    ``sentence`` is the number of each token's sentence.
    """
    groups: dict[tuple[float, str], list[FigureSpan]] = {}
    for figure in figures:
        groups.setdefault((figure.quantity.value, figure.quantity.unit), []).append(figure)
    for (value, unit), group in groups.items():
        if len(group) < 2 or (unit_kind(unit) == "units" and value < 100):
            continue
        for other in sorted(group, key=lambda f: f.confidence)[:-1]:
            surer = [f for f in group if f is not other and f.confidence >= other.confidence]
            for best in sorted(surer, key=lambda f: (f.subject != other.subject, -f.confidence, f.start)):
                if _same(best, other, sentence):
                    _lend(best, other)
                    break


def _same(best: FigureSpan, other: FigureSpan, sentence: Sequence[int]) -> bool:
    """Whether two statements of one quantity are of one figure."""
    periods = {f.period or f.period_text for f in (best, other)} - {None}
    if len(periods) > 1:
        return False
    if best.subject == other.subject:
        return True
    unsure = other.confidence < _UNSURE and sentence[best.start] != sentence[other.start]
    return unsure and best.metric == other.metric


def _lend(best: FigureSpan, other: FigureSpan) -> None:
    known = vocabulary().metrics
    metric = best.metric if best.metric in known or other.metric not in known else other.metric
    best.metric = other.metric = metric
    other.subject, other.kind, other.about = best.subject, best.kind, best.about
    best.period = other.period = best.period or other.period
    best.period_text = other.period_text = best.period_text or other.period_text
    best.also = other.also = best.also or other.also


@Language.factory("kg_metrics", assigns=["doc._.figures"], requires=["doc._.figures"])
def make_metrics(nlp: Language, name: str) -> MetricReader:  # noqa: ARG001
    """How spaCy builds the component."""
    return MetricReader()
