"""Annotated files as records whose fields are checked when they are read: an error names file, line and field."""

import json
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from kg.errors import TrainingDataError

_TYPES: Final = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}


class Record:
    """One JSON object. ``place`` is where it stands, ``path`` the fields that lead to it, as in ``relations[2].``.

    >>> Record({"relation": 7}, "core.json, entry 3").text("relation")
    Traceback (most recent call last):
    ...
    kg.errors.TrainingDataError: core.json, entry 3: relation: is a number, not a text
    """

    def __init__(self, value: object, place: str, path: str = "") -> None:
        self.place = place
        self.path = path
        if not isinstance(value, dict):
            self.fail("", f"is {_type(value)}, not an object")
        self.fields: dict[str, Any] = value

    def fail(self, name: str, problem: str) -> NoReturn:
        """Raise an error about a field."""
        where = f"{self.path}{name}".rstrip(".")
        raise TrainingDataError(f"{self.place}: {where}: {problem}" if where else f"{self.place}: {problem}")

    def _value(self, name: str) -> Any:
        if name not in self.fields:
            self.fail(name, "is missing")
        return self.fields[name]

    def text(self, name: str, *, among: Collection[str] = ()) -> str:
        """A text that is not empty, one of ``among`` where any are given."""
        return self._text(name, self._value(name), among)

    def _text(self, name: str, value: object, among: Collection[str]) -> str:
        if not isinstance(value, str):
            self.fail(name, f"is {_type(value)}, not a text")
        if not value.strip():
            self.fail(name, "is empty")
        if among and value not in among:
            self.fail(name, f"{value!r} is none of {', '.join(among)}")
        return value

    def tokens(self, name: str) -> tuple[str, ...]:
        """A list of texts that may be blank."""
        found = self._list(name)
        for n, value in enumerate(found):
            if not isinstance(value, str):
                self.fail(f"{name}[{n}]", f"is {_type(value)}, not a text")
        return tuple(map(str, found))

    def texts(self, name: str, *, among: Collection[str] = ()) -> tuple[str, ...]:
        """A list of texts, each one of ``among`` where any are given."""
        return tuple(self._text(f"{name}[{n}]", value, among) for n, value in enumerate(self._list(name)))

    def number(self, name: str) -> float | None:
        """A finite number or null."""
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(name, f"is {_type(value)}, not a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.fail(name, "is no finite number")
        return number

    def integer(self, name: str, *, least: int, most: int | None = None) -> int:
        """A whole number from ``least`` to ``most``, both included."""
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(name, f"is {_type(value)}, not a whole number")
        if value < least or (most is not None and value > most):
            self.fail(name, f"{value} is not between {least} and {most}" if most is not None else f"{value} < {least}")
        return value

    def flag(self, name: str) -> bool:
        """True or false, also written 1 or 0."""
        value = self._value(name)
        if value not in (0, 1) or isinstance(value, float):
            self.fail(name, "is none of 0, 1, true and false")
        return bool(value)

    def records(self, name: str) -> "list[Record]":
        """A list of objects."""
        return [Record(v, self.place, f"{self.path}{name}[{n}].") for n, v in enumerate(self._list(name))]

    def _list(self, name: str) -> list[object]:
        value = self._value(name)
        if not isinstance(value, list):
            self.fail(name, f"is {_type(value)}, not a list")
        return value


def read_lines(path: Path) -> Iterator[Record]:
    """The objects of a file of JSON lines; blank lines are passed over."""
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if line.strip():
            yield Record(parse(line, f"{path}:{number}"), f"{path}:{number}")


def read_array(path: Path) -> Iterator[Record]:
    """The objects of a file that is one JSON array. An error counts them from 1."""
    value = parse(text_of(path), str(path))
    if not isinstance(value, list):
        raise TrainingDataError(f"{path}: is {_type(value)}, not a JSON array of objects")
    for number, item in enumerate(value, start=1):
        yield Record(item, f"{path}, entry {number}")


def parse(text: str, place: str) -> object:
    """A JSON value. Raises :class:`~kg.errors.TrainingDataError` with ``place`` for anything else."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        column = f", column {error.colno}" if isinstance(error, json.JSONDecodeError) and error.lineno == 1 else ""
        raise TrainingDataError(f"{place}{column}: no valid JSON: {reason}") from error
    return value


def text_of(path: Path) -> str:
    """The text of a UTF-8 file. Raises :class:`~kg.errors.TrainingDataError` for one in another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrainingDataError(f"{path}: byte {error.start} is no UTF-8; save the file as UTF-8") from error


def _type(value: object) -> str:
    return "null" if value is None else _TYPES.get(type(value), "an object")
