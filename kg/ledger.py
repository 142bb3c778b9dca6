"""Which file an article without URL was read from.

Such an article is known by its text, so when the file is edited a new article stands in it, and only the file's path
tells that the old one is gone. The ledger is a cache beside the graph and no part of it: without it, old versions stay
until they are retracted by hand.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from kg.errors import GraphError

_TABLE: Final = "CREATE TABLE IF NOT EXISTS source (path BLOB PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID"
_INDEX: Final = "CREATE INDEX IF NOT EXISTS source_article ON source (article)"


class Ledger:
    """The ledger of the graph in ``folder``: absolute paths of files, each with the id of the article last read there.

    >>> import tempfile
    >>> ledger = Ledger(tempfile.mkdtemp())
    >>> ledger.record({"/news/a.txt": "article/1", "/news/copy.txt": "article/1"})
    >>> ledger.replaced({"/news/a.txt": "article/2"})
    set()
    >>> sorted(ledger.replaced({"/news/a.txt": "article/2", "/news/copy.txt": "article/2"}))
    ['article/1']
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._file = Path(folder) / "sources.sqlite"

    def replaced(self, found: Mapping[str, str | None]) -> set[str]:
        """The articles that no file holds any more, given what was found in some of the files.

        None stands for an article that has a URL, which outlives its file.
        """
        if not self._file.exists():
            return set()
        try:
            with closing(sqlite3.connect(self._file)) as database:
                return _replaced(database, {os.fsencode(path): article for path, article in found.items()})
        except sqlite3.DatabaseError:  # a cache that cannot be read is as good as none
            return set()

    def record(self, found: Mapping[str, str | None]) -> None:
        """Keep what was found in some of the files for the next time.

        Raises :class:`~kg.errors.GraphError` where the ledger cannot be written, for want of space for example.
        """
        try:
            try:
                self._write(found)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged: begun again
                self._file.unlink(missing_ok=True)
                self._write(found)
        except (sqlite3.Error, OSError) as error:
            raise GraphError(
                f"{self._file}: which file held which article cannot be noted: {error}; the articles are built, so "
                "repair this and build again"
            ) from error

    def _write(self, found: Mapping[str, str | None]) -> None:
        with closing(sqlite3.connect(self._file)) as database, database:
            database.execute(_TABLE)
            database.execute(_INDEX)
            rows = [(os.fsencode(path), article) for path, article in found.items()]
            database.executemany("REPLACE INTO source VALUES (?, ?)", [r for r in rows if r[1]])
            database.executemany("DELETE FROM source WHERE path = ?", [r[:1] for r in rows if not r[1]])


def _replaced(database: sqlite3.Connection, found: Mapping[bytes, str | None]) -> set[str]:
    """One look-up a file found, so that one file costs the same beside ten others and beside ten thousand."""
    before: set[str] = set()
    for path in found:
        before.update(article for (article,) in database.execute("SELECT article FROM source WHERE path = ?", (path,)))
    gone = before - {*found.values()}
    for article in sorted(gone):
        holders = database.execute("SELECT path FROM source WHERE article = ?", (article,))
        if any(path not in found for (path,) in holders):
            gone.discard(article)
    return gone
