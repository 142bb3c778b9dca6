"""Word lists of the components, from ``names.toml``."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = files("kg.extraction").joinpath("names.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


def words(name: str) -> frozenset[str]:
    """A word list by its name in ``names.toml``.

    >>> "plc" in words("legal")
    True
    """
    return _lists()[name]
