"""``kg evaluate``: how well articles are read, against annotators."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from kg.cli.common import (
    Failure,
    json_option,
    min_confidence_option,
    output,
    print_indented,
    print_json,
    shown,
    workers_option,
)
from kg.vocabulary import vocabulary

if TYPE_CHECKING:
    from kg.evaluation.core import CoreMistake, CorePair, CoreScore, PairContext, PairLabel
    from kg.evaluation.measures import Measure
    from kg.evaluation.pages import PagesScore
    from kg.evaluation.reliability import Reliability
    from kg.evaluation.scoring import GoldScore, Mistake

_ALL: Final = "all"
_FIGURES: Final = "figures"


@click.group("evaluate")
def evaluate_command() -> None:
    """Measure how well articles are read."""


def _error_types(context: click.Context, parameter: click.Parameter, wanted: tuple[str, ...]) -> frozenset[str]:
    known = (*vocabulary().relation_types, _FIGURES)
    for name in wanted:
        if name not in (*known, _ALL):
            raise click.BadParameter(f"{name!r} is none of {', '.join((*known, _ALL))}", context, parameter)
    return frozenset(known if _ALL in wanted else wanted)


def _core_classes(context: click.Context, parameter: click.Parameter, wanted: tuple[str, ...]) -> frozenset[str]:
    from kg.evaluation.core import RELATIONS

    for name in wanted:
        if name not in (*RELATIONS, _ALL):
            raise click.BadParameter(f"{name!r} is none of {', '.join((*RELATIONS, _ALL))}", context, parameter)
    return frozenset(RELATIONS if _ALL in wanted else wanted)


@evaluate_command.command("gold")
@click.argument("gold", type=click.Path(exists=True, dir_okay=False))
@click.argument("articles", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--errors",
    "error_types",
    multiple=True,
    metavar="TYPE",
    callback=_error_types,
    help="List what was missed, extra or given a wrong status: a relation type, figures, or all. Repeatable.",
)
@click.option("--reliability", is_flag=True, help="Compare confidences with the share that is right.")
@min_confidence_option
@click.option(
    "--annotators",
    default=2,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Recall counts what at least so many annotators found.",
)
@workers_option
@json_option
def gold_command(
    gold: str,
    articles: str,
    error_types: frozenset[str],
    reliability: bool,
    min_confidence: float,
    annotators: int,
    workers: int,
    as_json: bool,
) -> None:
    """Extract the annotated articles of a folder and score what was found.

    GOLD holds what annotators found, as JSON lines; ARTICLES is the folder of the articles it names.
    """
    from kg.evaluation.articles import evaluate_gold

    with _progress("articles") as on_progress:
        found = evaluate_gold(
            gold,
            articles,
            annotators=annotators,
            min_confidence=min_confidence,
            workers=workers,
            on_progress=on_progress,
        )
    tables = _reliability_tables(found) if reliability else {}
    if as_json:
        result = found.to_json()
        if error_types:
            result["errors"] = found.mistakes_of(error_types)
        if reliability:
            result["reliability"] = {name: table.to_json() for name, table in tables.items()}
        print_json(result)
        return
    console = output(wide=True)
    console.print(_gold_table(found))
    for name, table in tables.items():
        console.print()
        console.print(_reliability_table(name, table))
    _print_mistakes([m for m in found.mistakes if m.type in error_types], output())


@evaluate_command.command("core")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False),
    metavar="LABELS",
    help="Score the labels of another classifier: JSON lines with id, relation, inverted.",
)
@click.option(
    "--errors",
    "classes",
    multiple=True,
    metavar="CLASS",
    callback=_core_classes,
    help="List the pairs of a class, or all, whose relation or direction was read wrongly. Repeatable.",
)
@click.option("--held-out", "only_held_out", is_flag=True, help="Only the tenth of contexts that training never saw.")
@json_option
def core_command(file: str, labels: str | None, classes: frozenset[str], only_held_out: bool, as_json: bool) -> None:
    """Classify the pairs of a CORE file into twelve relations, both companies being given.

    FILE is a JSON array in the form of CORE. F1 is without the class undefined; directed accuracy is the share of all
    pairs with the right relation and direction. The encoder has learned from CORE's train split: --held-out leaves out
    what it learned from.
    """
    from kg.evaluation.core import read_core, read_labels, score

    pairs = read_core(file)
    given = dict(zip(pairs, read_labels(labels, pairs), strict=True)) if labels else None
    if only_held_out:
        pairs = _held_out(pairs, file)
    found = score(pairs, [given[pair] for pair in pairs] if given else _classified(pairs))
    mistakes = [m for m in found.mistakes if m.pair.label.relation in classes]
    if as_json:
        result = found.to_json()
        if classes:
            result["errors"] = [_core_mistake_json(m) for m in mistakes]
        print_json(result)
        return
    console = output(wide=True)
    console.print(_core_table(found))
    narrow = output()
    for mistake in mistakes:
        narrow.print()
        said, meant = _directed(mistake.said), _directed(mistake.pair.label)
        narrow.print(Text(f"{said}, meant {meant}: ", "bold") + shown(mistake.pair.id))
        print_indented(shown(_marked(mistake.pair.context)), 2, narrow)


def _held_out(pairs: "Sequence[CorePair]", file: str) -> "list[CorePair]":
    from kg.evaluation.encoder import held_out
    from kg.extraction.windows import coder

    code = coder()
    found = [pair for pair in pairs if held_out(pair.context, code)]
    if not found:
        raise Failure(f"{file}: no pair of it is held out; leave --held-out away to score all")
    return found


def _classified(pairs: "Sequence[CorePair]") -> "list[PairLabel]":
    from kg.evaluation.core import classifier, classify

    labels = []
    with _progress("pairs") as on_progress:
        for label in classify(classifier(), pairs):
            labels.append(label)
            if on_progress:
                on_progress(len(labels), len(pairs))
    return labels


def _core_table(found: "CoreScore") -> Table:
    table = _table("", "precision", "recall", "F1", "read", "annotated")
    for name, measure in found.by_class.items():
        table.add_row(name, *_cells(measure))
    table.add_section()
    table.add_row("micro, without undefined", *_cells(found.micro), style="bold")
    table.add_row("macro F1, without undefined", "", "", f"{found.macro_f1:.3f}")
    table.add_row("directed accuracy", *_part(found.directed, found.pairs))
    return table


def _directed(label: "PairLabel") -> str:
    return f"{label.relation} (inverted)" if label.inverted else label.relation


def _marked(context: "PairContext") -> str:
    """The text with the first entity in one pair of brackets and the second in two."""
    tokens = list(context.tokens)
    for (start, end), opening, closing in ((context.first, "[", "]"), (context.second, "[[", "]]")):
        tokens[start] = opening + tokens[start]
        tokens[end - 1] += closing
    return " ".join(tokens)


def _core_mistake_json(mistake: "CoreMistake") -> dict[str, Any]:
    context, said, meant = mistake.pair.context, mistake.said, mistake.pair.label
    return {
        "id": mistake.pair.id,
        "said": {"relation": said.relation, "inverted": said.inverted, "confidence": said.confidence},
        "meant": {"relation": meant.relation, "inverted": meant.inverted},
        "tokens": list(context.tokens),
        "first": list(context.first),
        "second": list(context.second),
    }


@evaluate_command.command("html")
@click.argument("folder", type=click.Path(exists=True, file_okay=False), metavar="DIR")
@json_option
def html_command(folder: str, as_json: bool) -> None:
    """Read HTML pages and compare what was read with what a person would keep.

    DIR holds NAME.html beside NAME.txt, the article's text, and where known NAME.json with title, publisher, authors
    and published.
    """
    from kg.evaluation.pages import evaluate_pages

    with _progress("pages") as on_progress:
        found = evaluate_pages(folder, on_progress=on_progress)
    if as_json:
        print_json(found.to_json())
    else:
        output(wide=True).print(_pages_table(found))


def _pages_table(found: "PagesScore") -> Table:
    from kg.evaluation.pages import FIELDS

    table = _table("", "precision", "recall", "F1", "tokens read", "tokens kept", *FIELDS)
    for page in found.pages:
        fields = ({True: "right", False: "wrong", None: "-"}[page.fields.get(field)] for field in FIELDS)
        table.add_row(shown(page.name), *_cells(page.text), *fields)
        if page.failure:
            table.add_row(shown(f"  {page.failure}"))
    table.add_section()
    shares = (f"{right / known:.3f}" if known else "-" for right, known in map(found.right, FIELDS))
    table.add_row("all", *_cells(found.text), *shares, style="bold")
    return table


@contextmanager
def _progress(unit: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (BarColumn(), MofNCompleteColumn(), unit, TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _gold_table(found: "GoldScore") -> Table:
    table = _table("", "precision", "recall", "F1", "read", "annotated")
    table.add_row("relations", *_cells(found.relations), style="bold")
    for name, measure in sorted(found.by_type.items()):
        table.add_row(f"  {name}", *_cells(measure))
    table.add_row("relations between companies", *_cells(found.company_relations))
    table.add_row("figures", *_cells(found.figures), style="bold")
    table.add_section()
    table.add_row("status right", *_part(*found.status_right))
    table.add_row("quotes exact", *_part(*found.quotes_exact))
    return table


def _cells(measure: "Measure") -> tuple[str, ...]:
    shares = (f"{value:.3f}" for value in (measure.precision, measure.recall, measure.f1))
    return (*shares, f"{measure.predicted:,}", f"{measure.gold:,}")


def _part(part: int, whole: int) -> tuple[str, ...]:
    return (f"{part / whole:.3f}" if whole else "-", "", "", f"{whole:,}")


def _reliability_tables(found: "GoldScore") -> "dict[str, Reliability]":
    from kg.evaluation.reliability import reliability

    return {"relations": reliability(found.relation_judgements), "claims": reliability(found.figure_judgements)}


def _reliability_table(name: str, reliability: "Reliability") -> Table:
    table = _table(_FIGURES if name == "claims" else name, "said", "right", "number")
    for held in reliability.bins:
        right = f"{held.right / held.number:.3f}"
        table.add_row(f"{held.low:.2f} to {held.high:.2f}", f"{held.confidence:.3f}", right, f"{held.number:,}")
    error = reliability.calibration_error
    table.add_section()
    table.add_row("expected calibration error", "-" if error is None else f"{error:.3f}", "", "")
    return table


def _print_mistakes(mistakes: "Sequence[Mistake]", console: Console) -> None:
    for mistake in mistakes:
        console.print()
        claim = f"{mistake.subject} {mistake.type} {mistake.object}"
        if mistake.type == _FIGURES:
            claim = f"{mistake.subject}, {mistake.object}"
        status = f" ({mistake.said}, meant {' or '.join(mistake.meant)})" if mistake.said and mistake.meant else ""
        console.print(Text(f"{mistake.kind}: ", "bold") + shown(claim + status))
        print_indented(Text("“") + shown(mistake.sentence) + Text("”"), 2, console)
        print_indented(shown(mistake.doc, "dim"), 2, console)


def _table(first: str, *more: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column(first)
    for heading in more:
        table.add_column(heading, justify="right")
    return table
