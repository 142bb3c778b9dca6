"""``kg dump``."""

import os
import sys
from pathlib import Path

import click

from kg.cli.common import graph_option
from kg.graph import DUMP_FORMATS, Graph


@click.command("dump")
@graph_option
@click.option("--format", type=click.Choice([*DUMP_FORMATS]), default="trig", show_default=True)
@click.option("--output", metavar="FILE", help="Where to write, whole or not at all.  [default: standard output]")
def dump_command(folder: str, format: str, output: str | None) -> None:
    """Write the whole graph as RDF.

    All formats but Turtle keep the named graph of each article.
    """
    graph = Graph.open(folder)
    if output is None or output == "-":
        graph.dump(sys.stdout.buffer, format=format)
        sys.stdout.buffer.flush()
        return
    file = Path(output)
    if file.exists() and not file.is_file():  # a device or a pipe is written to, not replaced
        with file.open("wb") as stream:
            graph.dump(stream, format=format)
        return
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with fresh.open("xb") as stream:
            graph.dump(stream, format=format)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
