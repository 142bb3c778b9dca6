"""Relation patterns as data: ``patterns.toml``, read and checked.

A pattern says which words state a relation and where its two ends stand. Ends are paths through the dependency tree::

    {relation = "invests_in", name = "buy_stake", verb = ["buy", "take"],
     subject = ["subj"], object = ["obj(@stake) in|of"], confidence = 0.8}

Steps of a path: ``self`` the word itself, ``subj`` who acts, ``obj`` what is acted on, ``topic`` the grammatical
subject, ``poss`` a possessor, ``owner`` the nearest possessor or clause subject above, ``same`` what the noun is said
to be, ``head`` the word above, ``mod`` modifiers before it, ``governed`` what a preposition governs, ``before`` and
``after`` the nearest entity in the sentence, whatever the tree says, ``about`` the company that the article names
most. Any other word is a preposition to follow (``in|at``: either). Brackets keep only the words of a list:
``obj(@stake)``; ``obj(!@stake|name)`` leaves them, and names of entities, out. Of several paths the first that leads
to an entity counts. ``between`` in place of both ends relates every two of the entities found.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg.errors import OntologyError
from kg.vocabulary import vocabulary

ROLES = frozenset(
    {"self", "subj", "obj", "topic", "poss", "owner", "same", "head", "mod", "governed", "before", "after", "about"}
)
NEAREST_FIRST = frozenset({"owner", "before", "after", "about"})
_STEP = re.compile(r"(?P<name>[a-z]+(?:\|[a-z]+)*)(?:\((?P<not>!)?(?P<words>[@a-z0-9_|%-]+)\))?$")
_VOWEL_CONSONANT = re.compile(r"[^aeiou][aeiou][bdgmnprt]$")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path. ``prepositions`` is empty for a role; ``words`` are kept (or left out), None keeps all."""

    role: str
    prepositions: frozenset[str] = frozenset()
    words: frozenset[str] | None = None
    excluded: bool = False


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A form in lower case, the word that must hang on it (``over`` of "take over"), and its part of speech."""

    form: str
    child: str | None
    part: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of ``patterns.toml``. ``types`` narrow what the vocabulary allows at each end; empty: no more."""

    name: str
    relation: str
    triggers: tuple[Trigger, ...]
    at: frozenset[str]
    subject: tuple[Path, ...]
    object: tuple[Path, ...]
    between: tuple[Path, ...]
    subject_types: frozenset[str]
    object_types: frozenset[str]
    confidence: float
    status: str | None = None


@dataclass(frozen=True, slots=True)
class PatternBook:
    """All patterns, with the triggers indexed by the form a text shows, and the word lists they share."""

    patterns: tuple[Pattern, ...]
    by_form: Mapping[str, tuple[tuple[Trigger, Pattern], ...]]
    by_type: Mapping[str, tuple[Pattern, ...]]
    words: Mapping[str, frozenset[str]]
    irregular: Mapping[str, Sequence[str]]

    def verb_forms(self, lemma: str) -> frozenset[str]:
        """The forms of a verb, of an irregular one too.

        >>> sorted(pattern_book().verb_forms("hold"))
        ['held', 'hold', 'holding', 'holds']
        """
        return verb_forms(lemma, self.irregular.get(lemma, ()))


def verb_forms(lemma: str, irregular: Iterable[str] = ()) -> frozenset[str]:
    """The forms of an English verb.

    >>> sorted(verb_forms("plan")), sorted(verb_forms("buy", ["bought"]))
    (['plan', 'planned', 'planning', 'plans'], ['bought', 'buy', 'buying', 'buys'])
    """
    forms = {lemma, *irregular}
    stem = lemma
    if lemma.endswith("e") and not lemma.endswith("ee"):
        forms |= {lemma + "s", lemma[:-1] + "ing"}
        past = lemma + "d"
    elif re.search(r"[^aeiou]y$", lemma):
        forms |= {lemma[:-1] + "ies", lemma + "ing"}
        past = lemma[:-1] + "ied"
    else:
        if _VOWEL_CONSONANT.search(lemma) and len(re.findall(r"[aeiou]+", lemma)) == 1:
            stem = lemma + lemma[-1]
        forms |= {lemma + ("es" if re.search(r"(s|x|z|ch|sh|o)$", lemma) else "s"), stem + "ing"}
        past = stem + "ed"
    if not irregular:
        forms.add(past)
    return frozenset(forms)


def noun_forms(noun: str) -> frozenset[str]:
    """Singular and plural.

    >>> sorted(noun_forms("subsidiary"))
    ['subsidiaries', 'subsidiary']
    """
    if re.search(r"[^aeiou]y$", noun):
        return frozenset({noun, noun[:-1] + "ies"})
    return frozenset({noun, noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")})


def read_patterns(text: str, *, source: str = "patterns.toml") -> PatternBook:
    r"""Parse and check a file of patterns.

    Raises OntologyError, which names the entry, for anything unknown or missing.

    >>> read_patterns("[[pattern]]\nrelation = 'likes'\nname = 'x'")
    Traceback (most recent call last):
    kg.errors.OntologyError: patterns.toml, pattern 1 (x): 'likes' is no relation type of the ontology
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OntologyError(f"{source}: not valid TOML: {error}") from error
    words = {
        name: frozenset(f for w in listed for f in noun_forms(w)) for name, listed in data.get("words", {}).items()
    }
    reader = _Reader(source, words, data.get("irregular", {}))
    patterns = tuple(reader.pattern(n, entry) for n, entry in enumerate(data.get("pattern", []), start=1))
    by_form: dict[str, list[tuple[Trigger, Pattern]]] = {}
    by_type: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for trigger in pattern.triggers:
            by_form.setdefault(trigger.form, []).append((trigger, pattern))
        for type_ in sorted(pattern.at):
            by_type.setdefault(type_, []).append(pattern)
    return PatternBook(
        patterns=patterns,
        by_form={form: tuple(found) for form, found in by_form.items()},
        by_type={type_: tuple(found) for type_, found in by_type.items()},
        words=words,
        irregular=data.get("irregular", {}),
    )


@cache
def pattern_book() -> PatternBook:
    """The project's own patterns, read once."""
    return read_patterns(files("kg.extraction").joinpath("patterns.toml").read_text(encoding="utf-8"))


class _Reader:
    def __init__(self, source: str, words: Mapping[str, frozenset[str]], irregular: Mapping[str, list[str]]) -> None:
        self.source, self.words, self.irregular = source, words, irregular
        self.where = source
        self.names: set[tuple[str, str]] = set()

    def fail(self, problem: str) -> OntologyError:
        return OntologyError(f"{self.where}: {problem}")

    def pattern(self, number: int, entry: Mapping[str, Any]) -> Pattern:
        self.where = f"{self.source}, pattern {number} ({entry.get('name', 'no name')})"
        known = {"name", "relation", "verb", "noun", "word", "at", "subject", "object", "between", "subject_type",
                 "object_type", "confidence", "status"}  # fmt: skip
        unknown = sorted(set(entry) - known)
        if unknown:
            raise self.fail(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
        terms = vocabulary()
        relation, name = entry.get("relation"), entry.get("name")
        if not isinstance(relation, str) or relation not in terms.relation_types:
            raise self.fail(f"{relation!r} is no relation type of the ontology")
        if not isinstance(name, str) or not name:
            raise self.fail("give it a name")
        if (relation, name) in self.names:
            raise self.fail(f"a second pattern of {relation} has this name")
        self.names.add((relation, name))
        confidence = entry.get("confidence")
        if not isinstance(confidence, float) or not 0 < confidence <= 1:
            raise self.fail(f"confidence is {confidence!r}; give a number above 0 and up to 1")
        status = entry.get("status")
        if status is not None and status not in terms.statuses:
            raise self.fail(f"{status!r} is no status of the ontology")
        between = self.paths(entry, "between")
        subject, object_ = self.paths(entry, "subject"), self.paths(entry, "object")
        if between and (subject or object_):
            raise self.fail("give either 'between' or 'subject' and 'object'")
        if not between and not (subject and object_):
            raise self.fail("'subject' and 'object' are both needed")
        if between and not terms.relation_types[relation].symmetric:
            raise self.fail(f"'between' is for symmetric relations, {relation} is not")
        at = self.types(entry, "at")
        triggers = tuple(self.triggers(entry))
        if not triggers and not at:
            raise self.fail("give it words: 'verb', 'noun', 'word' or 'at'")
        return Pattern(
            name=name,
            relation=relation,
            triggers=triggers,
            at=at,
            subject=subject,
            object=object_,
            between=between,
            subject_types=self.types(entry, "subject_type"),
            object_types=self.types(entry, "object_type"),
            confidence=confidence,
            status=status,
        )

    def strings(self, entry: Mapping[str, Any], key: str) -> list[str]:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.fail(f"{key!r} must be a list of strings")
        return value

    def types(self, entry: Mapping[str, Any], key: str) -> frozenset[str]:
        types = frozenset(self.strings(entry, key))
        unknown = sorted(types - vocabulary().entity_types.keys())
        if unknown:
            raise self.fail(f"{unknown[0]!r} in {key!r} is no entity type of the ontology")
        return types

    def triggers(self, entry: Mapping[str, Any]) -> Iterable[Trigger]:
        for part in ("verb", "noun", "word"):
            for written in self.strings(entry, part):
                lemma, _, child = written.partition("+")
                if part == "verb":
                    forms = verb_forms(lemma, self.irregular.get(lemma, ()))
                else:
                    forms = noun_forms(lemma) if part == "noun" else frozenset({lemma})
                for form in sorted(forms):
                    yield Trigger(form, child or None, part)

    def paths(self, entry: Mapping[str, Any], key: str) -> tuple[Path, ...]:
        return tuple(tuple(self.step(s, key) for s in path.split()) for path in self.strings(entry, key))

    def step(self, written: str, key: str) -> Step:
        match = _STEP.match(written)
        if not match:
            raise self.fail(f"cannot read the step {written!r} in {key!r}")
        kept: frozenset[str] | None = None
        if match["words"]:
            kept = frozenset()
            for word in match["words"].split("|"):
                if word.startswith("@"):
                    if word[1:] not in self.words:
                        raise self.fail(f"no list {word!r} under [words]")
                    kept |= self.words[word[1:]]
                else:
                    kept |= noun_forms(word)
        names = match["name"].split("|")
        if names[0] in ROLES:
            return Step(names[0], words=kept, excluded=bool(match["not"]))
        return Step("prep", frozenset(names), kept, bool(match["not"]))
