"""Each relation type is read from the wordings that state it."""

import pytest

from tests.stated import edges, read

C, B, P, L = "Company", "Organization", "Product", "Place"
TWO = {"Velquist": C, "Ostermoor": C}
THREE = {**TWO, "Brambley": C}

STATED = [
    ("Velquist competes with Ostermoor and Brambley.", THREE, ("Velquist", "competes_with", "Brambley")),
    ("Velquist's rival Ostermoor cut its prices.", TWO, ("Velquist", "competes_with", "Ostermoor")),
    (
        "Velquist lost customers to rivals such as Ostermoor and Brambley.",
        THREE,
        ("Velquist", "competes_with", "Brambley"),
    ),
    ("Velquist has overtaken Ostermoor this year.", TWO, ("Velquist", "competes_with", "Ostermoor")),
    ("Velquist announced a partnership with Ostermoor and Brambley.", THREE, ("Velquist", "partners_with", "Brambley")),
    ("Velquist teamed up with Ostermoor to build a ferry.", TWO, ("Velquist", "partners_with", "Ostermoor")),
    ("A joint venture between Velquist and Ostermoor was founded.", TWO, ("Velquist", "partners_with", "Ostermoor")),
    ("Velquist agreed to merge with Ostermoor.", TWO, ("Velquist", "merges_with", "Ostermoor")),
    ("The merger between Velquist and Ostermoor was delayed.", TWO, ("Velquist", "merges_with", "Ostermoor")),
    ("Velquist bought Ostermoor for $3m.", TWO, ("Velquist", "acquires", "Ostermoor")),
    ("Ostermoor was acquired by Velquist last year.", TWO, ("Velquist", "acquires", "Ostermoor")),
    ("Velquist plans to buy Ostermoor.", TWO, ("Velquist", "acquires", "Ostermoor")),
    ("Velquist's takeover of Ostermoor surprised investors.", TWO, ("Velquist", "acquires", "Ostermoor")),
    ("Velquist raised money and acquired Ostermoor.", TWO, ("Velquist", "acquires", "Ostermoor")),
    ("Velquist holds a 12% stake in Ostermoor.", TWO, ("Velquist", "invests_in", "Ostermoor")),
    ("Velquist invested $3m in Ostermoor.", TWO, ("Velquist", "invests_in", "Ostermoor")),
    ("Velquist, which owns 10% of Ostermoor, voted against it.", TWO, ("Velquist", "invests_in", "Ostermoor")),
    ("Velquist owns Ostermoor.", TWO, ("Ostermoor", "subsidiary_of", "Velquist")),
    ("Ostermoor, a unit of Velquist, hired a new boss.", TWO, ("Ostermoor", "subsidiary_of", "Velquist")),
    ("Ostermoor's parent Velquist paid the bill.", TWO, ("Ostermoor", "subsidiary_of", "Velquist")),
    ("Ostermoor is a subsidiary of Velquist.", TWO, ("Ostermoor", "subsidiary_of", "Velquist")),
    ("Velquist supplies engines to Ostermoor.", TWO, ("Velquist", "supplies", "Ostermoor")),
    ("Ostermoor bought ten ferries from Velquist.", TWO, ("Velquist", "supplies", "Ostermoor")),
    ("Velquist makes the Plinth.", {"Velquist": C, "Plinth": P}, ("Velquist", "makes", "Plinth")),
    ("Velquist's Plinth sold well.", {"Velquist": C, "Plinth": P}, ("Velquist", "makes", "Plinth")),
    ("Velquist launched a phone called Plinth.", {"Velquist": C, "Plinth": P}, ("Velquist", "makes", "Plinth")),
    ("Velquist, maker of the Plinth, hired 20 people.", {"Velquist": C, "Plinth": P}, ("Velquist", "makes", "Plinth")),
    ("Velquist sued Ostermoor in March.", TWO, ("Velquist", "litigates_with", "Ostermoor")),
    ("Velquist filed a lawsuit against Ostermoor.", TWO, ("Velquist", "litigates_with", "Ostermoor")),
    (
        "The Ferry Board fined Velquist $3m.",
        {"Velquist": C, "Ferry Board": B},
        ("Velquist", "regulated_by", "Ferry Board"),
    ),
    (
        "Velquist is under investigation by the Ferry Board.",
        {"Velquist": C, "Ferry Board": B},
        ("Velquist", "regulated_by", "Ferry Board"),
    ),
    ("Velquist opened a plant in Norway.", {"Velquist": C, "Norway": L}, ("Velquist", "operates_in", "Norway")),
    ("Velquist, based in Oslo, makes ferries.", {"Velquist": C, "Oslo": L}, ("Velquist", "operates_in", "Oslo")),
    ("Oslo-based Velquist makes ferries.", {"Velquist": C, "Oslo": L}, ("Velquist", "operates_in", "Oslo")),
    (
        "Velquist has offices in Oslo and Turin.",
        {"Velquist": C, "Oslo": L, "Turin": L},
        ("Velquist", "operates_in", "Turin"),
    ),
    (
        "Velquist's shares are listed on the Oslo Exchange.",
        {"Velquist": C, "Oslo Exchange": B},
        ("Velquist", "listed_on", "Oslo Exchange"),
    ),
]


@pytest.mark.parametrize(("text", "entities", "edge"), STATED, ids=[text for text, _, _ in STATED])
def test_what_a_sentence_states_is_read(text: str, entities: dict[str, str], edge: tuple[str, str, str]) -> None:
    assert edge in edges(text, entities)


NOT_STATED = [
    ("Velquist and Ostermoor published their results on Monday.", TWO),
    ("Velquist, Ostermoor and Brambley rose in early trading.", THREE),
    ("Velquist said that Ostermoor was well run.", TWO),
]


@pytest.mark.parametrize(("text", "entities"), NOT_STATED, ids=[text for text, _ in NOT_STATED])
def test_names_side_by_side_are_no_relation(text: str, entities: dict[str, str]) -> None:
    assert edges(text, entities) == set()


def test_the_evidence_is_the_sentence_that_states_it() -> None:
    doc = read("Velquist was founded in 1990. It bought Ostermoor. Prices rose.", TWO)
    assert [doc[r.start : r.end].text for r in doc._.relations] == ["It bought Ostermoor."]


def test_only_types_that_the_ontology_allows_are_related() -> None:
    assert edges("Norway bought Ostermoor.", {"Norway": L, "Ostermoor": C}) == set()
