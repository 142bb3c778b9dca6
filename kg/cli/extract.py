"""``kg extract``."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from kg.building import not_extracted, try_extract_all
from kg.card import number_for_people
from kg.cli.common import (
    Failure,
    harmless,
    min_confidence_option,
    output,
    plain,
    print_indented,
    reading_options,
    shown,
    sources_argument,
    workers_option,
    write,
)
from kg.errors import ReadingError
from kg.extraction.confidence import surest
from kg.extraction.jsonl import Json, to_json
from kg.model import Article, Claim, Extraction, Relation
from kg.parallel import map_in_order
from kg.reading import ReadingOptions, read
from kg.vocabulary import vocabulary

if TYPE_CHECKING:
    from kg.extraction.explain import Explanation, Reading


@click.command("extract")
@sources_argument
@click.option(
    "--format", type=click.Choice(["jsonl"]), default="jsonl", show_default=True, help="One JSON object an article."
)
@min_confidence_option
@click.option("--explain", is_flag=True, help="Say for each claim where it was read, by what, and how sure that is.")
@click.option("--json", "as_json", is_flag=True, help="With --explain, the same as JSON lines.")
@workers_option
@reading_options
def extract_command(
    sources: tuple[str, ...],
    format: str,  # noqa: ARG001
    min_confidence: float,
    explain: bool,
    as_json: bool,
    workers: int,
    options: ReadingOptions,
) -> None:
    """Print what each article says, without a graph.

    One JSON object an article: entities with their mentions, relations, and figures under "claims", each with its
    evidence. With --explain, text for people, or with --json the same objects with "readings" in each claim. What
    cannot be read is listed on standard error.
    """
    articles = _readable(sources, options)
    extracted = False
    for outcome in _outcomes(articles, explain=explain, min_confidence=min_confidence, workers=workers):
        if isinstance(outcome, ReadingError):
            _report(outcome)
            continue
        extracted = True
        if isinstance(outcome, Extraction):
            _write(to_json(outcome))
        elif as_json:
            _write(outcome.to_json())
        else:
            _print(outcome, output())
    if not extracted:
        raise Failure("no article could be read")


def _outcomes(
    articles: Iterable[Article], *, explain: bool, min_confidence: float, workers: int
) -> "Iterator[Extraction | Explanation | ReadingError]":
    if explain:
        yield from map_in_order(partial(_try_explain_all, min_confidence=min_confidence), articles, workers=workers)
    else:
        read = partial(try_extract_all, min_confidence=min_confidence)
        yield from (outcome for _, outcome in map_in_order(read, articles, workers=workers))


def _try_explain_all(articles: Sequence[Article], *, min_confidence: float) -> "list[Explanation | ReadingError]":
    return [_try_explain(article, min_confidence=min_confidence) for article in articles]


def _try_explain(article: Article, *, min_confidence: float) -> "Explanation | ReadingError":
    from kg.extraction.explain import explain

    try:
        return explain(article, min_confidence=min_confidence)
    except Exception as error:  # as in kg.building.try_extract_all
        return not_extracted(article, error)


def _readable(sources: tuple[str, ...], options: ReadingOptions) -> Iterator[Article]:
    for article in read(*sources, options=options):
        if isinstance(article, ReadingError):
            _report(article)
        else:
            yield article


def _write(found: Json) -> None:
    write(json.dumps(found, ensure_ascii=False) + "\n")


def _report(error: ReadingError) -> None:
    click.echo(f"failed: {plain(str(error))}", err=True)


def _print(explanation: "Explanation", console: Console) -> None:
    extraction = explanation.extraction
    names = {entity.id: entity.name for entity, _ in extraction.entities}
    article = extraction.article
    console.print(shown(article.source or article.id, "bold cyan"))
    for claim in extraction.claims:
        print_indented(_headline(claim, names), 2, console)
        for reading in explanation.of(claim):
            print_indented(_sentence(reading, bold=console.color_system is not None), 4, console)
            print_indented(Text(plain(_origin(reading)), "dim"), 4, console)
    if not extraction.claims:
        print_indented(Text("no claim"), 2, console)
    console.print()


def _headline(claim: Claim, names: dict[str, str]) -> Text:
    if isinstance(claim, Relation):
        label = vocabulary().relation_types[claim.type].label
        words = f"{names[claim.subject]} {label} {names[claim.object]}: {claim.status}"
    else:
        about = f", about {names[claim.about]}" if claim.about else ""
        period = f", {claim.period or claim.period_text}" if claim.period or claim.period_text else ""
        amount = f"{number_for_people(claim.quantity.value)} {claim.quantity.unit}"
        words = f"{names[claim.subject]}, {claim.metric}: {amount}{about}{period}, {claim.kind}"
    return shown(words, "bold") + Text(f", {surest(claim):.2f}")


def _sentence(reading: "Reading", *, bold: bool) -> Text:
    """The quote with its marks, bold where the terminal can, else in brackets."""
    evidence = reading.evidence
    quote = harmless(evidence.quote)
    text = Text()
    done = 0
    for mark in reading.marks:
        start, end = mark.start - evidence.start, mark.end - evidence.start
        text.append(quote[done:start])
        text.append(quote[start:end] if bold else f"[{quote[start:end]}]", "bold")
        done = end
    return text.append(quote[done:])


def _origin(reading: "Reading") -> str:
    evidence = reading.evidence
    origin = f"read by {evidence.extractor}, {evidence.confidence:.2f}"
    match reading.status_from:
        case None:
            return origin
        case "words" if reading.status_word:
            return f"{origin}; {reading.status}, decided by \u201c{reading.status_word.text}\u201d"
        case "words":
            return f"{origin}; {reading.status}, as no word says otherwise"
        case source:
            return f"{origin}; {reading.status}, set by the {source}"
