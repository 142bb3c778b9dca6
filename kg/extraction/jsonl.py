"""An extraction as one JSON object, the form of ``kg extract --format jsonl``; and back.

``{"doc", "article", "entities", "relations", "claims"}``: entities with their mentions, relations between entity ids,
and under ``claims`` the figures; each with its evidence. ``doc`` is the name of the file the article was read from.
"""

from pathlib import PurePath
from typing import Any

from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation

Json = dict[str, Any]


def to_json(extraction: Extraction) -> Json:
    """The extraction as plain lists, dicts, strings and numbers, without the article's text.

    >>> to_json(Extraction(Article(text="", source="news/a.txt"), (), (), ()))["doc"]
    'a.txt'
    """
    article = extraction.article
    return {
        "doc": PurePath(article.source).name or article.id,
        "article": article.id,
        "entities": [_entity(entity, mentions) for entity, mentions in extraction.entities],
        "relations": [_relation(r) for r in extraction.relations],
        "claims": [_figure(f) for f in extraction.figures],
    }


def from_json(found: Json, article: Article) -> Extraction:
    """The extraction that :func:`to_json` wrote, given its article, whose text the JSON does not hold."""
    return Extraction(
        article=article,
        entities=tuple((_read_entity(e), _read_mentions(e["mentions"])) for e in found["entities"]),
        relations=tuple(
            Relation(r["subject"], r["type"], r["object"], r["status"], _read_evidence(r["evidence"], article))
            for r in found["relations"]
        ),
        figures=tuple(_read_figure(c, article) for c in found["claims"]),
    )


def _entity(entity: Entity, mentions: tuple[Mention, ...]) -> Json:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "identifiers": [list(pair) for pair in entity.identifiers],
        "mentions": [{"text": m.text, "start": m.start, "end": m.end, "kind": m.kind} for m in mentions],
    }


def _relation(relation: Relation) -> Json:
    return {
        "id": relation.id,
        "subject": relation.subject,
        "type": relation.type,
        "object": relation.object,
        "status": relation.status,
        "evidence": [_evidence(e) for e in relation.evidence],
        "confidence": max((e.confidence for e in relation.evidence), default=0.0),
    }


def _figure(figure: Figure) -> Json:
    return {
        "id": figure.id,
        "subject": figure.subject,
        "metric": figure.metric,
        "value": figure.quantity.value,
        "unit": figure.quantity.unit,
        "text": figure.quantity.text,
        "period": figure.period,
        "period_text": figure.period_text,
        "kind": figure.kind,
        "about": figure.about,
        "also": [_quantity(q) for q in figure.also],
        "evidence": [_evidence(e) for e in figure.evidence],
        "confidence": max((e.confidence for e in figure.evidence), default=0.0),
    }


def _quantity(quantity: Quantity) -> Json:
    return {"value": quantity.value, "unit": quantity.unit, "text": quantity.text}


def _evidence(evidence: Evidence) -> Json:
    return {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "citations": list(evidence.citations),
        "confidence": evidence.confidence,
        "extractor": evidence.extractor,
    }


def _read_entity(found: Json) -> Entity:
    return Entity(
        id=found["id"],
        name=found["name"],
        type=found["type"],
        aliases=tuple(found["aliases"]),
        identifiers=tuple((scheme, value) for scheme, value in found["identifiers"]),
    )


def _read_mentions(found: list[Json]) -> tuple[Mention, ...]:
    return tuple(Mention(m["start"], m["end"], m["text"], m["kind"]) for m in found)


def _read_evidence(found: list[Json], article: Article) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            article=article.id,
            start=e["start"],
            end=e["end"],
            quote=e["quote"],
            citations=tuple(e["citations"]),
            confidence=e["confidence"],
            extractor=e["extractor"],
        )
        for e in found
    )


def _read_figure(found: Json, article: Article) -> Figure:
    return Figure(
        subject=found["subject"],
        metric=found["metric"],
        quantity=_read_quantity(found),
        evidence=_read_evidence(found["evidence"], article),
        period=found["period"],
        period_text=found["period_text"],
        kind=found["kind"],
        about=found["about"],
        also=tuple(_read_quantity(q) for q in found["also"]),
    )


def _read_quantity(found: Json) -> Quantity:
    return Quantity(value=found["value"], unit=found["unit"], text=found["text"])
