"""``kg load``."""

import os
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import Progress

from kg.cli.common import Commands, graph_option, json_option, print_json
from kg.errors import LoadError
from kg.graph import Graph


@click.group("load", cls=Commands)
def load_command() -> None:
    """Bring a server up to date with the graph."""


@load_command.command("neo4j")
@graph_option
@click.option("--uri", required=True, metavar="URI", help="As in bolt://localhost:7687 or neo4j+s://host.")
@click.option("--user", default="neo4j", show_default=True, metavar="NAME")
@click.option(
    "--password-env",
    default="NEO4J_PASSWORD",
    show_default=True,
    metavar="VARIABLE",
    help="What holds the password.",
)
@click.option("--database", metavar="NAME", help="Database to load into.  [default: the user's home database]")
@click.option("--quiet", is_flag=True, help="Print nothing but failures.")
@json_option
def neo4j_command(
    folder: str, uri: str, user: str, password_env: str, database: str | None, quiet: bool, as_json: bool
) -> None:
    """Load a Neo4j server over Bolt.

    Only articles that changed since the last load are written; what was retracted here is deleted there. After an
    interruption, the same command continues.
    """
    from kg.loaders.neo4j import connect, load  # the driver takes long to import and few commands need it

    password = os.environ.get(password_env)
    if password is None:
        raise LoadError(f"the environment variable {password_env} is not set; put the password of {user} there")
    graph = Graph.open(folder)
    bar = Progress(console=Console(stderr=True), disable=quiet or as_json)
    task = bar.add_task("articles", total=None)

    def on_progress(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    with connect(uri, user, password) as driver, bar:
        report = load(graph, driver, database=database, on_progress=on_progress)
    if as_json:
        print_json(asdict(report))
    elif not quiet:
        click.echo(
            f"{report.articles} articles written, {report.unchanged} unchanged, {report.retracted} retracted; "
            f"{report.claims} claims written, {report.claims_removed} removed"
        )
