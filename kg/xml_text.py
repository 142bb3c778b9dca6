"""XML 1.0 has no place for most control characters (section 2.2); U+FFFD stands for each."""

import codecs
import re
from typing import BinaryIO, Final

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def holdable(text: str) -> str:
    r"""The text as XML can hold it, of the same length.

    >>> holdable("Ac\x01me\n")
    'Ac\ufffdme\n'
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def mended(document: bytes) -> bytes:
    r"""An XML document in UTF-8 whose writer let such characters through, as one that can be read.

    A carriage return, which a reader would take for a line feed, is written as a reference.

    >>> mended(b"<a>x\x01\r</a>").decode()
    '<a>x\ufffd&#13;</a>'
    """
    return _mended(document.decode()).encode()


def _mended(text: str) -> str:
    return holdable(text).replace("\r", "&#13;")


class MendedFile:
    """A writable file that passes on an XML document, in UTF-8 and in any pieces, :func:`mended`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, data: bytes) -> int:
        self._file.write(_mended(self._decoder.decode(data)).encode())
        return len(data)

    def flush(self) -> None:
        self._file.flush()
