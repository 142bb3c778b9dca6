"""The property graph on Neo4j, over Bolt: what changed since the last time is written, what was retracted disappears.

Each transaction brings some articles up to date and marks them with the hash of what they say. An interrupted load so
leaves a correct graph of the articles that are marked, and the next one does the rest. Everything is merged on ids.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from kg.loaders.batches import batches
from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j.exceptions import DriverError, Neo4jError

from kg.errors import LoadError, NotFoundError
from kg.graph import Graph
from kg.model import Relation
from kg.projection import (
    CitationRow,
    ClaimRow,
    EntityRow,
    MentionRow,
    RelationshipRow,
    article_row,
    citation_rows,
    claim_row,
    entity_row,
    mention_rows,
    relationship_row,
)
from kg.statements import Publication, Statement, Statements
from kg.vocabulary import vocabulary

_CLAIMS_A_TRANSACTION: Final = 1_000
_ARTICLES_A_TRANSACTION: Final = 500
_ROWS_A_STATEMENT: Final = 5_000
RETRY_SECONDS: Final = 30.0

# Labels and relationship types cannot be parameters. Only these names, which are the ontology's, stand in a statement.
_LABELS: Final = tuple(vocabulary().entity_types)
_TYPES: Final = {name: type_.cypher for name, type_ in vocabulary().relation_types.items()}

Row = dict[str, Any]
Write = tuple[str, Iterable[Any]]


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
    with ThreadPoolExecutor(1) as writer:  # the server works while the graph is read and the next batch is made
        prepared = writer.submit(_prepare, writing)
        statements = Statements(graph.store)
        current = {id_: statements.fingerprint(id_) for id_ in statements.articles}
        loaded = prepared.result()
        retracted = sorted(loaded.keys() - current.keys())
        changed = [id_ for id_ in current if loaded.get(id_) != current[id_]]
        planner = _Planner(statements, loaded.keys())
        claims = removed = done = 0
        written: Future[None] | None = None
        for articles in chain(batches(retracted, _ARTICLES_A_TRANSACTION), planner.groups(changed)):
            known = session.execute_read(_known, articles) if loaded.keys() & set(articles) else _Known()
            batch = planner.batch([a for a in articles if a in current], known)
            if loaded:
                batch = planner.retyped(batch, session.execute_read(_labels, batch.entities))
            batch.fingerprints = {a: current[a] for a in articles if a in current}
            batch.retracted = [a for a in articles if a not in current]
            writes = list(_writes(batch))
            if written is not None:
                written.result()
                on_progress(done, len(retracted) + len(changed))
            written = writer.submit(writing.execute_write, _write, writes)
            claims += len(batch.claims)
            removed += len(batch.claims_gone)
            done += len(articles)
        if written is not None:
            written.result()
            on_progress(done, done)
    return LoadReport(len(changed), len(current) - len(changed), len(retracted), claims, removed)


def _prepare(session: Session) -> dict[str, str | None]:
    for statement in schema():
        session.run(statement).consume()
    return session.execute_read(_fingerprints)


@dataclass(slots=True)
class _Known:
    """What the server holds of some articles: the claims they support, with their types, and their entities."""

    claims: dict[str, str | None] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Batch:
    """What one transaction writes. ``cited`` are articles of other batches, which are marked with these.

    ``whole`` are those of its own that an earlier one of this load made, all but their mark.
    """

    known: _Known
    own: Mapping[str, Publication]
    whole: set[str] = field(default_factory=set)
    cited: dict[str, Publication] = field(default_factory=dict)
    claims: dict[str, Sequence[Statement]] = field(default_factory=dict)
    claims_gone: list[str] = field(default_factory=list)
    entities: dict[str, EntityRow] = field(default_factory=dict)
    entities_gone: list[str] = field(default_factory=list)
    entities_retyped: list[str] = field(default_factory=list)
    mentions: list[MentionRow] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)


class _Planner:
    """Decides what each transaction writes. A claim or an entity is written whole, so once is enough."""

    def __init__(self, statements: Statements, there: Collection[str]) -> None:
        self._statements = statements
        self._there = there
        self._made: set[str] = set()
        self._claims_done: set[str] = set()
        self._entities_done: set[str] = set()
        self._articles_done: set[str] = set()

    def groups(self, articles: Iterable[str]) -> Iterator[list[str]]:
        """The articles in groups of about as many claims."""
        group: list[str] = []
        claims = 0
        for article in articles:
            group.append(article)
            claims += len(self._statements.claims_of[article])
            if claims >= _CLAIMS_A_TRANSACTION or len(group) >= _ARTICLES_A_TRANSACTION:
                yield group
                group, claims = [], 0
        if group:
            yield group

    def batch(self, articles: list[str], known: _Known) -> _Batch:
        batch = _Batch(
            known, {id_: self._statements.articles[id_] for id_ in articles}, self._made.intersection(articles)
        )
        self._articles_done.update(articles)
        stated = {claim for article in articles for claim in self._statements.claims_of[article]}
        self._add_claims(batch, (stated - self._claims_done) | known.claims.keys())
        for article in articles:
            batch.mentions.extend(mention_rows(self._statements, article))
        self._add_entities(batch, known.entities | {row.entity for row in batch.mentions})
        return batch

    def _add_claims(self, batch: _Batch, claims: Iterable[str]) -> None:
        ends: set[str] = set()
        for claim in sorted(claims):
            sources = self._statements.claims.get(claim)
            self._claims_done.add(claim)
            if sources is None:
                batch.claims_gone.append(claim)
                continue
            batch.claims[claim] = sources
            row = claim_row(sources)
            ends.update(end for end in (row.subject, row.object) if end)
            for source in sources:
                if source.article.id not in self._articles_done:
                    self._articles_done.add(source.article.id)
                    batch.cited[source.article.id] = source.article
                    if source.article.id not in self._there:
                        self._made.add(source.article.id)
        self._add_entities(batch, ends)

    def _add_entities(self, batch: _Batch, entities: set[str]) -> None:
        for entity in sorted(entities - self._entities_done):
            try:
                batch.entities[entity] = entity_row(self._statements.entity(entity))
            except NotFoundError:
                batch.entities_gone.append(entity)
            self._entities_done.add(entity)

    def retyped(self, batch: _Batch, labels: Mapping[str, Sequence[str]]) -> _Batch:
        """The batch with all that hangs on entities whose type has changed: these are deleted and made again."""
        changed = {entity for entity, found in labels.items() if batch.entities[entity].type not in found}
        if changed:
            batch.entities_retyped.extend(sorted(changed))
            self._add_claims(batch, self._statements.claims_about(changed))
            mentions = self._statements.mentions.items()
            batch.mentions.extend(MentionRow(a, e) for a, entities in mentions for e in entities if e in changed)
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


def _write(tx: ManagedTransaction, writes: Iterable[tuple[str, list[Any]]]) -> None:
    for statement, rows in writes:
        for part in batches(rows, _ROWS_A_STATEMENT):
            tx.run("UNWIND $rows AS row " + statement, rows=part).consume()


def _writes(batch: _Batch) -> Iterator[tuple[str, list[Any]]]:
    """The statements of one transaction, each with its rows."""
    claims = [claim_row(sources) for sources in batch.claims.values()]
    for statement, rows in (*_deletions(batch), *_nodes(batch), *_claims(batch, claims), *_edges(batch)):
        if given := list(rows):
            yield statement, given


def _deletions(batch: _Batch) -> Iterator[Write]:
    for name, type_ in _TYPES.items():
        gone = [claim for claim in batch.claims_gone if batch.known.claims[claim] == name]
        yield f"MATCH ()-[r:{type_} {{claim_id: row}}]->() DELETE r", gone
    yield "MATCH (n:Claim {id: row}) DETACH DELETE n", batch.claims_gone
    yield "MATCH (n:Article {id: row}) DETACH DELETE n", batch.retracted
    yield "MATCH (n:Entity {id: row}) DETACH DELETE n", (*batch.entities_gone, *batch.entities_retyped)


def _nodes(batch: _Batch) -> Iterator[Write]:
    for label in _LABELS:
        entities = [_node(e.id, e.properties) for e in batch.entities.values() if e.type == label]
        yield _merge_node("Entity", label), entities
    own = (
        _node(id_, {**article_row(article).properties, "fingerprint": batch.fingerprints[id_]})
        for id_, article in batch.own.items()
        if id_ not in batch.whole
    )
    yield "MERGE (n:Article {id: row.id}) SET n = row.properties", own
    marks = ({"id": id_, "fingerprint": batch.fingerprints[id_]} for id_ in sorted(batch.whole))
    yield "MATCH (n:Article {id: row.id}) SET n.fingerprint = row.fingerprint", marks
    cited = (_node(id_, article_row(article).properties) for id_, article in batch.cited.items())
    yield "MERGE (n:Article {id: row.id}) ON CREATE SET n = row.properties", cited


def _merge_node(label: str, further: str) -> str:
    """Merge a node on its id under ``label``, which has the constraint, made with a further label.

    MERGE with both labels says the same, but ArcadeDB looks through all nodes then and not into the constraint's index.
    """
    return (
        f"OPTIONAL MATCH (old:{label} {{id: row.id}}) "
        f"FOREACH (_ IN CASE WHEN old IS NULL THEN [1] ELSE [] END | CREATE (:{label}:{further} {{id: row.id}})) "
        f"WITH row MATCH (n:{label} {{id: row.id}}) SET n = row.properties"
    )


def _node(id_: str, properties: Mapping[str, Any]) -> Row:
    return {"id": id_, "properties": {"id": id_, **properties}}


def _claims(batch: _Batch, claims: Sequence[ClaimRow]) -> Iterator[Write]:
    """The claims with what hangs on them, in one statement a form of claim, so that each is looked up once."""
    citations = {id_: list(citation_rows(sources)) for id_, sources in batch.claims.items()}
    kept = [{"id": id_, "kept": [c.id for c in citations[id_]]} for id_ in batch.known.claims if id_ in citations]
    yield "MATCH (:Claim {id: row.id})-[r:CITES]->(:Article) WHERE NOT r.id IN row.kept DELETE r", kept
    forms: dict[tuple[bool, bool], list[Row]] = {}
    for c in claims:
        row = _node(c.id, c.properties) | {"subject": c.subject, "citations": list(map(_citation, citations[c.id]))}
        forms.setdefault((c.is_figure, c.object is not None), []).append(row | {"object": c.object})
    for (is_figure, has_object), rows in forms.items():
        yield _merge_claim(is_figure=is_figure, has_object=has_object), rows


def _merge_claim(*, is_figure: bool, has_object: bool) -> str:
    node = _merge_node("Claim", "Figure") if is_figure else "MERGE (n:Claim {id: row.id}) SET n = row.properties"
    ends = [("SUBJECT", "subject"), ("OBJECT", "object")] if has_object else [("SUBJECT", "subject")]
    joined = (f"MATCH (e:Entity {{id: row.{name}}}) MERGE (n)-[:{type_}]->(e)" for type_, name in ends)
    cited = (
        "UNWIND row.citations AS cited MATCH (a:Article {id: cited.article}) "
        "MERGE (n)-[r:CITES {id: cited.properties.id}]->(a) SET r = cited.properties"
    )
    return " WITH n, row ".join((node, *joined, cited))


def _citation(row: CitationRow) -> Row:
    return {"article": row.article, "properties": {"id": row.id, **row.properties}}


def _edges(batch: _Batch) -> Iterator[Write]:
    typed: dict[str, list[RelationshipRow]] = {}
    for sources in batch.claims.values():
        if isinstance(sources[0].claim, Relation):
            edge = relationship_row(sources)
            typed.setdefault(edge.type, []).append(edge)
    for type_, edges in typed.items():
        rows = [{"source": e.source, "target": e.target, "properties": e.properties} for e in edges]
        yield _merge("Entity", type_, "Entity", key="claim_id"), rows
    mentioned: dict[str, list[str]] = {article: [] for article in batch.own if batch.known.entities}
    for m in batch.mentions:
        if m.article in mentioned:
            mentioned[m.article].append(m.entity)
    still = [{"id": article, "kept": entities} for article, entities in mentioned.items()]
    yield "MATCH (:Article {id: row.id})-[r:MENTIONS]->(e:Entity) WHERE NOT e.id IN row.kept DELETE r", still
    yield _merge("Article", "MENTIONS", "Entity"), ({"source": m.article, "target": m.entity} for m in batch.mentions)


def _merge(source: str, type_: str, target: str, *, key: str | None = None) -> str:
    """Merge one relationship a row; with ``key``, one for each value of that property."""
    found = f"MATCH (s:{source} {{id: row.source}}) MATCH (t:{target} {{id: row.target}}) "
    if key is None:
        return found + f"MERGE (s)-[:{type_}]->(t)"
    return found + f"MERGE (s)-[r:{type_} {{{key}: row.properties.{key}}}]->(t) SET r = row.properties"
