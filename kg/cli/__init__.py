"""The command line: ``kg COMMAND``. One module a group of commands; each mirrors a function of the library."""

import click

from kg.cli.ask import ask_command
from kg.cli.build import build_command
from kg.cli.check import check_command
from kg.cli.common import Commands
from kg.cli.dump import dump_command
from kg.cli.evaluate import evaluate_command
from kg.cli.extract import extract_command
from kg.cli.query import query_command
from kg.cli.retract import retract_command
from kg.cli.show import show_command
from kg.cli.stats import stats_command
from kg.export.command import export_command
from kg.loaders.command import load_command
from kg.server.command import serve_command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cited-kg", prog_name="kg")
def main() -> None:
    """Business news to a knowledge graph in which every edge cites its sentence."""


for command in (
    build_command,
    extract_command,
    show_command,
    query_command,
    ask_command,
    dump_command,
    check_command,
    retract_command,
    stats_command,
    export_command,
    load_command,
    serve_command,
    evaluate_command,
):
    main.add_command(command)
