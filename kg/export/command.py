"""``kg export``."""

import click

from kg.cli.common import graph_option, write
from kg.errors import NotFoundError
from kg.graph import Graph

_FORMATS = ("graphml", "gexf", "cytoscape", "nodelink")


@click.command("export")
@graph_option
@click.option("--around", metavar="NAME", help="Name or id of an entity.  [default: the whole graph]")
@click.option("--hops", default=1, show_default=True, type=click.IntRange(min=0), metavar="N", help="Edges to walk.")
@click.option("--types", metavar="TYPE,TYPE", help="Relation types, as in competes_with,acquires.  [default: all]")
@click.option("--format", type=click.Choice(_FORMATS), default="graphml", show_default=True)
@click.option("--output", metavar="FILE", help="Where to write, whole or not at all.  [default: standard output]")
def export_command(
    folder: str, around: str | None, hops: int, types: str | None, format: str, output: str | None
) -> None:
    """Write the graph, or what is near an entity, for Gephi, yEd, Cytoscape and networkx.

    Every edge carries its type, status, articles and quotes.
    """
    from kg.export.write import save, serialize  # networkx takes long to import and few commands need it

    graph = Graph.open(folder)
    names = None if types is None else [name.strip() for name in types.split(",") if name.strip()]
    if names == []:
        raise NotFoundError("--types names no relation type")
    data = serialize(graph.to_networkx(around=around, hops=hops, types=names), format)
    if output is None or output == "-":
        write(data)
    else:
        save(data, output)
