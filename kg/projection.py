"""Rows for property graphs: the same rows feed networkx, the embedded Cypher engine, Neo4j and every export.

Values are strings, numbers and lists of strings, which every engine stores. A row says nothing that the RDF does not,
so it can be thrown away and made again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol
from urllib.parse import urlsplit

from kg.graph import Graph
from kg.model import Claim, Entity, Relation
from kg.statements import Statements
from kg.vocabulary import vocabulary

Value = str | int | float | list[str]


class Cited(Protocol):
    """An article, with its text (:class:`kg.model.Article`) or without (:class:`kg.statements.Publication`)."""

    @property
    def id(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def publisher(self) -> str | None: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def published(self) -> str | None: ...
    @property
    def language(self) -> str: ...
    @property
    def sha256(self) -> str: ...


class Stated(Protocol):
    """A claim as one article states it: a :class:`kg.graph.Source` or a :class:`kg.statements.Statement`."""

    @property
    def article(self) -> Cited: ...
    @property
    def claim(self) -> Claim: ...


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A node ``:Entity`` that also carries its type as a label."""

    id: str
    type: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A node ``:Article``."""

    id: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """The one relationship of a relation, typed ``COMPETES_WITH`` and so on; ``id`` is the claim's."""

    id: str
    type: str
    source: str
    target: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A node ``:Claim``, or ``:Claim:Figure``. ``object`` is the second entity, None where a figure has none."""

    id: str
    is_figure: bool
    subject: str
    object: str | None
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CitationRow:
    """A relationship ``(:Claim)-[:CITES]->(:Article)``: one span of one article that supports one claim."""

    id: str
    claim: str
    article: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A relationship ``(:Article)-[:MENTIONS]->(:Entity)``, without properties."""

    article: str
    entity: str


@dataclass(frozen=True, slots=True)
class Projection:
    """Rows of some claims, with the entities at their ends and the articles they cite, each kind in order of id."""

    entities: tuple[EntityRow, ...]
    articles: tuple[ArticleRow, ...]
    relationships: tuple[RelationshipRow, ...]
    claims: tuple[ClaimRow, ...]
    citations: tuple[CitationRow, ...]
    mentions: tuple[MentionRow, ...]


def project(graph: Graph) -> Projection:
    """The rows of the whole graph."""
    statements = Statements(graph.store)
    mentions = tuple(row for article in statements.articles for row in mention_rows(statements, article))
    claims = [claim_row(sources) for sources in statements.claims.values()]
    ends = {end for row in claims for end in (row.subject, row.object) if end}
    relations = (sources for sources in statements.claims.values() if isinstance(sources[0].claim, Relation))
    citations = (row for sources in statements.claims.values() for row in citation_rows(sources))
    return Projection(
        entities=tuple(entity_row(statements.entity(id_)) for id_ in sorted(ends | {row.entity for row in mentions})),
        articles=tuple(article_row(article) for article in statements.articles.values()),
        relationships=tuple(sorted(map(relationship_row, relations), key=lambda r: r.id)),
        claims=tuple(sorted(claims, key=lambda r: r.id)),
        citations=tuple(sorted(citations, key=lambda r: r.id)),
        mentions=mentions,
    )


def entity_row(entity: Entity) -> EntityRow:
    """The node of an entity: name, aliases, and each identifier under the name of its scheme."""
    properties: dict[str, Value] = {"name": entity.name, "aliases": list(entity.aliases)}
    for scheme, value in entity.identifiers:
        properties.setdefault(scheme, value)
    return EntityRow(entity.id, entity.type, properties)


def article_row(article: Cited) -> ArticleRow:
    """The node of an article: what a reader cites it by, and its content hash, but not its text."""
    given = {
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "language": article.language,
        "sha256": article.sha256,
    }
    properties: dict[str, Value] = {name: value for name, value in given.items() if value}
    return ArticleRow(article.id, properties | {"authors": list(article.authors)})


def relationship_row(sources: Sequence[Stated]) -> RelationshipRow:
    """The relationship of a relation, which cites on its own.

    ``quotes`` and ``articles`` (URL, else id) run in parallel, one of each for each span of evidence. ``holds`` says
    whether an article states it as true, so that the RDF has the plain edge. ``sources`` counts independent ones.
    ``belief`` is ``1 - prod(1 - confidence)`` over them, each with its most confident span.
    """
    relation = _relation(sources)
    spans = [(source.article, evidence) for source in sources for evidence in source.claim.evidence]
    independent = _independent(sources)
    disbelief = prod(1 - max(e.confidence for s in group for e in s.claim.evidence) for group in independent)
    properties: dict[str, Value] = {
        "claim_id": relation.id,
        "status": status(sources),
        "articles": [article.url or article.id for article, _ in spans],
        "quotes": [evidence.quote for _, evidence in spans],
        "holds": any(vocabulary().statuses[s.claim.status].holds for s in sources if isinstance(s.claim, Relation)),
        "sources": len(independent),
        "belief": round(1 - disbelief, 4),
    }
    if dates := sorted(s.article.published for s in sources if s.article.published):
        properties |= {"first_published": dates[0], "last_published": dates[-1]}
    type_ = vocabulary().relation_types[relation.type].cypher
    return RelationshipRow(relation.id, type_, relation.subject, relation.object, properties)


def claim_row(sources: Sequence[Stated]) -> ClaimRow:
    """The node of a claim; a figure carries its quantity, metric, period and kind."""
    claim = sources[0].claim
    if isinstance(claim, Relation):
        properties: dict[str, Value] = {"type": claim.type, "status": status(sources)}
        return ClaimRow(claim.id, False, claim.subject, claim.object, properties)
    properties = {
        "metric": claim.metric,
        "value": claim.quantity.value,
        "unit": claim.quantity.unit,
        "text": claim.quantity.text,
        "kind": claim.kind,
        "also": [quantity.text for quantity in claim.also],
    }
    if claim.period:
        properties["period"] = claim.period
    if claim.period_text:
        properties["period_text"] = claim.period_text
    return ClaimRow(claim.id, True, claim.subject, claim.about, properties)


def citation_rows(sources: Sequence[Stated]) -> Iterator[CitationRow]:
    """One row for each span of evidence."""
    for source in sources:
        claim = source.claim.id
        for evidence in source.claim.evidence:
            properties: dict[str, Value] = {
                "quote": evidence.quote,
                "start": evidence.start,
                "end": evidence.end,
                "confidence": evidence.confidence,
                "extractor": evidence.extractor,
                "citations": list(evidence.citations),
            }
            if isinstance(source.claim, Relation):
                properties["status"] = source.claim.status
            yield CitationRow(evidence.id_for(claim), claim, source.article.id, properties)


def mention_rows(statements: Statements, article: str) -> Iterator[MentionRow]:
    """One row for each entity that an article mentions, in order of its id."""
    for entity in statements.mentions[article]:
        yield MentionRow(article, entity)


def status(sources: Sequence[Stated]) -> str:
    """The status of an edge: what the last published of its articles says, the strongest where several say different.

    An article without a date counts as the oldest.
    """
    last = max(source.article.published or "" for source in sources)
    stated = [s.claim.status for s in sources if (s.article.published or "") == last and isinstance(s.claim, Relation)]
    return vocabulary().strongest(*stated)


def _relation(sources: Sequence[Stated]) -> Relation:
    claim = sources[0].claim
    if not isinstance(claim, Relation):
        raise TypeError(f"{claim.id} is a figure, which has no relationship")
    return claim


def _independent(sources: Sequence[Stated]) -> list[list[Stated]]:
    """The sources in groups that count once: of one publisher, or with the very same quote, as in syndicated copies."""
    groups: list[tuple[set[str], list[Stated]]] = []
    for source in sources:
        article = source.article
        host = urlsplit(article.url).hostname if article.url else None
        marks = {(article.publisher or host or article.id).casefold()}
        marks |= {" ".join(e.quote.split()) for e in source.claim.evidence}
        members = [source]
        apart = []
        for group in groups:
            if group[0] & marks:
                marks |= group[0]
                members = [*group[1], *members]
            else:
                apart.append(group)
        groups = [*apart, (marks, members)]
    return [members for _, members in groups]
