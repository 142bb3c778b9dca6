"""The graph on any store that speaks SPARQL 1.1: each article's named graph, and the graph of reference entities.

A graph is written whole, and holds one statement more than here: a digest of its others. A load writes the graphs
whose digest differs and drops articles' graphs that are no longer here, so an interrupted one is continued by the next.
Graphs with other names are neither read nor written.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kg.loaders.endpoint import Endpoint
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, serialize

from kg import rdf
from kg.errors import LoadError
from kg.graph import Graph
from kg.namespaces import BASE, KG

_ARTICLES: Final = BASE + "article/"
_PAGE_ROWS: Final = 5_000
_REQUEST_CHARACTERS: Final = 1_000_000
_ESCAPE: Final = re.compile(rb"\\\\([uU])|\\.")
digest_ = NamedNode(KG + "graphDigest")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did. ``articles`` were written, ``unchanged`` passed over, ``retracted`` dropped.

    ``reference``: whether the graph of reference entities was written or dropped. ``statements``: how many were sent.
    """

    articles: int
    unchanged: int
    retracted: int
    reference: bool
    statements: int


def load(graph: Graph, server: Endpoint, *, on_progress: Callable[[int, int], None] | None = None) -> LoadReport:
    """Bring a store up to date with the graph. ``on_progress`` is told graphs done and graphs in all.

    A store holds one graph of this kind: articles of another are dropped. Raises :class:`~kg.errors.LoadError`; calling
    it again continues.
    """
    held = _held(server)
    ours = [rdf.node(article) for article in graph.articles()]
    if next(graph.store.quads_for_pattern(None, None, None, rdf.reference_graph), None) is not None:
        ours.insert(0, rdf.reference_graph)
    changed = [name for name in ours if held.get(name) != _digest(_statements(graph.store, name))]
    gone = sorted(held.keys() - set(ours), key=lambda name: name.value)
    done = statements = 0
    for written, sent in _write(server, graph.store, gone, changed):
        done, statements = done + written, statements + sent
        if on_progress is not None:
            on_progress(done, len(gone) + len(changed))
    articles = sum(name != rdf.reference_graph for name in changed)
    return LoadReport(
        articles=articles,
        unchanged=sum(name != rdf.reference_graph for name in ours) - articles,
        retracted=sum(name != rdf.reference_graph for name in gone),
        reference=rdf.reference_graph in (*changed, *gone),
        statements=statements,
    )


def _statements(store: Store, graph: NamedNode) -> list[bytes]:
    """The statements of a graph as sorted lines of N-Triples."""
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    return sorted((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines())


def _digest(statements: list[bytes]) -> str:
    return hashlib.sha256(b"\n".join(statements)).hexdigest()


def _mark(graph: NamedNode, statements: list[bytes]) -> bytes:
    """The statement that gives the digest of the others."""
    triple = Triple(graph, digest_, Literal(_digest(statements)))
    return (serialize([triple], format=RdfFormat.N_TRIPLES) or b"").rstrip()


def _held(server: Endpoint) -> dict[NamedNode, str]:
    """The graphs of ours on the server, each with its digest, which is empty where it has none.

    Read in pages, since some stores cut a long answer short without saying so.
    """
    reference = f"""SELECT DISTINCT ?digest WHERE {{
        GRAPH {rdf.reference_graph} {{ ?s ?p ?o OPTIONAL {{ {rdf.reference_graph} {digest_} ?digest }} }}
    }} LIMIT 2"""
    held = {}
    if found := server.select(reference):
        held[rdf.reference_graph] = " ".join(row.get("digest", "") for row in found)
    last = _ARTICLES
    while True:
        rows = server.select(f"""SELECT ?graph (GROUP_CONCAT(?digest; SEPARATOR=" ") AS ?digests) WHERE {{
            GRAPH ?graph {{ ?graph {rdf.type_} {rdf.article_class} OPTIONAL {{ ?graph {digest_} ?digest }} }}
            FILTER(STRSTARTS(STR(?graph), {Literal(_ARTICLES)}) && STR(?graph) > {Literal(last)})
        }} GROUP BY ?graph ORDER BY ?graph LIMIT {_PAGE_ROWS}""")
        if not rows:
            return held
        try:
            page = {NamedNode(row["graph"]): row.get("digests", "") for row in rows}
        except (KeyError, ValueError) as error:
            raise LoadError(f"the server's list of graphs is malformed: {error}") from error
        highest = max(name.value for name in page)
        if highest <= last or not all(name.value.startswith(_ARTICLES) for name in page):
            raise LoadError("the server's list of graphs is not what was asked for; nothing was changed")
        held |= page
        last = highest


def _write(
    server: Endpoint, store: Store, gone: Iterable[NamedNode], changed: Iterable[NamedNode]
) -> Iterator[tuple[int, int]]:
    """Drop graphs and write others; after each request, how many graphs and statements it was about."""
    if not server.writes_graphs:
        yield from _update(server, store, gone, changed)
        return
    for name in gone:
        server.delete(name)
        yield 1, 0
    for name in changed:
        lines = _statements(store, name)
        lines.append(_mark(name, lines))
        server.put(name, b"\n".join(lines) + b"\n")
        yield 1, len(lines)


def _update(
    server: Endpoint, store: Store, gone: Iterable[NamedNode], changed: Iterable[NamedNode]
) -> Iterator[tuple[int, int]]:
    """:func:`_write` by SPARQL Update, as many graphs a request as fit."""
    operations: list[str] = []
    graphs = statements = size = 0
    for operation, sent in _operations(store, gone, changed):
        operations.append(operation)
        graphs, statements, size = graphs + 1, statements + sent, size + len(operation)
        if size >= _REQUEST_CHARACTERS:
            server.update(" ;\n".join(operations))
            yield graphs, statements
            operations, graphs, statements, size = [], 0, 0, 0
    if operations:
        server.update(" ;\n".join(operations))
        yield graphs, statements


def _operations(store: Store, gone: Iterable[NamedNode], changed: Iterable[NamedNode]) -> Iterator[tuple[str, int]]:
    """What an update request says about each graph, and how many statements it sends."""
    for name in gone:
        yield f"DROP SILENT GRAPH {name}", 0
    for name in changed:
        lines = _statements(store, name)
        # The digest last, so that what a store without transactions holds half is not taken for whole.
        inserts = _insert(name, lines), _insert(name, [_mark(name, lines)])
        yield " ;\n".join((f"DROP SILENT GRAPH {name}", *inserts)), len(lines) + 1


def _insert(graph: NamedNode, statements: list[bytes]) -> str:
    text = _in_update(b"\n".join(statements)).decode()
    return f"INSERT DATA {{ GRAPH {graph} {{\n{text}\n}} }}"


def _in_update(statements: bytes) -> bytes:
    r"""N-Triples as they can stand in an update request, where a backslash before u begins a code point escape.

    SPARQL (section 19.2) resolves such escapes before it reads strings, N-Triples does not: there ``\\u0041`` is a
    backslash and five characters. Spelled with an escaped u it is that in both.

    >>> print(_in_update(rb'"C:\\users \n \\\u0001"').decode())
    "C:\\\u0075sers \n \\\u0001"
    """
    return _ESCAPE.sub(lambda found: rb"\\\u%04x" % ord(found[1]) if found[1] else found[0], statements)
