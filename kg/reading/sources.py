"""Which files there are to read: named files, folders, globs and standard input."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ReadingError

STDIN = "-"
EXTENSIONS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
FORMATS = tuple(dict.fromkeys(EXTENSIONS.values()))


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or ``-`` for standard input. ``format`` is one of :data:`FORMATS`, None only for ``-``."""

    path: str
    format: str | None


def discover(sources: Iterable[str | os.PathLike[str]], *, format: str | None = None) -> list[Source | ReadingError]:
    """The files that ``sources`` name, sorted by path, each once; what cannot be found stands at the end as an error.

    A folder is walked with all below it: hidden files, links to folders and files of other kinds are passed over. A
    file named outright must have an extension of :data:`EXTENSIONS`, unless ``format`` says what all files are.

    >>> discover(["-"])
    [Source(path='-', format=None)]
    >>> discover(["no-such-file.txt"])[0].reason
    'no such file or folder; check the path'
    """
    found: dict[str, Source] = {}
    errors: dict[str, ReadingError] = {}
    for name in sorted({os.fspath(s) for s in sources}):
        try:
            for source in _expand(name, format):
                found.setdefault(source.path, source)
        except ReadingError as error:
            errors[name] = error
    once = {os.path.realpath(s.path) if s.path != STDIN else STDIN: s for _, s in sorted(found.items(), reverse=True)}
    return [*sorted(once.values(), key=lambda s: s.path), *errors.values()]


def _expand(name: str, format: str | None) -> Iterator[Source]:
    path = Path(name)
    if name == STDIN:
        yield Source(STDIN, format)
    elif path.is_dir():
        yield from _folder(path, format)
    elif os.path.lexists(name):
        if not _may_be_article(path) and not os.path.realpath(path).startswith("/proc/"):
            raise ReadingError(name, "a pipe or a device, not a file; feed it to standard input: kg build - < PATH")
        yield Source(name, format or _named_format(path))
    elif any(c in name for c in "*?["):
        yield from _matches(name, format)
    else:
        raise ReadingError(name, "no such file or folder; check the path")


def _folder(folder: Path, format: str | None) -> Iterator[Source]:
    denied: list[OSError] = []
    empty = True
    for parent, folders, files in os.walk(folder, onerror=denied.append):
        folders[:] = [f for f in folders if not f.startswith(".")]
        for file in files:
            path = Path(parent, file)
            known = format or EXTENSIONS.get(path.suffix.lower())
            if known and not file.startswith(".") and _may_be_article(path):
                empty = False
                yield Source(str(path), known)
    if denied:
        raise ReadingError(str(denied[0].filename), f"cannot list this folder: {denied[0].strerror}")
    if empty:
        raise ReadingError(str(folder), f"no article in this folder; {_supported()}")


def _matches(pattern: str, format: str | None) -> Iterator[Source]:
    whole = Path(pattern)
    try:  # Path.glob does not follow links to folders, so a loop of links ends
        paths = sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))
    except (ValueError, OSError) as error:
        raise ReadingError(pattern, f"not a usable pattern: {error}") from None
    shown = whole.parts  # a hidden file or folder is matched only by a pattern that writes its dot
    wanted = "." if whole.name.startswith(".") else ""
    paths = [p for p in paths if not any(part.startswith(".") and part not in shown for part in p.parts[:-1])]
    paths = [p for p in paths if p.name.startswith(wanted) and (wanted or not p.name.startswith("."))]
    if not paths:
        raise ReadingError(pattern, "no file matches this pattern")
    for path in paths:
        if path.is_dir():
            yield from _folder(path, format)
        elif (known := format or EXTENSIONS.get(path.suffix.lower())) and _may_be_article(path):
            yield Source(str(path), known)


def _may_be_article(path: Path) -> bool:
    """Whether it is a file, or a link that leads nowhere, which reading reports; a pipe or device may never end."""
    return path.is_file() or not path.exists()


def _named_format(path: Path) -> str:
    try:
        return EXTENSIONS[path.suffix.lower()]
    except KeyError:
        kind = f"files of kind {path.suffix!r} are not read" if path.suffix else "the file name has no extension"
        raise ReadingError(str(path), f"{kind}; {_supported()}, or name the format") from None


def _supported() -> str:
    return "supported are " + ", ".join(EXTENSIONS)
