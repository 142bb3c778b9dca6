"""``kg extract``: the claims of each article as JSON lines, without a graph."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import EXAMPLES


def test_each_article_is_one_json_line_with_exact_quotes(kg) -> None:
    from kg.reading import read

    texts = {Path(a.source).name: a.text for a in read(EXAMPLES)}
    result = kg("extract", EXAMPLES, "--format", "jsonl")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert {d["doc"] for d in documents} == set(texts)
    for document in documents:
        for claim in (*document["relations"], *document["claims"]):
            for evidence in claim["evidence"]:
                assert evidence["quote"] == texts[document["doc"]][evidence["start"] : evidence["end"]]


def test_the_lines_do_not_depend_on_the_number_of_workers(kg) -> None:
    assert kg("extract", EXAMPLES, "--workers", "2").stdout == kg("extract", EXAMPLES).stdout


def test_failures_go_to_stderr_and_the_rest_is_extracted(kg, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_text("Acme Corp has bought Bolt Ltd for $5 million.")
    result = kg("extract", tmp_path)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert "empty.txt" in result.stderr


def test_a_reader_that_stops_reading_sees_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "extract", EXAMPLES], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(timeout=60)
