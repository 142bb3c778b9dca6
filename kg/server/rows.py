"""A Cypher query answered in a worker, its rows written as Neo4j's Query API writes them, plain or typed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any, Final

from kglite import FrozenGraph

from kg.loaders.kglite import TOO_DEEP, CypherError, Node, Relationship, Route, as_json, ask, finite
from kg.server.cypher import TYPED, read_typed, refused
from kg.server.jobs import Reply
from kg.server.output import Output, ResultTooLargeError

_ROWS_AT_ONCE: Final = 1000
_COMPACT: Final = (",", ":")
_dumps: Final = partial(json.dumps, ensure_ascii=False, separators=_COMPACT)
_COUNTERS: Final = (
    *("nodesCreated", "nodesDeleted", "propertiesSet", "relationshipsCreated", "relationshipsDeleted", "labelsAdded"),
    *("labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded", "constraintsRemoved", "systemUpdates"),
)
_REASONS: Final = {
    "syntax": (400, "Neo.ClientError.Statement.SyntaxError"),
    "write": (403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
    "file": (403, "Neo.ClientError.Statement.ExternalResourceFailed"),
    "parameter": (400, "Neo.ClientError.Statement.ParameterMissing"),
    "time": (504, "Neo.ClientError.Transaction.TransactionTimedOut"),
    "other": (400, "Neo.ClientError.Statement.ArgumentError"),
}


def answer(
    frozen: FrozenGraph,
    output: Output,
    /,
    *,
    statement: str,
    parameters: Mapping[str, Any],
    typed: bool,
    answered_as: str,
    counters: bool,
    told: Mapping[str, Any],
    seconds: float,
    generation: str,
) -> Reply:
    """Answer a query from a projection."""
    given = {n: read_typed(value, n) for n, value in parameters.items()} if typed else parameters
    try:
        found = ask(frozen, statement, given, timeout=seconds)
    except CypherError as problem:
        status, code = _REASONS[problem.reason]
        return refused(status, str(problem), code)
    try:
        _write(output, found.columns, found, typed=answered_as in TYPED)
    except ResultTooLargeError:
        message = f"the result is larger than {output.limit // 2**20} MB, the limit of this server; use LIMIT and SKIP"
        return refused(500, message)
    except RecursionError:
        status, code = _REASONS["other"]
        return refused(status, TOO_DEEP, code)
    rest: dict[str, Any] = {**told}
    if found.warnings:
        rest["notifications"] = [_notification(warning) for warning in found.warnings]
    if counters:
        rest["counters"] = {
            **dict.fromkeys(_COUNTERS, 0),
            "containsUpdates": False,
            "containsSystemUpdates": False,
        }
    rest["bookmarks"] = [generation]
    output.write(b"," + _dumps(rest).encode()[1:])
    return output.reply(answered_as, 202, Vary="Accept")


def _notification(warning: str) -> dict[str, str]:
    return {"title": "Warning of the engine", "description": warning, "severity": "WARNING"}


def _write(output: Output, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, typed: bool) -> None:
    output.write(b'{"data":{"fields":' + _dumps(columns).encode() + b',"values":[')
    left, separator = iter(rows), b""
    while batch := list(islice(left, _ROWS_AT_ONCE)):
        values = [[_typed(value) for value in row] for row in batch] if typed else batch
        text = as_json(values, default=_plain, separators=_COMPACT)
        output.write(separator + text[1:-1].encode())
        separator = b","
    output.write(b"]}")


def _plain(value: Any) -> Any:
    """What json cannot write by itself: a node, a relationship, a path, or a date or time."""
    match value:
        case Node():
            return {"elementId": str(value.number), "labels": value.labels, "properties": value.properties}
        case Relationship():
            return {
                "elementId": str(value.number),
                "startNodeElementId": str(value.start),
                "endNodeElementId": str(value.end),
                "type": value.type,
                "properties": value.properties,
            }
        case Route():
            return _steps(value)
        case date() | time():
            return value.isoformat()
    raise TypeError(f"a value is {type(value).__name__}, which JSON cannot hold")


def _steps(route: Route) -> list[Any]:
    """A path as node, relationship, node ..."""
    nodes, relationships = route.nodes, route.relationships
    return [nodes[0], *(step for pair in zip(relationships, nodes[1:], strict=True) for step in pair)]


def _typed(value: Any) -> Any:
    def as_(type_: str, content: Any) -> dict[str, Any]:
        return {"$type": type_, "_value": content}

    match value:
        case None:
            return as_("Null", None)
        case bool():
            return as_("Boolean", value)
        case int():
            return as_("Integer", str(value))
        case float():
            return as_("Float", str(finite(value)))
        case str():
            return as_("String", value)
        case list():
            return as_("List", [_typed(item) for item in value])
        case dict():
            return as_("Map", {name: _typed(item) for name, item in value.items()})
        case Node():
            properties = {name: _typed(item) for name, item in value.properties.items()}
            content = {"_element_id": str(value.number), "_labels": value.labels, "_properties": properties}
            return as_("Node", content)
        case Relationship():
            content = {
                "_element_id": str(value.number),
                "_start_node_element_id": str(value.start),
                "_end_node_element_id": str(value.end),
                "_type": value.type,
                "_properties": {name: _typed(item) for name, item in value.properties.items()},
            }
            return as_("Relationship", content)
        case Route():
            return as_("Path", [_typed(step) for step in _steps(value)])
        case datetime():
            return as_("OffsetDateTime" if value.tzinfo else "LocalDateTime", value.isoformat())
        case date():
            return as_("Date", value.isoformat())
        case time():
            return as_("Time" if value.tzinfo else "LocalTime", value.isoformat())
    raise TypeError(f"a value is {type(value).__name__}, which typed JSON cannot hold")
