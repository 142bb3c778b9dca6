"""A networkx graph as a file that Gephi, yEd or Cytoscape opens; the same graph always gives the same bytes.

GraphML and GEXF have no lists of strings, so there a list is JSON text. XML has no place for control characters: in
those two formats U+FFFD stands for each.
"""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from kg.errors import GraphError
from kg.export.target import require_parent
from kg.xml_text import holdable

if TYPE_CHECKING:
    PropertyGraph = nx.MultiDiGraph[str]


def graphml(graph: "PropertyGraph") -> bytes:
    """GraphML. ``label`` is the name of a node and the type of an edge; an edge's XML id is its claim's."""
    out = io.BytesIO()
    GraphMLWriter(_labeled(graph)).dump(out)
    return out.getvalue() + b"\n"


def gexf(graph: "PropertyGraph") -> bytes:
    """GEXF 1.2, labels as in GraphML. The type of an edge is its attribute ``relation``: GEXF's own says directed."""
    labeled = _labeled(graph)
    for _, _, key, edge in labeled.edges(keys=True, data=True):
        edge.update(id=key, relation=edge["type"], type="directed")
    writer = GEXFWriter(labeled, version="1.2draft")
    meta = writer.xml.find("meta")
    meta.find("creator").text = "cited-kg"
    del meta.attrib["lastmodifieddate"]  # the day of writing, which would change the bytes
    del writer.graph_element.attrib["name"]  # not in the schema of GEXF
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue() + b"\n"


def cytoscape(graph: "PropertyGraph") -> bytes:
    """Cytoscape's JSON (cyjs). ``interaction`` and ``name`` of an edge, which Cytoscape shows, are its type."""
    data: dict[str, Any] = nx.cytoscape_data(graph)
    data["data"] = {"name": "Cited company graph"}  # a list in networkx, where Cytoscape reads an object
    for edge in (e["data"] for e in data["elements"]["edges"]):
        edge.update(id=edge["key"], interaction=edge["type"], name=edge["type"])
    return _json(data)


def nodelink(graph: "PropertyGraph") -> bytes:
    """Node-link JSON as ``networkx.node_link_graph`` reads it: ``nodes`` and ``edges``."""
    return _json(nx.node_link_data(graph, edges="edges"))


FORMATS: Final[dict[str, Callable[["PropertyGraph"], bytes]]] = {
    "graphml": graphml,
    "gexf": gexf,
    "cytoscape": cytoscape,
    "nodelink": nodelink,
}


def serialize(graph: "PropertyGraph", format: str) -> bytes:
    """A graph that :func:`kg.export.networkx.to_networkx` made, in one of :data:`FORMATS`.

    Raises :class:`~kg.errors.GraphError` for another format.

    >>> serialize(nx.MultiDiGraph(), "nodelink").decode().splitlines()[1]
    ' "directed": true,'
    """
    if format not in FORMATS:
        raise GraphError(f"export format {format!r} is unknown; use one of {', '.join(FORMATS)}")
    return FORMATS[format](graph)


def save(data: bytes, path: str | Path) -> None:
    """Write a file whole or not at all. A device or a pipe is written to, not replaced.

    Raises :class:`~kg.errors.GraphError` where the folder it is to stand in is none.
    """
    file = Path(path)
    if file.exists() and not file.is_file():
        file.write_bytes(data)
        return
    require_parent(file)
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with fresh.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _labeled(graph: "PropertyGraph") -> "PropertyGraph":
    """A copy with labels, whose values XML can hold."""
    copy: PropertyGraph = nx.MultiDiGraph()
    for node, properties in graph.nodes(data=True):
        copy.add_node(node, **_flat({"label": properties["name"], **properties}))
    for source, target, key, properties in graph.edges(keys=True, data=True):
        copy.add_edge(source, target, key, **_flat({"label": properties["type"], **properties}))
    return copy


def _flat(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: _xml_value(value) for name, value in properties.items()}


def _xml_value(value: Any) -> Any:
    if isinstance(value, list):
        return _xml_value(json.dumps(value, ensure_ascii=False))
    return holdable(value) if isinstance(value, str) else value
