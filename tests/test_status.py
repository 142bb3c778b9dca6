"""How far an edge is true is read around the word that states it."""

import pytest

from tests.stated import statuses

C, L, ORG, P = "Company", "Place", "Organization", "Product"
TWO = {"Velquist": C, "Ostermoor": C}
CASES = [
    ("Velquist bought Ostermoor last year.", TWO, "completed"),
    ("Velquist has completed its acquisition of Ostermoor.", TWO, "completed"),
    ("Velquist agreed to acquire Ostermoor.", TWO, "planned"),
    ("Velquist will buy Ostermoor in May.", TWO, "planned"),
    ("Velquist is considering a takeover of Ostermoor.", TWO, "proposed"),
    ("Velquist may buy Ostermoor.", TWO, "proposed"),
    ("Velquist made a bid for Ostermoor.", TWO, "proposed"),
    ("Velquist abandoned its takeover of Ostermoor.", TWO, "failed"),
    ("Velquist competes with Ostermoor.", TWO, "current"),
    ("Velquist makes the Plinth.", {"Velquist": C, "Plinth": P}, "current"),
    ("Velquist will launch the Plinth in May.", {"Velquist": C, "Plinth": P}, "planned"),
    ("Velquist paid $5m to buy Ostermoor last year.", TWO, "completed"),
    ("Velquist is buying a 26% stake in Ostermoor.", TWO, "planned"),
    ("Velquist will continue to make the Plinth.", {"Velquist": C, "Plinth": P}, "current"),
    ("Velquist will provide loans to Ostermoor.", TWO, "planned"),
    ("Nobody confirmed rumours that Velquist would buy Ostermoor.", TWO, "proposed"),
    ("Velquist has a plant in Norway.", {"Velquist": C, "Norway": L}, "current"),
    ("Velquist plans to open a plant in Norway.", {"Velquist": C, "Norway": L}, "planned"),
    ("Ostermoor is a former subsidiary of Velquist.", TWO, "ended"),
    ("Velquist agreed to merge with Ostermoor.", TWO, "planned"),
    ("Velquist threatened to sue Ostermoor.", TWO, "planned"),
    ("Velquist is buying Ostermoor for $5m.", TWO, "planned"),
    ("Ostermoor is being bought by Velquist.", TWO, "planned"),
    ("Velquist cancelled the purchase of Ostermoor.", TWO, "failed"),
    ("Velquist will supply Ostermoor with bolts.", TWO, "planned"),
    ("Velquist was banned by the Harbor Commission in May.", {"Velquist": C, "Harbor Commission": ORG}, "completed"),
    ("The Harbor Commission is investigating Velquist.", {"Velquist": C, "Harbor Commission": ORG}, "current"),
]


@pytest.mark.parametrize(("text", "entities", "status"), CASES, ids=[text for text, _, _ in CASES])
def test_status_follows_tense_and_modality(text: str, entities: dict[str, str], status: str) -> None:
    assert set(statuses(text, entities).values()) == {status}
