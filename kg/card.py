"""All that the graph says about one entity, gathered to be shown."""

from dataclasses import dataclass
from typing import Any

from kg.graph import Graph, Source
from kg.model import Article, Entity, Figure, Quantity, Relation
from kg.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation as seen from one of its ends. ``status`` is the strongest that an article gives it."""

    label: str
    other: Entity
    status: str
    relation: Relation
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as seen from its subject or the entity it is about. ``entity`` is the subject, ``about`` the other."""

    metric: str
    entity: Entity
    about: Entity | None
    figure: Figure
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An entity with its edges, grouped by label, and its figures. ``others`` are entities with the same name."""

    entity: Entity
    others: tuple[Entity, ...]
    edges: tuple[Edge, ...]
    figures: tuple[Reading, ...]


def card(graph: Graph, name: str) -> Card:
    """The card of the entity with this name, alias or id; where several bear it, of the one in most articles.

    Raises :class:`~kg.errors.NotFoundError`.
    """
    entity, *others = graph.find(name)
    edges = [
        _edge(graph, entity.id, relation, sources)
        for sources in graph.relations(entity=entity.id)
        if isinstance(relation := sources[0].claim, Relation)
    ]
    readings = [
        _reading(graph, figure, sources)
        for sources in graph.figures(entity=entity.id)
        if isinstance(figure := sources[0].claim, Figure)
    ]
    return Card(
        entity=entity,
        others=tuple(others),
        edges=tuple(sorted(edges, key=lambda e: (e.label, e.other.name, e.other.id))),
        figures=tuple(sorted(readings, key=lambda r: (r.metric, r.figure.period or "", r.figure.quantity.value))),
    )


def _edge(graph: Graph, entity: str, relation: Relation, sources: tuple[Source, ...]) -> Edge:
    type_ = vocabulary().relation_types[relation.type]
    forward = relation.subject == entity
    return Edge(
        label=type_.label if forward or type_.symmetric else type_.inverse_label,
        other=graph.entity(relation.object if forward else relation.subject),
        status=vocabulary().strongest(*(s.claim.status for s in sources if isinstance(s.claim, Relation))),
        relation=relation,
        sources=sources,
    )


def _reading(graph: Graph, figure: Figure, sources: tuple[Source, ...]) -> Reading:
    metric = vocabulary().metrics.get(figure.metric)
    return Reading(
        metric=metric.label if metric else figure.metric,
        entity=graph.entity(figure.subject),
        about=graph.entity(figure.about) if figure.about else None,
        figure=figure,
        sources=sources,
    )


_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def number_for_people(value: float) -> str:
    """A number as a reader says it: scaled from a million up, with thousands set apart below.

    >>> number_for_people(33.4e9), number_for_people(90_000), number_for_people(0.6)
    ('33.4 billion', '90,000', '0.6')
    """
    for scale, word in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:,.4f}".rstrip("0").rstrip(".") + f" {word}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def card_json(card: Card) -> dict[str, Any]:
    """The card as plain lists, dicts, strings and numbers."""
    return {
        "entity": _entity_json(card.entity),
        "others": [_entity_json(e) for e in card.others],
        "relations": [_edge_json(card.entity.id, e) for e in card.edges],
        "figures": [_reading_json(r) for r in card.figures],
    }


def _entity_json(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "identifiers": [list(pair) for pair in entity.identifiers],
    }


def _name_json(entity: Entity) -> dict[str, str]:
    return {"id": entity.id, "name": entity.name, "type": entity.type}


def _edge_json(entity: str, edge: Edge) -> dict[str, Any]:
    relation = edge.relation
    return {
        "id": relation.id,
        "type": relation.type,
        "direction": "out" if relation.subject == entity else "in",
        "label": edge.label,
        "status": edge.status,
        "other": _name_json(edge.other),
        "sources": [_source_json(s) for s in edge.sources],
    }


def _reading_json(reading: Reading) -> dict[str, Any]:
    figure = reading.figure
    return {
        "id": figure.id,
        "subject": _name_json(reading.entity),
        "metric": figure.metric,
        "value": figure.quantity.value,
        "unit": figure.quantity.unit,
        "period": figure.period,
        "period_text": figure.period_text,
        "kind": figure.kind,
        "about": _name_json(reading.about) if reading.about else None,
        "also": [_quantity_json(q) for q in figure.also],
        "sources": [_source_json(s) for s in reading.sources],
    }


def _quantity_json(quantity: Quantity) -> dict[str, Any]:
    return {"value": quantity.value, "unit": quantity.unit, "text": quantity.text}


def _source_json(source: Source) -> dict[str, Any]:
    claim = source.claim
    found: dict[str, Any] = {"article": _article_json(source.article)}
    if isinstance(claim, Relation):
        found["status"] = claim.status
    found["evidence"] = [
        {
            "quote": e.quote,
            "start": e.start,
            "end": e.end,
            "citations": list(e.citations),
            "confidence": e.confidence,
            "extractor": e.extractor,
        }
        for e in claim.evidence
    ]
    return found


def _article_json(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
    }
