"""Relations by the encoder: component ``kg_learned``.

Reads ``doc._.entities`` and what the patterns left in ``doc._.relations``. Each pair of mentions is scored in its
window, with what the patterns read of it; what reaches the threshold of its type is an edge, and what patterns read
stays only if it does. An edge that the encoder was not asked about stays as the patterns read it: its mentions stand
too far apart, or an end has no proper name, which the encoder has not learned to judge.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction import links
from kg.extraction.annotations import EntityCluster, RelationSpan
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.decisions import Decisions, decisions
from kg.extraction.encoder import Read, encoder
from kg.extraction.features import PairFeatures
from kg.extraction.pairs import Pair, Placed, pairs, relation_classes
from kg.resolution.reference import catalogue
from kg.vocabulary import vocabulary

Key = tuple[int, str, int]
_CROWD: Final = 4
_LIKELY: Final = 0.5
# Odds below which a pair is not asked what it is: chosen on dev, where two thirds of the pairs are below.
_HOPELESS: Final = -1.5


@dataclass(slots=True)
class Learned:
    """Decides about edges."""

    decisions: Decisions = field(default_factory=decisions)

    def __call__(self, doc: Doc) -> Doc:
        best: dict[Key, tuple[float, Pair]] = {}
        for pair, scores in scored(doc):
            for class_, score in zip(relation_classes(), scores, strict=True):
                ends = (pair.first.entity, pair.second.entity)
                key = _key(*(ends if class_.forward else ends[::-1]), class_.type)
                if score > best.get(key, (-1.0, pair))[0]:
                    best[key] = (score, pair)
        patterns: list[RelationSpan] = doc._.relations
        read = {_key(span.subject, span.object, span.type) for span in patterns}
        doc._.relations = [span for span in patterns if self._judge(span, best)]
        tree = tree_of(doc)
        excluded = _Excluded(patterns, tree, doc._.entities)
        kept = {
            key: (score, pair)
            for key, (score, pair) in best.items()
            if key not in read and score >= self.decisions.thresholds[key[1]] and not excluded(key[1], pair)
        }
        crowds = Counter(
            (key[1], tree.sentence[pair.second.start]) for key, (score, pair) in kept.items() if score >= _LIKELY
        )
        for key, (score, pair) in sorted(kept.items()):
            subject, type_, object_ = key
            # A sentence that would relate so many to each other only lists them.
            if (
                vocabulary().relation_types[type_].symmetric
                and crowds[type_, tree.sentence[pair.second.start]] > _CROWD
            ):
                continue
            doc._.relations.append(
                RelationSpan(
                    subject=subject,
                    type=type_,
                    object=object_,
                    start=pair.first.start,
                    end=pair.second.end,
                    anchor=_between(tree, pair),
                    pattern="encoder",
                    confidence=round(self.decisions.relations(score), 2),
                )
            )
        return doc

    def _judge(self, span: RelationSpan, best: Mapping[Key, tuple[float, Pair]]) -> bool:
        """Whether an edge that a pattern read stays; if the encoder saw its ends, as sure as both make it."""
        key = _key(span.subject, span.object, span.type)
        if key not in best:
            return True
        score, _ = best[key]
        span.confidence = round(self.decisions.relations(score), 2)
        return score >= self.decisions.thresholds[span.type]


class _Excluded:
    """Readings of the encoder that what the patterns read of the same words speaks against.

    "A's rivals B and C" states nothing between B and C. "A bought B. C bought D." states nothing between A and D. And
    an owner is no rival of its unit.
    """

    def __init__(self, read: Iterable[RelationSpan], tree: Tree, clusters: Sequence[EntityCluster]) -> None:
        self._listed: dict[tuple[str, int], list[set[int]]] = defaultdict(list)
        self._told: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._owned: list[set[int]] = []
        for span in read:
            ends = {span.subject, span.object}
            self._listed[span.type, span.anchor].append(ends)
            self._told[span.type, tree.sentence[span.anchor]] |= ends
            if span.type == "subsidiary_of":
                self._owned.append(ends)
        known = {c.reference: n for n, c in enumerate(clusters) if c.reference}
        for id_, number in known.items():
            parent = catalogue().by_id(id_).parent
            if parent in known:
                self._owned.append({number, known[parent]})

    def __call__(self, type_: str, pair: Pair) -> bool:
        """Whether a pair cannot have a relation of a type."""
        first, second = pair.first, pair.second
        ends = {first.entity, second.entity}
        if type_ == "competes_with" and ends in self._owned:
            return True
        if first.sentence != second.sentence:
            directed = not vocabulary().relation_types[type_].symmetric
            return directed and all(m.entity in self._told[type_, m.sentence] for m in (first, second))
        return any(
            relation == type_ and ends <= set().union(*edges) and ends not in edges
            for (relation, _), edges in self._listed.items()
        )


def _key(subject: int, object_: int, type_: str) -> Key:
    if vocabulary().relation_types[type_].symmetric:
        subject, object_ = min(subject, object_), max(subject, object_)
    return subject, type_, object_


def placed(doc: Doc) -> list[Placed]:
    """All mentions of an article's entities."""
    sentence = tree_of(doc).sentence
    clusters: list[EntityCluster] = doc._.entities
    sure = [not _is_exchange(cluster) for cluster in clusters]
    return [
        Placed(number, cluster.type, m.start, m.end, sentence[m.start], m.kind == "nominal", sure[number])
        for number, cluster in enumerate(clusters)
        if not cluster.unnamed
        for m in cluster.mentions
    ]


def _is_worth_it(pair: Pair) -> bool:
    """Whether a pair is close enough that asking about it gains more than it costs."""
    apart = pair.second.sentence - pair.first.sentence
    return apart == 0 or (apart == 1 and "Person" not in (pair.first.type, pair.second.type))


def _is_exchange(cluster: EntityCluster) -> bool:
    if cluster.reference:
        return "exchange" in catalogue().by_id(cluster.reference).descriptors
    return cluster.name.lower().endswith(" exchange")


def scored(doc: Doc) -> list[tuple[Pair, list[float]]]:
    """Every pair of mentions worth a look, with its score for each relation class."""
    mentions = placed(doc)
    reads: list[Read] = doc._.reads
    features = PairFeatures(mentions, doc._.relations)
    near = [pair for pair in pairs(mentions, [read.window for read in reads]) if _is_worth_it(pair)]
    by_window: dict[int, list[Pair]] = defaultdict(list)
    for pair, odds in zip(near, links.score([links.link_of(pair) for pair in near], reads), strict=True):
        if odds >= _HOPELESS or features.are_read(pair):
            by_window[pair.window].append(pair)
    found: list[tuple[Pair, list[float]]] = []
    for number, here in sorted(by_window.items()):
        classified = encoder().classify(reads[number], here, [features.of(pair) for pair in here])
        # Rounded: what processors of another make add up in another order comes out the same.
        found += [(p, [round(float(s), 3) for s in c]) for p, c in zip(here, classified, strict=True)]
    return found


def _between(tree: Tree, pair: Pair) -> int:
    """The verb that leads from the later mention to the word under which both hang, or that word itself."""
    first, second = _ancestors(tree, pair.first.end - 1), _ancestors(tree, pair.second.end - 1)
    above = next((t for t in first if t in second), second[-1])
    return next((t for t in second[: second.index(above)] if tree.is_verb(t)), above)


def _ancestors(tree: Tree, token: int) -> list[int]:
    found = [token]
    while tree.head[found[-1]] != found[-1] and len(found) < 200:
        found.append(tree.head[found[-1]])
    return found


@Language.factory("kg_learned", default_config={})
def make_learned(nlp: Language, name: str) -> Learned:  # noqa: ARG001
    return Learned()
