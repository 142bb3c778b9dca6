"""Files that neo4j-admin imports hold the rows of the projection."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings

from kg import Graph
from kg.errors import GraphError
from kg.export.neo4j_csv import DELIMITER, write_neo4j_csv
from kg.model import Extraction
from kg.projection import project
from kg.statements import Statements
from tests.strategies import extractions
from tests.test_export import built, says


def imported(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one file as the importer understands its header: types after the colon, nothing for an empty cell."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, found = rows[0], []
    for row in rows[1:]:
        assert len(row) == len(header)
        values: dict[str, Any] = {}
        for column, text in zip(header, row, strict=True):
            title, _, type_ = column.partition(":")
            if text == "":
                continue
            if type_.endswith("[]") or type_ == "LABEL":
                values[title or type_] = text.split(DELIMITER)
            else:
                values[title or type_] = {"long": int, "double": float, "boolean": json.loads}.get(type_, str)(text)
        found.append(values)
    return found


def filled(properties: Any) -> dict[str, Any]:
    """What of a row's properties the importer can hold."""

    def clean(value: Any) -> Any:
        return value.replace(DELIMITER, "\ufffd") if isinstance(value, str) else value

    kept = {k: list(map(clean, v)) if isinstance(v, list) else clean(v) for k, v in properties.items()}
    return {name: value for name, value in kept.items() if value not in ("", [], [""])}


def ordered(rows: Any) -> list[Any]:
    return sorted(rows, key=repr)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=extractions())
def test_every_row_stands_in_the_files(tmp_path_factory, said: Extraction) -> None:
    folder = tmp_path_factory.mktemp("csv")
    graph = built(folder / "g", said)
    write_neo4j_csv(graph, folder / "out")
    out, rows, marks = folder / "out", project(graph), Statements(graph.store)
    assert imported(out, "entities") == [
        {"id": e.id, "LABEL": ["Entity", e.type], **filled(e.properties)} for e in rows.entities
    ]
    assert imported(out, "articles") == [
        {"id": a.id, "LABEL": ["Article"], **filled({**a.properties, "fingerprint": marks.fingerprint(a.id)})}
        for a in rows.articles
    ]
    assert ordered(imported(out, "claims")) == ordered(
        {"id": c.id, "LABEL": ["Claim", "Figure"] if c.is_figure else ["Claim"], **filled(c.properties)}
        for c in rows.claims
    )
    assert ordered(imported(out, "relations")) == ordered(
        {"START_ID": r.source, "END_ID": r.target, "TYPE": r.type, **filled(r.properties)} for r in rows.relationships
    )
    assert ordered(imported(out, "citations")) == ordered(
        {"START_ID": c.claim, "END_ID": c.article, "TYPE": "CITES", "id": c.id, **filled(c.properties)}
        for c in rows.citations
    )
    assert imported(out, "mentions") == [
        {"START_ID": m.article, "END_ID": m.entity, "TYPE": "MENTIONS"} for m in rows.mentions
    ]


def test_every_end_is_a_node_and_ids_are_unique(example_graph: Graph, tmp_path: Path) -> None:
    write_neo4j_csv(example_graph, tmp_path / "out")
    ids = [row["id"] for name in ("entities", "articles", "claims") for row in imported(tmp_path / "out", name)]
    assert len(ids) == len(set(ids))
    for name in ("relations", "citations", "ends", "mentions"):
        rows = imported(tmp_path / "out", name)
        assert rows
        assert {row[end] for row in rows for end in ("START_ID", "END_ID")} <= set(ids)


def test_the_delimiter_of_lists_cannot_stand_in_a_value(tmp_path: Path) -> None:
    graph = built(tmp_path / "g", says((f"Ac{DELIMITER}me", "supplies", 'Bo"l;t,\n')))
    write_neo4j_csv(graph, tmp_path / "out")
    assert {row["name"] for row in imported(tmp_path / "out", "entities")} == {"Ac\ufffdme", 'Bo"l;t,\n'}
    (edge,) = imported(tmp_path / "out", "relations")
    assert len(edge["quotes"]) == 1


def test_the_command_makes_a_new_folder(kg: Callable[..., Result], example_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert kg("export", "neo4j-csv", "--graph", example_folder, "--output", out).exit_code == 0
    script = (out / "import.sh").read_text()
    named = {part.split("=")[1] for part in script.split() if part.startswith(("--nodes=", "--relationships="))}
    assert named == {path.name for path in out.glob("*.csv")}
    assert "CREATE CONSTRAINT" in (out / "schema.cypher").read_text()
    again = kg("export", "neo4j-csv", "--graph", example_folder, "--output", out)
    assert again.exit_code == 1
    assert "name a new folder" in again.stderr
    assert kg("export", "neo4j-csv", "--graph", example_folder).exit_code == 2
    assert kg("export", "neo4j-csv", "--graph", example_folder, "--output", tmp_path / "x", "--hops", 2).exit_code == 2


def test_a_failure_leaves_no_folder(example_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.export.neo4j_csv._COLUMNS", {"entities": ("id:ID", ":LABEL")})
    with pytest.raises((GraphError, KeyError)):
        write_neo4j_csv(example_graph, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(example_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"none/out cannot be written: .*none is not a folder"):
        write_neo4j_csv(example_graph, tmp_path / "none" / "out")
