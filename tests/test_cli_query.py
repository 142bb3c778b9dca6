"""``kg query``: SPARQL from text, file or standard input; a table, or a standard format."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from tests.serving import CYPHER_BOMB, descendants

RIVALS = "SELECT DISTINCT ?company ?name { ?company kg:competesWith ?rival . ?rival schema:name ?name } ORDER BY ?name"
OF_ALIBABA = ["--param", "company=<entity/alibaba-group>"]


def test_the_answer_is_a_table_with_short_names(kg, example_folder) -> None:
    result = kg("query", "--graph", example_folder, "--sparql", RIVALS, *OF_ALIBABA)
    header, line, *rows = result.stdout.splitlines()
    assert header.split() == ["company", "name"]
    assert set(line) == {"─"}
    assert ["entity/alibaba-group", "Douyin"] in [row.split() for row in rows]


def test_csv_and_json_give_the_same_rows(kg, example_folder) -> None:
    def answer(format: str) -> str:
        return kg("query", "--graph", example_folder, "--sparql", RIVALS, *OF_ALIBABA, "--format", format).stdout

    rows = list(csv.DictReader(io.StringIO(answer("csv"))))
    bindings = json.loads(answer("json"))["results"]["bindings"]
    assert rows == [{name: term["value"] for name, term in b.items()} for b in bindings]
    assert {r["name"] for r in rows} >= {"Douyin", "Pinduoduo"}


@pytest.mark.parametrize("prefix", ["", "@"])
def test_the_query_can_stand_in_a_file(kg, example_folder, tmp_path: Path, prefix: str) -> None:
    file = tmp_path / "rivals.rq"
    file.write_text(RIVALS)
    direct = kg("query", "--graph", example_folder, "--sparql", RIVALS).stdout
    assert direct
    assert kg("query", "--graph", example_folder, "--sparql", f"{prefix}{file}").stdout == direct


def test_the_query_can_come_from_standard_input(kg, example_folder) -> None:
    result = kg("query", "--graph", example_folder, "--sparql", "-", "--format", "json", input="ASK { ?a kg:makes ?b }")
    assert json.loads(result.stdout)["boolean"] is True


def test_a_construct_gives_turtle(kg, example_folder) -> None:
    query = "CONSTRUCT { ?a kg:makes ?b } WHERE { ?a kg:makes ?b }"
    result = kg("query", "--graph", example_folder, "--sparql", query, "--format", "ttl")
    assert len(list(parse(result.stdout_bytes, format=RdfFormat.TURTLE))) > 3


def test_a_parameter_can_be_text_or_a_number(kg, example_folder) -> None:
    def count(query: str, parameter: str) -> int:
        found = kg("query", "--graph", example_folder, "--sparql", query, "--param", parameter, "--format", "csv")
        return len(found.stdout.splitlines()) - 1

    assert count("SELECT DISTINCT ?a ?ticker { ?a kg:ticker ?ticker }", "ticker=BABA") == 1
    assert count("SELECT ?e ?n { ?e kg:start ?start FILTER(?start > ?n) }", "n:=1000000") == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--sparql", "SELEC"], 1),
        (["--sparql", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"], 1),
        (["--sparql", "ASK {}", "--format", "ttl"], 1),
        (["--sparql", "@no-such-file.rq"], 1),
        (["--sparql", "no-such-file.rq"], 1),
        (["--cypher", "queries/none.cypher"], 1),
        (["--sparql", "ASK {}", "--param", "x"], 2),
        (["--sparql", "ASK {}", "--param", "x:=many"], 2),
        ([], 2),
    ],
)
def test_errors_are_one_line_and_an_exit_code(kg, example_folder, arguments: list[str], code: int) -> None:
    result = kg("query", "--graph", example_folder, *arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    if code == 1:
        assert result.stderr.startswith("kg: ")
        assert result.stderr.count("\n") == 1


def test_a_parameter_that_the_query_does_not_select_is_an_error_in_one_line(kg, example_folder: Path) -> None:
    query = "SELECT ?s { ?s schema:name ?name }"
    result = kg("query", "--graph", example_folder, "--sparql", query, "--param", "name=Alibaba")
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: the query cannot be answered: ")
    assert "?name" in result.stderr


def test_a_literal_that_is_no_number_of_its_datatype_is_shown_as_written(kg, example_folder: Path) -> None:
    query = 'SELECT ("abc"^^xsd:integer AS ?a) ("x"^^xsd:decimal AS ?b) {}'
    result = kg("query", "--graph", example_folder, "--sparql", query)
    assert result.exit_code == 0
    assert result.stdout.split()[-2:] == ["abc", "x"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 5000 + "}" * 5000,
        "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "SELECT * { FILTER(" + "!" * 20_000 + "true) }",
        "SELECT * { {?s ?p ?o} " + "UNION {?s ?p ?o} " * 20_000 + "}",
        "SELECT * { " + " ".join(f"BIND(1 AS ?x{n})" for n in range(5000)) + "}",
        "SELECT (1" + "+1" * 20_000 + " AS ?x) {}",
    ],
)
def test_a_query_too_deep_for_the_engine_is_refused_and_nothing_dies(kg, example_folder: Path, query: str) -> None:
    result = kg("query", "--graph", example_folder, "--sparql", "-", input=query)
    assert result.exit_code == 1
    assert "more than" in result.stderr


def test_brackets_within_strings_and_comments_do_not_count(kg, example_folder: Path) -> None:
    query = "ASK { FILTER('" + "(" * 1000 + "' != '" + "{" * 1000 + "') } # " + "[" * 1000
    assert kg("query", "--graph", example_folder, "--sparql", query).exit_code == 0


@pytest.mark.parametrize(
    "query",
    [
        ("--sparql", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
        ("--sparql", "SELECT * { ?s ?p ?o " + "OPTIONAL {?s <x:a> ?o} " * 900 + "}"),
        ("--cypher", CYPHER_BOMB),
    ],
)
def test_a_query_is_stopped_at_its_time(kg, example_folder: Path, query: tuple[str, str]) -> None:
    before = descendants(os.getpid())
    result = kg("query", "--graph", example_folder, *query, "--timeout", "2")
    assert result.exit_code == 1
    assert "stopped after 2 seconds" in result.stderr
    assert set(descendants(os.getpid())) <= set(before)


def test_a_query_that_ends_in_time_answers_as_it_does_without(example_folder: Path) -> None:
    command = [sys.executable, "-m", "kg", "query", "--graph", str(example_folder), "--sparql", RIVALS, *OF_ALIBABA]
    answers = [
        subprocess.run([*command, *more], capture_output=True, text=True, check=False)
        for more in ([], ["--timeout", "60"], ["--format", "ttl", "--timeout", "60"])
    ]
    assert answers[0].stdout == answers[1].stdout != ""
    assert [answer.returncode for answer in answers] == [0, 0, 1]
