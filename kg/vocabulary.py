"""The ontology as values: entity types, relation types with domain, range and symmetry, statuses, metrics.

``ontology/`` is the only place that defines them; this module reads it and repeats none of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.errors import OntologyError
from kg.namespaces import KG, METRIC, OWL, RDF, RDFS, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class RelationType:
    """A type of edge. ``domain`` and ``range`` are names of entity types; ``iri`` its property in RDF."""

    name: str
    iri: str
    label: str
    inverse_label: str
    definition: str
    symmetric: bool
    domain: frozenset[str]
    range: frozenset[str]

    @property
    def cypher(self) -> str:
        """Its name in a property graph, ``COMPETES_WITH``."""
        return self.name.upper()

    def allows(self, subject_type: str, object_type: str) -> bool:
        """Whether entities of these types can stand at its ends."""
        return subject_type in self.domain and object_type in self.range


@dataclass(frozen=True, slots=True)
class Status:
    """How far an edge is true. ``rank`` orders by strength, the weakest first; ``holds``: it is true now."""

    name: str
    rank: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured property. ``labels`` are the words that name it, the preferred one first, in lower case.

    ``verbs`` are verbs whose object it is ("employ"); ``measured_in`` kinds of unit: money, percent, people, shares...
    """

    name: str
    iri: str
    label: str
    labels: tuple[str, ...]
    broader: str | None
    verbs: tuple[str, ...] = ()
    measured_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What ``ontology/kg.ttl`` and ``ontology/metrics.ttl`` define, by name and in order of name."""

    entity_types: Mapping[str, str]
    relation_types: Mapping[str, RelationType]
    statuses: Mapping[str, Status]
    metrics: Mapping[str, Metric]

    def strongest(self, *statuses: str) -> str:
        """The strongest of some statuses.

        >>> vocabulary().strongest("planned", "current")
        'current'
        """
        return max(statuses, key=lambda s: self.statuses[s].rank)


def ontology_text(name: str) -> str:
    """The text of a file of ``ontology/``."""
    return files("kg.ontology").joinpath(name).read_text(encoding="utf-8")


@cache
def vocabulary() -> Vocabulary:
    """The project's vocabulary, read once.

    >>> vocabulary().relation_types["competes_with"].symmetric
    True
    """
    store = Store()
    for name in ("kg.ttl", "metrics.ttl"):
        store.load(ontology_text(name).encode(), format=RdfFormat.TURTLE)

    def instances(class_: str) -> list[NamedNode]:
        found = store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(class_), None)
        return sorted((q.subject for q in found if isinstance(q.subject, NamedNode)), key=str)

    def values(subject: NamedNode, predicate: str) -> list[str]:
        found = store.quads_for_pattern(subject, NamedNode(predicate), None, None)
        return sorted(q.object.value for q in found if isinstance(q.object, Literal | NamedNode))

    def value(subject: NamedNode, predicate: str) -> str:
        match values(subject, predicate):
            case [only]:
                return only
            case found:
                raise OntologyError(f"{subject} has {len(found)} values of <{predicate}>; give it exactly one")

    def local(iris: list[str]) -> frozenset[str]:
        return frozenset(i.removeprefix(KG) for i in iris)

    entities = NamedNode(KG + "Entity")
    entity_types = sorted(
        q.subject.value
        for q in store.quads_for_pattern(None, NamedNode(RDFS + "subClassOf"), entities, None)
        if isinstance(q.subject, NamedNode)
    )
    relation_types = []
    for node in instances(KG + "RelationType"):
        label = value(node, RDFS + "label")
        inverse = values(node, KG + "inverseLabel")
        relation_types.append(
            RelationType(
                name=value(node, SKOS + "notation"),
                iri=node.value,
                label=label,
                inverse_label=inverse[0] if inverse else label,
                definition=value(node, RDFS + "comment"),
                symmetric=OWL + "SymmetricProperty" in values(node, RDF + "type"),
                domain=local(values(node, SCHEMA + "domainIncludes")),
                range=local(values(node, SCHEMA + "rangeIncludes")),
            )
        )
    statuses = [
        Status(value(n, RDFS + "label"), int(value(n, KG + "rank")), value(n, KG + "holds") == "true")
        for n in instances(KG + "Status")
    ]
    metrics = []
    for node in instances(SKOS + "Concept"):
        if not node.value.startswith(METRIC):
            continue
        label = value(node, SKOS + "prefLabel")
        broader = values(node, SKOS + "broader")
        metrics.append(
            Metric(
                name=node.value.removeprefix(METRIC),
                iri=node.value,
                label=label,
                labels=(label, *values(node, SKOS + "altLabel")),
                broader=broader[0].removeprefix(METRIC) if broader else None,
                verbs=tuple(values(node, SKOS + "hiddenLabel")),
                measured_in=frozenset(values(node, KG + "measuredIn")),
            )
        )
    return Vocabulary(
        entity_types=MappingProxyType({i.removeprefix(KG): i for i in entity_types}),
        relation_types=MappingProxyType({t.name: t for t in sorted(relation_types, key=lambda t: t.name)}),
        statuses=MappingProxyType({s.name: s for s in sorted(statuses, key=lambda s: s.name)}),
        metrics=MappingProxyType({m.name: m for m in sorted(metrics, key=lambda m: m.name)}),
    )
