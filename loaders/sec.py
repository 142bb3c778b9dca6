"""The list of filers of the U.S. Securities and Exchange Commission: CIK and ticker of each, ADRs included."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ReadingError
from kg.model import name_key
from kg.resolution.reference import Catalogue


@dataclass(frozen=True, slots=True)
class Filer:
    """One row: ``cik`` has ten digits, ``title`` is the filer's name as the SEC writes it."""

    cik: str
    ticker: str
    title: str


def read_filers(path: Path) -> Iterator[Filer]:
    """The rows of a ``company_tickers.json`` as the SEC publishes it.

    Raises :class:`~kg.errors.ReadingError` where the file is not one.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        filers = [Filer(f"{int(row['cik_str']):010d}", str(row["ticker"]), str(row["title"])) for row in rows.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadingError(str(path), f"is not a company_tickers.json of the SEC: {error!r}") from error
    yield from filers


def unconfirmed(catalogue: Catalogue, path: Path) -> Iterator[str]:
    """What the list at ``path`` does not confirm of the catalogue's CIKs and tickers, a sentence each.

    Confirmed is a ticker that the list gives to the entity's CIK, under a title that shares a word with one of the
    entity's names.
    """
    by_ticker = {filer.ticker: filer for filer in read_filers(path)}
    for one in catalogue.entities:
        ciks, tickers = one.identifiers.get("cik", ()), one.identifiers.get("ticker", ())
        if bool(ciks) != bool(tickers):
            yield f"{one.id}: has a CIK or a ticker without the other"
        for ticker in tickers:
            filer = by_ticker.get(ticker)
            if filer is None:
                yield f"{one.id}: the SEC lists no ticker {ticker}"
            elif ciks != (filer.cik,):
                yield f"{one.id}: {ticker} belongs to CIK {filer.cik}, not to {', '.join(ciks)}"
            elif not any(_share_a_word(name, filer.title) for name in (one.name, *one.entity.aliases)):
                yield f"{one.id}: {ticker} belongs to {filer.title!r}, a name that has no word of the entity's"


def _share_a_word(name: str, title: str) -> bool:
    """Whether two names have a word in common, or one holds the other once the blanks are out."""
    one, other = name_key(name), name_key(title)
    return not set(one.split()).isdisjoint(other.split()) or one.replace(" ", "") in other.replace(" ", "")
