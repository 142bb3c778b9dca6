"""What a worker can be asked, by the kind of the job. A worker answers from the RDF, or Cypher from its projection."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from kg.graph import Graph
from kg.server import counts, lookup, pages, sparql
from kg.server.jobs import Language, Reply
from kg.server.output import Output


def _query(served: Graph, output: Output, /, **arguments: Any) -> Reply:
    return sparql.answer(served.store, output, **arguments)


_FROM_RDF: Final[dict[str, Callable[..., Reply]]] = {
    "query": _query,
    "lookup": lookup.look_up,
    "index": pages.index,
    "counts": counts.count,
}


def answers(language: Language, graph: Graph, projections: Path) -> dict[str, Callable[..., Reply]]:
    """The functions of a worker, each for one kind of job, with all loaded that they need."""
    if language == "sparql":
        return {kind: partial(function, graph) for kind, function in _FROM_RDF.items()}
    from kg.loaders.kglite import open_projection  # only a worker for Cypher pays for the engine
    from kg.server import rows

    frozen = open_projection(graph, projections)
    return {"cypher": partial(rows.answer, frozen, generation=graph.generation)}
