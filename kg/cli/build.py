"""``kg build``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from kg.building import BuildReport, Progress, build
from kg.cli.common import (
    Failure,
    graph_option,
    json_option,
    min_confidence_option,
    plain,
    print_json,
    reading_options,
    sources_argument,
    workers_option,
)
from kg.errors import BuildError, ReadingError
from kg.graph import Graph
from kg.reading import ReadingOptions

_LISTED: Final = 20


@click.command("build")
@sources_argument
@graph_option
@workers_option
@reading_options
@min_confidence_option
@click.option("--strict", is_flag=True, help="Write nothing when one article cannot be read.")
@click.option("--quiet", is_flag=True, help="Print nothing but failures.")
@json_option
def build_command(
    sources: tuple[str, ...],
    folder: str,
    workers: int,
    options: ReadingOptions,
    min_confidence: float,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read articles into a graph.

    SOURCE is a file, a folder, a glob or - for standard input: plain text, Markdown, HTML, JSON lines or Parquet.
    Unchanged articles are passed over; a changed one replaces its own claims. What cannot be read is listed with its
    reason, and the rest is built. With --min-confidence, unchanged articles keep the claims they were built with: for
    another threshold throughout, build into a new folder.
    """
    graph = Graph.create(folder)
    try:
        with _progress(quiet=quiet) as on_progress:
            report = build(
                sources,
                graph,
                workers=workers,
                strict=strict,
                options=options,
                min_confidence=min_confidence,
                on_progress=on_progress,
            )
    except BuildError as error:
        if as_json:
            print_json({"published": False, "failed": [_failure(e) for e in error.failed]})
        else:
            _list(error.failed)
        raise
    if as_json:
        print_json({"published": True, **_json(report)})
    else:
        _list(report.failed)
        if report.read and not quiet:
            click.echo(_summary(report))
    if not report.read:
        raise Failure("no article could be read")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        BarColumn(),
        TextColumn(
            "{task.fields[articles]:,} articles, {task.fields[claims]:,} claims, {task.fields[rate]:.1f} a second"
        ),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, articles=0, claims=0, rate=0.0)

        def show(progress: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(
                task,
                completed=progress.file - 1,
                total=progress.files,
                articles=progress.read,
                claims=progress.claims,
                rate=progress.extracted / elapsed if elapsed else 0.0,
            )

        yield show


def _list(failed: tuple[ReadingError, ...]) -> None:
    for error in failed[:_LISTED]:
        click.echo(f"failed: {plain(str(error))}", err=True)
    if len(failed) > _LISTED:
        click.echo(f"and {len(failed) - _LISTED:,} more that failed; --json lists all", err=True)


def _summary(report: BuildReport) -> str:
    outcomes = [f"{report.added:,} added", f"{report.changed:,} changed", f"{report.unchanged:,} unchanged"]
    if report.replaced:
        outcomes.append(f"{report.replaced:,} taken out because their files changed")
    if report.failed:
        outcomes.append(f"{len(report.failed):,} failed")
    rate = (report.added + report.changed) / report.seconds
    return (
        f"{report.read:,} articles read: {', '.join(outcomes)}\n"
        f"{report.relations:,} relations and {report.figures:,} figures from those added or changed\n"
        f"{report.seconds:.1f} s, {rate:.1f} articles a second"
    )


def _json(report: BuildReport) -> dict[str, Any]:
    return {**asdict(report), "failed": [_failure(e) for e in report.failed]}


def _failure(error: ReadingError) -> dict[str, str]:
    return {"source": error.source, "reason": error.reason}
