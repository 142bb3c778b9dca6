"""``kg stats``: counts for people and for programs."""

import json


def test_json_and_text_hold_the_same_counts(kg, example_folder) -> None:
    counts = json.loads(kg("stats", "--graph", example_folder, "--json").stdout)
    lines = [line.split() for line in kg("stats", "--graph", example_folder).stdout.splitlines()]
    assert counts["articles"] == 12
    assert ["articles", "12"] in lines
    for type_, count in counts["relations"].items():
        assert [type_, f"{count:,}"] in lines
