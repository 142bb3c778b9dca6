"""Acronyms and tickers in brackets are names of the entity in front of them, there and afterwards."""

from kg.extraction.acronyms import initials
from kg.extraction.extract import extract
from kg.model import Article


def forms(text: str) -> list[set[tuple[str, str]]]:
    return [{(m.text, m.kind) for m in mentions} for _, mentions in extract(Article(text=text)).entities]


def test_an_acronym_in_brackets_stands_for_the_name_before_it() -> None:
    text = "Velquist Marine Cement Co (VMCC) has bought a mill. Later VMCC said it was happy."
    assert {("Velquist Marine Cement Co", "name"), ("VMCC", "acronym")} <= forms(text)[0]
    assert len(forms(text)) == 1


def test_a_ticker_in_angle_brackets_stands_for_the_name_before_it() -> None:
    assert {("Velquist Tool Co", "name"), ("VQT", "ticker")} <= forms("Velquist Tool Co &lt;VQT> said profit rose.")[0]


def test_an_acronym_without_brackets_goes_to_the_name_whose_initials_it_is() -> None:
    text = "Velquist Oil and Natural Gas Corporation will drill in Norway. VONGC said so. Shares in VONGC rose."
    found = [f for f in forms(text) if ("VONGC", "acronym") in f]
    assert len(found) == 1
    assert ("Velquist Oil and Natural Gas Corporation", "name") in found[0]


def test_letters_that_do_not_come_from_the_name_are_not_its_acronym() -> None:
    found = forms("Velquist Marine Ltd (XYZ) has bought a mill.")
    assert not any(("XYZ", "acronym") in f for f in found)


def test_initials_leave_out_legal_forms_and_small_words() -> None:
    assert {"DTI", "DOTAI"} <= initials("Department of Trade and Industry")


def test_the_token_of_a_protocol_is_not_the_protocol() -> None:
    text = "Velquist Protocol (VLQN) sold out its presale. Analysts expect the VLQN token to gain 40% this year."
    assert not any({("Velquist Protocol", "name"), ("VLQN", "acronym")} <= f for f in forms(text))


def test_a_code_behind_a_network_is_its_own_where_nobody_speaks_of_tokens() -> None:
    text = "Velquist Media Network (VLQN) has bought a rival station. Later VLQN said it was happy."
    assert {("Velquist Media Network", "name"), ("VLQN", "acronym")} <= forms(text)[0]
