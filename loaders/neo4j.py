"""The property graph on Neo4j, over Bolt: what changed since the last time is written, what was retracted disappears.

Each transaction brings some articles up to date and marks them with the hash of what they say. An interrupted load so
leaves a correct graph of the articles that are marked, and the next one does the rest. Everything is merged on ids.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from kg.loaders.batches import batches
from kg.loaders.changes import fingerprints
from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j.exceptions import DriverError, Neo4jError
from pyoxigraph import NamedNode

from kg import rdf
from kg.errors import LoadError, NotFoundError
from kg.graph import Graph, Source
from kg.model import Relation
from kg.namespaces import id_of
from kg.projection import (
    ArticleRow,
    EntityRow,
    MentionRow,
    article_row,
    citation_rows,
    claim_row,
    entity_row,
    mention_rows,
    relationship_row,
)
from kg.vocabulary import vocabulary

_CLAIMS_A_TRANSACTION: Final = 500
_ARTICLES_A_TRANSACTION: Final = 200
RETRY_SECONDS: Final = 30.0

# Labels and relationship types cannot be parameters. Only these names, which are the ontology's, stand in a statement.
_LABELS: Final = tuple(vocabulary().entity_types)
_TYPES: Final = {name: type_.cypher for name, type_ in vocabulary().relation_types.items()}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did. ``articles`` were written, ``unchanged`` passed over, ``retracted`` taken out."""

    articles: int
    unchanged: int
    retracted: int
    claims: int
    claims_removed: int


def schema() -> list[str]:
    """The constraints and indexes, in the syntax of Neo4j 5, each harmless where it is there already."""
    statements = [
        f"CREATE CONSTRAINT kg_{label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in ("Entity", "Article", "Claim")
    ]
    for label, name in (("Entity", "name"), ("Article", "url"), ("Article", "published"), ("Figure", "metric")):
        statements.append(f"CREATE INDEX kg_{label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})")
    for type_ in _TYPES.values():
        statements.append(f"CREATE INDEX kg_{type_.lower()}_claim IF NOT EXISTS FOR ()-[r:{type_}]-() ON (r.claim_id)")
    return statements


def connect(uri: str, user: str, password: str) -> Driver:
    """A driver that has reached the server. Raises :class:`~kg.errors.LoadError`."""
    if urlsplit(uri).scheme.split("+")[0] not in ("bolt", "neo4j"):
        raise LoadError(f"{uri}: not an address of a Neo4j server; it begins with bolt:// or neo4j://")
    try:
        driver = GraphDatabase.driver(
            uri,
            auth=(user, password),
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            max_transaction_retry_time=RETRY_SECONDS,
        )
        driver.verify_connectivity()
    except (DriverError, Neo4jError, ValueError, OSError) as error:
        raise LoadError(f"{uri}: no connection as {user}: {error}") from error
    return driver


def load(
    graph: Graph,
    driver: Driver,
    *,
    database: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> LoadReport:
    """Bring a database up to date with the graph. ``on_progress`` is told articles done and articles in all.

    ``database`` is the user's home database where none is named. Nodes with other labels than Entity, Article and Claim
    are left alone. Raises :class:`~kg.errors.LoadError`; calling it again continues.
    """
    try:
        with driver.session(database=database) as reading, driver.session(database=database) as writing:
            return _load(graph, reading, writing, on_progress or (lambda _done, _total: None))
    except (DriverError, Neo4jError) as error:
        raise LoadError(f"the server stopped answering or refused: {error}; load again to continue") from error


def _load(graph: Graph, session: Session, writing: Session, on_progress: Callable[[int, int], None]) -> LoadReport:
    for statement in schema():
        session.run(statement).consume()
    loaded = session.execute_read(_fingerprints)
    current = fingerprints(graph)
    retracted = sorted(loaded.keys() - current.keys())
    changed = [id_ for id_ in current if loaded.get(id_) != current[id_]]
    planner = _Planner(graph, most=2 * len(changed) > len(current))

    def prepared(articles: list[str]) -> _Batch:
        known = session.execute_read(_known, articles) if loaded.keys() & set(articles) else _Known()
        batch = planner.batch([a for a in articles if a in current], known)
        if loaded:
            batch = planner.retyped(batch, session.execute_read(_labels, batch.entities))
        batch.fingerprints = {a: current[a] for a in articles if a in current}
        batch.retracted = [a for a in articles if a not in current]
        return batch

    claims = removed = done = 0
    with ThreadPoolExecutor(1) as writer:  # one batch is written while the next is read from the graph
        written: Future[None] | None = None
        for articles in chain(batches(retracted, _ARTICLES_A_TRANSACTION), planner.groups(changed)):
            batch = prepared(articles)
            if written is not None:
                written.result()
                on_progress(done, len(retracted) + len(changed))
            written = writer.submit(writing.execute_write, _write, batch)
            claims += len(batch.claims)
            removed += len(batch.claims_gone)
            done += len(articles)
        if written is not None:
            written.result()
            on_progress(done, done)
    return LoadReport(len(changed), len(current) - len(changed), len(retracted), claims, removed)


@dataclass(slots=True)
class _Known:
    """What the server holds of some articles: the claims they support, with their types, and their entities."""

    claims: dict[str, str | None] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Batch:
    """What one transaction writes."""

    known: _Known
    own: dict[str, ArticleRow] = field(default_factory=dict)
    claims: dict[str, Sequence[Source]] = field(default_factory=dict)
    claims_gone: list[str] = field(default_factory=list)
    entities: dict[str, EntityRow] = field(default_factory=dict)
    entities_gone: list[str] = field(default_factory=list)
    entities_retyped: list[str] = field(default_factory=list)
    mentions: list[MentionRow] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)


class _Planner:
    """Decides what each transaction writes. A claim or an entity is written whole, so once is enough."""

    def __init__(self, graph: Graph, *, most: bool) -> None:
        self._graph = graph
        # Where most is written, one pass over the graph is faster than looking each claim up in all its articles.
        everything = chain(graph.relations(), graph.figures()) if most else ()
        self._sources = {sources[0].claim.id: sources for sources in everything}
        self._claims_done: set[str] = set()
        self._entities_done: set[str] = set()

    def groups(self, articles: Iterable[str]) -> Iterator[list[str]]:
        """The articles in groups of about as many claims."""
        group: list[str] = []
        claims = 0
        for article in articles:
            group.append(article)
            claims += len(self._claims(article))
            if claims >= _CLAIMS_A_TRANSACTION or len(group) >= _ARTICLES_A_TRANSACTION:
                yield group
                group, claims = [], 0
        if group:
            yield group

    def _claims(self, article: str) -> set[str]:
        graph = rdf.node(article)
        found = self._graph.store.quads_for_pattern(None, rdf.evidence_, None, graph)
        return {id_of(quad.subject.value) for quad in found if isinstance(quad.subject, NamedNode)}

    def batch(self, articles: list[str], known: _Known) -> _Batch:
        batch = _Batch(known)
        stated = {claim for article in articles for claim in self._claims(article)}
        self._add_claims(batch, (stated - self._claims_done) | known.claims.keys())
        read = {source.article.id: source.article for sources in batch.claims.values() for source in sources}
        batch.own = {id_: article_row(read.get(id_) or self._graph.article(id_)) for id_ in articles}
        for article in articles:
            batch.mentions.extend(mention_rows(self._graph, article))
        self._add_entities(batch, known.entities | {row.entity for row in batch.mentions})
        return batch

    def _add_claims(self, batch: _Batch, claims: Iterable[str]) -> None:
        for claim in sorted(claims):
            try:
                batch.claims[claim] = self._sources.get(claim) or self._graph.claim(claim)
            except NotFoundError:
                batch.claims_gone.append(claim)
            self._claims_done.add(claim)
        rows = [claim_row(sources) for sources in batch.claims.values()]
        self._add_entities(batch, {end for row in rows for end in (row.subject, row.object) if end})

    def _add_entities(self, batch: _Batch, entities: set[str]) -> None:
        for entity in sorted(entities - self._entities_done):
            try:
                batch.entities[entity] = entity_row(self._graph, entity)
            except NotFoundError:
                batch.entities_gone.append(entity)
            self._entities_done.add(entity)

    def retyped(self, batch: _Batch, labels: Mapping[str, Sequence[str]]) -> _Batch:
        """The batch with all that hangs on entities whose type has changed: these are deleted and made again."""
        for entity, found in labels.items():
            if batch.entities[entity].type not in found:
                batch.entities_retyped.append(entity)
                hanging = (*self._graph.relations(entity=entity), *self._graph.figures(entity=entity))
                self._add_claims(batch, {sources[0].claim.id for sources in hanging})
                graphs = rdf.places(self._graph.store, rdf.mentions_, rdf.node(entity))
                batch.mentions.extend(MentionRow(id_of(article.value), entity) for article, _ in graphs)
        return batch


def _fingerprints(tx: ManagedTransaction) -> dict[str, str | None]:
    found = tx.run("MATCH (a:Article) RETURN a.id AS id, a.fingerprint AS fingerprint")
    return {row["id"]: row["fingerprint"] for row in found}


def _known(tx: ManagedTransaction, articles: list[str]) -> _Known:
    known = _Known()
    cited = (
        "UNWIND $articles AS id MATCH (c:Claim)-[:CITES]->(:Article {id: id}) MATCH (c)-[:SUBJECT|OBJECT]->(e:Entity) "
        "RETURN DISTINCT c.id AS claim, c.type AS type, e.id AS entity"
    )
    for row in tx.run(cited, articles=articles):
        known.claims[row["claim"]] = row["type"]
        known.entities.add(row["entity"])
    mentioned = "UNWIND $articles AS id MATCH (:Article {id: id})-[:MENTIONS]->(e:Entity) RETURN DISTINCT e.id AS id"
    known.entities.update(row["id"] for row in tx.run(mentioned, articles=articles))
    return known


def _labels(tx: ManagedTransaction, entities: Iterable[str]) -> dict[str, list[str]]:
    found = tx.run("MATCH (e:Entity) WHERE e.id IN $ids RETURN e.id AS id, labels(e) AS labels", ids=list(entities))
    return {row["id"]: row["labels"] for row in found}


def _write(tx: ManagedTransaction, batch: _Batch) -> None:
    def run(statement: str, rows: Iterable[Any]) -> None:
        if given := list(rows):
            tx.run("UNWIND $rows AS row " + statement, rows=given).consume()

    claims = [claim_row(sources) for sources in batch.claims.values()]
    citations = [row for sources in batch.claims.values() for row in citation_rows(sources)]
    relations = [s for s in batch.claims.values() if isinstance(s[0].claim, Relation)]
    cited = {s.article.id: s.article for sources in batch.claims.values() for s in sources}

    for name, type_ in _TYPES.items():
        gone = (claim for claim in batch.claims_gone if batch.known.claims[claim] == name)
        run(f"MATCH ()-[r:{type_} {{claim_id: row}}]->() DELETE r", gone)
    run("MATCH (n:Claim {id: row}) DETACH DELETE n", batch.claims_gone)
    run("MATCH (n:Article {id: row}) DETACH DELETE n", batch.retracted)
    run("MATCH (n:Entity {id: row}) DETACH DELETE n", (*batch.entities_gone, *batch.entities_retyped))

    for label in _LABELS:
        entities = (e for e in batch.entities.values() if e.type == label)
        rows = ({"id": e.id, "properties": {"id": e.id, **e.properties}} for e in entities)
        run(f"MERGE (n:Entity:{label} {{id: row.id}}) SET n = row.properties", rows)
    run(
        "MERGE (n:Article {id: row.id}) SET n = row.properties",
        (
            {"id": a, "properties": {"id": a, **row.properties, "fingerprint": batch.fingerprints[a]}}
            for a, row in batch.own.items()
        ),
    )
    run(
        "MERGE (n:Article {id: row.id}) ON CREATE SET n = row.properties",
        (
            {"id": a, "properties": {"id": a, **article_row(article).properties}}
            for a, article in cited.items()
            if a not in batch.own
        ),
    )
    for is_figure, labels in ((False, "Claim"), (True, "Claim:Figure")):
        rows = ({"id": c.id, "properties": {"id": c.id, **c.properties}} for c in claims if c.is_figure == is_figure)
        run(f"MERGE (n:{labels} {{id: row.id}}) SET n = row.properties", rows)
    run(_merge("Claim", "SUBJECT", "Entity"), ({"source": c.id, "target": c.subject} for c in claims))
    run(_merge("Claim", "OBJECT", "Entity"), ({"source": c.id, "target": c.object} for c in claims if c.object))
    edges = [relationship_row(sources) for sources in relations]
    for type_ in _TYPES.values():
        rows = ({"source": e.source, "target": e.target, "properties": e.properties} for e in edges if e.type == type_)
        run(_merge("Entity", type_, "Entity", key="claim_id"), rows)
    run(
        "MATCH (:Claim {id: row.id})-[r:CITES]->(:Article) WHERE NOT r.id IN row.kept DELETE r",
        (
            {"id": id_, "kept": [row.id for row in citation_rows(batch.claims[id_])]}
            for id_ in batch.known.claims
            if id_ in batch.claims
        ),
    )
    rows = ({"source": c.claim, "target": c.article, "properties": {"id": c.id, **c.properties}} for c in citations)
    run(_merge("Claim", "CITES", "Article", key="id"), rows)
    run(
        "MATCH (:Article {id: row.id})-[r:MENTIONS]->(e:Entity) WHERE NOT e.id IN row.kept DELETE r",
        (
            {"id": article, "kept": [m.entity for m in batch.mentions if m.article == article]}
            for article in batch.own
            if batch.known.entities
        ),
    )
    run(_merge("Article", "MENTIONS", "Entity"), ({"source": m.article, "target": m.entity} for m in batch.mentions))


def _merge(source: str, type_: str, target: str, *, key: str | None = None) -> str:
    """Merge one relationship a row; with ``key``, one for each value of that property."""
    found = f"MATCH (s:{source} {{id: row.source}}) MATCH (t:{target} {{id: row.target}}) "
    if key is None:
        return found + f"MERGE (s)-[:{type_}]->(t)"
    return found + f"MERGE (s)-[r:{type_} {{{key}: row.properties.{key}}}]->(t) SET r = row.properties"
