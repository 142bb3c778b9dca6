"""A part of a full name given earlier means the same entity."""

from kg.extraction.extract import extract
from kg.model import Article


def found(text: str) -> dict[str, list[tuple[str, str]]]:
    return {
        e.name: [(m.text, m.kind) for m in ms if m.kind != "nominal"] for e, ms in extract(Article(text=text)).entities
    }


def test_the_first_words_of_a_company_name_stand_for_it() -> None:
    forms = found("Velquist Tool Co said profit rose. Velquist makes drills.")
    assert forms == {"Velquist Tool Co": [("Velquist Tool Co", "name"), ("Velquist", "short_form")]} or forms == {
        "Velquist Tool Co": [("Velquist Tool Co", "name"), ("Velquist", "name")]
    }


def test_a_surname_stands_for_the_person() -> None:
    forms = found("Chief executive Petra Vandersloot resigned. Ms Vandersloot said she was tired.")
    assert [text for text, _ in forms["Petra Vandersloot"]] == ["Petra Vandersloot", "Vandersloot"]


def test_the_short_form_in_a_headline_counts() -> None:
    text = "Velquist shares fall\n\nThe carmaker Velquist Motor Corp said sales fell. Velquist Motor closed a plant."
    assert [t for t, _ in found(text)["Velquist Motor Corp"]] == ["Velquist", "Velquist Motor Corp", "Velquist Motor"]


def test_a_name_used_before_a_longer_one_is_another_entity() -> None:
    text = "The lender Velquist said profit rose. Its rival Velquist Ferries Ltd was sold."
    assert {"Velquist", "Velquist Ferries Ltd"} <= found(text).keys()


def test_a_generic_first_word_is_no_short_form() -> None:
    assert "American" not in [
        t for t, _ in found("American Velquist Corp grew. American drivers were glad.")["American Velquist Corp"]
    ]


def test_a_first_paragraph_with_a_full_stop_is_no_headline() -> None:
    text = "Velquist Robotics has sued Osterlind AB.\n\nKorpen Group said on Monday it would buy 12% of Velquist."
    assert [t for t, _ in found(text)["Velquist Robotics"]] == ["Velquist Robotics", "Velquist"]
