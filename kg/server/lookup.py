"""An IRI looked up: its page, or its triples."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple, serialize

from kg import rdf
from kg.errors import NotFoundError
from kg.graph import Graph
from kg.namespaces import KG, OA, PREFIXES, PROV, id_of, iri
from kg.server import pages
from kg.server.jobs import Reply
from kg.server.output import Output
from kg.server.sparql import GRAPH_TYPES, refused

_FOLLOWED: Final = {NamedNode(KG + "evidence"), NamedNode(KG + "also"), NamedNode(OA + "hasSelector")}
_NAMED_GRAPHS: Final = ("application/trig", "application/n-quads", "application/ld+json")


def _quads_about(graph: Graph, node: NamedNode) -> Iterator[Quad]:
    """The statements about a node, and about the evidence, quantities and selectors that belong to it."""
    for quad in graph.store.quads_for_pattern(node, None, None, None):
        yield quad
        if quad.predicate in _FOLLOWED and isinstance(quad.object, NamedNode):
            yield from _quads_about(graph, quad.object)


def look_up(graph: Graph, output: Output, *, id: str, type: str) -> Reply:
    """What the graph holds of an id, as a page or in an RDF format."""
    try:
        return _page(graph, output, id) if type == "text/html" else _triples(graph, output, id, type)
    except NotFoundError:
        return refused(404, f"the graph holds nothing about {iri(id)}; find names at /")


def _triples(graph: Graph, output: Output, id_: str, type_: str) -> Reply:
    node = rdf.node(id_)
    if id_.startswith(("article/", "graph/")):
        quads: set[Quad] = set(graph.store.quads_for_pattern(None, None, None, node))
    else:
        quads = set(_quads_about(graph, node))
    if not quads:
        raise NotFoundError(f"nothing has the id {id_}")
    statements: list[Quad] | list[Triple] = sorted(quads, key=str)
    if type_ not in _NAMED_GRAPHS:
        statements = sorted({quad.triple for quad in quads}, key=str)
    serialize(statements, output=output.as_file(type_), format=GRAPH_TYPES[type_], prefixes=PREFIXES)
    return output.reply(type_ + ("; charset=utf-8" if type_.startswith("text/") else ""), Vary="Accept")


def _page(graph: Graph, output: Output, id_: str) -> Reply:
    match id_.partition("/")[0]:
        case "entity":
            return pages.entity(graph, output, id_)
        case "article":
            return pages.article(graph, output, id_)
        case "claim":
            return pages.claim(graph, output, id_)
        case "evidence" | "mention":
            return _place_in_article(graph, id_.removesuffix("/selector"))
        case "quantity":
            owner = next(graph.store.quads_for_pattern(None, NamedNode(KG + "also"), rdf.node(id_), None), None)
            if owner is not None and isinstance(owner.subject, NamedNode):
                return Reply(
                    303, "text/plain", headers={"Location": f"/{id_of(owner.subject.value)}", "Vary": "Accept"}
                )
    raise NotFoundError(f"{id_} has no page")


def _place_in_article(graph: Graph, id_: str) -> Reply:
    """To the quote or name in the text: the article's page, at its anchor."""
    node = rdf.node(id_)
    source = next(graph.store.quads_for_pattern(node, NamedNode(PROV + "wasDerivedFrom"), None, None), None)
    if source is None or not isinstance(source.object, NamedNode):
        raise NotFoundError(f"nothing has the id {id_}")
    anchor = id_.replace("/", "-", 1)
    location = f"/{id_of(source.object.value)}#{anchor}"
    return Reply(303, "text/plain", headers={"Location": location, "Vary": "Accept"})
