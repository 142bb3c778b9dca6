"""Turns an annotated ``Doc`` into an :class:`~kg.model.Extraction`: ids, exact offsets, quotes, one claim a fact."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, FigureSpan, RelationSpan, source_span
from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Relation, entity_id
from kg.resolution.reference import catalogue
from kg.vocabulary import vocabulary


def collect(doc: Doc, article: Article) -> Extraction:
    """What the pipeline left on ``doc``, as values that no longer need it."""
    return Extraction(
        article=article,
        entities=_entities(doc, doc._.entities, entity_ids(doc)),
        relations=_relations(doc, article),
        figures=_figures(doc, article),
    )


def entity_ids(doc: Doc) -> list[str]:
    """The id of each of ``doc._.entities``; two of them may turn out to be one."""
    clusters: list[EntityCluster] = doc._.entities
    return [c.reference or entity_id(c.name, c.type) for c in clusters]


def _entities(
    doc: Doc, clusters: list[EntityCluster], ids: list[str]
) -> tuple[tuple[Entity, tuple[Mention, ...]], ...]:
    entities: dict[str, Entity] = {}
    mentions: dict[str, dict[tuple[int, int], Mention]] = {}
    text: str = doc._.source
    for cluster, id_ in zip(clusters, ids, strict=True):
        if cluster.reference:
            entities[id_] = catalogue().by_id(cluster.reference).entity
        else:
            entities.setdefault(id_, Entity(id=id_, name=cluster.name, type=cluster.type))
        found = mentions.setdefault(id_, {})
        for span in cluster.mentions:
            start, end = source_span(doc, span.start, span.end)
            found.setdefault((start, end), Mention(start, end, text[start:end], span.kind))
    return tuple(
        (_with_aliases(entities[id_], mentions[id_].values()), tuple(m for _, m in sorted(mentions[id_].items())))
        for id_ in sorted(entities)
    )


def _with_aliases(entity: Entity, mentions: Iterable[Mention]) -> Entity:
    """A minted entity with the other names that the article gives it; a reference entity as it is."""
    if entity.id in catalogue():
        return entity
    names = {" ".join(m.text.split()) for m in mentions if m.kind != "nominal"}
    return replace(entity, aliases=tuple(sorted(names - {entity.name})))


def read_relations(doc: Doc, article: Article) -> Iterator[tuple[RelationSpan, Relation]]:
    """Each reading of a relation, with the claim that it alone would make."""
    types = vocabulary().relation_types
    clusters: list[EntityCluster] = doc._.entities
    ids = entity_ids(doc)
    kinds = {id_: c.type for c, id_ in zip(clusters, ids, strict=True)}
    spans: list[RelationSpan] = doc._.relations
    for span in spans:
        type_ = types[span.type]
        subject, object_ = ids[span.subject], ids[span.object]
        if subject == object_ or not type_.allows(kinds[subject], kinds[object_]):
            continue
        if type_.symmetric:
            subject, object_ = sorted((subject, object_))
        found = _evidence(doc, article, span.start, span.end, span.confidence, span.pattern)
        yield span, Relation(subject, span.type, object_, span.status, (found,))


def _relations(doc: Doc, article: Article) -> tuple[Relation, ...]:
    evidence: dict[tuple[str, str, str], dict[str, Evidence]] = {}
    statuses: dict[tuple[str, str, str], list[str]] = {}
    for _, read in read_relations(doc, article):
        key = (read.subject, read.type, read.object)
        _keep_surest(evidence.setdefault(key, {}), *read.evidence)
        statuses.setdefault(key, []).append(read.status)
    relations = [
        Relation(*key, vocabulary().strongest(*statuses[key]), _in_order(found)) for key, found in evidence.items()
    ]
    return tuple(sorted(relations, key=lambda r: r.id))


def read_figures(doc: Doc, article: Article) -> Iterator[tuple[FigureSpan, Figure]]:
    """Each reading of a figure, with the claim that it alone would make."""
    ids = entity_ids(doc)
    spans: list[FigureSpan] = doc._.figures
    for span in spans:
        if span.subject is None or span.metric is None:
            continue
        about = None if span.about is None or span.about == span.subject else ids[span.about]
        found = _evidence(doc, article, span.start, span.end, span.confidence, "kg_figures")
        yield (
            span,
            Figure(
                subject=ids[span.subject],
                metric=span.metric,
                quantity=span.quantity,
                evidence=(found,),
                period=span.period,
                period_text=span.period_text,
                kind=span.kind,
                about=about,
                also=span.also,
            ),
        )


def _figures(doc: Doc, article: Article) -> tuple[Figure, ...]:
    figures: dict[str, Figure] = {}
    evidence: dict[str, dict[str, Evidence]] = {}
    for _, read in read_figures(doc, article):
        figures.setdefault(read.id, read)
        _keep_surest(evidence.setdefault(read.id, {}), *read.evidence)
    return tuple(replace(figures[id_], evidence=_in_order(evidence[id_])) for id_ in sorted(figures))


def _evidence(doc: Doc, article: Article, start: int, end: int, confidence: float, extractor: str) -> Evidence:
    """The whole sentences that hold tokens ``start`` to ``end``, as they stand in the article."""
    first, last = doc[start].sent.start, doc[end - 1].sent.end
    begin, stop = source_span(doc, first, last)
    cited = [c.label for c in doc._.citations if first <= c.after < last]
    text: str = doc._.source
    return Evidence(
        article=article.id,
        start=begin,
        end=stop,
        quote=text[begin:stop],
        citations=tuple(dict.fromkeys(cited)),
        confidence=round(confidence, 4),
        extractor=extractor,
    )


def _keep_surest(kept: dict[str, Evidence], found: Evidence) -> None:
    key = f"{found.start}-{found.end}"
    if key not in kept or (found.confidence, found.extractor) > (kept[key].confidence, kept[key].extractor):
        kept[key] = found


def _in_order(evidence: dict[str, Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence.values(), key=lambda e: (e.start, e.end)))
