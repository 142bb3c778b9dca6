"""What is asked for under an id that no IRI can hold is not found: a message, and no graph is changed."""

import pytest

from kg import Graph
from kg.errors import NotFoundError

IDS = ["a b", "<script>", "a\x01", 'a"', "a\r", "{a}"]


@pytest.mark.parametrize("id", IDS)
def test_the_library_finds_nothing(example_graph: Graph, id: str) -> None:
    for look_up, kind in [
        (example_graph.entity, "entity"),
        (example_graph.claim, "claim"),
        (example_graph.extraction, "article"),
    ]:
        with pytest.raises(NotFoundError):
            look_up(f"{kind}/{id}")


@pytest.mark.parametrize("id", IDS)
def test_the_commands_say_so(kg, example_folder, id: str) -> None:
    for command in [
        ("show", f"entity/{id}"),
        ("ask", "competitors", "--company", f"entity/{id}"),
        ("ask", "competitors", "--company", f"entity/{id}", "--engine", "cypher"),
        ("ask", "citations", "--param", f"claim=claim/{id}"),
        ("export", "--around", f"entity/{id}"),
        ("retract", f"article/{id}"),
    ]:
        result = kg(*command, "--graph", example_folder)
        assert result.exit_code == 1, command
        assert result.stderr.startswith("kg: ")
        assert len(result.stderr.splitlines()) == 1
