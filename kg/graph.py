"""The graph on disk: the one copy that counts.

A folder holds generations, each a complete RocksDB store, and a file that names the published one. A transaction writes
into a hard-linked copy and publishes it by renaming one small file, so a reader sees the last finished graph and a
crash leaves it as it was::

    DIR/kg.json                the format of the folder
    DIR/current                the name of the published generation
    DIR/generations/0000007/   a pyoxigraph store
    DIR/lock                   held by the one writer
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from filelock import FileLock, Timeout
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kg import rdf
from kg.errors import GraphError, NotFoundError
from kg.model import Article, Claim, Entity, Extraction, Relation, canonical_url, content_hash, name_key
from kg.namespaces import PREFIXES, id_of
from kg.query import Answer, Parameter, ask
from kg.resolution.reference import catalogue
from kg.vocabulary import vocabulary

if TYPE_CHECKING:
    import networkx as nx

    from kg.loaders.kglite import CypherAnswer, CypherEngine
    from kg.loaders.kglite import Parameter as CypherParameter

FORMAT: Final = 1
DUMP_FORMATS: Final = {
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
}
_BATCH_QUADS: Final = 200_000
_CACHED_ARTICLES: Final = 256


@dataclass(frozen=True, slots=True)
class Source:
    """One article that states a claim, and the claim as it states it."""

    article: Article
    claim: Claim


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the published graph. The mappings are in order of key."""

    articles: int
    quads: int
    claims: int
    evidence: int
    entities: Mapping[str, int]
    relations: Mapping[str, int]
    figures: int
    publishers: Mapping[str, int]


class Graph:
    """A cited graph on disk, open for reading; :meth:`transaction` writes.

    A ``Graph`` sees the generation that was published when it was opened, or that its own last transaction published;
    :meth:`refresh` moves it to the newest.

    >>> import tempfile
    >>> graph = Graph.create(Path(tempfile.mkdtemp()) / "news")
    >>> graph.statistics().articles
    0
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._generation = ""
        self._store = Store()
        self._read: dict[NamedNode, rdf.ArticleGraph] = {}
        self._cypher: CypherEngine | None = None
        self.refresh()

    @classmethod
    def open(cls, path: str | Path) -> "Graph":
        """Open an existing graph.

        Raises :class:`~kg.errors.GraphError` where there is none, or one of another format.
        """
        folder = Path(path)
        _check_format(folder)
        return cls(folder)

    @classmethod
    def create(cls, path: str | Path) -> "Graph":
        """Open a graph, made empty first where the folder is missing or empty."""
        folder = Path(path)
        if (folder / "kg.json").exists():
            return cls.open(folder)
        if folder.exists() and (not folder.is_dir() or any(p.name != "lock" for p in folder.iterdir())):
            raise GraphError(f"{folder} exists and is not a graph; name an empty or a new folder")
        try:
            first = folder / "generations" / "0000001"
            first.mkdir(parents=True)
            Store(str(first)).flush()
            _write_atomically(folder / "current", first.name)
            _write_atomically(folder / "kg.json", json.dumps({"format": FORMAT}) + "\n")
        except OSError as error:
            raise GraphError(f"{folder}: a graph cannot be made here: {error.strerror or error}") from error
        return cls(folder)

    def refresh(self) -> None:
        """Move to the generation that is published now."""
        try:
            current = (self.path / "current").read_text(encoding="ascii").strip()
            if current != self._generation:
                self._store = Store.read_only(str(self.path / "generations" / current))
                self._generation = current
                self._read = {}
        except OSError as error:
            raise GraphError(f"{self.path}: the published graph cannot be opened: {error}") from error

    @property
    def generation(self) -> str:
        """The name of the generation this graph reads; a later one has a greater name."""
        return self._generation

    @property
    def store(self) -> Store:
        """The published generation as a pyoxigraph store, for reading only."""
        return self._store

    @contextmanager
    def transaction(self) -> Iterator["Writer"]:
        """Write to the graph: all of the block is published at its end, or, when it raises, nothing.

        Raises :class:`~kg.errors.GraphError` when another process is writing.
        """
        lock = FileLock(self.path / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise GraphError(
                f"{self.path} is being written by another process; try again when it has finished"
            ) from None
        try:
            self.refresh()
            generations = self.path / "generations"
            for leftover in generations.iterdir():
                if leftover.name != self._generation:
                    shutil.rmtree(leftover)
            following = generations / f"{int(self._generation) + 1:07d}"
            self._store.backup(str(following))
            writer = Writer(Store(str(following)))
            try:
                yield writer
                writer.close()
            except BaseException:
                writer.discard()
                shutil.rmtree(following)
                raise
            _write_atomically(self.path / "current", following.name)
            self.refresh()
        finally:
            lock.release()

    def articles(self) -> Iterator[str]:
        """The ids of all articles, sorted."""
        yield from sorted(id_of(g.value) for g in _article_graphs(self._store))

    def entities(self) -> Iterator[str]:
        """The ids of all entities that articles mention, sorted."""
        yield from sorted({id_of(value) for value in rdf.objects(self._store, None, rdf.mentions_)})

    def article(self, ref: str) -> Article:
        """The article with this id or URL. Raises :class:`~kg.errors.NotFoundError`."""
        return self._article_graph(ref).article

    def extraction(self, ref: str) -> Extraction:
        """All that the article with this id or URL says."""
        return self._article_graph(ref).extraction()

    def _article_graph(self, ref: str) -> rdf.ArticleGraph:
        return rdf.ArticleGraph(self._store, article_node(self._store, ref))

    def find(self, name: str) -> tuple[Entity, ...]:
        """The entities with this name, alias or id, the one in most articles first.

        Case, accents, punctuation and legal forms do not count. Raises :class:`~kg.errors.NotFoundError`, with the
        nearest names, when there is none.
        """
        if name.startswith("entity/"):
            return (self.entity(name),)
        nodes = {node for node, _ in rdf.places(self._store, rdf.name_key_, Literal(name_key(name)))}
        found = sorted(nodes, key=lambda n: (-self._articles_about(n), n.value))
        if not found:
            raise NotFoundError(f"no entity is named {name!r} in {self.path}{self._suggestion(name)}")
        return tuple(self.entity(id_of(n.value)) for n in found)

    def _articles_about(self, entity: NamedNode) -> int:
        return sum(1 for _ in rdf.places(self._store, rdf.mentions_, entity))

    def _suggestion(self, name: str) -> str:
        keys = set(rdf.objects(self._store, None, rdf.name_key_))
        near = get_close_matches(name_key(name), sorted(keys), n=3)
        return f"; did you mean {' or '.join(near)}?" if near else ""

    def entity(self, id: str) -> Entity:
        """The entity with this id: its name in most articles, all its aliases, and its identifiers."""
        node = rdf.node(id)
        names = Counter(rdf.objects(self._store, node, rdf.name_))
        if not names:
            raise NotFoundError(f"no entity has the id {id!r} in {self.path}")
        name = min(names, key=lambda n: (-names[n], -len(n), n))
        aliases = set(rdf.objects(self._store, node, rdf.alternate_name))
        types = set(rdf.objects(self._store, node, rdf.type_))
        type_ = next(t for t, iri in vocabulary().entity_types.items() if iri in types)
        others = tuple(sorted((aliases | set(names)) - {name}))
        return Entity(id, name, type_, others, rdf.identifiers(self._store, node))

    def relations(self, *, entity: str | None = None, type: str | None = None) -> Iterator[tuple[Source, ...]]:
        """Each edge, as the articles that state it; narrowed to the edges of an entity id or of a type.

        One tuple an edge, in order of the first article that states it; in it one :class:`Source` an article, in order
        of article id.
        """
        for sources in self._claims(rdf.relation_class, (rdf.subject_, rdf.object_), entity):
            if type is None or (isinstance(sources[0].claim, Relation) and sources[0].claim.type == type):
                yield sources

    def figures(self, *, entity: str | None = None) -> Iterator[tuple[Source, ...]]:
        """Each figure, as the articles that state it; narrowed to those of, or about, an entity id."""
        yield from self._claims(rdf.figure_class, (rdf.figure_subject, rdf.figure_about), entity)

    def claim(self, id: str) -> tuple[Source, ...]:
        """The articles that state the claim with this id. Raises :class:`~kg.errors.NotFoundError`."""
        found = self._store.quads_for_pattern(rdf.node(id), rdf.evidence_, None, None)
        graphs = {q.graph_name for q in found if isinstance(q.graph_name, NamedNode)}
        if graphs:
            return tuple(self._source(rdf.node(id), g) for g in sorted(graphs, key=lambda g: g.value))
        raise NotFoundError(f"no claim has the id {id!r} in {self.path}")

    def _claims(
        self, class_: NamedNode, ends: tuple[NamedNode, ...], entity: str | None
    ) -> Iterator[tuple[Source, ...]]:
        if entity is None:
            yield from self._all_claims(class_)
            return
        found = {place for end in ends for place in rdf.places(self._store, end, rdf.node(entity))}
        by_claim: dict[NamedNode, list[NamedNode]] = {}
        # Claims of one article follow one another, so that each article is read about once.
        for claim, graph in sorted(found, key=lambda place: (place[1].value, place[0].value)):
            by_claim.setdefault(claim, []).append(graph)
        for claim, graphs in by_claim.items():
            yield tuple(self._source(claim, graph) for graph in graphs)

    def _all_claims(self, class_: NamedNode) -> Iterator[tuple[Source, ...]]:
        by_claim: dict[str, list[Source]] = {}
        for graph in sorted(_article_graphs(self._store), key=lambda g: g.value):
            stated = rdf.ArticleGraph(self._store, graph)
            for claim in stated.relations() if class_ == rdf.relation_class else stated.figures():
                by_claim.setdefault(claim.id, []).append(Source(stated.article, claim))
        yield from map(tuple, by_claim.values())

    def _source(self, claim: NamedNode, graph: NamedNode) -> Source:
        if graph not in self._read:
            if len(self._read) >= _CACHED_ARTICLES:
                self._read.pop(next(iter(self._read)))
            self._read[graph] = rdf.ArticleGraph(self._store, graph)
        stated = self._read[graph]
        return Source(stated.article, stated.claim(claim))

    def query(self, sparql: str, /, **parameters: Parameter) -> Answer:
        """Answer a SPARQL query over the union of all articles' graphs; see :func:`kg.query.ask`."""
        return ask(self._store, sparql, parameters)

    def cypher(self, text: str, /, **parameters: "CypherParameter") -> "CypherAnswer":
        """Answer a Cypher query over the property graph; see :class:`kg.loaders.kglite.CypherEngine`.

        ``docs/model.md`` names the labels, relationship types and properties. Raises :class:`~kg.errors.QueryError`
        for a query that does not parse, or that writes.
        """
        from kg.loaders.kglite import CypherEngine  # the engine takes long to import and few runs need it

        if self._cypher is None:
            self._cypher = CypherEngine()
        return self._cypher.answer(self, text, parameters)

    def dump(self, output: BinaryIO, *, format: str = "trig") -> None:
        """Write the whole graph, in an order that depends on its content alone.

        ``format``: trig, nquads, jsonld (all keep the named graphs) or turtle (which cannot, and writes their union).
        """
        if format not in DUMP_FORMATS:
            raise GraphError(f"dump format {format!r} is unknown; use one of {', '.join(DUMP_FORMATS)}")
        statements: Iterable[Quad] | Iterable[Triple] = _quads_in_order(self._store)
        if format == "turtle":
            statements = sorted({quad.triple for quad in self._store}, key=str)
        serialize(statements, output=output, format=DUMP_FORMATS[format], prefixes=PREFIXES)

    def statistics(self) -> Statistics:
        """Articles, claims, evidence, entities by type, relations by type, publishers."""

        def count(predicate: NamedNode) -> Counter[str]:
            pairs = {(q.subject, q.object) for q in self._store.quads_for_pattern(None, predicate, None, None)}
            return Counter(value.value for _, value in pairs if isinstance(value, NamedNode | Literal))

        types = Counter({_local(iri): n for iri, n in count(rdf.type_).items()})
        names = {t.iri: t.name for t in vocabulary().relation_types.values()}
        relations = Counter({names[iri]: n for iri, n in count(rdf.predicate_).items()})
        return Statistics(
            articles=types["NewsArticle"],
            quads=len(self._store),
            claims=types["Relation"] + types["Figure"],
            evidence=types["Evidence"],
            entities={t: types[t] for t in vocabulary().entity_types if types[t]},
            relations={t: relations[t] for t in sorted(relations)},
            figures=types["Figure"],
            publishers=dict(sorted(count(rdf.publisher_).items())),
        )

    def to_networkx(
        self, *, around: str | None = None, hops: int = 1, types: Iterable[str] | None = None
    ) -> "nx.MultiDiGraph[str]":
        """The property graph, or what stands within ``hops`` edges of an entity, as networkx; see :mod:`kg.export`."""
        from kg.export.networkx import to_networkx  # networkx takes long to import and few runs need it

        return to_networkx(self, around=around, hops=hops, types=types)


class Writer:
    """The writing end of a transaction."""

    def __init__(self, store: Store) -> None:
        self._store: Store | None = store
        self._pending: list[Quad] = []
        self._pending_articles: set[str] = set()
        self._in_reference: set[str] = set()

    def _open(self) -> Store:
        if self._store is None:
            raise GraphError("the transaction has ended; open another one")
        return self._store

    def sha256(self, article: str) -> str | None:
        """The content hash of the stored article with this id, None where there is none."""
        self._flush_if(article)
        graph = rdf.node(article)
        return next(rdf.objects(self._open(), graph, rdf.sha256_, graph), None)

    def _flush_if(self, article: str) -> None:
        if article in self._pending_articles:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._open().bulk_extend(self._pending)
            self._pending, self._pending_articles = [], set()

    def add(self, extraction: Extraction) -> None:
        """Add what an article says, in place of what an earlier version of it said."""
        article = extraction.article.id
        self._flush_if(article)
        store = self._open()
        if next(store.quads_for_pattern(None, None, None, rdf.node(article)), None) is not None:
            self.retract(article)
        self._pending.extend(rdf.article_quads(extraction))
        self._pending_articles.add(article)
        for entity, _ in extraction.entities:
            self._add_reference(entity.id)
        if len(self._pending) >= _BATCH_QUADS:
            self._flush()

    def _add_reference(self, entity: str) -> None:
        if entity not in catalogue() or entity in self._in_reference:
            return
        described = set(rdf.reference_quads(catalogue().by_id(entity).entity))
        store = self._open()
        for quad in list(store.quads_for_pattern(rdf.node(entity), None, None, rdf.reference_graph)):
            if quad not in described:  # left by a catalogue of another version
                store.remove(quad)
        self._pending.extend(described)
        self._in_reference.add(entity)

    def retract(self, ref: str) -> str:
        """Take out what the article with this id or URL says, and nothing else; the article's id.

        A reference entity that no other article mentions leaves the graph of reference entities with it. Raises
        :class:`~kg.errors.NotFoundError`.
        """
        self._flush()
        store = self._open()
        graph = article_node(store, ref)
        mentioned = [NamedNode(value) for value in rdf.objects(store, graph, rdf.mentions_, graph)]
        store.remove_graph(graph)
        for entity in mentioned:
            if next(rdf.places(store, rdf.mentions_, entity), None) is None:
                for quad in list(store.quads_for_pattern(entity, None, None, rdf.reference_graph)):
                    store.remove(quad)
                self._in_reference.discard(id_of(entity.value))
        return id_of(graph.value)

    def close(self) -> None:
        """Write what is pending to disk; the writer can do no more."""
        self._flush()
        self._open().flush()
        self._store = None

    def discard(self) -> None:
        """Let go of the store without writing; the writer can do no more."""
        self._store = None


def article_node(store: Store, ref: str) -> NamedNode:
    """The graph of the article with this id, IRI or URL. Raises :class:`~kg.errors.NotFoundError`."""
    candidates = [rdf.node(id_of(ref))] if id_of(ref).startswith("article/") else []
    if "://" in ref:
        candidates.append(rdf.node("article/" + content_hash(canonical_url(ref))))
    for graph in candidates:
        if next(store.quads_for_pattern(graph, rdf.type_, rdf.article_class, graph), None) is not None:
            return graph
    raise NotFoundError(f"no article {ref!r} in the graph; give the article's id (article/...) or its URL")


def _article_graphs(store: Store) -> Iterator[NamedNode]:
    for graph in store.named_graphs():
        if isinstance(graph, NamedNode) and graph != rdf.reference_graph:
            yield graph


def _quads_in_order(store: Store) -> Iterator[Quad]:
    graphs = sorted((g for g in store.named_graphs() if isinstance(g, NamedNode)), key=lambda g: g.value)
    for graph in graphs:
        yield from sorted(store.quads_for_pattern(None, None, None, graph), key=str)


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _check_format(folder: Path) -> None:
    try:
        found = json.loads((folder / "kg.json").read_text(encoding="utf-8"))["format"]
    except FileNotFoundError:
        raise GraphError(f"{folder} is not a graph; build one with: kg build SOURCE --graph {folder}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GraphError(f"{folder}/kg.json cannot be read: {error}") from error
    if found != FORMAT:
        raise GraphError(f"{folder} has format {found}, this version reads {FORMAT}; build the graph again")


def _write_atomically(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
