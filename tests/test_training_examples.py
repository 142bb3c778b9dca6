"""What the network learns from an annotated article."""

from pathlib import Path

import pytest

from kg.extraction.pairs import entity_types, relation_classes
from kg.extraction.tags import TAGS
from kg.extraction.windows import coder
from kg.training.examples import IGNORED, Example, article_examples
from kg.training.markup import read_markup

ARTICLE = """\
title: [Kestrel Foods](kestrel) to buy [Nordlund](nordlund)
date: 2024-03-05
publisher: Harbor Business Daily
@ kestrel Company Kestrel Foods
@ nordlund Company Nordlund AB
@ oslo Place Oslo

[Kestrel Foods](kestrel) will pay $2.1bn for [Nordlund AB](nordlund), analysts at Sable Partners said.
> kestrel acquires nordlund planned
= kestrel | deal_value | 2.1e9 USD | - | nordlund | planned
[The company](kestrel) was founded in a kitchen.
[Its](nordlund) bakeries in [Oslo](oslo) employ 4,000 people.
> nordlund operates_in oslo current
= nordlund | employees | 4000 people | - | - | reported
"""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Example:
    path = Path(tmp_path_factory.mktemp("markup"), "kestrel.txt")
    path.write_text(ARTICLE, encoding="utf-8")
    [example] = article_examples(read_markup(path), coder())
    return example


def classes(relations: list[int]) -> set[tuple[str, bool]]:
    return {(c.type, c.forward) for c, label in zip(relation_classes(), relations, strict=True) if label == 1}


def test_a_pair_has_the_relation_that_its_sentence_is_cited_for(window):
    assert {("acquires", True)} in [classes(p.relations) for p in window.pairs]


def test_a_reference_stands_for_its_entity_in_a_pair(window):
    company, place = entity_types().index("Company"), entity_types().index("Place")
    [pair] = [p for p in window.pairs if p.kinds == (company, place) and classes(p.relations)]
    assert classes(pair.relations) == {("operates_in", True)}


def test_a_name_that_annotators_did_not_list_has_no_relation(window):
    listed = sum(1 for p in window.pairs if classes(p.relations))
    assert listed < len(window.pairs)
    assert all(label != -1 for p in window.pairs for label in p.relations)


def test_a_pronoun_is_no_name(window):
    tagged = [TAGS[t] for t in window.tags if t not in (IGNORED, 0)]
    assert sum(t.startswith("B-") for t in tagged) == 5


def test_references_link_to_what_they_mean_and_to_nothing_else(window):
    references = [link for link in window.links if link.answer == 0]
    assert sum(link.holds for link in references) == 2
    assert any(not link.holds for link in references)


def test_figures_link_to_their_subjects(window):
    quantities = [link for link in window.links if link.answer == 1]
    assert sum(link.holds for link in quantities) == 2
