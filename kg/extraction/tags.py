"""The tags of the encoder's mention tagger, and the hints it gets from known names."""

from spacy.tokens import Doc

from kg.extraction.annotations import NamedSpan
from kg.extraction.pairs import entity_types
from kg.resolution.reference import catalogue

TAGS = ("O", *(f"{mark}-{type_}" for type_ in entity_types()[1:] for mark in "BI"))


def hints(doc: Doc) -> list[int]:
    """For each word the number of the type of the reference entity that it names, else 0."""
    found = [0] * len(doc)
    named: list[NamedSpan] = doc._.named
    for one in named:
        if one.mention.kind != "adjective":
            type_ = entity_types().index(catalogue().by_id(one.entity).type)
            for i in one.mention.tokens:
                found[i] = type_
    return found
