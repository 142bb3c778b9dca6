"""Nothing that an article says can command the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import Graph
from kg.cli.common import plain
from kg.model import Article, Entity, Evidence, Extraction, Mention, Relation, entity_id

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]Evil[/bold red]\x9b31m\u202egnp.exe :smile: \r[/]"


@given(st.text())
def test_plain_text_has_no_control_characters_and_one_line(text: str) -> None:
    shown = plain(text)
    assert all(c.isprintable() or c in "\ufffd" or ord(c) > 0xA0 for c in shown)
    assert not set(shown) & set("\x1b\x9b\r\n\u202e\u2066")


@pytest.fixture
def hostile_graph(tmp_path) -> Graph:
    graph = Graph.create(tmp_path / "graph")
    article = Article(text=HOSTILE, title=HOSTILE, publisher=HOSTILE, url="https://evil.example/")
    evil, acme = Entity(entity_id(HOSTILE, "Company"), HOSTILE, "Company"), Entity("entity/acme", "Acme", "Company")
    evidence = (Evidence(article.id, 0, len(HOSTILE), HOSTILE, extractor="test"),)
    subject, object_ = sorted((evil.id, acme.id))
    relation = Relation(subject, "competes_with", object_, "current", evidence)
    with graph.transaction() as writer:
        writer.add(Extraction(article, ((acme, ()), (evil, (Mention(0, 5, HOSTILE[:5]),))), (relation,), ()))
    return graph


@pytest.mark.parametrize(
    "command",
    [
        ["show", "Acme"],
        ["query", "--sparql", "SELECT ?o { ?s ?p ?o }"],
        ["stats"],
        ["retract", "https://evil.example/"],
        ["show", HOSTILE + "?"],
    ],
    ids=lambda c: c[0],
)
def test_commands_show_hostile_text_as_text(kg, hostile_graph: Graph, command: list[str]) -> None:
    result = kg(*command, "--graph", hostile_graph.path)
    shown = result.stdout + result.stderr
    assert "[bold red]Evil[/bold red]" in " ".join(shown.split())
    assert ":smile:" in shown
    assert not set(shown) & set("\x1b\x9b\x07\r\u202e")


def test_a_hostile_file_name_is_shown_as_text(kg, tmp_path) -> None:
    (tmp_path / "bad\x1b[2J\udcff.txt").touch()
    result = kg("build", tmp_path, "--graph", tmp_path / "graph")
    assert "\x1b" not in result.stderr
    assert "failed: " in result.stderr
