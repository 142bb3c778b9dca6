"""The property graph, or the neighborhood of an entity, as networkx."""

from collections.abc import Iterable, Sequence

import networkx as nx

from kg.errors import GraphError, NotFoundError
from kg.graph import Graph, Source
from kg.model import Relation
from kg.projection import entity_row, relationship_row
from kg.vocabulary import vocabulary


def to_networkx(
    graph: Graph, *, around: str | None = None, hops: int = 1, types: Iterable[str] | None = None
) -> "nx.MultiDiGraph[str]":
    """Entities as nodes, relations as edges that cite on their own.

    A node is an entity's id, with ``name``, ``type``, ``aliases`` and its identifiers (``lei``, ``ticker``...). An
    edge has the claim's id as its key, and ``type``, ``status``, ``articles``, ``quotes``, ``sources``, ``belief`` and,
    where an article has a date, ``first_published`` and ``last_published``. A symmetric relation is one edge.

    ``around`` is a name or an id: the result then holds the edges that a walk of at most ``hops`` edges from that
    entity, in either direction, passes. ``types`` are names of relation types (``competes_with``); other edges are left
    out and not walked along.

    Raises :class:`~kg.errors.NotFoundError` for an unknown name or type, :class:`~kg.errors.GraphError` for
    negative ``hops``.

    >>> import tempfile
    >>> to_networkx(Graph.create(tempfile.mkdtemp())).number_of_nodes()
    0
    """
    wanted = _relation_types(types)
    if hops < 0:
        raise GraphError(f"hops is {hops}; give 0 or more")
    if around is None:
        claims: Iterable[Sequence[Source]] = (s for s in graph.relations() if _type(s) in wanted)
        entities: Iterable[str] = graph.entities()
    else:
        center = graph.find(around)[0]
        claims = _walked(graph, center.id, hops, wanted)
        entities = [center.id]
    edges = sorted((relationship_row(sources) for sources in claims), key=lambda edge: edge.id)
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for id_ in sorted({*entities, *(end for edge in edges for end in (edge.source, edge.target))}):
        node = entity_row(graph.entity(id_))
        found.add_node(id_, **{"type": node.type, **node.properties})
    for edge in edges:
        found.add_edge(edge.source, edge.target, edge.id, **{"type": edge.type, **edge.properties})
    return found


def _relation_types(names: Iterable[str] | None) -> frozenset[str]:
    known = vocabulary().relation_types
    wanted = frozenset(known if names is None else names)
    if unknown := sorted(wanted - set(known)):
        raise NotFoundError(f"no relation type is named {', '.join(unknown)}; use some of {', '.join(known)}")
    return wanted


def _type(sources: Sequence[Source]) -> str | None:
    claim = sources[0].claim
    return claim.type if isinstance(claim, Relation) else None


def _walked(graph: Graph, center: str, hops: int, types: frozenset[str]) -> list[tuple[Source, ...]]:
    """The edges within ``hops`` of an entity, breadth first."""
    claims: dict[str, tuple[Source, ...]] = {}
    reached = {center}
    frontier = [center]
    for _ in range(hops):
        following: set[str] = set()
        for entity in frontier:
            for sources in graph.relations(entity=entity):
                claim = sources[0].claim
                if isinstance(claim, Relation) and claim.type in types:
                    claims[claim.id] = sources
                    following |= {claim.subject, claim.object}
        frontier = sorted(following - reached)
        reached |= following
    return list(claims.values())
