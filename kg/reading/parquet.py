"""Parquet files: one row, and so one article, at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import ReadingError
from kg.model import Article
from kg.reading.options import ReadingOptions
from kg.reading.record import FIELDS, article_of

_ROWS = 64  # a batch; texts are long
_BUFFER = 1 << 20  # bytes read ahead a column, instead of the whole column of a row group


def read_parquet(path: str, options: ReadingOptions) -> Iterator[Article | ReadingError]:
    """The articles of a Parquet file, a few rows at a time; a bad row is an error and the next is read.

    An article's source is ``path#ROW``, counted from 1. Only the columns that hold fields of an article are read.
    """
    if Path(path).stat().st_size == 0:
        raise ReadingError(path, "empty; nothing to read")
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield from _rows(file, path, options)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReadingError(path, f"not a readable Parquet file: {reason}; write it again") from None


def _rows(file: pq.ParquetFile, path: str, options: ReadingOptions) -> Iterator[Article | ReadingError]:
    columns = _columns(file.schema_arrow.names, path, options)
    if file.metadata.num_rows == 0:
        raise ReadingError(path, "empty; nothing to read")
    number = 0
    for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
        for row in pa.table({c: _plain(batch[c]) for c in batch.schema.names}).to_pylist():
            number += 1
            place = f"{path}#{number}"
            try:
                yield article_of(row, place, options)
            except ReadingError as error:
                yield error


def _columns(names: list[str], path: str, options: ReadingOptions) -> list[str]:
    for field, name in options.columns.items():
        if name not in names:
            raise ReadingError(path, f"no column {name!r} for the {field}; the columns are {', '.join(names)}")
    if "text" not in options.columns and not {n.casefold() for n in names} & set(FIELDS["text"]):
        wanted = ", ".join(FIELDS["text"])
        raise ReadingError(
            path, f"no column named any of {wanted}; the columns are {', '.join(names)}: say which one holds the text"
        )
    usual = {name for field, usual in FIELDS.items() if field not in options.columns for name in usual}
    return [n for n in names if n in options.columns.values() or n.casefold() in usual]


def _plain(column: Any) -> Any:
    """Times in whole microseconds, the finest that Python's own datetime holds."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    return column
