"""``kg export``."""

import click

from kg.cli.common import graph_option, write
from kg.errors import NotFoundError
from kg.graph import Graph

_FORMATS = ("graphml", "gexf", "cytoscape", "nodelink")


@click.command("export")
@click.argument("target", required=False, type=click.Choice(["neo4j-csv"]))
@graph_option
@click.option("--around", metavar="NAME", help="Name or id of an entity.  [default: the whole graph]")
@click.option("--hops", type=click.IntRange(min=0), metavar="N", help="Edges to walk.  [default: 1]")
@click.option("--types", metavar="TYPE,TYPE", help="Relation types, as in competes_with,acquires.  [default: all]")
@click.option("--format", type=click.Choice(_FORMATS), help="[default: graphml]")
@click.option("--output", metavar="FILE", help="Where to write, whole or not at all.  [default: standard output]")
def export_command(
    target: str | None,
    folder: str,
    around: str | None,
    hops: int | None,
    types: str | None,
    format: str | None,
    output: str | None,
) -> None:
    """Write the graph, or what is near an entity, for Gephi, yEd, Cytoscape and networkx.

    Every edge carries its type, status, articles and quotes. With neo4j-csv, the whole graph as a new folder of files
    for neo4j-admin database import full.
    """
    if target is not None:
        if (around, hops, types, format) != (None, None, None, None):
            raise click.UsageError("neo4j-csv writes the whole graph; give --graph and --output alone.")
        if output is None or output == "-":
            raise click.UsageError("neo4j-csv needs --output, a new folder.")
        from kg.export.neo4j_csv import write_neo4j_csv

        write_neo4j_csv(Graph.open(folder), output)
        return
    if hops is not None and around is None:
        raise click.UsageError("--hops counts from an entity; name it with --around.")
    from kg.export.write import save, serialize  # networkx takes long to import and few commands need it

    graph = Graph.open(folder)
    names = None if types is None else [name.strip() for name in types.split(",") if name.strip()]
    if names == []:
        raise NotFoundError("--types names no relation type")
    found = graph.to_networkx(around=around, hops=1 if hops is None else hops, types=names)
    data = serialize(found, format or "graphml")
    if output is None or output == "-":
        write(data)
    else:
        save(data, output)
