"""All that a graph states, read in a few passes over the store: what a property graph is made of.

Texts and the places of mentions, the greater part of a graph, are left unread, so that this takes a quarter of the time
of reading article after article.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from pyoxigraph import QuerySolutions, Store

from kg import rdf
from kg.errors import NotFoundError
from kg.model import Claim, Entity, Evidence, Figure, Quantity, Relation
from kg.namespaces import KG, METRIC, PREFIXES, SCHEMA, id_of
from kg.vocabulary import vocabulary


def _joined(columns: str, *patterns: str) -> str:
    """A query that scans each pattern once and joins by hash; in one group, the engine looks node after node up."""
    scans = " ".join(f"{{ SELECT * {{ GRAPH ?g {{ {pattern} }} }} }}" for pattern in patterns)
    return f"SELECT {columns} {{ {scans} }}"


# Properties that one class alone has are asked for without the class.
_ARTICLES: Final = """SELECT ?g ?p ?o {
  VALUES ?p { schema:url schema:headline schema:publisher schema:author schema:datePublished schema:inLanguage
    kg:sha256 }
  GRAPH ?g { ?g ?p ?o } }"""
_MENTIONS: Final = "SELECT ?g ?e { GRAPH ?g { ?g schema:mentions ?e } }"
_RELATIONS: Final = _joined(
    "?g ?c ?s ?p ?o ?status", "?c rdf:subject ?s", "?c rdf:predicate ?p", "?c rdf:object ?o", "?c kg:status ?status"
)
_FIGURES: Final = _joined(
    "?g ?c ?s ?value ?unit ?kind",
    *("?c schema:observationAbout ?s", "?c schema:value ?value", "?c schema:unitText ?unit", "?c kg:kind ?kind"),
)
_OF_FIGURES: Final = {
    "metric": "SELECT ?g ?c ?o { GRAPH ?g { ?c schema:measuredProperty ?o } }",
    "metric_text": "SELECT ?g ?c ?o { GRAPH ?g { ?c kg:metricText ?o } }",
    "about": "SELECT ?g ?c ?o { GRAPH ?g { ?c kg:about ?o } }",
    "period": "SELECT ?g ?c ?o { GRAPH ?g { ?c kg:period ?o } }",
}
_EVIDENCE: Final = _joined(
    "?g ?c ?e ?quote ?start ?end ?confidence ?extractor",
    *("?c kg:evidence ?e", "?e kg:quote ?quote", "?e kg:start ?start", "?e kg:end ?end"),
    *("?e kg:confidence ?confidence", "?e kg:extractor ?extractor"),
)
_CITATIONS: Final = "SELECT ?g ?e ?o { GRAPH ?g { ?e kg:citation ?o } }"
_VALUES_AS_WRITTEN: Final = "SELECT ?g ?e ?o { GRAPH ?g { ?e kg:valueText ?o } }"
_PERIODS_AS_WRITTEN: Final = "SELECT ?g ?e ?o { GRAPH ?g { ?e kg:periodText ?o } }"
_NAMES: Final = "SELECT ?g ?e ?o { GRAPH ?g { ?e schema:name ?o } }"
_ALIASES: Final = "SELECT ?g ?e ?o { GRAPH ?g { ?e schema:alternateName ?o } }"
_REFERENCES: Final = "SELECT ?e ?p ?o { GRAPH <https://kg.example/graph/reference> { ?e ?p ?o } }"
_CONVERSIONS: Final = """SELECT ?g ?c ?q ?value ?unit ?text { GRAPH ?g {
  ?c kg:also ?q . ?q schema:value ?value ; schema:unitText ?unit ; kg:valueText ?text } }"""

_PASSES_AT_ONCE: Final = 4  # the store reads outside Python's lock
_QUERIES: Final = (
    *(_EVIDENCE, _RELATIONS, _FIGURES, _ARTICLES, _NAMES, _MENTIONS, _ALIASES, _REFERENCES, _CITATIONS),
    *(_VALUES_AS_WRITTEN, _PERIODS_AS_WRITTEN, _CONVERSIONS, *_OF_FIGURES.values()),
)

Place = tuple[str, str]
Rows = Mapping[str, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Publication:
    """An article without its text; the fields are those of :class:`kg.model.Article`."""

    id: str
    url: str | None
    title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One article that states a claim, and the claim as it states it."""

    article: Publication
    claim: Claim


@dataclass(slots=True)
class _Naming:
    """What the graphs say of an entity: its names with how many say so, and the rest."""

    names: Counter[str]
    aliases: set[str]
    types: set[str]
    identifiers: set[tuple[str, str]]


class Statements:
    """What a store holds, by article and by claim; all keys are ids.

    >>> Statements(Store()).articles
    {}
    """

    def __init__(self, store: Store) -> None:
        with ThreadPoolExecutor(_PASSES_AT_ONCE) as pool:
            passes = {query: pool.submit(_rows, store, query) for query in (_types(), *_QUERIES)}
            rows = {query: found.result() for query, found in passes.items()}
        self._namings: dict[str, _Naming] = {}
        self._said_of_entities: dict[Place, list[str]] = {}
        self._read_names(rows)
        self.articles: dict[str, Publication] = dict(sorted(_articles(rows)))
        self.mentions: dict[str, list[str]] = {article: [] for article in self.articles}
        for article, entity in rows[_MENTIONS]:
            self.mentions[id_of(article)].append(id_of(entity))
        for entities in self.mentions.values():
            entities.sort()
        self.claims: dict[str, list[Statement]] = {}
        self.claims_of: dict[str, dict[str, Claim]] = {article: {} for article in self.articles}
        for article, id_, claim in sorted(_claims(rows), key=itemgetter(0, 1)):
            self.claims.setdefault(id_, []).append(Statement(self.articles[article], claim))
            self.claims_of[article][id_] = claim

    def _read_names(self, rows: Rows) -> None:
        def naming(graph: str, entity: str, kind: str, value: str) -> _Naming:
            id_ = id_of(entity)
            self._said_of_entities.setdefault((id_of(graph), id_), []).append(f"{kind} {value}")
            if (known := self._namings.get(id_)) is None:
                known = self._namings[id_] = _Naming(Counter(), set(), set(), set())
            return known

        for graph, entity, name in rows[_NAMES]:
            naming(graph, entity, "name", name).names[name] += 1
        for graph, entity, alias in rows[_ALIASES]:
            naming(graph, entity, "alias", alias).aliases.add(alias)
        types = {iri: name for name, iri in vocabulary().entity_types.items()}
        for entity, class_ in rows[_types()]:
            if (found := self._namings.get(id_of(entity))) is not None:
                found.types.add(types[class_])
        schemes = {KG + scheme: scheme for scheme in rdf.IDENTIFIERS}
        for entity, predicate, value in rows[_REFERENCES]:
            if predicate in schemes:
                scheme = schemes[predicate]
                naming(rdf.reference_graph.value, entity, scheme, value).identifiers.add((scheme, value))

    def entity(self, id: str) -> Entity:
        """The entity with this id, as :meth:`kg.graph.Graph.entity` gives it.

        Raises :class:`~kg.errors.NotFoundError`.
        """
        naming = self._namings.get(id)
        if naming is None or not naming.names:
            raise NotFoundError(f"no entity has the id {id!r}")
        name = min(naming.names, key=lambda n: (-naming.names[n], -len(n), n))
        type_ = next(t for t in vocabulary().entity_types if t in naming.types)
        others = tuple(sorted((naming.aliases | set(naming.names)) - {name}))
        return Entity(id, name, type_, others, tuple(sorted(naming.identifiers)))

    def claims_about(self, entities: Collection[str]) -> set[str]:
        """The claims that have one of these entities at an end."""
        found = set()
        for id_, (first, *_) in self.claims.items():
            other = first.claim.object if isinstance(first.claim, Relation) else first.claim.about
            if first.claim.subject in entities or other in entities:
                found.add(id_)
        return found

    def fingerprint(self, article: str) -> str:
        """A hash of all that a property graph has of an article, and of the reference entities that it mentions."""
        publication, reference = self.articles[article], id_of(rdf.reference_graph.value)
        said = [
            [getattr(publication, name) for name in Publication.__slots__],
            [
                [
                    entity,
                    sorted(self._namings[entity].types),
                    *(sorted(self._said_of_entities.get((graph, entity), ())) for graph in (article, reference)),
                ]
                for entity in self.mentions[article]
            ],
            [[id_, *_content(claim)] for id_, claim in self.claims_of[article].items()],
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _content(claim: Claim) -> Iterator[object]:
    for span in claim.evidence:
        yield span.start, span.end, span.quote, span.citations, span.confidence, span.extractor
    if isinstance(claim, Relation):
        yield claim.status
    else:
        yield claim.quantity.text, claim.period, claim.period_text, [quantity.text for quantity in claim.also]


def _types() -> str:
    classes = " ".join(f"<{iri}>" for iri in vocabulary().entity_types.values())
    return f"SELECT DISTINCT ?e ?o {{ VALUES ?o {{ {classes} }} GRAPH ?g {{ ?e a ?o }} }}"


def _rows(store: Store, query: str) -> list[list[str]]:
    found = store.query(query, prefixes=PREFIXES)
    if not isinstance(found, QuerySolutions):
        raise TypeError(f"not a SELECT query: {query}")
    return [[term.value for term in solution] for solution in found]


def _grouped(rows: Iterable[Sequence[str]]) -> dict[Place, list[str]]:
    """The values of a property by graph and subject, sorted."""
    found: dict[Place, list[str]] = {}
    for graph, subject, value in rows:
        found.setdefault((graph, subject), []).append(value)
    for values in found.values():
        values.sort()
    return found


def _articles(rows: Rows) -> Iterator[tuple[str, Publication]]:
    properties: dict[str, dict[str, list[str]]] = {}
    for graph, predicate, value in rows[_ARTICLES]:
        properties.setdefault(graph, {}).setdefault(predicate, []).append(value)
    for graph, found in properties.items():

        def one(name: str, found: Mapping[str, Sequence[str]] = found) -> str | None:
            return min(found.get(name, ()), default=None)

        id_ = id_of(graph)
        yield (
            id_,
            Publication(
                id=id_,
                url=one(SCHEMA + "url"),
                title=one(SCHEMA + "headline"),
                publisher=one(SCHEMA + "publisher"),
                authors=tuple(sorted(found.get(SCHEMA + "author", ()))),
                published=one(SCHEMA + "datePublished"),
                language=one(SCHEMA + "inLanguage") or "",
                sha256=one(KG + "sha256") or "",
            ),
        )


def _claims(rows: Rows) -> Iterator[tuple[str, str, Claim]]:
    """Each claim as each article states it: the ids of both, and the claim."""
    spans = _evidence(rows)
    for place, relation in _relations(rows, spans):
        yield id_of(place[0]), id_of(place[1]), relation
    for place, figure in _figures(rows, spans):
        yield id_of(place[0]), id_of(place[1]), figure


def _evidence(rows: Rows) -> dict[Place, dict[str, Evidence]]:
    """The spans behind each claim, by their IRI and in order of it."""
    citations = _grouped(rows[_CITATIONS])
    found: dict[Place, dict[str, Evidence]] = {}
    for graph, claim, node, quote, start, end, confidence, extractor in rows[_EVIDENCE]:
        found.setdefault((graph, claim), {})[node] = Evidence(
            article=id_of(graph),
            start=int(start),
            end=int(end),
            quote=quote,
            citations=tuple(citations.get((graph, node), ())),
            confidence=float(confidence),
            extractor=extractor,
        )
    return {place: dict(sorted(spans.items())) for place, spans in found.items()}


def _in_order(spans: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(spans.values(), key=lambda e: (e.start, e.end)))


def _first(found: Mapping[Place, Sequence[str]], graph: str, nodes: Iterable[str]) -> str | None:
    return next((found[graph, node][0] for node in nodes if (graph, node) in found), None)


def _relations(rows: Rows, spans: Mapping[Place, Mapping[str, Evidence]]) -> Iterator[tuple[Place, Relation]]:
    for graph, claim, subject, predicate, object_, status in rows[_RELATIONS]:
        relation = Relation(
            subject=id_of(subject),
            type=rdf.relation_type_of(predicate),
            object=id_of(object_),
            status=status.removeprefix(KG),
            evidence=_in_order(spans.get((graph, claim), {})),
        )
        yield (graph, claim), relation


def _figures(rows: Rows, spans: Mapping[Place, Mapping[str, Evidence]]) -> Iterator[tuple[Place, Figure]]:
    values, periods = _grouped(rows[_VALUES_AS_WRITTEN]), _grouped(rows[_PERIODS_AS_WRITTEN])
    of_figures = {name: _grouped(rows[query]) for name, query in _OF_FIGURES.items()}
    also: dict[Place, list[tuple[str, Quantity]]] = {}
    for graph, claim, node, value, unit, text in rows[_CONVERSIONS]:
        also.setdefault((graph, claim), []).append((node, Quantity(float(value), unit, text)))
    for graph, claim, subject, value, unit, kind in rows[_FIGURES]:
        place = graph, claim
        metric, metric_text, about, period = (
            next(iter(of_figures[name].get(place, ())), None) for name in ("metric", "metric_text", "about", "period")
        )
        written = spans.get(place, {})
        figure = Figure(
            subject=id_of(subject),
            metric=metric.removeprefix(METRIC) if metric else metric_text or "",
            quantity=Quantity(float(value), unit, _first(values, graph, written) or ""),
            evidence=_in_order(written),
            period=period,
            period_text=_first(periods, graph, written),
            kind=kind,
            about=id_of(about) if about else None,
            also=tuple(quantity for _, quantity in sorted(also.get(place, ()), key=itemgetter(0))),
        )
        yield place, figure
