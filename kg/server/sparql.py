"""The SPARQL 1.1 Protocol, query operation only: from a request to a job, and from a job to an answer."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from kg.namespaces import PREFIXES
from kg.query import abridged, calls_service, distinct, too_deep, why_not_parsed
from kg.server.http import Request, Response, refusal
from kg.server.jobs import Job, Reply
from kg.server.negotiation import best
from kg.server.output import Output, ResultTooLargeError

SOLUTION_TYPES: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
    "text/plain": QueryResultsFormat.CSV,
}
GRAPH_TYPES: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/json": RdfFormat.JSON_LD,
    "application/xml": RdfFormat.RDF_XML,
    "text/plain": RdfFormat.N_TRIPLES,
}
_SOLUTIONS_OFFERED: Final = tuple(SOLUTION_TYPES)
_GRAPHS_OFFERED: Final = tuple(GRAPH_TYPES)
_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_OPAQUE: Final = re.compile(r"<[^<>\"{}|^`\s]*>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n\r]*")
_FROM: Final = re.compile(r"(?i)(?<![?$\w:])from\s*(?:named\s*)?(?:<>|[\w.-]*:)")
_READ_ONLY: Final = "this endpoint is read-only: updates are refused; the graph is changed with kg build and kg retract"


def refused(status: int, message: str) -> Reply:
    """A plain-text reply that says what was wrong and what to do."""
    return Reply(status, "text/plain; charset=utf-8", f"{message}\n".encode())


def _parameters(text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)


@lru_cache(maxsize=256)
def _media_type(content_type: str) -> tuple[str, str]:
    type_, *parameters = content_type.split(";")
    fields = {
        name.strip().lower(): value.strip(' "').lower() for name, _, value in (p.partition("=") for p in parameters)
    }
    return type_.strip().lower(), fields.get("charset", "utf-8")


def read(request: Request) -> Job | Response:
    """The query that a request to the endpoint holds, or why it cannot be taken."""
    try:
        if request.method == "POST":
            type_, charset = _media_type(request.headers.get("content-type", ""))
            if charset not in ("utf-8", "utf8"):
                return refusal(415, f"charset {charset} is not supported; send the request in UTF-8")
            if type_ == _UPDATE:
                return refusal(403, _READ_ONLY)
            if type_ == _QUERY:
                parameters = [("query", request.body.decode()), *_parameters(request.query)]
            elif type_ == _FORM:
                parameters = _parameters(request.body.decode())
            else:
                given = f"Content-Type {type_!r} is not supported" if type_ else "a POST needs a Content-Type"
                return refusal(415, f"{given}; use {_QUERY} or {_FORM}", Accept_Post=f"{_QUERY}, {_FORM}")
        else:
            parameters = _parameters(request.query)
    except UnicodeDecodeError:
        return refusal(400, "the request is not valid UTF-8; encode the query as UTF-8, then percent-encode it")
    except ValueError as error:
        return refusal(400, f"the parameters cannot be read: {error}")
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in parameters):
        return refusal(403, _READ_ONLY)
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) != 1:
        return refusal(400, f"the request has {len(queries)} query parameters; give exactly one, named query")
    accept = request.headers.get("accept", "")
    solutions, graph = best(accept, _SOLUTIONS_OFFERED), best(accept, _GRAPHS_OFFERED)
    if solutions is None and graph is None:
        offered = ", ".join((*SOLUTION_TYPES, *GRAPH_TYPES))
        return refusal(406, f"no type of result fits Accept: {accept[:200]}\nThis endpoint offers {offered}")
    arguments = {
        "query": queries[0],
        "solutions": solutions,
        "graph": graph,
        "default_graphs": [value for name, value in parameters if name == "default-graph-uri"],
        "named_graphs": [value for name, value in parameters if name == "named-graph-uri"],
    }
    return Job("query", arguments)


def answer(
    store: Store,
    output: Output,
    /,
    *,
    query: str,
    solutions: str | None,
    graph: str | None,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
) -> Reply:
    """Answer a query over the union of all graphs, or over the graphs that the protocol names."""
    if calls_service(query):
        return refused(403, "SERVICE is refused: a query here reaches no other server; query the other endpoint itself")
    if reason := too_deep(query):
        return refused(400, reason)
    try:
        default: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in default_graphs]
        named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in named_graphs]
    except ValueError as error:
        return refused(400, abridged(f"default-graph-uri and named-graph-uri take absolute IRIs: {error}"))
    try:
        if default_graphs or named_graphs:
            result = store.query(query, prefixes=PREFIXES, default_graph=default, named_graphs=named)
        else:
            union = not _names_dataset(query)  # with both, the engine would not heed FROM
            result = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=union)
        return _serialized(result, solutions, graph, output)
    except SyntaxError as error:
        return refused(400, f"MalformedQuery: {why_not_parsed(query, error.msg)}{_hint(query)}")
    except ResultTooLargeError:
        raise
    except (ValueError, OSError, RuntimeError) as error:
        return refused(400, abridged(f"the query cannot be answered: {error}"))


def _names_dataset(query: str) -> bool:
    if "from" not in query.lower():
        return False
    words = _OPAQUE.sub(lambda match: "<>" if match[0].startswith("<") else " ", query)
    return _FROM.search(words) is not None


def _hint(query: str) -> str:
    words = {"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"}
    first = next(
        (w.lower() for w in query.split() if w.lower() in (*words, "select", "ask", "construct", "describe")), ""
    )
    return f"\n{_READ_ONLY[0].upper()}{_READ_ONLY[1:]}." if first in words else ""


def _serialized(
    result: QuerySolutions | QueryBoolean | QueryTriples, solutions: str | None, graph: str | None, output: Output
) -> Reply:
    type_ = graph if isinstance(result, QueryTriples) else solutions
    if type_ is None:
        offered = GRAPH_TYPES if isinstance(result, QueryTriples) else SOLUTION_TYPES
        return refused(406, f"the result of this form of query is offered as {', '.join(offered)}; ask for one of them")
    if isinstance(result, QueryTriples):
        serialize(distinct(result), output=output.as_file(type_), format=GRAPH_TYPES[type_], prefixes=PREFIXES)
    else:
        result.serialize(output=output.as_file(type_), format=SOLUTION_TYPES[type_])
    charset = "; charset=utf-8" if type_.startswith("text/") else ""
    return output.reply(type_ + charset, Vary="Accept")
