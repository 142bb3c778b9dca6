"""The same articles give the same bytes: in any order, from any folder, on any number of processes."""

import shutil
from pathlib import Path

import pytest

from kg import Graph
from kg.building import build
from tests.conftest import EXAMPLES


@pytest.mark.parametrize("workers", [1, 2])
def test_the_graph_does_not_depend_on_order_folder_or_workers(
    tmp_path: Path, example_graph: Graph, dump, workers: int
) -> None:
    # Renamed files are read in another order.
    for number, file in enumerate(sorted(EXAMPLES.iterdir(), reverse=True)):
        shutil.copy(file, tmp_path / f"{number:02}{file.suffix}")
    graph = Graph.create(tmp_path / "graph")
    build(tmp_path.glob("*.*"), graph, workers=workers)
    assert dump(graph) == dump(example_graph)


def test_articles_added_one_at_a_time_give_the_same_graph(tmp_path: Path, example_graph: Graph, dump) -> None:
    graph = Graph.create(tmp_path / "graph")
    for file in sorted(EXAMPLES.iterdir(), key=lambda f: f.name[::-1]):
        build([file], graph)
    assert dump(graph) == dump(example_graph)
