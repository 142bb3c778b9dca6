"""``kg retract``."""

import click

from kg.cli.common import graph_option, json_option, plain, print_json
from kg.graph import Graph


@click.command("retract")
@click.argument("article")
@graph_option
@json_option
def retract_command(article: str, folder: str, as_json: bool) -> None:
    """Take out what one article says, and nothing else.

    ARTICLE is its id (article/...) or its URL. What other articles say as well stays, on their word.
    """
    graph = Graph.open(folder)
    gone = graph.extraction(article)
    with graph.transaction() as writer:
        id_ = writer.retract(article)
    counts = {"entities": len(gone.entities), "relations": len(gone.relations), "figures": len(gone.figures)}
    if as_json:
        print_json({"article": id_, "title": gone.article.title, **counts})
    else:
        title = f" ({plain(gone.article.title)})" if gone.article.title else ""
        said = ", ".join(f"{n:,} {what}" for what, n in counts.items())
        click.echo(f"retracted {id_}{title}: its word on {said}")
