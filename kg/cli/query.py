"""``kg query``."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from pyoxigraph import Literal, NamedNode
from rich import box
from rich.table import Table
from rich.text import Text

from kg.cli.common import graph_option, output, plain, shown, write
from kg.errors import QueryError
from kg.graph import Graph
from kg.namespaces import BASE, PREFIXES, id_of
from kg.query import Answer, Parameter, Value

if TYPE_CHECKING:
    from kg.loaders.kglite import CypherAnswer
    from kg.loaders.kglite import Value as CypherValue

_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "nt", "rdfxml", "jsonld")
_LONGEST_CELL: Final = 300
_FILE_NAME: Final = re.compile(r"[\w./\\~:-]+\.(?:rq|sparql|cypher|cql|cyp|txt)")
_GIVEN: Final = "kg.query.parameters"


def _parameters(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    context.meta[_GIVEN] = values
    for value in values:
        name, equals, content = value.partition("=")
        if not equals or not name.removesuffix(":").isidentifier():
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, parameter)
        try:
            found[name.removesuffix(":")] = _number(content) if name.endswith(":") else _text_or_iri(content)
        except ValueError as error:
            raise click.BadParameter(f"{value!r}: {error}", context, parameter) from error
    return found


def _number(text: str) -> Parameter:
    value: Any = json.loads(text)
    if not isinstance(value, bool | int | float):
        raise ValueError("after := stands a number, true or false")
    return value


def _text_or_iri(text: str) -> Parameter:
    if not (text.startswith("<") and text.endswith(">")):
        return text
    iri = text[1:-1]
    return NamedNode(iri if ":" in iri else BASE + iri)


@click.command("query")
@graph_option
@click.option("--sparql", metavar="QUERY", help="SPARQL text, a file that holds it (also @FILE), or - for stdin.")
@click.option("--cypher", metavar="QUERY", help="Cypher, given in the same ways.")
@click.option(
    "--format",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="table, csv, tsv, json, xml for rows; table, ttl, nt, rdfxml, jsonld for CONSTRUCT.",
)
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parameters,
    help="Bind a variable that the SELECT names, or $name in Cypher: name=text, name=<iri>, name=<entity/id>, name:=5. "
    "Repeatable.",
)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop the query after this time."
)
@click.pass_context
def query_command(
    context: click.Context,
    folder: str,
    sparql: str | None,
    cypher: str | None,
    format: str,
    parameters: dict[str, Parameter],
    timeout: float | None,
) -> None:
    """Answer a SPARQL or a Cypher query.

    Cypher sees the property graph, and answers as table, csv or json. In SPARQL the union of all articles' graphs is
    the default graph, GRAPH ?article reaches each one, and the usual prefixes (kg, schema, prov, oa, skos ...) need no
    declaration. A table shortens values of more than 300 characters; the other formats hold them whole.
    """
    if (sparql is None) == (cypher is None):
        raise click.UsageError("Give one of --sparql and --cypher.")
    if timeout is not None:
        language = ("--sparql", sparql) if sparql is not None else ("--cypher", cypher or "")
        bound = [word for value in context.meta[_GIVEN] for word in ("--param", value)]
        context.exit(_in_time(["--graph", folder, *language, "--format", format, *bound], timeout))
    graph = Graph.open(folder)
    if cypher is not None:
        rows = graph.cypher(query_text(cypher), **{name: _plain(value) for name, value in parameters.items()})
        for warning in rows.warnings:
            click.echo(f"kg: {plain(warning)}", err=True)
        cells = ([_cypher_cell(value) for value in row] for row in rows)
        _write(rows, format, rows.columns, cells)
    elif sparql is not None:
        answer = graph.query(query_text(sparql), **parameters)
        _write(answer, format, answer.columns, ([_cell(value) for value in row] for row in answer))


def _in_time(arguments: list[str], seconds: float) -> int:
    """The same command in a process that can be stopped, whatever the engine does; its exit code."""
    try:
        code = subprocess.run(
            [sys.executable, "-m", "kg", "query", *arguments], timeout=seconds, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        raise QueryError(f"the query was stopped after {seconds:g} seconds; narrow it, or add LIMIT") from None
    if code < 0:
        raise QueryError(f"the engine was ended by signal {-code}; make the query shorter or less deep")
    return code


def _write(answer: "Answer | CypherAnswer", format: str, columns: Iterable[str], cells: Iterable[list[str]]) -> None:
    if format == "table":
        output(wide=True).print(_table(columns, cells))
    else:
        write(answer.serialize(format))


def _plain(value: Parameter) -> str | int | float | bool:
    """A parameter as Cypher takes it: an entity or article by its id."""
    return id_of(value.value) if isinstance(value, NamedNode | Literal) else value


def _cypher_cell(value: "CypherValue") -> str:
    from kg.loaders.kglite import cell

    return cell(value)


def query_text(given: str) -> str:
    """The text of a query: itself, or what stands in the file it names or on standard input."""
    try:
        if given == "-":
            return sys.stdin.read()
        if given.startswith("@"):
            return Path(given[1:]).read_text(encoding="utf-8")
        if _is_file(given):
            return Path(given).read_text(encoding="utf-8")
        if _FILE_NAME.fullmatch(given):
            raise QueryError(f"{given}: no such file, and it is no query")
        return given
    except UnicodeDecodeError as error:
        raise QueryError(f"{given}: the query is not UTF-8 text") from error


def _is_file(given: str) -> bool:
    try:
        return "\n" not in given and Path(given).is_file()
    except (OSError, ValueError):  # too long, or with a NUL, for the name of a file
        return False


def _table(columns: Iterable[str], rows: Iterable[list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in columns:
        table.add_column(shown(column), overflow="fold")
    for row in rows:
        table.add_row(*map(_shortened, row))
    return table


def _shortened(cell: str) -> Text:
    text = shown(cell[: _LONGEST_CELL + 1])
    text.truncate(_LONGEST_CELL, overflow="ellipsis")
    return text


def _cell(value: Value) -> str:
    """A value for people: an IRI of this project or of a known namespace is shortened."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            for prefix, namespace in PREFIXES.items():
                if value.startswith(namespace):
                    return f"{prefix}:{value.removeprefix(namespace)}"
            return value.removeprefix(BASE)
        case number:
            return str(number)
