"""Bytes of a file to text."""

import codecs
import io
from typing import BinaryIO

from kg.errors import ReadingError
from kg.reading.prose import too_long

_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"PK\x05\x06": "a ZIP archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"\x1f\x8b": "gzip data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ\x00": "xz data",
    b"(\xb5/\xfd": "zstd data",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"SQLite format 3\x00": "an SQLite database",
}
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def check_magic(start: bytes, source: str, *, wanted: str) -> None:
    """Raise :class:`ReadingError` when the first bytes are those of a known binary format."""
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise ReadingError(source, f"this is {what}, not {wanted}; convert it first, or give it its own extension")


def decode(data: bytes, source: str, *, encoding: str = "utf-8") -> str:
    r"""The text of a whole file, with newlines as Python's text mode gives them and without a byte order mark.

    >>> decode(b"\xef\xbb\xbfProfit\r\nrose", "a.txt")
    'Profit\nrose'
    """
    for bom, marked in _BOMS.items():
        if data.startswith(bom):
            data, encoding = data[len(bom) :], marked
            break
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadingError(source, not_utf8(error, encoding)) from None
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True)


def not_utf8(error: UnicodeDecodeError, encoding: str = "utf-8") -> str:
    """The reason given for bytes that are no text."""
    return (
        f"not {encoding.upper()}: byte 0x{error.object[error.start]:02x} at byte {error.start}; "
        "convert it, for example with iconv -f WINDOWS-1252 -t UTF-8"
    )


def read_bytes(stream: BinaryIO, source: str, *, max_chars: int, max_bytes: int) -> bytes:
    """All bytes of a stream, of which no more than ``max_bytes`` are read before it is refused."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ReadingError(source, too_long(max_chars))
    return data
