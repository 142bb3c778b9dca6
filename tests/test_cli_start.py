"""The command line starts fast, says what went wrong in one line, and finds its graph."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_it_runs_as_a_module() -> None:
    result = python("-m", "kg", "--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, "kg, version 0.1.0\n", "")


def test_help_does_not_wait_for_the_libraries_that_only_some_commands_need() -> None:
    slow = "spacy trafilatura pyarrow rdflib pyshacl networkx"
    result = python("-c", f"import sys, kg.cli; print(sorted(set({slow.split()!r}) & set(sys.modules)))")
    assert result.stdout == "[]\n"


def test_the_graph_can_be_named_by_the_environment(example_folder: Path) -> None:
    from click.testing import CliRunner

    from kg.cli import main

    result = CliRunner(env={"KG_GRAPH": str(example_folder)}).invoke(main, ["stats"])
    assert result.exit_code == 0


@pytest.mark.parametrize("command", [["stats"], ["show", "Acme"], ["dump"], ["check"], ["retract", "article/1"]])
def test_a_missing_graph_is_an_error_that_says_what_to_do(kg, tmp_path: Path, command: list[str]) -> None:
    result = kg(*command, "--graph", tmp_path / "none")
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: ")
    assert "build one with: kg build" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_no_color_is_written_to_what_is_no_terminal(example_folder: Path) -> None:
    for command in (["show", "Alibaba"], ["stats"], ["query", "--sparql", "ASK {}"]):
        result = python("-m", "kg", *command, "--graph", str(example_folder))
        assert result.returncode == 0
        assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    "command", [["show", "Alibaba"], ["query", "--sparql", "SELECT ?n { ?s schema:alternateName ?n }"]]
)
def test_a_terminal_that_knows_only_ascii_gets_question_marks_and_no_crash(
    example_folder: Path, command: list[str]
) -> None:
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        [sys.executable, "-m", "kg", *command, "--graph", str(example_folder)],
        capture_output=True,
        env=ascii_only,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"?" in result.stdout
    assert result.stdout.isascii()
