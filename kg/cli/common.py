"""What the commands share: options, consoles, how text of others is shown, and how errors end a command."""

import errno
import json
import math
import sys
import unicodedata
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper
from typing import IO, Any, Final

import click
from rich.console import Console
from rich.text import Text

from kg.errors import KgError, ReadingError
from kg.reading import FORMATS, ReadingOptions

_PIPE_WIDTH: Final = 100
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

graph_option = click.option(
    "--graph",
    "folder",
    required=True,
    envvar="KG_GRAPH",
    show_envvar=True,
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Folder of the graph.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON for programs instead of text for people.")
workers_option = click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(min=1), metavar="N", help="Processes that extract."
)


class _Probability(click.FloatRange):
    """A number from 0 to 1; NaN is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not in the range 0<=x<=1.", param, ctx)
        return number


min_confidence_option = click.option(
    "--min-confidence",
    type=_Probability(0, 1),
    default=0.0,
    show_default=True,
    metavar="P",
    help="Leave out claims whose surest evidence is below this probability.",
)
sources_argument = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command with sources its ``options``, a :class:`~kg.reading.ReadingOptions`."""

    @click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="FIELD=NAME",
        callback=_pairs,
        help="Column, key or front matter entry that holds a field, as in text=body. Repeatable.",
    )
    @click.option(
        "--language",
        "languages",
        multiple=True,
        default=["en"],
        show_default=True,
        metavar="CODE",
        help="Language to read, an ISO 639-1 code, or 'any'. Repeatable.",
    )
    @click.option("--input-format", type=click.Choice(FORMATS), help="Format of all sources.  [default: by extension]")
    @wraps(command)
    def with_options(
        *args: Any, columns: dict[str, str], languages: tuple[str, ...], input_format: str | None, **kwargs: Any
    ) -> Any:
        try:
            options = ReadingOptions(
                format=input_format,
                columns=columns,
                languages=None if "any" in languages else frozenset(languages),
            )
        except ReadingError as error:
            raise click.UsageError(str(error)) from error
        return command(*args, options=options, **kwargs)

    return with_options


def _pairs(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, content = value.partition("=")
        if not (name and equals and content):
            raise click.BadParameter(f"{value!r} is not FIELD=NAME", context, parameter)
        pairs[name] = content
    return pairs


class Commands(click.Group):
    """Ends a command that meets an error of ours, or of the file system, with one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a name that the terminal's encoding lacks ends no command
        try:
            return super().invoke(ctx)
        except KgError as error:
            raise Failure(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise Failure(f"{place}{error.strerror or error}") from error


class Failure(click.ClickException):
    """An error on one line: ``kg: what was wrong``."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"kg: {plain(self.message)}", file=file, err=True)


def plain(text: str) -> str:
    r"""Text of others on one line, with nothing in it that a terminal would obey.

    Control characters, escape sequences among them, directional overrides and halves of surrogate pairs become U+FFFD.

    >>> plain("a\n  b\x1b[31mc")
    'a b\ufffd[31mc'
    """
    return harmless(" ".join(text.split()))


def harmless(text: str) -> str:
    r"""Text of others with a blank for each kind of white space and U+FFFD for what a terminal would obey.

    Offsets stay what they were.

    >>> harmless("a\n\tb\x1b[31mc")
    'a  b\ufffd[31mc'
    """
    return "".join(
        " " if c.isspace() else "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in _DIRECTIONS else c
        for c in text
    )


def shown(text: str, style: str = "") -> Text:
    """:func:`plain` text for rich, in which nothing is markup."""
    return Text(plain(text), style=style)


def output(*, wide: bool = False) -> Console:
    """Standard output for people; where it is no terminal, without color and at a fixed width.

    ``wide``: as wide as the content where it is no terminal, for tables that other tools read.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 100_000 if wide else _PIPE_WIDTH
    return console


def print_indented(text: Text, columns: int, console: Console) -> None:
    """Text wrapped to the console's width, each line behind some blanks."""
    for line in text.wrap(console, console.width - columns):
        line.rstrip()
        line.pad_left(columns)
        console.print(line)


def print_json(value: Any) -> None:
    """One JSON value on standard output, in UTF-8 whatever the locale."""
    write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write(text: str | bytes) -> None:
    """Text, or bytes, on standard output, in UTF-8 whatever the locale."""
    # JSON spells half a surrogate pair, which a file name can hold, just as this error handler does.
    data = text.encode(errors="backslashreplace") if isinstance(text, str) else text
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
