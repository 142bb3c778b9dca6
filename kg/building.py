"""From sources to a graph: read, extract what is new or changed, and publish all of it at once."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from kg.errors import BuildError, ReadingError
from kg.extraction.confidence import check_confidence
from kg.graph import Graph, Writer
from kg.ledger import Ledger
from kg.model import Article, Extraction
from kg.parallel import map_in_order
from kg.reading import ReadingOptions, Source, discover, read_source
from kg.reading.sources import STDIN

_MANY_IN_ONE = ("jsonl", "parquet")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: files begun, of how many; articles read; articles extracted, the claims in them; failures."""

    file: int
    files: int
    read: int
    extracted: int
    claims: int
    failed: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    ``read`` counts the sources that were read as articles. Of the different articles among them, ``added`` were new,
    ``changed`` replaced what an earlier version said and ``unchanged`` were passed over. ``relations`` and ``figures``
    count what the added and changed ones say. ``replaced`` counts articles taken out because the file that held them
    now holds another. ``failed`` says what could not be read, and why. ``seconds`` is the time it took.
    """

    read: int
    added: int
    changed: int
    unchanged: int
    replaced: int
    relations: int
    figures: int
    failed: tuple[ReadingError, ...]
    seconds: float


@dataclass(slots=True)
class _Seen:
    """One article in this build: its content hash in the graph before, and the best version met so far."""

    before: str | None
    version: tuple[str, str]
    relations: int = 0
    figures: int = 0
    failure: ReadingError | None = None
    written: bool = False


def build(
    sources: Iterable[str | os.PathLike[str]],
    graph: Graph,
    *,
    workers: int = 1,
    strict: bool = False,
    options: ReadingOptions | None = None,
    min_confidence: float = 0.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Read sources (files, folders, globs, ``-`` for standard input) into a graph.

    An article that the graph already holds unchanged is passed over; a changed one replaces its own claims. Of two
    versions of one article in the same build the one published last counts, in whatever order they come. What cannot
    be read is reported and the rest is built; with ``strict`` it is an error. Where the newest version of an article
    fails, the graph keeps the version it had. All is published at once at the end: a build that is interrupted leaves
    the graph as it was.

    Args:
        sources: What to read; see :func:`kg.reading.read`.
        graph: Where to.
        workers: The number of processes that extract. The graph is the same for any number.
        strict: Whether one failure is a reason to write nothing.
        options: How sources are read.
        min_confidence: Leave out claims whose surest evidence is below this probability; see
            :func:`kg.extraction.extract.extract`. An article that the graph holds unchanged stays as it was built.
        on_progress: Called after each article.

    Raises:
        ValueError: ``min_confidence`` is no probability.
        GraphError: Another process is writing to the graph.
        BuildError: ``strict``, and something could not be read.

    >>> from pathlib import Path
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "acme.txt").write_text("Acme Corp has bought Bolt Ltd for $5 million.")
    >>> report = build([folder / "acme.txt"], Graph.create(folder / "graph"))
    >>> report.added, report.failed
    (1, ())
    """
    check_confidence(min_confidence)
    started = perf_counter()
    read = partial(try_extract_all, min_confidence=min_confidence)
    ledger = Ledger(graph.path)
    with graph.transaction() as writer:
        run = _Run(writer, options or ReadingOptions(), on_progress)
        for article, outcome in map_in_order(read, run.to_extract(sources), workers=workers):
            run.take(article, outcome)
        failed = run.failures()
        if strict and failed:
            raise BuildError(failed)
        run.restore(graph)
        files = run.files()
        replaced = run.retract(ledger.replaced(files))
    ledger.record(files)
    articles = run.seen.values()
    good = [a for a in articles if a.failure is None]
    return BuildReport(
        read=run.read,
        added=sum(a.before is None for a in good),
        changed=sum(a.before is not None and a.before != a.version[1] for a in good),
        unchanged=sum(a.before == a.version[1] for a in good),
        replaced=replaced,
        relations=sum(a.relations for a in good),
        figures=sum(a.figures for a in good),
        failed=failed,
        seconds=perf_counter() - started,
    )


Outcome = tuple[Article, Extraction | ReadingError]
"""An article with what it says, or with the error that its extraction met."""


def try_extract_all(articles: Sequence[Article], *, min_confidence: float = 0.0) -> list[Outcome]:
    """Each article with what it says, or with the error that its extraction met."""
    from kg.extraction.extract import extract_all  # spaCy takes seconds to import, and a build may extract nothing

    try:
        return list(zip(articles, extract_all(articles, min_confidence=min_confidence), strict=True))
    except Exception as error:  # one article must not end the build of the others, whatever is wrong with it
        if len(articles) == 1:
            return [(articles[0], not_extracted(articles[0], error))]
        return [outcome for one in articles for outcome in try_extract_all([one], min_confidence=min_confidence)]


def not_extracted(article: Article, error: Exception) -> ReadingError:
    """What is reported of an article whose extraction met an error."""
    return ReadingError(article.source, f"extraction failed: {type(error).__name__}: {error}")


class _Run:
    """The state of one build: what was read so far, and what became of it."""

    def __init__(self, writer: Writer, options: ReadingOptions, on_progress: Callable[[Progress], None] | None) -> None:
        self.read = 0
        self.seen: dict[str, _Seen] = {}
        self._held: dict[str, tuple[str, bool]] = {}
        self._writer = writer
        self._options = options
        self._on_progress = on_progress
        self._unread: list[ReadingError] = []
        self._file = self._files = self._extracted = self._not_extracted = self._claims = 0

    def to_extract(self, sources: Iterable[str | os.PathLike[str]]) -> Iterator[Article]:
        """The articles that the graph does not hold as they are now."""
        found = discover(sources, format=self._options.format)
        self._files = len(found)
        for self._file, source in enumerate(found, start=1):
            articles = iter([source]) if isinstance(source, ReadingError) else read_source(source, self._options)
            for article in articles:
                if isinstance(article, ReadingError):
                    self._unread.append(article)
                else:
                    self.read += 1
                    self._note_file(source, article)
                    if self._is_new(article):
                        yield article
                self._report()

    def _note_file(self, source: Source | ReadingError, article: Article) -> None:
        if isinstance(source, Source) and source.path != STDIN and source.format not in _MANY_IN_ONE:
            self._held[os.path.realpath(source.path)] = (article.id, bool(article.url))

    def _is_new(self, article: Article) -> bool:
        version = (article.published or "", article.sha256)
        if (seen := self.seen.get(article.id)) is None:
            seen = _Seen(self._writer.sha256(article.id), version)
            self.seen[article.id] = seen
            return seen.before != article.sha256
        if version <= seen.version:
            return False
        seen.version = version
        return True

    def take(self, article: Article, outcome: Extraction | ReadingError) -> None:
        """Write what an article says, or note why it could not be told."""
        seen = self.seen[article.id]
        self._extracted += 1
        if seen.version[1] != article.sha256:
            return  # a later version was met meanwhile
        if isinstance(outcome, ReadingError):
            seen.failure = outcome
            self._not_extracted += 1
        else:
            seen.failure = None
            self._writer.add(outcome)
            seen.written = True
            seen.relations, seen.figures = len(outcome.relations), len(outcome.figures)
            self._claims += len(outcome.claims)
        self._report()

    def failures(self) -> tuple[ReadingError, ...]:
        """What could not be read or extracted, in order of source."""
        failed = [*self._unread, *(s.failure for s in self.seen.values() if s.failure)]
        return tuple(sorted(failed, key=lambda e: (e.source, e.reason)))

    def files(self) -> dict[str, str | None]:
        """Which article each file holds, None for one with a URL; without the files whose article failed."""
        return {
            path: None if has_url else article
            for path, (article, has_url) in self._held.items()
            if self.seen[article].failure is None
        }

    def restore(self, graph: Graph) -> None:
        """Put back what ``graph`` said of an article whose newest version failed after an older one was written."""
        for article, seen in self.seen.items():
            if seen.failure and seen.written:
                if seen.before is None:
                    self._writer.retract(article)
                else:
                    self._writer.add(graph.extraction(article))

    def retract(self, replaced: set[str]) -> int:
        """Take out the articles that no file holds any more; how many of ``replaced`` there were."""
        gone = [a for a in sorted(replaced - self.seen.keys()) if self._writer.sha256(a)]
        for article in gone:
            self._writer.retract(article)
        return len(gone)

    def _report(self) -> None:
        if self._on_progress:
            failed = len(self._unread) + self._not_extracted
            self._on_progress(
                Progress(self._file, self._files, self.read, self._extracted, self._claims, failed),
            )
