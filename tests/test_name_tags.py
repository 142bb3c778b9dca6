"""The encoder tags names, also those that nobody has listed, and says how sure it is of each word's type."""

import pytest

from kg.extraction.pairs import entity_types
from kg.extraction.pipeline import pipeline
from kg.extraction.tags import TAGS, hints

TEXT = (
    "Vantrell Robotics has agreed to buy the Swedish brewer Osterlind AB for $2.1bn. "
    "The company, which is based in Gothenburg, makes the Korpen lager. "
    "Its chief executive, Marit Dahlgren, will stay on."
)


@pytest.fixture(scope="module")
def doc():
    return pipeline()(TEXT)


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("Vantrell Robotics", "Company"),
        ("Osterlind AB", "Company"),
        ("Gothenburg", "Place"),
        ("Korpen", "Product"),
        ("Marit Dahlgren", "Person"),
    ],
)
def test_a_name_never_seen_before_is_found_and_typed(doc, name, type):
    assert (name, type) in {(span.text, span.label_) for span in doc.ents}


def test_every_word_has_a_probability_for_each_type(doc):
    assert len(doc._.shares) == len(doc)
    for shares in doc._.shares:
        assert set(shares) == set(entity_types())
        assert sum(shares.values()) == pytest.approx(1, abs=0.1)


def test_a_word_of_no_name_is_said_to_be_none(doc):
    [agreed] = [t.i for t in doc if t.text == "agreed"]
    assert doc._.shares[agreed][""] > 0.9


def test_windows_cover_the_article(doc):
    covered = {i for read in doc._.reads for i in range(read.window.start, read.window.end)}
    assert covered == set(range(len(doc)))


def test_each_type_has_a_tag_that_begins_and_one_that_goes_on():
    assert len(TAGS) == 2 * len(entity_types()) - 1


def test_known_names_are_hinted_at():
    doc = pipeline()("Alibaba has a rival.")
    assert entity_types()[hints(doc)[0]] == "Company"


def test_a_text_without_a_word_is_read():
    assert not pipeline()("...").ents
