"""Relations by patterns on the dependency tree: component ``kg_relations``.

Reads ``doc._.entities``, writes ``doc._.relations``. What counts as stating a relation is data, in ``patterns.toml``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, RelationSpan
from kg.extraction.arguments import tree_of
from kg.extraction.patterns import NEAREST_FIRST, Path, Pattern, PatternBook, Step, Trigger, pattern_book
from kg.vocabulary import vocabulary

_STRONG = 0.55
_TRANSPARENT = ("of",)
_ACTORS = frozenset({"Company", "Organization"})
_PLURAL = frozenset({"they", "their", "them"})
_PRONOUNS = _PLURAL | {"it", "its", "itself"}


@dataclass(frozen=True, slots=True)
class _Mention:
    entity: int
    start: int
    end: int
    nominal: bool


class _Reader:
    """One article being read: its tree, and which entity each token names."""

    def __init__(self, doc: Doc, book: PatternBook) -> None:
        self.tree = tree_of(doc)
        self.book = book
        self.entities: list[EntityCluster] = doc._.entities
        self.sentences = [(s.start, s.end) for s in doc.sents]
        self.at_root: dict[int, _Mention] = {}
        self.covering: dict[int, _Mention] = {}
        self.stands_for: dict[int, int] = {}
        self.main: int | None = None
        self._index()

    def _index(self) -> None:
        """The widest mention wins a token as its root, the narrowest as what covers it."""
        mentions = [
            _Mention(number, m.start, m.end, m.kind == "nominal")
            for number, entity in enumerate(self.entities)
            for m in entity.mentions
        ]
        mentions.sort(key=lambda m: (m.start - m.end, m.start, m.entity))
        for mention in mentions:
            root = self.root(mention)
            self.at_root.setdefault(root, mention)
            for token in range(mention.start, mention.end):
                self.covering[token] = mention

        self._pronouns()
        companies = [(-len(e.mentions), n) for n, e in enumerate(self.entities) if e.type == "Company" and e.mentions]
        if companies:
            most = self.entities[min(companies)[1]].mentions[0]
            self.main = next((t for t in most.tokens if t in self.at_root), None)

    def _pronouns(self) -> None:
        """Give "it", "its" and "they" that coreference left open the nearest subject before them that is a company."""
        tree = self.tree
        topic: int | None = None
        previous: int | None = None
        last = -1
        for token, form in enumerate(tree.lower):
            if tree.sentence[token] != last:
                last, previous, topic = tree.sentence[token], topic if topic is not None else previous, None
            mention = self.at_root.get(token)
            if mention is not None and self.entities[mention.entity].type in _ACTORS:
                if topic is None or tree.dep[token] in ("nsubj", "nsubjpass"):
                    topic = token
            elif form in _PRONOUNS and token not in self.covering:
                antecedent = topic if topic is not None else previous
                if antecedent is not None:
                    self.stands_for[token] = antecedent

    def root(self, mention: _Mention) -> int:
        """The token of a mention that the rest hangs on."""
        for token in range(mention.end - 1, mention.start - 1, -1):
            if not mention.start <= self.tree.head[token] < mention.end or self.tree.head[token] == token:
                return token
        return mention.end - 1

    def entity(self, token: int) -> int | None:
        mention = self.at_root.get(token) or self.covering.get(token)
        return None if mention is None else mention.entity

    def named(self, token: int, accepted: frozenset[str]) -> list[int]:
        """The entities of accepted types that a token leads to, those joined to it by "and" included."""
        found: list[int] = []
        for each in self.tree.conjuncts(token):
            for entity in self._one(each, accepted):
                if entity not in found:
                    found.append(entity)
        return found

    def _one(self, token: int, accepted: frozenset[str], depth: int = 0) -> list[int]:
        tree, words = self.tree, self.book.words
        if token in self.stands_for:
            antecedent = self.stands_for[token]
            if tree.lower[token] in _PLURAL:
                return [e for t in tree.conjuncts(antecedent) for e in self._one(t, accepted, depth + 1)]
            return self._one(antecedent, accepted, depth + 1)
        relative = tree.relative(token)
        if relative is not None:
            return self._one(relative, accepted, depth + 1)
        entity = self.entity(token)
        if entity is not None and self.entities[entity].type in accepted:
            return [entity]
        if depth > 2:
            return []
        inner: list[int] = []
        for child in tree.having(token, "appos"):
            for each in tree.conjuncts(child):
                inner += self._one(each, accepted, depth + 1)
        for child in tree.examples(token):
            for each in tree.conjuncts(child):
                inner += self._one(each, accepted, depth + 1)
        if not inner and entity is None and tree.lower[token] in words["carrier"]:
            for child in tree.having(token, "compound", "nmod", "amod"):
                inner += self._one(child, accepted, depth + 1)
        if not inner and tree.lower[token] in words["whole"]:
            for child in tree.prepositional(token, frozenset(_TRANSPARENT)):
                for each in tree.conjuncts(child):
                    inner += self._one(each, accepted, depth + 1)
        return list(dict.fromkeys(inner))

    def follow(self, token: int, path: Path) -> list[int]:
        """The tokens at the end of a path."""
        here = [token]
        for step in path:
            here = [t for h in here for t in self.step(h, step) if t != h or step.role in ("self", "same")]
            if step.words is not None:
                here = [t for t in here if self.listed(t, step.words) != step.excluded]
        return list(dict.fromkeys(here))

    def listed(self, token: int, words: frozenset[str]) -> bool:
        """Whether a word is one of a list; ``name`` in the list stands for every name of an entity."""
        return self.tree.lower[token] in words or ("name" in words and token in self.covering)

    def step(self, token: int, step: Step) -> list[int]:
        tree = self.tree
        match step.role:
            case "self":
                return [token]
            case "subj":
                return tree.subjects(token) or self.named_before(token)
            case "obj":
                return tree.objects(token)
            case "topic":
                return tree.topics(token)
            case "poss":
                return tree.possessors(token)
            case "owner":
                return tree.owners(token)
            case "same":
                return tree.same(token)
            case "head":
                return [tree.head[token]]
            case "before":
                start = self.sentences[tree.sentence[token]][0]
                return [t for t in range(token - 1, start - 1, -1) if t in self.at_root or t in self.stands_for]
            case "after":
                end = self.sentences[tree.sentence[token]][1]
                return [t for t in range(token + 1, end) if t in self.at_root or t in self.stands_for]
            case "governed":
                return tree.having(token, "pobj", "pcomp")
            case "about":
                said = tree.having(token, "nsubj", "nsubjpass", "auxpass") or tree.possessors(token)
                return [] if self.main is None or said else [self.main]
            case "mod":
                return tree.having(token, "compound", "nmod", "amod", "npadvmod", "nummod")
            case _:
                return tree.prepositional(token, step.prepositions)

    def ends(self, token: int, paths: Iterable[Path], accepted: frozenset[str], avoid: frozenset[int]) -> list[int]:
        """The entities at the end of the first path that leads to any."""
        for path in paths:
            found: list[int] = []
            for end in self.follow(token, path):
                leads = self._one(end, accepted) if path[-1].role == "self" else self.named(end, accepted)
                found += [e for e in leads if e not in avoid and e not in found]
                if found and path[-1].role in NEAREST_FIRST:
                    break
            if found:
                return found
        return []

    def read(self) -> Iterator[RelationSpan]:
        tree, by_form = self.tree, self.book.by_form
        for token, form in enumerate(tree.lower):
            for trigger, pattern in by_form.get(form, ()):
                if self.fires(token, trigger):
                    yield from self.apply(pattern, token)
        for token, mention in sorted(self.at_root.items()):
            for pattern in self.book.by_type.get(self.entities[mention.entity].type, ()):
                yield from self.apply(pattern, token)

    def fires(self, token: int, trigger: Trigger) -> bool:
        tree = self.tree
        if trigger.part == "verb" and tree.tag[token][0] != "V" and not self.named_before(token):
            return False
        if trigger.part == "noun" and tree.tag[token][0] not in "NJ":
            return False
        covering = self.covering.get(token)
        if covering is not None and not covering.nominal and trigger.part != "word":
            return False
        return trigger.child is None or any(tree.lower[c] == trigger.child for c in tree.children[token])

    def named_before(self, token: int) -> list[int]:
        """The names before a sentence's root that the tagger took for a noun: "Velquist competes with ..."."""
        tree = self.tree
        if tree.tag[token] != "NNS" or tree.dep[token] != "ROOT":
            return []
        return [c for c in tree.having(token, "amod", "compound", "nmod", "nsubj") if c in self.covering]

    def apply(self, pattern: Pattern, token: int) -> Iterator[RelationSpan]:
        type_ = vocabulary().relation_types[pattern.relation]
        domain = pattern.subject_types or type_.domain
        range_ = pattern.object_types or type_.range
        nobody: frozenset[int] = frozenset()
        if pattern.between:
            found = self.ends(token, pattern.between, domain, nobody)
            pairs = [(a, b) for n, a in enumerate(found) for b in found[n + 1 :]]
        else:
            objects = self.ends(token, pattern.object, range_, nobody)
            if not objects:
                return
            subjects = self.ends(token, pattern.subject, domain, frozenset(objects))
            pairs = [(s, o) for s in subjects for o in objects if s != o]
        start, end = self.sentences[self.tree.sentence[token]]
        for subject, object_ in pairs:
            if type_.allows(self.entities[subject].type, self.entities[object_].type):
                yield RelationSpan(
                    subject=subject,
                    type=pattern.relation,
                    object=object_,
                    start=start,
                    end=end,
                    anchor=token,
                    pattern=f"{pattern.relation}/{pattern.name}",
                    status=pattern.status or "current",
                    confidence=pattern.confidence,
                )


def read_relations(doc: Doc, book: PatternBook) -> list[RelationSpan]:
    """The relations a parsed article states, one for each pair, type and sentence: the surest reading of each."""
    best: dict[tuple[int, str, int, int], RelationSpan] = {}
    symmetric = {t.name for t in vocabulary().relation_types.values() if t.symmetric}
    for span in _Reader(doc, book).read():
        ends = (span.subject, span.object)
        if span.type in symmetric:
            ends = (min(ends), max(ends))
        key = (ends[0], span.type, ends[1], span.start)
        if key not in best or best[key].confidence < span.confidence:
            best[key] = span
    return sorted(_one_maker(best.values()), key=lambda s: (s.start, s.type, s.subject, s.object))


def _one_maker(found: Iterable[RelationSpan]) -> list[RelationSpan]:
    """Leave out who a weak pattern says makes a product, where a strong one says that another does."""
    spans = list(found)
    makers: dict[int, set[int]] = {}
    for span in spans:
        if span.type == "makes" and span.confidence >= _STRONG:
            makers.setdefault(span.object, set()).add(span.subject)
    return [s for s in spans if s.type != "makes" or s.object not in makers or s.subject in makers[s.object]]


class RelationReader:
    """The component ``kg_relations``. ``least_confidence`` drops what weaker patterns find."""

    def __init__(self, least_confidence: float = 0.0) -> None:
        self.least_confidence = least_confidence
        self.book = pattern_book()

    def __call__(self, doc: Doc) -> Doc:
        found = read_relations(doc, self.book)
        doc._.relations = [r for r in found if r.confidence >= self.least_confidence]
        return doc


@Language.factory(
    "kg_relations",
    default_config={"least_confidence": 0.0},
    requires=["token.dep", "token.tag", "doc._.entities"],
    assigns=["doc._.relations"],
)
def make_relation_reader(nlp: Language, name: str, least_confidence: float) -> RelationReader:  # noqa: ARG001
    """Factory for a spaCy pipeline: ``nlp.add_pipe("kg_relations")``."""
    return RelationReader(least_confidence)
