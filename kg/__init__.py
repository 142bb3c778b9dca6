"""Business news to a knowledge graph in which every edge cites the sentence it came from.

The nouns are :class:`Article`, :class:`Entity`, :class:`Relation`, :class:`Figure` and :class:`Evidence`. :func:`read`
turns files into articles, :func:`extract` an article into what it says, :func:`build` does both into a :class:`Graph`
on disk. Everything raised on purpose is a :class:`KgError`. Names not listed in ``__all__`` may change.

Importing this package loads nothing: each name is loaded when it is first used.

>>> import kg
>>> kg.Article(text="Acme Corp has bought Bolt Ltd.").language
'en'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kg.building import build
    from kg.errors import (
        BuildError,
        GraphError,
        KgError,
        LoadError,
        NotFoundError,
        OntologyError,
        QueryError,
        ReadingError,
        ServerError,
        TrainingDataError,
        WorkerError,
    )
    from kg.extraction.extract import extract
    from kg.graph import Graph
    from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation
    from kg.reading import ReadingOptions, read

__all__ = [
    "Article",
    "BuildError",
    "Entity",
    "Evidence",
    "Extraction",
    "Figure",
    "Graph",
    "GraphError",
    "KgError",
    "LoadError",
    "Mention",
    "NotFoundError",
    "OntologyError",
    "Quantity",
    "QueryError",
    "ReadingError",
    "ReadingOptions",
    "Relation",
    "ServerError",
    "TrainingDataError",
    "WorkerError",
    "build",
    "extract",
    "read",
]

_MODULES: Final = {
    "kg.building": ("build",),
    "kg.errors": (
        "BuildError",
        "GraphError",
        "KgError",
        "LoadError",
        "NotFoundError",
        "OntologyError",
        "QueryError",
        "ReadingError",
        "ServerError",
        "TrainingDataError",
        "WorkerError",
    ),
    "kg.extraction.extract": ("extract",),
    "kg.graph": ("Graph",),
    "kg.model": ("Article", "Entity", "Evidence", "Extraction", "Figure", "Mention", "Quantity", "Relation"),
    "kg.reading": ("ReadingOptions", "read"),
}
_HOMES: Final = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
