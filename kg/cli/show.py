"""``kg show``: the card of an entity in the terminal."""

from itertools import groupby

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.card import Card, Edge, Reading, card, card_json, number_for_people
from kg.cli.common import graph_option, json_option, output, print_indented, print_json, shown
from kg.graph import Graph, Source
from kg.model import Article, Quantity, Relation


@click.command("show")
@click.argument("name")
@graph_option
@json_option
def show_command(name: str, folder: str, as_json: bool) -> None:
    """Show what the graph says about a company, product, person or place.

    NAME is a name, an alias or an id. Of several entities with one name, the one in most articles is shown.
    """
    found = card(Graph.open(folder), name)
    if as_json:
        print_json(card_json(found))
    else:
        _print(found, output())


def _print(found: Card, console: Console) -> None:
    entity = found.entity
    console.print(shown(entity.name, "bold"), Text(f"({entity.type}, {entity.id})", "dim"))
    if entity.aliases:
        print_indented(Text("also ") + shown("; ".join(entity.aliases)), 2, console)
    if entity.identifiers:
        print_indented(shown(", ".join(f"{scheme} {value}" for scheme, value in entity.identifiers)), 2, console)
    for label, edges in groupby(found.edges, key=lambda e: e.label):
        console.print()
        console.print(Text(label, "bold cyan"))
        for edge in edges:
            _print_edge(edge, console)
    if found.figures:
        console.print()
        console.print(Text("figures", "bold cyan"))
        console.print(_figures(found))
    if not (found.edges or found.figures):
        print_indented(Text("mentioned, but no relation or figure"), 2, console)
    if found.others:
        console.print()
        console.print(Text("also of this name", "bold cyan"))
        for other in found.others:
            print_indented(shown(f"{other.name} ({other.type}, {other.id})"), 2, console)


def _print_edge(edge: Edge, console: Console) -> None:
    print_indented(shown(edge.other.name, "bold") + Text(f"  {edge.status}", "green"), 2, console)
    for source in edge.sources:
        said = source.claim.status if isinstance(source.claim, Relation) else edge.status
        for evidence in source.claim.evidence:
            print_indented(Text("“") + shown(evidence.quote) + Text("”"), 4, console)
        cited = _citation(source.article)
        if said != edge.status:
            cited += f" ({said})"
        print_indented(shown(cited, "dim"), 4, console)


def _figures(found: Card) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("metric", "value", "unit", "period", "kind", "article"):
        table.add_column(heading, justify="right" if heading == "value" else "left", overflow="fold")
    for reading in found.figures:
        articles = Text("\n").join(shown(_short_citation(s)) for s in reading.sources)
        figure = reading.figure
        table.add_row(
            shown(_metric(reading, found.entity.id)),
            _numbers(figure.quantity, *figure.also),
            Text("\n").join(shown(q.unit) for q in (figure.quantity, *figure.also)),
            shown(figure.period or figure.period_text or ""),
            shown(figure.kind),
            articles,
        )
    return table


def _metric(reading: Reading, entity: str) -> str:
    if reading.entity.id != entity:
        return f"{reading.metric} of {reading.entity.name}"
    return f"{reading.metric} ({reading.about.name})" if reading.about else reading.metric


def _numbers(*quantities: Quantity) -> Text:
    return Text("\n").join(Text(number_for_people(q.value)) for q in quantities)


def _citation(article: Article) -> str:
    return ", ".join(p for p in (article.title, article.publisher, article.published, article.url) if p) or article.id


def _short_citation(source: Source) -> str:
    article = source.article
    return ", ".join(p for p in (article.publisher, article.published) if p) or article.title or article.id
