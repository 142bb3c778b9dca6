"""Where an export is written to."""

from pathlib import Path

from kg.errors import GraphError


def require_parent(target: Path) -> None:
    """Raise :class:`~kg.errors.GraphError` where the folder that a file or folder is to stand in is none.

    >>> require_parent(Path("."))
    """
    if not target.parent.is_dir():
        raise GraphError(f"{target} cannot be written: {target.parent} is not a folder; make it first")
