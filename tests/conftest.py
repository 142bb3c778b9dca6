"""Fixtures that several behaviours share."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import Graph
from kg.building import build
from kg.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") == "true" and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("In CI no test may be skipped: install what the reasons above name.", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = isinstance(reporter, pytest.TerminalReporter) and reporter.stats.get("skipped")
    if os.environ.get("CI") == "true" and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


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
