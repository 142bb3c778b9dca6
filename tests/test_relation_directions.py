"""Who does it to whom: the direction of an edge survives passives, possessives and relative clauses."""

import pytest

from tests.stated import edges

NAMES = {"Velquist": "Company", "Ostermoor": "Company"}
ACQUIRES = ("Velquist", "acquires", "Ostermoor")
OWNED = ("Ostermoor", "subsidiary_of", "Velquist")
CASES = [
    ("Velquist bought Ostermoor.", ACQUIRES),
    ("Ostermoor was bought by Velquist.", ACQUIRES),
    ("Ostermoor, bought by Velquist in May, makes ferries.", ACQUIRES),
    ("Velquist, which bought Ostermoor in May, makes ferries.", ACQUIRES),
    ("Velquist's acquisition of Ostermoor is done.", ACQUIRES),
    ("Ostermoor was sold to Velquist.", ACQUIRES),
    ("Velquist owns Ostermoor.", OWNED),
    ("Ostermoor is owned by Velquist.", OWNED),
    ("Velquist's subsidiary Ostermoor makes ferries.", OWNED),
    ("Ostermoor's owner Velquist makes ferries.", OWNED),
]


@pytest.mark.parametrize(("text", "edge"), CASES, ids=[text for text, _ in CASES])
def test_direction_does_not_depend_on_the_wording(text: str, edge: tuple[str, str, str]) -> None:
    found = edges(text, NAMES)
    assert edge in found
    assert (edge[2], edge[1], edge[0]) not in found


def test_symmetric_relations_are_read_once() -> None:
    found = edges("Velquist competes with Ostermoor.", NAMES)
    assert [frozenset((s, o)) for s, _, o in found] == [frozenset(NAMES)]
