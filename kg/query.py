"""SPARQL over a store: read-only, parameters bound rather than pasted, no address in a query ever followed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    serialize,
)
from pyoxigraph import Literal as RdfLiteral

from kg.errors import QueryError
from kg.namespaces import PREFIXES, XSD
from kg.xml_text import mended

Value = str | int | float | bool | None
Parameter = str | int | float | bool | NamedNode | RdfLiteral

_SOLUTION_FORMATS: Final = {
    "csv": QueryResultsFormat.CSV,
    "json": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
_TRIPLE_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
# The engine's grammar needs no space between words, so SERVICE counts wherever an address and a group follow it.
_SERVICE: Final = re.compile(
    r"([?$]\w*)?service(?:\s|#[^\n\r]*+)*+(?:silent(?:\s|#[^\n\r]*+)*+)?"
    r"(?:<[^>]*+>|[?$]\w++|[^\s<>{}()\"'?$#:]*+:[^\s<>{}()\"'?$#]*+)(?:\s|#[^\n\r]*+)*+\{",
    re.IGNORECASE,
)
_MOST_SERVICES: Final = 100  # looking at each takes time that grows with the query; with more, it is refused unseen
# The engine recurses where a query nests and where it chains, and ends the process when the stack is full.
_MOST_NESTED: Final = 500
_MOST_CLAUSES: Final = 1000
_MOST_OPERATORS: Final = 3000
_QUOTED: Final = re.compile(r"<[^<>\"{}|^`\s]*>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n\r]*")
_CLAUSE: Final = re.compile(r"(?i)(?<![?$:\w])(?:union|optional|minus|bind|filter|graph|exists)(?!\w)")
_OPERATOR: Final = re.compile(r"[!|&+*/]")
_BRACKET: Final = re.compile(r"[(\[{}\])]")
_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_FIRST_WORD: Final = re.compile(r"(?i)(?:\s|prefix\s+[\w.-]*\s*:|base\b)*(\w+)")
_FURTHEST: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_WORDS_SHOWN: Final = 6
_DECLARED: Final = re.compile(r"(?i)\bprefix\s+([\w.-]*)\s*:")
_PREFIXED: Final = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w.-]*):(?!//)")
_LONG_WORD: Final = re.compile(r"(\S{60})\S{20,}")
_LONGEST_MESSAGE: Final = 1000
_CODE_POINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def calls_service(query: str) -> bool:
    r"""Whether a query has a SERVICE clause, which would send a request to an address it names.

    Code point escapes count both as written and as resolved (SPARQL 1.1, section 19.2). Such a clause inside a string
    or a comment counts too: what is refused by mistake can be asked otherwise, what slips through reaches the network.

    >>> calls_service("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")
    True
    >>> calls_service("SELECT * { ?a ?b 1SERVICESILENT<http://127.0.0.1/>{ ?s ?p ?o } }")
    True
    >>> calls_service("SELECT ?service ?x { ?service ?p 'SERVICE <x>' } # SERVICE")
    False
    """
    if "\\" not in query and "service" not in query.lower():
        return False

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    resolved = _CODE_POINT.sub(character, query)
    if resolved.lower().count("service") + query.lower().count("service") > _MOST_SERVICES:
        return True
    return any(match[1] is None for text in (query, resolved) for match in _SERVICE.finditer(text))


def too_deep(query: str) -> str | None:
    """Why a query is beyond what the engine's stack holds; None for every query that a person writes.

    >>> too_deep("SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }")
    'the query nests 5002 brackets deep, more than 500; flatten it'
    >>> too_deep("SELECT * { ?s ?p '((((((' }")
    """
    if len(query) <= _MOST_NESTED:
        return None
    bare = _QUOTED.sub(" ", query)
    depth = deepest = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in "([{" else -1
        deepest = max(deepest, depth)
    if deepest > _MOST_NESTED:
        return f"the query nests {deepest} brackets deep, more than {_MOST_NESTED}; flatten it"
    if (clauses := len(_CLAUSE.findall(bare))) > _MOST_CLAUSES:
        return (
            f"the query has {clauses} clauses such as UNION, OPTIONAL and BIND, more than {_MOST_CLAUSES}; use VALUES"
        )
    if (operators := len(_OPERATOR.findall(bare))) > _MOST_OPERATORS:
        return f"the query has {operators} operators, more than {_MOST_OPERATORS}; use IN or VALUES"
    return None


def abridged(message: str) -> str:
    """A message about a query, in which what it quotes of the query is short enough to read.

    >>> abridged(f"no function {'x' * 1000} is known")
    'no function xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... is known'
    """
    short = _LONG_WORD.sub(r"\1...", message)
    return short if len(short) <= _LONGEST_MESSAGE else f"{short[:_LONGEST_MESSAGE]}..."


def why_not_parsed(query: str, message: str) -> str:
    """What is wrong with a query that the engine does not take, in words that help more than the engine's own.

    >>> why_not_parsed("ASK { ?s x:bar ?o }", "error at 1:15: expected OPTIONAL").partition(";")[0]
    'the query does not parse: no prefix x: is declared'
    >>> why_not_parsed("SELEC * { ?s ?p ?o }", "error at 1:10: expected CONSTRUCT")
    "the query does not parse: it begins with 'SELEC', and not with SELECT, ASK, CONSTRUCT or DESCRIBE"
    """
    return abridged(_why_not_parsed(query, message))


def _why_not_parsed(query: str, message: str) -> str:
    bare = _QUOTED.sub(" ", query)
    if unknown := _undeclared(bare):
        known = ", ".join(PREFIXES)
        return (
            f"the query does not parse: no prefix {unknown}: is declared; begin with PREFIX {unknown}: <...>, "
            f"or use one of {known}, which need no declaration"
        )
    first = _FIRST_WORD.match(bare)
    if first is None or first[1].upper() not in _FORMS:
        given = repr(first[1]) if first else "nothing"
        return f"the query does not parse: it begins with {given}, and not with SELECT, ASK, CONSTRUCT or DESCRIBE"
    if (found := _FURTHEST.match(message)) is None:
        return f"the query does not parse: {message}"
    words = [word for word in found[3].split(", ") if not word.startswith("[") and word != "Prefix not found"]
    if reason := next((word for word in words if " " in word), None):  # the engine's, among the words it would take
        return f"the query does not parse: {reason}"
    expected = f": expected {', '.join(words[:_WORDS_SHOWN])}" if words else ""
    others = " or other words" if len(words) > _WORDS_SHOWN else ""
    return f"the query does not parse, at line {found[1]}, column {found[2]} at the latest{expected}{others}"


def _undeclared(bare: str) -> str | None:
    declared = {name.lower() for name in _DECLARED.findall(bare)} | PREFIXES.keys()
    return next((name for name in _PREFIXED.findall(bare) if name.lower() not in declared), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave. ``kind``: rows (SELECT), boolean (ASK) or triples (CONSTRUCT, DESCRIBE).

    Iterating gives tuples of Python values: IRIs and strings as ``str``, numbers as ``int`` or ``float``. An answer is
    read from the graph as it is iterated or serialized, so it can be read once.
    """

    kind: Literal["rows", "boolean", "triples"]
    columns: tuple[str, ...]
    _result: QuerySolutions | QueryBoolean | QueryTriples = field(repr=False)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        match self._result:
            case QuerySolutions() as solutions:
                for solution in solutions:
                    yield tuple(_value(solution[name]) for name in self.columns)
            case QueryTriples() as triples:
                for triple in distinct(triples):
                    yield (_value(triple.subject), _value(triple.predicate), _value(triple.object))
            case answer:
                yield (bool(answer),)

    def __bool__(self) -> bool:
        """The answer of an ASK query."""
        if not isinstance(self._result, QueryBoolean):
            raise QueryError("only an ASK query has a truth value; iterate over the rows of this one")
        return bool(self._result)

    def serialize(self, format: str) -> bytes:
        """The answer in a standard format: csv, json, tsv, xml for rows; ttl, nt, rdfxml, jsonld for triples.

        Raises :class:`~kg.errors.QueryError` where the format does not fit the kind of query.
        """
        if isinstance(self._result, QueryTriples):
            if format not in _TRIPLE_FORMATS:
                raise QueryError(f"format {format!r} cannot hold triples; use one of {', '.join(_TRIPLE_FORMATS)}")
            in_order = sorted(set(self._result), key=str)
            data = serialize(in_order, format=_TRIPLE_FORMATS[format], prefixes=PREFIXES) or b""
            return mended(data) if format == "rdfxml" else data
        if format not in _SOLUTION_FORMATS:
            raise QueryError(f"format {format!r} cannot hold rows; use one of {', '.join(_SOLUTION_FORMATS)}")
        if isinstance(self._result, QueryBoolean) and format in ("csv", "tsv"):
            return b"true\n" if self._result else b"false\n"
        data = self._result.serialize(format=_SOLUTION_FORMATS[format]) or b""
        return mended(data) if format == "xml" else data


def distinct(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Each triple once, at its first place: the answer to CONSTRUCT and DESCRIBE is a set (SPARQL 1.1, 16.2)."""
    seen = set[Triple]()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


def _value(term: NamedNode | BlankNode | RdfLiteral | Triple | None) -> Value:
    match term:
        case None:
            return None
        case RdfLiteral(value=text, datatype=datatype):
            kind = datatype.value.removeprefix(XSD)
            try:
                if kind in ("integer", "nonNegativeInteger", "int", "long"):
                    return int(text)
                if kind in ("decimal", "double", "float"):
                    return float(text)
            except ValueError:  # RDF allows a literal that is no number of its datatype, as in "abc"^^xsd:integer
                return text
            if kind == "boolean":
                return text in ("true", "1")
            return text
        case NamedNode(value=text):
            return text
        case other:
            return str(other)


def term(value: Parameter) -> NamedNode | RdfLiteral:
    """What a parameter stands for in a query."""
    return value if isinstance(value, NamedNode | RdfLiteral) else RdfLiteral(value)


def ask(store: Store, query: str, parameters: Mapping[str, Parameter]) -> Answer:
    """Answer a SPARQL 1.1 query over the union of all named graphs; ``GRAPH`` reaches each one.

    The namespaces of :data:`kg.namespaces.PREFIXES` need no declaration. ``parameters`` replace variables by values:
    a ``str`` is a literal, an IRI is passed as ``pyoxigraph.NamedNode``.

    Raises :class:`~kg.errors.QueryError` for a query that does not parse, that nests too deep, for an update and for
    ``SERVICE``.
    """
    if calls_service(query):
        raise QueryError("SERVICE is refused: a query here reaches no other server")
    if reason := too_deep(query):
        raise QueryError(reason)
    try:
        result = store.query(
            query,
            prefixes=PREFIXES,
            use_default_graph_as_union=True,
            substitutions={Variable(name): term(value) for name, value in parameters.items()},
        )
    except SyntaxError as error:
        raise QueryError(why_not_parsed(query, error.msg)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(abridged(f"the query cannot be answered: {error}")) from error
    match result:
        case QuerySolutions():
            return Answer("rows", tuple(variable.value for variable in result.variables), result)
        case QueryBoolean():
            return Answer("boolean", ("answer",), result)
        case _:
            return Answer("triples", ("subject", "predicate", "object"), result)
