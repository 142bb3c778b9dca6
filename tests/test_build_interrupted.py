"""A build that is interrupted leaves the last good graph, and no process behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg import Graph
from kg.building import build

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    story = tmp_path / "first.txt"
    story.write_text("Acme Corp has bought Bolt Ltd for $5 million.")
    graph = Graph.create(tmp_path / "graph")
    build([story], graph)
    return graph


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """Enough work to be interrupted in."""
    path = tmp_path / "many.jsonl"
    story = "Acme Corp has bought Bolt Ltd for ${} million. Shares of Acme rose 3% in London on Monday."
    path.write_text("".join(json.dumps({"text": story.format(n)}) + "\n" for n in range(3000)))
    return path


@contextmanager
def building(stories: Path, graph: Graph, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """A build in another process, in the middle of its transaction."""
    command = [sys.executable, "-m", "kg", "build", stories, "--graph", graph.path, "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_until(lambda: len(list((graph.path / "generations").iterdir())) == 2)
        if workers > 1:
            wait_until(lambda: len(children(process.pid)) >= workers)
        time.sleep(1)
        assert process.poll() is None
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(ppid) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_build_leaves_the_last_good_graph(
    tmp_path: Path, graph: Graph, stories: Path, dump, workers: int
) -> None:
    before = dump(graph)
    with building(stories, graph, workers) as process:
        helpers = children(process.pid)
        process.kill()
        process.wait()
    assert dump(Graph.open(graph.path)) == before
    wait_until(lambda: not any(map(alive, helpers)), seconds=20)
    (tmp_path / "second.txt").write_text("Dire Corp has sued Acme Corp over two patents on fast charging.")
    build([tmp_path / "second.txt"], graph)
    assert graph.statistics().articles == 2


def test_a_build_stopped_with_ctrl_c_cleans_up_and_says_so_in_one_line(graph: Graph, stories: Path, dump) -> None:
    before = dump(graph)
    with building(stories, graph, 2) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.decode().split() == ["Aborted!"]
    assert len(list((graph.path / "generations").iterdir())) == 1
    assert dump(Graph.open(graph.path)) == before
