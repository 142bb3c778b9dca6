"""Fixtures that several behaviours share."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import Graph
from kg.building import build
from kg.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of the example articles, for reading only."""
    folder = tmp_path_factory.mktemp("examples") / "graph"
    build([EXAMPLES], Graph.create(folder))
    return folder


@pytest.fixture
def example_graph(example_folder: Path) -> Graph:
    return Graph.open(example_folder)


@pytest.fixture
def kg() -> Callable[..., Result]:
    """Runs a command line in this process: ``kg("stats", "--graph", folder)``."""

    def run(*arguments: object, input: bytes | str | None = None) -> Result:
        return CliRunner(env={"KG_GRAPH": None}).invoke(main, [str(a) for a in arguments], input=input)

    return run


@pytest.fixture
def dump() -> Callable[[Graph], bytes]:
    """The whole graph as sorted N-Quads."""

    def as_nquads(graph: Graph) -> bytes:
        out = io.BytesIO()
        graph.dump(out, format="nquads")
        return out.getvalue()

    return as_nquads
