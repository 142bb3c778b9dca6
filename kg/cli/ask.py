"""``kg ask``: the questions of ``queries/``."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import StringIO
from typing import Final

import click
from rich import box
from rich.table import Table
from rich.text import Text

from kg.cli.common import graph_option, output, print_json, shown, write
from kg.graph import Graph
from kg.questions import ENGINES, Engine, Question, Rows, Value, answer, bind, question, questions, written

_LONGEST_CELL: Final = 300


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("name", "question", "parameters"):
        table.add_column(heading, overflow="fold")
    for asked in questions().values():
        table.add_row(shown(asked.name, "bold"), shown(asked.text), shown(", ".join(_parameters(asked))))
    output().print(table)
    context.exit()


def _parameters(asked: Question) -> Iterator[str]:
    for parameter in asked.parameters:
        if parameter.required:
            yield parameter.name
        else:
            yield f"[{parameter.name}={parameter.default}]" if parameter.default is not None else f"[{parameter.name}]"


def _pairs(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, content = value.partition("=")
        if not (name and equals and content):
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, parameter)
        pairs[name] = content
    return pairs


@click.command("ask")
@click.argument("name")
@graph_option
@click.option("--company", metavar="NAME", help="Short for --param company=NAME: a name, an alias or an id.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="A parameter of the question. Repeatable.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default="sparql", show_default=True, help="The language it is asked in."
)
@click.option("--format", type=click.Choice(("table", "csv", "json")), default="table", show_default=True)
@click.option(
    "--print",
    "to_print",
    is_flag=True,
    help="Print the query, its parameters written into it, instead of asking it: for another client of the graph.",
)
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="Name all questions.")
def ask_command(
    name: str,
    folder: str,
    company: str | None,
    parameters: dict[str, str],
    engine: Engine,
    format: str,
    to_print: bool,
) -> None:
    """Ask one of the questions in queries/, in SPARQL or in Cypher.

    Both languages give the same rows. A table shows entities by name; csv and json hold the id, and the name beside it.
    """
    if company is not None:
        if "company" in parameters:
            raise click.UsageError("Give --company or --param company=NAME, not both.")
        parameters = {"company": company, **parameters}
    asked = question(name)
    graph = Graph.open(folder)
    if to_print:
        write(_text(asked, bind(asked, graph, parameters), engine))
        return
    found = answer(asked, graph, parameters, engine=engine)

    @cache
    def names(entity: str) -> str:
        return graph.entity(entity).name

    match format:
        case "json":
            print_json([dict(row) for row in _with_names(found, names)])
        case "csv":
            write(_csv(found, names))
        case _:
            output(wide=True).print(_table(found, names))


def _text(asked: Question, values: Mapping[str, Value], engine: Engine) -> str:
    """The query as another client can send it; Cypher's clients take parameters, which stand in its last line."""
    if engine == "sparql":
        return written(asked, values)
    return f"{asked.cypher.rstrip()}\n// parameters: {json.dumps(values)}\n"


def _with_names(found: Rows, names: Callable[[str], str]) -> Iterator[list[tuple[str, Value]]]:
    for row in found:
        cells: list[tuple[str, Value]] = []
        for column, value in zip(found.question.columns, row, strict=True):
            cells.append((column.name, value))
            if column.type == "entity":
                cells.append((f"{column.name}_name", names(str(value)) if value else None))
        yield cells


def _csv(found: Rows, names: Callable[[str], str]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    headings = [(c.name, f"{c.name}_name") if c.type == "entity" else (c.name,) for c in found.question.columns]
    writer.writerow(heading for pair in headings for heading in pair)
    writer.writerows([value for _, value in row] for row in _with_names(found, names))
    return out.getvalue()


def _table(found: Rows, names: Callable[[str], str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in found.question.columns:
        numeric = column.type in ("integer", "number")
        table.add_column(shown(column.name), justify="right" if numeric else "left", overflow="fold")
    for row in found:
        cells = zip(found.question.columns, row, strict=True)
        table.add_row(
            *(_cell(names(str(value)) if value and column.type == "entity" else value) for column, value in cells)
        )
    return table


def _cell(value: Value) -> Text:
    match value:
        case None:
            return Text("")
        case float() if value.is_integer():
            return Text(str(int(value)))
        case _:
            text = shown(str(value)[: _LONGEST_CELL + 1])
            text.truncate(_LONGEST_CELL, overflow="ellipsis")
            return text
