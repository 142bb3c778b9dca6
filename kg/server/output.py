"""Where a worker writes an answer: to memory while it is small, to a file beyond that, and no further than a limit."""

import os
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from kg.server.jobs import Reply
from kg.xml_text import MendedFile

_IN_MEMORY: Final = 1024 * 1024


class ResultTooLargeError(Exception):
    """The answer went beyond the limit."""


class Output:
    """A writable binary file. ``limit`` is in bytes.

    The file it turns to is named after the process, so that whoever kills the process can delete it.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.limit = limit
        self._folder = folder
        self._file: BinaryIO = BytesIO()
        self._spooled = False
        self._size = 0

    @property
    def _path(self) -> Path:
        return self._folder / f"{os.getpid()}.answer"

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._size > self.limit:
            self._file.close()
            if self._spooled:
                self._path.unlink(missing_ok=True)
            raise ResultTooLargeError
        if not self._spooled and self._size > _IN_MEMORY:
            start = self._file
            self._file = self._path.open("xb")
            self._spooled = True
            if isinstance(start, BytesIO):
                self._file.write(start.getbuffer())
        return self._file.write(data)

    def as_file(self, content_type: str) -> BinaryIO:
        """Where a serializer of this type writes; it asks for a file, but writes and flushes and does no more."""
        return cast(BinaryIO, MendedFile(cast(BinaryIO, self)) if content_type.endswith("xml") else self)

    def flush(self) -> None:
        self._file.flush()

    def reply(self, content_type: str, status: int = 200, **headers: str) -> Reply:
        """What was written, as a reply."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(self._file, BytesIO):
            return Reply(status, content_type, self._file.getvalue(), None, fields)
        self._file.close()
        return Reply(status, content_type, b"", str(self._path), fields)
