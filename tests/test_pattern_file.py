"""A malformed file of patterns is refused, and the message names the entry."""

import pytest

from kg.errors import OntologyError
from kg.extraction.patterns import pattern_book, read_patterns
from kg.vocabulary import vocabulary

GOOD = """
[words]
stake = ["stake"]
[[pattern]]
relation = "invests_in"
name = "hold"
verb = ["hold"]
subject = ["subj"]
object = ["obj(@stake) in"]
confidence = 0.8
"""


def test_a_good_file_is_read() -> None:
    assert {"hold", "holds", "holding", "held", "holded"} & set(read_patterns(GOOD).by_form)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"invests_in"', '"likes"', "'likes' is no relation type"),
        ("confidence = 0.8", "confidence = 8.0", "confidence is 8.0"),
        ('object = ["obj(@stake) in"]', "", "'subject' and 'object' are both needed"),
        ("@stake", "@steak", "no list '@steak'"),
        ('["subj"]', '["Subj?"]', "cannot read the step"),
        ('verb = ["hold"]', "", "give it words"),
        ('verb = ["hold"]', 'verb = "hold"', "'verb' must be a list"),
        ('name = "hold"', 'name = "hold"\nmodal = 1', "unknown key 'modal'"),
        ('name = "hold"', 'name = "hold"\nstatus = "maybe"', "'maybe' is no status"),
        ('name = "hold"', 'name = "hold"\nsubject_type = ["Firm"]', "'Firm' in 'subject_type'"),
    ],
)
def test_a_malformed_entry_is_named(old: str, new: str, problem: str) -> None:
    with pytest.raises(OntologyError, match="pattern 1") as error:
        read_patterns(GOOD.replace(old, new))
    assert problem in str(error.value)


def test_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(OntologyError, match="not valid TOML"):
        read_patterns("[[pattern")


def test_every_relation_type_has_a_pattern() -> None:
    assert {p.relation for p in pattern_book().patterns} == set(vocabulary().relation_types)
