"""What a worker can be asked, by the kind of the job."""

from collections.abc import Callable
from typing import Any, Final

from kg.graph import Graph
from kg.server import counts, lookup, pages, sparql
from kg.server.jobs import Reply
from kg.server.output import Output


def _query(served: Graph, output: Output, /, **arguments: Any) -> Reply:
    return sparql.answer(served.store, output, **arguments)


ANSWERS: Final[dict[str, Callable[..., Reply]]] = {
    "query": _query,
    "lookup": lookup.look_up,
    "index": pages.index,
    "counts": counts.count,
}
