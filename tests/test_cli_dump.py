"""``kg dump``: the whole graph as RDF, to standard output or, whole, to a file."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg import Graph

FORMATS = {
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "turtle": RdfFormat.TURTLE,
}


@pytest.mark.parametrize("format", FORMATS)
def test_the_dump_holds_every_statement(kg, example_folder, example_graph: Graph, format: str) -> None:
    result = kg("dump", "--graph", example_folder, "--format", format)
    read = set(parse(result.stdout_bytes, format=FORMATS[format]))
    if format == "turtle":
        assert {q.triple for q in read} == {q.triple for q in example_graph.store}
    else:
        assert read == set(example_graph.store)


def test_a_file_holds_what_standard_output_gives(kg, example_folder, tmp_path: Path) -> None:
    result = kg("dump", "--graph", example_folder, "--output", tmp_path / "news.trig")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "news.trig").read_bytes() == kg("dump", "--graph", example_folder).stdout_bytes
    assert [p.name for p in tmp_path.iterdir()] == ["news.trig"]


def test_a_file_that_cannot_be_written_is_an_error_of_one_line(kg, example_folder, tmp_path: Path) -> None:
    result = kg("dump", "--graph", example_folder, "--output", tmp_path / "missing" / "news.trig")
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_written_to_and_not_replaced(kg, example_folder) -> None:
    assert kg("dump", "--graph", example_folder, "--output", "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()
