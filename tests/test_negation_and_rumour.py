"""What is denied or only rumored never counts as true now."""

import pytest

from kg.vocabulary import vocabulary
from tests.stated import statuses

TWO = {"Velquist": "Company", "Ostermoor": "Company"}
NOT_TRUE_NOW = [
    "Velquist did not buy Ostermoor.",
    "Velquist denied that it would buy Ostermoor.",
    "Velquist is rumoured to be in talks to buy Ostermoor.",
    "Velquist could merge with Ostermoor.",
    "Ostermoor rejected a takeover bid from Velquist.",
    "Velquist scrapped its bid for Ostermoor.",
]


@pytest.mark.parametrize("text", NOT_TRUE_NOW)
def test_denied_or_rumored_does_not_hold(text: str) -> None:
    found = statuses(text, TWO)
    assert found
    assert not any(vocabulary().statuses[s].holds for s in found.values())
