"""The README is true: its commands run, print what it shows, and CI runs the one that it gives for the tests."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from kg import Graph
from kg.cli import main

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
MODEL = (REPOSITORY / "docs" / "model.md").read_text(encoding="utf-8")
ELISION = "…"


@dataclass(frozen=True)
class Step:
    """A command of the tour and the lines that the README shows of its output."""

    command: str
    shown: tuple[str, ...]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steps() -> list[Step]:
    """What ``$`` and ``>`` begin is a command; what follows is its output."""
    found: list[tuple[list[str], list[str]]] = []
    for line in "".join(blocks(README, "console")).splitlines():
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> "):
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line)
    return [Step("\n".join(command), tuple(shown)) for command, shown in found]


def set_up_commands() -> list[str]:
    return [block.strip() for block in blocks(README, "sh")]


def is_shown_of(shown: str, printed: str) -> bool:
    """Whether a line of the README stands for a printed one: equal but for what an ellipsis cut out."""
    pattern = ".*".join(re.escape(part.strip()) for part in shown.split(ELISION))
    return re.fullmatch(r"\s*" + pattern + r"\s*", printed) is not None


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, where commands may write."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("examples", "queries", "ontology"):
        (folder / name).symlink_to(REPOSITORY / name)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if k != "KG_GRAPH"} | {"PATH": path, "PYTHONUTF8": "1"}
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tour(checkout: Path) -> dict[Step, subprocess.CompletedProcess[str]]:
    """All commands of the set-up and the tour, run in their order."""
    set_up = set_up_commands()[0].split(" && ")
    for command in set_up[2:]:
        done = run(command.removeprefix(".venv/bin/"), checkout)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    return {step: run(step.command, checkout) for step in steps()}


@pytest.mark.parametrize("step", steps(), ids=lambda step: " ".join(step.command.split())[:60])
def test_a_command_of_the_tour_prints_what_the_readme_shows(
    step: Step, tour: dict[Step, subprocess.CompletedProcess[str]]
) -> None:
    done = tour[step]
    assert done.returncode == 0, done.stderr
    printed = iter((done.stdout + done.stderr).splitlines())
    for shown in (line for line in step.shown if line.strip(f" {ELISION}")):
        assert any(is_shown_of(shown, line) for line in printed), f"not printed, or not in this place: {shown}"


def test_the_python_of_the_readme_runs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    [code] = blocks(README, "pycon")
    test = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_the_first_command_installs_builds_shows_and_queries() -> None:
    programs = [shlex.split(command)[:2] for command in set_up_commands()[0].split(" && ")]
    assert programs == [
        ["python3", "-m"],
        [".venv/bin/pip", "install"],
        [".venv/bin/kg", "build"],
        [".venv/bin/kg", "show"],
        [".venv/bin/kg", "ask"],
    ]


def test_the_second_command_is_what_ci_runs() -> None:
    assert (REPOSITORY / ".ci" / "run").read_text().splitlines()[-1] == set_up_commands()[1]


def test_the_table_of_commands_lists_every_command_and_no_other() -> None:
    table = README.split("## Commands")[1].split("## ")[0]
    assert set(re.findall(r"^\| `kg (\S+)", table, re.MULTILINE)) == set(main.commands)


def test_the_files_that_the_documents_link_to_exist() -> None:
    for document in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))):
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document


def test_the_excerpt_of_the_model_stands_in_the_example_graph(example_graph: Graph) -> None:
    [excerpt] = blocks(MODEL, "trig")
    quads = {Quad(q.subject, q.predicate, q.object, q.graph_name) for q in parse(excerpt, format=RdfFormat.TRIG)}
    assert len(quads) > 40
    assert [q for q in quads if q not in example_graph.store] == []
