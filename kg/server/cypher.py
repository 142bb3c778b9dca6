"""Neo4j's Query API over the embedded property graph: from a request to a job; :mod:`kg.server.rows` answers it.

``POST /db/neo4j/query/v2`` with ``{"statement": ..., "parameters": {...}}``. Rows come as plain JSON, or typed where
the client accepts it; an error comes as ``{"errors": [{"code", "message"}]}`` with an HTTP status that fits. Drivers
put even one read into a transaction; nothing is ever written, so a transaction is an id and no state.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from secrets import token_hex
from typing import Any, Final

from kg.server.http import Request, Response
from kg.server.jobs import Job, Reply
from kg.server.negotiation import best, preferences

JSON: Final = "application/json"
TYPED: Final = ("application/vnd.neo4j.query", "application/vnd.neo4j.query.v1.0", "application/vnd.neo4j.query.v1.1")
DATABASE: Final = "neo4j"
GRACE_SECONDS: Final = 0.5  # for the engine to stop by itself, before its process is killed
_PATH: Final = re.compile(r"(?:/cypher|/db/(?P<database>[^/]*)/query/v2)(?P<rest>/.*)?", re.DOTALL)
_TRANSACTION: Final = re.compile(r"/tx(?:/(?P<id>[0-9a-f]{1,32})(?P<commit>/commit)?)?/?")
_TRANSACTION_SECONDS: Final = 30
_CODES: Final = {
    400: "Neo.ClientError.Request.Invalid",
    404: "Neo.ClientError.Database.DatabaseNotFound",
    500: "Neo.DatabaseError.Statement.ExecutionFailed",
    503: "Neo.TransientError.General.DatabaseUnavailable",
    504: "Neo.ClientError.Transaction.TransactionTimedOut",
}
_READ_TYPED: Final[Mapping[str, Callable[[str], Any]]] = {
    "Integer": int,
    "Float": float,
    "Date": date.fromisoformat,
    "Time": time.fromisoformat,
    "LocalTime": time.fromisoformat,
    "OffsetDateTime": datetime.fromisoformat,
    "LocalDateTime": datetime.fromisoformat,
}


def is_path(path: str) -> bool:
    """Whether requests to this path are answered as the Query API answers."""
    return _PATH.fullmatch(path) is not None


def _errors(status: int, message: str, code: str | None = None) -> bytes:
    code = code or _CODES.get(status, _CODES[400])
    return json.dumps({"errors": [{"code": code, "message": message}]}).encode()


def error(status: int, message: str, code: str | None = None, **headers: str) -> Response:
    """An answer that says what was wrong, in the form of the Query API."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, JSON, _errors(status, message, code), fields)


def refused(status: int, message: str, code: str | None = None) -> Reply:
    """The same from a worker."""
    return Reply(status, JSON, _errors(status, message, code))


def as_error(response: Response) -> Response:
    """A plain-text refusal in the form of the Query API."""
    return response._replace(
        content_type=JSON, body=_errors(response.status, response.body.decode("utf-8", "replace").strip())
    )


def read(request: Request) -> tuple[Job, float] | Response:
    """The query that a request holds and the seconds that it wants at most, or why it cannot be taken."""
    found = _PATH.fullmatch(request.path)
    transaction = _TRANSACTION.fullmatch((found and found["rest"]) or "")
    if found is None or found["database"] not in (None, DATABASE):
        return error(404, f"this server has one database, {DATABASE}: POST /db/{DATABASE}/query/v2")
    if (found["rest"] or "/") != "/" and transaction is None:
        return error(404, f"nothing is here; POST /db/{DATABASE}/query/v2", _CODES[400])
    if request.method == "DELETE" and transaction and transaction["id"] and not transaction["commit"]:
        return Response(200, JSON, b"{}")
    if request.method != "POST":
        return error(405, f"{request.method} is not supported; send the query by POST", Allow="POST, OPTIONS")
    if transaction and not request.body:  # to begin, to commit, or to keep it open
        request = request._replace(headers={**request.headers, "content-type": JSON}, body=b"{}")
    type_, _, charset = request.headers.get("content-type", "").lower().partition(";")
    type_ = type_.strip()
    if type_ not in (JSON, *TYPED):
        return error(415, f"Content-Type {type_[:100]!r} is not supported; send {JSON} or {TYPED[0]}")
    if "charset" in charset and not re.search(r"charset\s*=\s*\"?utf-?8\"?\s*$", charset):
        return error(415, "JSON is sent in UTF-8")
    answered_as = _accepted(request.headers.get("accept", ""))
    if answered_as is None:
        return error(406, f"answers are offered as {', '.join((JSON, *TYPED))}")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as problem:
        return error(400, f"the body is not JSON: {problem}", "Neo.ClientError.Request.InvalidFormat")
    if not isinstance(body, dict):
        return error(400, 'the body is not an object such as {"statement": "MATCH (n) RETURN n LIMIT 5"}')
    told = _told(transaction)
    if transaction and not body.get("statement"):
        return Response(202, answered_as, json.dumps(told or {"bookmarks": []}).encode(), {"Vary": "Accept"})
    return _job(body, answered_as, told, typed=type_ in TYPED)


def _told(transaction: re.Match[str] | None) -> dict[str, Any]:
    """What an answer says of the transaction that goes on behind it."""
    if transaction is None or transaction["commit"]:
        return {}
    until = datetime.now(UTC) + timedelta(seconds=_TRANSACTION_SECONDS)
    return {"transaction": {"id": transaction["id"] or token_hex(8), "expires": until.isoformat(timespec="seconds")}}


def _accepted(accept: str) -> str | None:
    weights = dict(preferences(accept))
    typed = max((t for t in TYPED if t in weights), key=weights.__getitem__, default=None)
    if typed and weights[typed] > 0 and weights[typed] >= weights.get(JSON, 0):
        return typed
    return best(accept, (JSON,))


def _job(
    body: Mapping[str, Any], answered_as: str, told: Mapping[str, Any], *, typed: bool
) -> tuple[Job, float] | Response:
    statement, given = body.get("statement"), body.get("parameters")
    if not isinstance(statement, str):
        return error(400, 'the body has no "statement", the text of a Cypher query')
    if not isinstance(given, dict | None):
        return error(400, '"parameters" is not an object of names and values')
    seconds = 0 if body.get("maxExecutionTime") is None else body["maxExecutionTime"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
        return error(400, '"maxExecutionTime" is not a number of seconds')
    if not isinstance(body.get("includeCounters"), bool | None):
        return error(400, '"includeCounters" is neither true nor false')
    if typed:
        try:
            for name, value in (given or {}).items():
                read_typed(value, name)
        except (ValueError, TypeError, KeyError, RecursionError) as problem:
            return error(400, f"the parameters are not typed JSON: {problem}")
    arguments = {
        "statement": statement,
        "parameters": given or {},
        "typed": typed,
        "answered_as": answered_as,
        "counters": body.get("includeCounters") is True,
        "told": told,
    }
    return Job("cypher", arguments), seconds or math.inf


def read_typed(value: Any, place: str) -> Any:
    """A value of typed JSON, ``{"$type": "Integer", "_value": "5"}``. Raises ValueError, TypeError or KeyError."""
    if not isinstance(value, dict) or value.keys() != {"$type", "_value"}:
        raise ValueError(f'{place} is not of the form {{"$type": ..., "_value": ...}}')
    type_, content = value["$type"], value["_value"]
    match type_:
        case "Null" if content is None:
            return None
        case "Boolean" if isinstance(content, bool):
            return content
        case "String" if isinstance(content, str):
            return content
        case "List" if isinstance(content, list):
            return [read_typed(item, place) for item in content]
        case "Map" if isinstance(content, dict):
            return {name: read_typed(item, f"{place}.{name}") for name, item in content.items()}
        case str() if type_ in _READ_TYPED and isinstance(content, str):
            return _READ_TYPED[type_](content)
    raise ValueError(f"{place} has type {type_!r} with a value that it cannot have, or a type that is not supported")
