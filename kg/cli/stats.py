"""``kg stats``."""

from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from kg.cli.common import graph_option, json_option, output, print_json, shown
from kg.graph import Graph


@click.command("stats")
@graph_option
@json_option
def stats_command(folder: str, as_json: bool) -> None:
    """Count articles, claims, entities, relations, figures and publishers."""
    found = asdict(Graph.open(folder).statistics())
    if as_json:
        print_json(found)
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in found.items():
        if isinstance(value, dict):
            table.add_row(shown(name, "bold"))
            for key, count in value.items():
                table.add_row(Text("  ") + shown(key), f"{count:,}")
        else:
            table.add_row(shown(name, "bold"), f"{value:,}")
    output(wide=True).print(table)
