"""Cypher without a server: the property graph in kglite, made from the RDF and kept in a file beside it.

``DIR/projections/`` holds one file, named after the generation it was made from. It is written under another name and
renamed, so what a crash leaves is never read; a missing or older one is made again on the next query.
"""

import csv
import gc
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, time
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

import kglite
from filelock import FileLock
from kg.loaders.batches import batches

from kg.errors import QueryError
from kg.graph import Graph
from kg.projection import Projection, project
from kg.query import abridged
from kg.vocabulary import vocabulary

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

Parameter = str | int | float | bool | None | Sequence["Parameter"] | Mapping[str, "Parameter"]

FORMAT: Final = 1
TOO_DEEP: Final = "the answer nests lists or maps too deep; return them flatter"
_BATCH: Final = 10_000
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_NODE_KEYS: Final = 3
_RELATIONSHIP: Final = ("id", "start", "end", "type", "properties")
# Read with the module: a worker of the server opens no file afterwards.
_LABELS: Final = (
    ["Claim"],
    ["Claim", "Figure"],
    ["Article"],
    *(["Entity", type_] for type_ in vocabulary().entity_types),
)
_TYPES: Final = frozenset(
    {"SUBJECT", "OBJECT", "CITES", "MENTIONS"} | {type_.cypher for type_ in vocabulary().relation_types.values()}
)
_PATH: Final = ("nodes", "relationships")
# LOAD CSV of kglite reads any file of the machine, and its plan hides that in branches of UNION: hence the words.
_LOADS_CSV: Final = re.compile(r"\bload\b.*\bcsv\b", re.IGNORECASE | re.DOTALL)
_QUOTED: Final = re.compile(
    r"'(?:[^'\\]|\\.)*+(?:'|\Z)|\"(?:[^\"\\]|\\.)*+(?:\"|\Z)|`[^`]*+(?:`|\Z)|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
_READ_ONLY: Final = "the query writes, and the graph is read-only here; use kg build and kg retract"
_WRITES_INSIDE: Final = "inside a CALL { } subquery are not supported"  # how the engine tells of that, as of syntax
_SECOND_STATEMENT: Final = re.compile(r";\s*[^\s;]")

kglite.set_query_warning_policy("silent")  # they are in CypherAnswer.warnings


class Node:
    """A node in an answer. ``id`` is its ``id`` property; ``number`` is the engine's own, until it is made again.

    It is read from what the engine gave when it is asked, since many are never looked at.
    """

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    @property
    def number(self) -> int:
        return self._given["id"]  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        return str(self._given["properties"]["id"])

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self._given["labels"])

    @property
    def properties(self) -> Mapping[str, Any]:
        """What was stored, without the type and the title of its own making that kglite shows on every node."""
        label, shown = self._given["labels"][0], self._given["properties"]
        made = {"type": label, "title": shown.get("title") if label == "Entity" else f"{label}_{shown['id']}"}
        return {name: value for name, value in shown.items() if (name, value) not in made.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._given == other._given

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Node(number={self.number}, id={self.id!r}, labels={self.labels}, properties={self.properties})"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship in an answer. ``start`` and ``end`` are the ``number`` of nodes."""

    number: int
    type: str
    start: int
    end: int
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A path in an answer."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


Value = str | int | float | bool | None | Node | Relationship | Route | list["Value"] | dict[str, "Value"]
Reason = Literal["syntax", "write", "file", "parameter", "time", "other"]


class CypherError(QueryError):
    """A Cypher query that was not answered. ``reason`` is for servers, which have a code for each.

    >>> CypherError("time", "stopped").reason
    'time'
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["CypherError"], tuple[Reason, str]]:
        return type(self), (self.reason, str(self))


@dataclass(frozen=True, slots=True)
class CypherAnswer:
    """The rows of a Cypher query, in its order, all in memory.

    ``rows``, and what iterating gives, are in the order of ``columns``. Nodes, relationships and paths are
    :class:`Node`, :class:`Relationship` and :class:`Route`. ``warnings`` are the engine's, as for a property that no
    node has.
    """

    columns: tuple[str, ...]
    warnings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...] = field(repr=False)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def dicts(self) -> list[dict[str, Value]]:
        """The rows as dictionaries by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The nodes, relationships and paths of the answer as one graph.

        A node is its ``id`` with ``labels`` and its properties, an edge has ``type`` and its properties. A relationship
        whose ends are not in the answer is left out.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        nodes: dict[int, Node] = {}
        relationships: dict[int, Relationship] = {}
        for value in _flat(self.rows):
            if isinstance(value, Node):
                nodes[value.number] = value
            else:
                relationships[value.number] = value
        for node in sorted(nodes.values(), key=lambda n: n.id):
            graph.add_node(node.id, **{"labels": list(node.labels), **node.properties})
        for number, edge in sorted(relationships.items()):
            if edge.start in nodes and edge.end in nodes:
                key = str(edge.properties.get("claim_id") or edge.properties.get("id") or number)
                properties = {"type": edge.type, **edge.properties}
                graph.add_edge(nodes[edge.start].id, nodes[edge.end].id, key, **properties)
        return graph

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a data frame. Raises ``ImportError`` where pandas is not installed."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows, columns=list(self.columns))

    def serialize(self, format: str) -> bytes:
        """The rows as json (a list of objects) or csv (a value that is no string or number as JSON).

        Raises :class:`~kg.errors.QueryError` for another format.
        """
        if format == "json":
            return (as_json(self.dicts(), default=_as_dict, indent=1) + "\n").encode()
        if format != "csv":
            raise QueryError(f"format {format!r} cannot hold the rows of a Cypher query; use json or csv")
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([cell(value) for value in row] for row in self.rows)
        return out.getvalue().encode()


def cell(value: Value) -> str:
    """A value as text: null is empty, and what is no string or number is JSON.

    >>> cell(None), cell("a"), cell(["a", 1])
    ('', 'a', '["a", 1]')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return as_json(value, default=_as_dict)


def as_json(value: Any, **how: Any) -> str:
    """A value as JSON, :func:`finite` where it has to be; ``how`` is for ``json.dumps``.

    >>> as_json({"n": float("-inf")})
    '{"n": "-Infinity"}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, **how)
    except ValueError:
        return json.dumps(finite(value), ensure_ascii=False, **how)


def finite(value: Any) -> Any:
    """A value in which a word stands for what JSON has no number for, as Neo4j writes it.

    >>> finite([1.5, float("inf")])
    [1.5, 'Infinity']
    """
    match value:
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case list() | tuple():
            return [finite(item) for item in value]
        case dict():
            return {name: finite(item) for name, item in value.items()}
    return value


def _as_dict(value: object) -> dict[str, object] | str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Node):
        return {"number": value.number, "id": value.id, "labels": value.labels, "properties": value.properties}
    if isinstance(value, Route):
        return {"nodes": value.nodes, "relationships": value.relationships}
    if isinstance(value, Relationship):
        return asdict(value)
    raise TypeError(f"a value is {type(value).__name__}, which JSON cannot hold")


class CypherEngine:
    """Answers Cypher over a graph's projection, which it makes again when the graph has moved on.

    Any number of threads may share one. Read-only: the engine itself refuses to write.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: tuple[str, kglite.FrozenGraph] | None = None

    def answer(
        self,
        graph: Graph,
        text: str,
        parameters: Mapping[str, Parameter],
        *,
        timeout: float = 180.0,
        max_rows: int | None = None,
    ) -> CypherAnswer:
        """Answer a query; ``timeout`` is in seconds, ``max_rows`` keeps the first rows alone.

        Raises :class:`CypherError` for a query that does not parse, that writes or loads a file, that takes too long,
        or that lacks a parameter.
        """
        return ask(self._current(graph), text, parameters, timeout=timeout, max_rows=max_rows)

    def _current(self, graph: Graph) -> kglite.FrozenGraph:
        loaded = self._loaded
        if loaded is None or loaded[0] != graph.generation:
            with self._lock:
                loaded = self._loaded
                if loaded is None or loaded[0] != graph.generation:
                    generation = graph.generation
                    loaded = generation, open_projection(graph)
                    self._loaded = loaded
        return loaded[1]


def ask(
    frozen: kglite.FrozenGraph,
    text: str,
    parameters: Mapping[str, Parameter],
    *,
    timeout: float,
    max_rows: int | None = None,
) -> CypherAnswer:
    """Answer a query from a projection; see :meth:`CypherEngine.answer`."""
    if _LOADS_CSV.search(text):
        raise CypherError(
            "file", "LOAD CSV is refused: a query here reads no file; pass text that holds the words as $parameter"
        )
    try:
        view = frozen.cypher(text, params=dict(parameters), timeout_ms=max(1, int(timeout * 1000)), row_limit=max_rows)
    except kglite.CypherSyntaxError as error:
        if _WRITES_INSIDE in str(error):
            raise CypherError("write", _READ_ONLY) from error
        raise CypherError("syntax", abridged(f"the query does not parse: {error}")) from error
    except kglite.ReadOnlyError as error:
        raise CypherError("write", _READ_ONLY) from error
    except kglite.CypherTimeoutError as error:
        raise CypherError("time", f"the query was stopped after {timeout:g} seconds") from error
    except (kglite.KgError, ValueError, TypeError, OverflowError, RecursionError) as error:
        reason: Reason = "parameter" if "Missing parameter" in str(error) else "other"
        raise CypherError(reason, abridged(f"the query cannot be answered: {error}")) from error
    if ";" in text and _SECOND_STATEMENT.search(_QUOTED.sub(" ", text)):  # the engine answers the last alone
        raise CypherError("syntax", "the text holds more than one statement; ask them one at a time")
    if isinstance(view, str):
        message = "FORMAT CSV is refused: an answer has rows; ask for CSV with kg query --format csv"
        raise CypherError("syntax", message)
    try:
        rows = _rows(view, plain=_makes_no_labels(text, parameters))
    except RecursionError as error:
        raise CypherError("other", TOO_DEEP) from error
    return CypherAnswer(tuple(view.columns), tuple(abridged(str(warning)) for warning in view.warnings), rows)


def open_projection(graph: Graph, folder: Path | None = None) -> kglite.FrozenGraph:
    """The projection of the graph's generation, from its file, else made and, where the folder can be written, kept.

    ``folder`` is ``projections`` in the graph's own where none is named.
    """
    folder = folder or graph.path / "projections"
    file = folder / f"kglite-{version('kglite')}-{FORMAT}-{graph.generation}.kgl"
    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / "kglite.lock"):
            if (kept := _load(file)) is not None:
                return kept
            made = build(project(graph))
            fresh = folder / "kglite.new.kgl"
            made.save(str(fresh))
            fresh.replace(file)
            for other in folder.glob("kglite-*.kgl"):
                if other.name < file.name:
                    other.unlink(missing_ok=True)
    except OSError:  # a folder that cannot be written
        return _load(file) or build(project(graph)).freeze()
    return _load(file) or made.freeze()


def _load(file: Path) -> kglite.FrozenGraph | None:
    if not file.exists():
        return None
    try:
        return kglite.load(str(file)).freeze()
    except (kglite.KgError, OSError, ValueError):  # damaged: as good as none
        return None


def build(rows: Projection) -> kglite.KnowledgeGraph:
    """The rows as a graph in memory."""
    graph = kglite.KnowledgeGraph()

    def write(statement: str, given: Iterable[dict[str, Any]]) -> None:
        for batch in batches(given, _BATCH):
            graph.cypher(statement, params={"rows": batch})

    for label in vocabulary().entity_types:
        write(
            f"UNWIND $rows AS row CREATE (n:Entity:{label} {{id: row.id}}) SET n += row.properties",
            ({"id": e.id, "properties": dict(e.properties)} for e in rows.entities if e.type == label),
        )
    write(
        "UNWIND $rows AS row CREATE (n:Article {id: row.id}) SET n += row.properties",
        ({"id": a.id, "properties": dict(a.properties)} for a in rows.articles),
    )
    for labels, is_figure in (("Claim", False), ("Claim:Figure", True)):
        write(
            f"UNWIND $rows AS row CREATE (n:{labels} {{id: row.id}}) SET n += row.properties",
            ({"id": c.id, "properties": dict(c.properties)} for c in rows.claims if c.is_figure == is_figure),
        )
    between = (
        "UNWIND $rows AS row MATCH (s:{} {{id: row.source}}) MATCH (t:{} {{id: row.target}}) CREATE (s)-[r:{}]->(t)"
    )
    for type_ in vocabulary().relation_types.values():
        write(
            between.format("Entity", "Entity", type_.cypher) + " SET r += row.properties",
            (
                {"source": r.source, "target": r.target, "properties": dict(r.properties)}
                for r in rows.relationships
                if r.type == type_.cypher
            ),
        )
    write(between.format("Claim", "Entity", "SUBJECT"), ({"source": c.id, "target": c.subject} for c in rows.claims))
    write(
        between.format("Claim", "Entity", "OBJECT"),
        ({"source": c.id, "target": c.object} for c in rows.claims if c.object),
    )
    write(
        between.format("Claim", "Article", "CITES") + " SET r += row.properties",
        ({"source": c.claim, "target": c.article, "properties": {"id": c.id, **c.properties}} for c in rows.citations),
    )
    write(
        between.format("Article", "Entity", "MENTIONS"),
        ({"source": m.article, "target": m.entity} for m in rows.mentions),
    )
    return graph


def _makes_no_labels(text: str, parameters: Mapping[str, Parameter]) -> bool:
    """Whether no map that a query makes can have the key ``labels``, so that whatever has it is a node."""
    return "labels" not in text and "\\" not in text and _SCALARS.issuperset(map(type, parameters.values()))


def _rows(view: kglite.ResultView, *, plain: bool) -> tuple[tuple[Value, ...], ...]:
    """The engine's rows, with its nodes, relationships and paths made ours; ``plain``: no map looks like a node."""
    with _uncollected():
        return tuple(zip(*(_column(view.column(name), plain) for name in view.columns), strict=True))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: it would go through rows that are still being made again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _column(given: list[Any], plain: bool) -> list[Value]:
    types = set(map(type, given))
    if types <= _SCALARS:
        return given
    if plain and types == {dict}:
        return [Node(value) if "labels" in value else _value(value) for value in given]
    return [_value(value) for value in given]


def _value(value: Any) -> Value:
    """A value of the engine with nodes, relationships and paths, which it gives as dictionaries, made ours."""
    if type(value) is dict:
        if _is_node(value):
            return Node(value)
        if _is_relationship(value):
            return _relationship(value)
        if _is_path(value):
            return Route(tuple(map(Node, value["nodes"])), tuple(map(_relationship, value["relationships"])))
        return {key: _value(item) for key, item in value.items()}
    if type(value) is list:
        return value if _SCALARS.issuperset(map(type, value)) else [_value(item) for item in value]
    return value  # type: ignore[no-any-return]


def _is_node(value: Any) -> bool:
    """Whether a value is a node, and not a map with the same keys that a query made."""
    if type(value) is not dict or len(value) != _NODE_KEYS:
        return False
    try:
        number, labels, shown = value["id"], value["labels"], value["properties"]
    except KeyError:
        return False
    return (
        type(number) is int
        and labels in _LABELS
        and type(shown) is dict
        and "id" in shown
        and "type" in shown  # this and the title are on each node, whether they were stored or not
        and "title" in shown
    )


def _is_relationship(value: Any) -> bool:
    if type(value) is not dict or tuple(value) != _RELATIONSHIP:
        return False
    number, start, end, type_, properties = value.values()
    return (
        type(number) is type(start) is type(end) is int
        and type(type_) is str
        and type_ in _TYPES
        and type(properties) is dict
    )


def _is_path(value: dict[str, Any]) -> bool:
    if tuple(value) != _PATH or not all(type(part) is list for part in value.values()):
        return False
    if len(value["nodes"]) != len(value["relationships"]) + 1:
        return False
    return all(map(_is_node, value["nodes"])) and all(map(_is_relationship, value["relationships"]))


def _relationship(value: Mapping[str, Any]) -> Relationship:
    return Relationship(value["id"], value["type"], value["start"], value["end"], value["properties"])


def _flat(value: object) -> Iterator[Node | Relationship]:
    if isinstance(value, Node | Relationship):
        yield value
    elif isinstance(value, Route):
        yield from value.nodes
        yield from value.relationships
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, dict):
        yield from _flat(list(value.values()))
