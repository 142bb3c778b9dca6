"""Proper names, known to the catalogue or not, become entities of the right type."""

import pytest

from kg.extraction.extract import extract
from kg.model import Article, Entity


def entities(text: str) -> dict[str, Entity]:
    return {entity.name: entity for entity, _ in extract(Article(text=text)).entities}


@pytest.mark.parametrize(
    ("text", "name", "type_"),
    [
        ("Velquist Holdings Ltd said its profit rose.", "Velquist Holdings Ltd", "Company"),
        ("The carmaker Velquist said that sales had fallen.", "Velquist", "Company"),
        ("Velquist, the Turkish mobile firm, is growing.", "Velquist", "Company"),
        ("Shares in Velquist rose 3% on Monday.", "Velquist", "Company"),
        ("It was fined by the Harbor Trade Commission on Friday.", "Harbor Trade Commission", "Organization"),
        ("She studied at the University of Ostermoor.", "University of Ostermoor", "Organization"),
        ("The deal needs the consent of the Russian government.", "Russian government", "Organization"),
        ("The firm has launched the Zuvio console in shops.", "Zuvio", "Product"),
        ("Its new Brix3 model is open source.", "Brix3", "Product"),
        ('"We are pleased," said Mr Brandvold on Monday.', "Brandvold", "Person"),
        ("Chief executive Petra Vandersloot will leave in May.", "Petra Vandersloot", "Person"),
        ("The firm will open shops in northern Malaysia.", "northern Malaysia", "Place"),
    ],
)
def test_a_name_gets_the_type_that_its_words_and_context_tell(text: str, name: str, type_: str) -> None:
    found = entities(text)
    assert name in found
    assert found[name].type == type_


def test_a_known_name_is_the_reference_entity_with_its_identifiers() -> None:
    found = entities("Alibaba opened an office in Singapore.")
    assert found["Alibaba Group"].id == "entity/alibaba-group"
    assert found["Alibaba Group"].identifiers
    assert found["Singapore"].type == "Place"


def test_a_legal_form_behind_a_known_name_is_part_of_the_mention() -> None:
    found = extract(Article(text="Nvidia Corp sells chips.")).entities
    assert [[m.text for m in mentions] for entity, mentions in found if entity.id == "entity/nvidia"] == [
        ["Nvidia Corp"]
    ]


def test_a_longer_name_is_not_read_as_the_known_name_inside_it() -> None:
    found = entities("The Velquist Bank of China Trust said that Singapore Ferry Holdings Ltd had paid.")
    assert "Singapore Ferry Holdings Ltd" in found
    assert "Singapore" not in found


def test_a_known_name_inside_another_word_is_no_mention() -> None:
    assert "Alibaba Group" not in entities("The Alibabaland park is closed.")


def test_words_of_a_headline_are_names_only_if_the_story_uses_them() -> None:
    text = "Velquist Shares Plunge After Profit Warning\n\nShares in Velquist fell 20% on Monday."
    found = extract(Article(text=text)).entities
    assert [(e.name, [m.start for m in mentions]) for e, mentions in found] == [("Velquist", [0, 55])]


@pytest.mark.parametrize("legal_form", ["Ltd.", "Inc.", "Corp."])
def test_a_sentence_that_ends_in_a_legal_form_is_no_headline(legal_form: str) -> None:
    found = entities(f"Velquist Corp has acquired Brandvold {legal_form}")
    assert {name: entity.type for name, entity in found.items()} == {
        "Velquist Corp": "Company",
        f"Brandvold {legal_form}": "Company",
    }


def test_a_chip_of_its_own_and_data_centers_are_entities_without_a_name() -> None:
    found = entities("Velquist makes its own AI chip. Velquist is expanding data centers in Malaysia.")
    assert found["AI chip"].type == "Product"
    assert found["data centers"].type == "Facility"


def test_days_months_and_common_abbreviations_are_no_entities() -> None:
    assert entities("On Monday the CEO said that GDP rose in March. TV sales fell.") == {}
