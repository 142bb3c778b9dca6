"""What each article says, as one hash: a server that keeps it can be told only what has changed."""

import hashlib
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from kg import rdf
from kg.graph import Graph


def fingerprints(graph: Graph) -> dict[str, str]:
    """For each article, by id, a hash of all it says and of the reference entities it mentions."""

    @cache
    def reference(entity: str) -> bytes:
        return _digest(graph.store, NamedNode(entity), rdf.reference_graph)

    found = {}
    for article in graph.articles():
        node = rdf.node(article)
        mentioned = sorted(rdf.objects(graph.store, node, rdf.mentions_, node))
        parts = [_digest(graph.store, None, node), *map(reference, mentioned)]
        found[article] = hashlib.sha256(b"".join(parts)).hexdigest()
    return found


def _digest(store: Store, subject: NamedNode | None, graph: NamedNode) -> bytes:
    lines = serialize(store.quads_for_pattern(subject, None, None, graph), format=RdfFormat.N_QUADS) or b""
    return hashlib.sha256(b"\n".join(sorted(lines.splitlines()))).digest()
