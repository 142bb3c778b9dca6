"""``the company``, ``its cloud division`` and ``it`` mean what a reader takes them to mean, or nothing is said."""

from kg.extraction.extract import extract
from kg.model import Article


def nominals(text: str) -> dict[str, list[str]]:
    found = extract(Article(text=text)).entities
    return {e.name: [m.text for m in ms if m.kind == "nominal"] for e, ms in found}


def test_the_company_is_the_one_the_sentence_before_was_about() -> None:
    assert nominals("Velquist Corp bought a mill in Norway. The company paid cash.")["Velquist Corp"] == ["The company"]


def test_it_and_its_mean_the_subject() -> None:
    assert nominals("Velquist Corp said it would sell its mill.")["Velquist Corp"] == ["it", "its"]


def test_a_noun_that_describes_one_company_means_that_one() -> None:
    text = "The airline Velquist sued the lender Ostermoor Corp in May. The airline wants money."
    assert nominals(text)["Velquist"] == ["The airline"]


def test_a_noun_in_apposition_is_remembered() -> None:
    text = "Velquist, the Norwegian brewer, sued Ostermoor Corp in May. The brewer wants money."
    assert "The brewer" in nominals(text)["Velquist"]


def test_its_cloud_division_is_the_unit_that_the_catalogue_knows() -> None:
    found = nominals("Alibaba Group grew in 2025. The company's cloud division reported higher sales.")
    assert found["Alibaba Cloud"] == ["cloud division"]


def test_the_unit_means_a_unit() -> None:
    found = nominals("Revenue at Alibaba Cloud rose 26%. Alibaba Group was glad. The unit holds 33% of the market.")
    assert found["Alibaba Cloud"] == ["The unit"]


def test_it_without_meaning_is_no_mention() -> None:
    assert nominals("Velquist Corp is for sale. It is likely that prices will fall.")["Velquist Corp"] == []


def test_the_object_of_a_verb_is_not_its_subject() -> None:
    found = nominals("Velquist Corp met Ostermoor Corp in May. Velquist Corp then bought the company.")
    assert "the company" not in found["Velquist Corp"]


def test_nothing_is_said_where_no_company_was_named() -> None:
    assert not any(nominals("Prices rose in Norway. The company paid cash.").values())
