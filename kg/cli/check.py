"""``kg check``."""

from dataclasses import asdict

import click

from kg.cli.common import Failure, graph_option, json_option, plain, print_json
from kg.graph import Graph


@click.command("check")
@graph_option
@json_option
def check_command(folder: str, as_json: bool) -> None:
    """Check the graph: its SHACL shapes, and that every quote stands at its offsets.

    Ends with exit code 1 when anything is wrong.
    """
    from kg.check import check  # pyshacl and rdflib take half a second to import

    report = check(Graph.open(folder))
    if as_json:
        print_json({**asdict(report), "ok": report.ok})
    else:
        for problem in report.problems:
            click.echo(plain(f"{problem.article}: {problem.node}: {problem.message}"))
    if not report.ok:
        raise Failure(f"{len(report.problems):,} problems in {folder}; build it again from its articles")
    if not as_json:
        click.echo(f"{report.articles:,} articles and {report.quotes:,} quotes checked, all well")
