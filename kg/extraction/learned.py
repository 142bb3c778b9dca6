"""Relations by the encoder: component ``kg_learned``.

Reads ``doc._.entities``, adds to ``doc._.relations`` what the patterns left out. Each pair of mentions is scored in its
window; what reaches the threshold of its type is an edge. Types that the encoder reads no better than chance have none.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, RelationSpan
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.encoder import encoder
from kg.extraction.pairs import Pair, Placed, pairs, relation_classes
from kg.extraction.tags import hints
from kg.extraction.windows import coder, windows
from kg.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Decision:
    """From what score on an edge of a type is kept, and how sure it then is: points of (score, share right)."""

    threshold: float
    points: tuple[tuple[float, float], ...]

    def confidence(self, score: float) -> float:
        """The share of edges of such a score that are right, between the measured points."""
        lower = max((p for p in self.points if p[0] <= score), default=self.points[0])
        upper = min((p for p in self.points if p[0] > score), default=self.points[-1])
        if upper[0] <= lower[0]:
            return lower[1]
        return lower[1] + (upper[1] - lower[1]) * (score - lower[0]) / (upper[0] - lower[0])


def decisions() -> dict[str, Decision]:
    """By relation type, from ``model/decisions.toml``."""
    text = files("kg.extraction.model").joinpath("decisions.toml").read_text(encoding="utf-8")
    return {
        name: Decision(float(d["threshold"]), tuple((float(s), float(c)) for s, c in d["points"]))
        for name, d in tomllib.loads(text).items()
    }


@dataclass(slots=True)
class Learned:
    """Adds the edges that the encoder reads."""

    decisions: dict[str, Decision] = field(default_factory=decisions)
    code: Callable[[str], tuple[int, ...]] = field(default_factory=coder)

    def __call__(self, doc: Doc) -> Doc:
        known: set[tuple[int, str, int]] = set()
        relations: list[RelationSpan] = doc._.relations
        for span in relations:
            known.add((span.subject, span.type, span.object))
            if vocabulary().relation_types[span.type].symmetric:
                known.add((span.object, span.type, span.subject))
        best: dict[tuple[int, str, int], tuple[float, Pair]] = {}
        for pair, scores in scored(doc, self.code):
            for number, class_ in enumerate(relation_classes()):
                decision = self.decisions.get(class_.type)
                if decision is None or scores[number] < decision.threshold:
                    continue
                ends = (pair.first.entity, pair.second.entity)
                subject, object_ = ends if class_.forward else ends[::-1]
                if vocabulary().relation_types[class_.type].symmetric:
                    subject, object_ = min(ends), max(ends)
                key = (subject, class_.type, object_)
                if key not in known and scores[number] > best.get(key, (0.0, pair))[0]:
                    best[key] = (scores[number], pair)
        tree = tree_of(doc)
        for (subject, type_, object_), (score, pair) in sorted(best.items()):
            relations.append(
                RelationSpan(
                    subject=subject,
                    type=type_,
                    object=object_,
                    start=pair.first.start,
                    end=pair.second.end,
                    anchor=_between(tree, pair),
                    pattern="encoder",
                    confidence=round(self.decisions[type_].confidence(score), 2),
                )
            )
        return doc


def scored(doc: Doc, code: Callable[[str], tuple[int, ...]]) -> list[tuple[Pair, list[float]]]:
    """Every pair of mentions worth a look, with its score for each relation class."""
    sentences = [(s.start, s.end) for s in doc.sents]
    sentence = [n for n, (start, end) in enumerate(sentences) for _ in range(start, end)]
    clusters: list[EntityCluster] = doc._.entities
    mentions = [
        Placed(number, cluster.type, m.start, m.end, sentence[m.start])
        for number, cluster in enumerate(clusters)
        for m in cluster.mentions
    ]
    if not mentions:
        return []
    cut = windows([t.text for t in doc], sentences, hints(doc), code)
    by_window: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs(mentions, cut):
        # Of what it reads between sentences, and of what people do, too little is right.
        people = "Person" in (pair.first.type, pair.second.type)
        if pair.first.sentence == pair.second.sentence and not people:
            by_window[pair.window].append(pair)
    found: list[tuple[Pair, list[float]]] = []
    for number, here in sorted(by_window.items()):
        # Rounded: what processors of another make add up in another order comes out the same.
        for pair, scores in zip(here, encoder().classify(encoder().read(cut[number]), here), strict=True):
            found.append((pair, [round(float(s), 3) for s in scores.relations]))
    return found


def _between(tree: Tree, pair: Pair) -> int:
    """The word under which both mentions hang."""
    first, second = _ancestors(tree, pair.first.end - 1), _ancestors(tree, pair.second.end - 1)
    return next((t for t in first if t in second), second[-1])


def _ancestors(tree: Tree, token: int) -> list[int]:
    found = [token]
    while tree.head[found[-1]] != found[-1] and len(found) < 200:
        found.append(tree.head[found[-1]])
    return found


@Language.factory("kg_learned", default_config={})
def make_learned(nlp: Language, name: str) -> Learned:  # noqa: ARG001
    return Learned()
