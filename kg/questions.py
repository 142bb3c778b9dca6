"""The questions of ``queries/``: each stands there in SPARQL and in Cypher, and both give the same rows.

``NAME.rq`` and ``NAME.cypher`` begin with the same header, each line behind a comment sign::

    What figures do the articles give of a company?
    param company entity required: the company, as in Alibaba Group
    param metric metric optional: what is measured, as in revenue
    column metric metric: what is measured
    column value number: the value

An entity is given by name and found by :meth:`kg.graph.Graph.find`. SPARQL then gets its IRI and must select every
parameter, which replaces the variable of its name; Cypher gets its id as ``$company``. A parameter that is not given
stays a variable in SPARQL and is null in Cypher. SPARQL answers with IRIs where Cypher answers with ids and names of
types; :func:`answer` makes both the latter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from kg.errors import NotFoundError, QueryError
from kg.graph import Graph
from kg.namespaces import KG, METRIC, PREFIXES, id_of
from kg.query import Parameter as Term
from kg.query import term
from kg.rdf import metric_text, node
from kg.vocabulary import vocabulary

Engine = OneOf["sparql", "cypher"]
Given = str | int | float
Value = str | int | float | None

ENGINES: Final[tuple[Engine, ...]] = ("sparql", "cypher")
TYPES: Final = frozenset(
    {"entity", "article", "claim", "relation", "status", "metric", "text", "integer", "number", "date"}
)
_PARAMETER: Final = re.compile(
    r"param (?P<name>[a-z]\w*) (?P<type>\w+) (?:(?P<need>required|optional)|= (?P<default>[^:]+)): (?P<text>.+)"
)
_PART: Final = re.compile(r"(?P<selected>SELECT\b[^{]*)|(?P<grouped>GROUP BY[^\n{}]*)|\?\w+")
_WORD: Final = re.compile(r"[()]|(?P<as>\bAS)?(?P<before>\s?)\?(?P<name>\w+)")
_COLUMN: Final = re.compile(r"column (?P<name>[a-z]\w*) (?P<type>\w+): (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question is asked with. ``default`` stands where nothing is given; None: it may be left out."""

    name: str
    type: str
    description: str
    required: bool
    default: Value = None


@dataclass(frozen=True, slots=True)
class Column:
    """What a row holds at one place."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages. ``text`` is its first line, ``notes`` what the header says besides."""

    name: str
    text: str
    notes: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    cypher: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer: tuples in the order of ``question.columns``, in the order that the question gives them."""

    question: Question
    rows: tuple[tuple[Value, ...], ...]

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@cache
def questions() -> Mapping[str, Question]:
    """All questions, by name and in order of name.

    >>> questions()["competitors"].parameters[0].type
    'entity'
    """
    folder = files("kg.queries")
    names = sorted(f.name.removesuffix(".rq") for f in folder.iterdir() if f.name.endswith(".rq"))
    found = {}
    for name in names:
        cypher = folder.joinpath(f"{name}.cypher")
        if not cypher.is_file():
            raise QueryError(f"queries/{name}.rq has no {name}.cypher beside it; write the question in both languages")
        sparql = folder.joinpath(f"{name}.rq").read_text(encoding="utf-8")
        found[name] = parse(name, sparql, cypher.read_text(encoding="utf-8"))
    return MappingProxyType(found)


def question(name: str) -> Question:
    """The question with this name. Raises :class:`~kg.errors.NotFoundError`, with the nearest names."""
    if name in questions():
        return questions()[name]
    near = get_close_matches(name, list(questions()), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "kg ask --list names them all"
    raise NotFoundError(f"no question is named {name!r}; {hint}")


def parse(name: str, sparql: str, cypher: str) -> Question:
    r"""A question from the text of its two files.

    Raises :class:`~kg.errors.QueryError` where a header is malformed or the two differ.

    >>> columns = "{0} What is there?\n{0} column thing entity: a thing\n"
    >>> asked = parse("things", columns.format("#") + "SELECT ...", columns.format("//") + "MATCH ...")
    >>> asked.text, asked.columns[0].name
    ('What is there?', 'thing')
    """
    header = _header(sparql, "#")
    if header != _header(cypher, "//"):
        raise QueryError(f"the headers of queries/{name}.rq and {name}.cypher differ; they must say the same")
    words: list[str] = []
    parameters: list[Parameter] = []
    columns: list[Column] = []
    for number, line in enumerate(header, start=1):
        place = f"queries/{name}.rq, line {number}"
        if line.startswith("param "):
            parameters.append(_parameter(line, place))
        elif line.startswith("column "):
            columns.append(_column(line, place))
        elif parameters or columns:
            raise QueryError(
                f"{place}: {line!r} is neither a param nor a column; the question's words stand above them"
            )
        else:
            words.append(line)
    if not words or not columns:
        raise QueryError(f"queries/{name}.rq: the header must say the question and at least one column")
    for names in ([p.name for p in parameters], [c.name for c in columns]):
        if len(set(names)) < len(names):
            raise QueryError(f"queries/{name}.rq: a name stands twice in the header; name each once")
    return Question(name, words[0], " ".join(words[1:]), tuple(parameters), tuple(columns), sparql, cypher)


def _header(text: str, sign: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        if not line.startswith(sign):
            break
        lines.append(line.removeprefix(sign).strip())
    return lines


def _parameter(line: str, place: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None:
        raise QueryError(f"{place}: {line!r} is not 'param NAME TYPE required|optional|= DEFAULT: what it is'")
    type_ = _known_type(match["type"], place)
    required = match["need"] == "required"
    if match["default"] is None:
        return Parameter(match["name"], type_, match["text"], required)
    default = _scalar(type_, match["default"].strip(), place)
    return Parameter(match["name"], type_, match["text"], required, default)


def _column(line: str, place: str) -> Column:
    match = _COLUMN.fullmatch(line)
    if match is None:
        raise QueryError(f"{place}: {line!r} is not 'column NAME TYPE: what it is'")
    return Column(match["name"], _known_type(match["type"], place), match["text"])


def _known_type(type_: str, place: str) -> str:
    if type_ not in TYPES:
        raise QueryError(f"{place}: type {type_!r} is unknown; use one of {', '.join(sorted(TYPES))}")
    return type_


def _scalar(type_: str, given: Given, place: str) -> Given:
    """A given value as its type wants it, except that names are still names."""
    try:
        match type_:
            case "integer":
                return int(given)
            case "number":
                return float(given)
            case "date":
                return date.fromisoformat(str(given)).isoformat()
            case _:
                return str(given)
    except ValueError:
        wanted = {"date": "a date such as 2026-01-31"}.get(type_, f"{'an' if type_ == 'integer' else 'a'} {type_}")
        raise QueryError(f"{place}: {given!r} is not {wanted}") from None


def bind(asked: Question, graph: Graph, given: Mapping[str, Given]) -> dict[str, Value]:
    """The values of all parameters: entities as ids, None for what is left out.

    Raises :class:`~kg.errors.QueryError` for a parameter that is unknown, missing or of the wrong type, and
    :class:`~kg.errors.NotFoundError` for a name, id or metric that the graph does not hold.
    """
    known = [p.name for p in asked.parameters]
    for name in given:
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise QueryError(f"question {asked.name!r} has no parameter {name!r}; {takes}")
    values: dict[str, Value] = {}
    for parameter in asked.parameters:
        place = f"question {asked.name!r}, parameter {parameter.name!r}"
        if parameter.name not in given:
            if parameter.required:
                raise QueryError(f"{place} is missing: {parameter.description}")
            values[parameter.name] = parameter.default
            continue
        value = _scalar(parameter.type, given[parameter.name], place)
        values[parameter.name] = _in_graph(parameter.type, value, graph, place)
    return values


def _in_graph(type_: str, value: Given, graph: Graph, place: str) -> Given:
    """A value that the graph or the ontology knows: an entity, article or claim as its id."""
    match type_:
        case "entity":
            return graph.find(str(value))[0].id
        case "article" | "claim":
            id_ = id_of(str(value))
            if next(graph.store.quads_for_pattern(node(id_), None, None, None), None) is None:
                raise NotFoundError(f"{place}: no {type_} of this graph has the id {id_!r}")
        case "metric" if value not in vocabulary().metrics:
            words = graph.store.quads_for_pattern(None, metric_text, Literal(str(value)), None)
            if next(words, None) is None:
                raise NotFoundError(f"{place}: no figure of this graph is of {value!r}; {_nearest(value)}")
        case "relation" if value not in vocabulary().relation_types:
            raise QueryError(f"{place}: {value!r} is none of {', '.join(vocabulary().relation_types)}")
        case "status" if value not in vocabulary().statuses:
            raise QueryError(f"{place}: {value!r} is none of {', '.join(vocabulary().statuses)}")
    return id_of(str(value)) if type_ in ("article", "claim") else value


def _nearest(metric: Given) -> str:
    near = get_close_matches(str(metric), list(vocabulary().metrics), n=3)
    return f"did you mean {' or '.join(near)}?" if near else "docs/figures.md says how metrics are named"


def answer(asked: Question, graph: Graph, given: Mapping[str, Given], *, engine: Engine = "sparql") -> Rows:
    """Ask a question of a graph, in either language; the rows are the same.

    ``given`` holds the parameters by name, entities by name or id. Raises as :func:`bind` does.
    """
    values = bind(asked, graph, given)
    if engine == "cypher":
        found = graph.cypher(asked.cypher, **values)
        return Rows(asked, rows(asked, found.columns, found))
    replies = graph.query(asked.sparql, **terms(asked, values))
    return Rows(asked, rows(asked, replies.columns, replies))


def rows(
    asked: Question, columns: tuple[str, ...], found: Iterable[tuple[object, ...]]
) -> tuple[tuple[Value, ...], ...]:
    """The rows of either language, from any server, with the question's columns alone and the same values."""
    missing = [c.name for c in asked.columns if c.name not in columns]
    if missing:
        raise QueryError(f"question {asked.name!r} was answered without its columns {', '.join(missing)}")
    places = [(columns.index(c.name), c.type) for c in asked.columns]
    # A parameter that was left out is a column in SPARQL, so rows that differ in it alone come twice.
    return tuple(dict.fromkeys(tuple(_value(type_, row[at]) for at, type_ in places) for row in found))


def terms(asked: Question, values: Mapping[str, Value]) -> dict[str, Term]:
    """What SPARQL binds the parameters to, by name; one that is left out is bound to nothing."""
    found = ((p.name, _term(p.type, values[p.name])) for p in asked.parameters)
    return {name: value for name, value in found if value is not None}


def written(asked: Question, values: Mapping[str, Value]) -> str:
    """A question in SPARQL that any client can send: with the prefixes it needs, and its parameters written into it.

    ``values`` are those that :func:`bind` gives. What a parameter is bound to stands in its place, and as ``(<IRI> AS
    ?company)`` where a ``SELECT`` names it that has to; the columns of the answer are the question's.

    >>> asked = question("subsidiaries")
    >>> "?parent kg:subsidiaryOf* <https://kg.example/entity/acme>" in written(asked, {"company": "entity/acme"})
    True
    """
    texts = {name: str(term(value)) for name, value in terms(asked, values).items()}
    columns = {column.name for column in asked.columns}
    outermost = asked.sparql.find("SELECT")

    def part(match: re.Match[str]) -> str:
        depth = 0

        def word(found: re.Match[str]) -> str:
            nonlocal depth
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            value = texts.get(found["name"] or "")
            if value is None or found["as"]:
                return found[0]
            if match["grouped"] or (match.start() == outermost and not depth and found["name"] not in columns):
                return ""
            inner = match["selected"] and not depth
            return found["before"] + (f"({value} AS ?{found['name']})" if inner else value)

        return _WORD.sub(word, match[0])

    text = _PART.sub(part, asked.sparql)
    used = (f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in text)
    return "".join(used) + text


def _term(type_: str, value: Value) -> Term | None:
    match value:
        case None:
            return None
        case str() if type_ in ("entity", "article", "claim"):
            return node(value)
        case str() if type_ == "relation":
            relation = vocabulary().relation_types.get(value)
            return NamedNode(relation.iri) if relation else value
        case str() if type_ == "status":
            return NamedNode(KG + value)
        case str() if type_ == "metric" and value in vocabulary().metrics:
            return NamedNode(METRIC + value)
        case _:
            return value


def _value(type_: str, value: object) -> Value:
    match value:
        case None:
            return None
        case str() if type_ in ("entity", "article", "claim"):
            return id_of(value)
        case str() if type_ == "relation":
            return _relation_names().get(value, value)
        case str() if type_ == "status":
            return value.removeprefix(KG)
        case str() if type_ == "metric":
            return value.removeprefix(METRIC)
        case int() | float() if type_ == "number":
            return float(value)
        case str() | int() | float():
            return value
    raise QueryError(f"a value is {type(value).__name__}, where a question's answer holds text and numbers alone")


@cache
def _relation_names() -> Mapping[str, str]:
    return {relation.iri: name for name, relation in vocabulary().relation_types.items()}
