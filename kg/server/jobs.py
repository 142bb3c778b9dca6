"""What the HTTP process and a worker say to each other: length-prefixed JSON, and the body of the answer behind it."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

PREFIX: Final = struct.Struct("!II")
Language = Literal["sparql", "cypher"]
UNREAD: Final = "unread"  # in the place of a media type: the body of the reply is what a client sent
UNSENT: Final = "unsent"  # and here what it is still to be sent
IDLE: Final = 0.0
SENDING: Final = -1.0


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is started for: a language, folders of graph, projections and large answers, limits in bytes."""

    language: Language
    graph: Path
    projections: Path
    spool: Path
    memory: int
    result: int


class Job(NamedTuple):
    """Work for a worker.

    ``kind`` says what is in ``arguments``: the keyword arguments of a function of :mod:`kg.server.answers`, or those of
    :class:`kg.server.attendance.Terms` with the socket of a client beside them; "return" asks for that socket back.
    """

    kind: Literal["query", "lookup", "index", "counts", "cypher", "attend", "return"]
    arguments: dict[str, Any]

    def encode(self) -> bytes:
        text = json.dumps(self._asdict()).encode()
        return PREFIX.pack(len(text), 0) + text


class Reply(NamedTuple):
    """A worker's answer. ``file`` names a file that holds the body where that is large."""

    status: int
    content_type: str
    body: bytes = b""
    file: str | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    def encode(self) -> bytes:
        text = json.dumps([self.status, self.content_type, self.file, dict(self.headers)]).encode()
        return PREFIX.pack(len(text), len(self.body)) + text + self.body


def decode_reply(text: bytes, body: bytes) -> Reply:
    status, content_type, file, headers = json.loads(text)
    return Reply(status, content_type, body, file, headers)
