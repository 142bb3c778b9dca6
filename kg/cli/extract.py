"""``kg extract``."""

import json
from collections.abc import Iterator

import click

from kg.building import try_extract
from kg.cli.common import Failure, plain, reading_options, sources_argument, workers_option, write
from kg.errors import ReadingError
from kg.extraction.jsonl import to_json
from kg.model import Article
from kg.parallel import map_in_order
from kg.reading import ReadingOptions, read


@click.command("extract")
@sources_argument
@click.option(
    "--format", type=click.Choice(["jsonl"]), default="jsonl", show_default=True, help="One JSON object an article."
)
@workers_option
@reading_options
def extract_command(sources: tuple[str, ...], format: str, workers: int, options: ReadingOptions) -> None:  # noqa: ARG001
    """Print what each article says, without a graph.

    One JSON object an article: entities with their mentions, relations, and figures under "claims", each with its
    evidence. What cannot be read is listed on standard error.
    """
    extracted = False
    for _, outcome in map_in_order(try_extract, _readable(sources, options), workers=workers):
        if isinstance(outcome, ReadingError):
            _report(outcome)
        else:
            extracted = True
            write(json.dumps(to_json(outcome), ensure_ascii=False) + "\n")
    if not extracted:
        raise Failure("no article could be read")


def _readable(sources: tuple[str, ...], options: ReadingOptions) -> Iterator[Article]:
    for article in read(*sources, options=options):
        if isinstance(article, ReadingError):
            _report(article)
        else:
            yield article


def _report(error: ReadingError) -> None:
    click.echo(f"failed: {plain(str(error))}", err=True)
