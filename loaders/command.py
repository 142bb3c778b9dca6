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


@load_command.command("sparql")
@graph_option
@click.option("--endpoint", required=True, metavar="URL", help="Where the store answers queries.")
@click.option("--update", metavar="URL", help="Where it takes updates.  [default: the endpoint]")
@click.option("--graph-store", metavar="URL", help="Where it takes whole graphs (Graph Store Protocol), not updates.")
@click.option("--user", metavar="NAME", help="Log in as this user.")
@click.option(
    "--password-env",
    default="SPARQL_PASSWORD",
    show_default=True,
    metavar="VARIABLE",
    help="What holds the user's password.",
)
@click.option("--digest", is_flag=True, help="Log in by HTTP digest, not basic authentication.")
@click.option("--token-env", metavar="VARIABLE", help="What holds an access token, sent instead of a user's password.")
@click.option(
    "--timeout",
    default=120.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long to wait for each answer.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but failures.")
@json_option
def sparql_command(
    folder: str,
    endpoint: str,
    update: str | None,
    graph_store: str | None,
    user: str | None,
    password_env: str,
    digest: bool,
    token_env: str | None,
    timeout: float,
    quiet: bool,
    as_json: bool,
) -> None:
    """Load any store that speaks SPARQL 1.1 over HTTP.

    Only graphs of articles that changed since the last load are written; what was retracted here is dropped there.
    After an interruption, the same command continues. The store holds one graph of this kind; its graphs with other
    names are left alone.
    """
    from kg.loaders.endpoint import Endpoint, login  # the client takes long to import and few commands need it
    from kg.loaders.sparql import load

    if update and graph_store:
        raise click.UsageError("--update and --graph-store are two ways to write; give the one the store is better at")
    if user and token_env:
        raise click.UsageError("--user and --token-env are two ways to log in; give one")
    auth = None
    if user:
        auth = login(user, _secret(password_env, f"the password of {user}"), digest=digest)
    elif token_env:
        auth = login(None, _secret(token_env, "the access token"))
    graph = Graph.open(folder)
    bar = Progress(console=Console(stderr=True), disable=quiet or as_json)
    task = bar.add_task("graphs", total=None)

    def on_progress(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    with Endpoint(endpoint, update=update, graph_store=graph_store, auth=auth, timeout=timeout) as server, bar:
        report = load(graph, server, on_progress=on_progress)
    if as_json:
        print_json(asdict(report))
    elif not quiet:
        click.echo(
            f"{report.articles} articles written, {report.unchanged} unchanged, {report.retracted} retracted; "
            f"{report.statements} statements sent"
        )


def _secret(variable: str, what: str) -> str:
    secret = os.environ.get(variable)
    if secret is None:
        raise LoadError(f"the environment variable {variable} is not set; put {what} there")
    return secret
