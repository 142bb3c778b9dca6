"""References without a name: ``the company``, ``the Turkish mobile firm``, ``its cloud division``, ``it``.

Each goes to the entity that is most salient where it stands: mentioned lately, as a subject, often. A noun that says
what an entity is ("the airline") prefers those the article or the catalogue describes so. Where two entities are
close, or none fits, nothing is said.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import tree_of
from kg.extraction.encoder import Read
from kg.extraction.lexicon import words
from kg.extraction.links import UNHEARD, Link, score
from kg.extraction.names import in_order
from kg.resolution.reference import Catalogue, ReferenceEntity, catalogue

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_PRONOUNS = {
    "it": "thing",
    "its": "thing",
    "itself": "thing",
    "he": "person",
    "she": "person",
    "his": "person",
    "her": "person",
}
_ACTORS = frozenset({"Company", "Organization"})
_RAISING = frozenset(
    {
        "is",
        "was",
        "be",
        "been",
        "'s",
        "’s",
        "seems",
        "seemed",
        "appears",
        "appeared",
        "takes",
        "took",
        "emerged",
        "turns",
        "turned",
        "transpired",
        "becomes",
        "became",
    }
)
_NAME_STEMS = {
    "bank": ("bank", "bancorp", "banque", "banca", "banco"),
    "lender": ("bank",),
    "airline": ("air", "airlines", "airways", "airline"),
    "carrier": ("air", "airlines", "airways"),
    "carmaker": ("motor", "motors", "auto"),
    "automaker": ("motor", "motors"),
    "exchange": ("exchange", "bourse"),
    "insurer": ("insurance", "life"),
    "publisher": ("press", "publishing", "books"),
    "retailer": ("stores",),
    "supermarket": ("supermarkets",),
    "brewer": ("breweries", "brewing", "brewers"),
    "newspaper": ("times", "journal", "telegraph", "post"),
    "broadcaster": ("television", "tv", "broadcasting"),
    "studio": ("studios", "pictures"),
    "utility": ("electric", "power", "energy", "water"),
    "university": ("university",),
    "commission": ("commission",),
    "court": ("court",),
    "ministry": ("ministry",),
    "department": ("department",),
    "agency": ("agency",),
    "authority": ("authority",),
    "union": ("union",),
    "council": ("council",),
    "institute": ("institute",),
    "regulator": ("commission", "authority"),
    "watchdog": ("commission", "authority"),
    "fund": ("fund", "capital"),
}
_THINGS = frozenset({"Company", "Organization", "Product", "Technology", "Facility", "Place"})
_KINDS = words("company_nouns") - words("plain_company_nouns") - {"rival", "subsidiary", "parent", "unit"}
_BEHIND = frozenset("that which of in 's ’s , said to and for has is was at".split())  # noqa: SIM905
_TELLING = frozenset(
    {"other", "same", "only", "first", "second", "third", "former", "rival", "new", "whole", "combined", "merged",
     "local", "big", "small", "largest", "bigger"}
)  # fmt: skip
_DEPS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "poss", "compound", "attr", "conj", "appos"})
_FADING = 0.55
_WINDOW = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """A nominal: tokens ``start`` to ``end``, its head noun, the words between article and noun, and its possessor."""

    start: int
    end: int
    head: int
    modifiers: tuple[int, ...]
    possessor: int | None
    determiner: str = "the"


@dataclass(frozen=True, slots=True)
class Weights:
    """What ``nominals.toml`` holds: the nouns that can stand for an entity, and how much each feature counts."""

    nouns: frozenset[str]
    weights: Mapping[str, float]


def is_pronoun(word: str) -> bool:
    """Whether a word is a pronoun that can stand for an entity.

    >>> is_pronoun("Its"), is_pronoun("the")
    (True, False)
    """
    return word.lower() in _PRONOUNS


def is_nominal(form: str) -> bool:
    """Whether a surface form is no name: a pronoun, or its last word is written small.

    >>> is_nominal("the Swedish brewer"), is_nominal("It"), is_nominal("Acme Corp")
    (True, True, False)
    """
    last = form.split()[-1]
    return last[:1].islower() or is_pronoun(last)


@cache
def weights() -> Weights:
    """The weights, read once."""
    table = tomllib.loads(files("kg.extraction").joinpath("nominals.toml").read_text(encoding="utf-8"))
    return Weights(frozenset(table["nouns"].split()), table["weights"])


def noun_kind(noun: str) -> str:
    """What a noun can stand for: plain ("the firm"), company ("the brewer"), organization, unit, product or other."""
    if noun in words("plain_company_nouns"):
        return "plain"
    if noun in words("unit_nouns"):
        return "unit"
    if noun in words("organization_nouns"):
        return "organization"
    if noun in words("company_nouns"):
        return "company"
    return "product" if noun in words("product_nouns") else "other"


def choose(
    options: Sequence[tuple[int | None, Sequence[str]]],
    table: Mapping[str, float],
    heard: Mapping[int | None, float] = MappingProxyType({}),
) -> list[tuple[float, int | None]]:
    """The options of a reference with their probabilities, the likeliest first.

    ``heard`` is what speaks for an option besides its features.
    """
    scores = [sum(table.get(name, 0.0) for name in names) + heard.get(option, 0.0) for option, names in options]
    if not scores:
        return []
    top = max(scores)
    total = sum(math.exp(s - top) for s in scores)
    found = [(math.exp(s - top) / total, option) for s, (option, _) in zip(scores, options, strict=True)]
    return sorted(found, key=lambda pair: (-pair[0], -1 if pair[1] is None else pair[1]))


@dataclass(slots=True)
class Nominals:
    """Resolves nominal references.

    ``margin`` is how many times as salient as the next one the antecedent of a pronoun must be, ``sure`` how probable
    that of a noun; ``trust`` weighs what the encoder says.
    """

    margin: float = 1.15
    least: float = 0.25
    sure: float = 0.4
    trust: float = 0.5
    reference: Catalogue = field(default_factory=catalogue)

    def __call__(self, doc: Doc) -> Doc:
        clusters: list[EntityCluster] = doc._.entities
        if clusters:
            Reading(self, doc, clusters, weights().nouns).resolve()
        doc._.entities = in_order(clusters)
        return doc


class Reading:
    """One article being read from front to back."""

    def __init__(self, settings: Nominals, doc: Doc, clusters: list[EntityCluster], nouns: frozenset[str]) -> None:
        self.settings = settings
        self.nouns = nouns
        self.clusters = clusters
        self.tree = tree_of(doc)
        self.covering: dict[int, int] = {}
        self.heads: dict[int, int] = {}
        for number, cluster in enumerate(clusters):
            for mention in cluster.mentions:
                for i in mention.tokens:
                    self.covering.setdefault(i, number)
        self.known: list[ReferenceEntity | None] = [
            settings.reference.by_id(c.reference) if c.reference else None for c in clusters
        ]
        self.described = self._descriptions()
        self.sentences: dict[int, list[tuple[int, int, float]]] = defaultdict(list)  # (cluster, token, weight)
        self.frequency = [len(c.mentions) for c in clusters]
        self.reads: list[Read] = doc._.reads
        self.last: dict[int, int] = {}
        self.latest: dict[int, tuple[int, int]] = {}
        self.first = min(
            (n for n, c in enumerate(clusters) if c.type == "Company" and c.mentions),
            key=lambda n: clusters[n].mentions[0].start,
            default=None,
        )
        self.lands = self._lands(doc)
        self.homes = [self._home(c) for c in clusters]

    # What each entity is said to be

    def _descriptions(self) -> list[set[str]]:
        tree, found = self.tree, [set[str]() for _ in self.clusters]
        nouns = words("company_nouns") | words("organization_nouns") | words("product_nouns")
        for number, cluster in enumerate(self.clusters):
            known = self.known[number]
            for descriptor in known.descriptors if known else ():
                found[number].update(descriptor.lower().split())
            found[number].update(w.lower() for w in cluster.name.split())
            if known and known.parent:
                found[number].update(words("unit_nouns"))
            for mention in cluster.mentions:
                i = mention.start - 1
                while (
                    i >= 0
                    and i > mention.start - 5
                    and tree.tag[i] in ("NN", "JJ", "VBN", "HYPH")
                    and i not in self.covering
                ):
                    found[number].add(tree.lower[i])
                    i -= 1
                last = mention.end - 1
                for noun in tree.having(last, "appos"):
                    if tree.lower[noun] in nouns and noun not in self.covering:
                        found[number].update(self._phrase(noun))
                head = tree.head[last]
                if tree.dep[last] == "appos" and head not in self.covering:
                    found[number].update(self._phrase(head))
                if tree.dep[last] == "nsubj" and tree.lower[head] in ("is", "was", "are", "were", "became", "remains"):
                    for noun in tree.having(head, "attr"):
                        if noun not in self.covering:
                            found[number].update(self._phrase(noun))
        return found

    def _phrase(self, noun: int) -> list[str]:
        return [self.tree.lower[c] for c in self.tree.having(noun, "amod", "compound", "nmod")] + [
            self.tree.lower[noun]
        ]

    def _lands(self, doc: Doc) -> dict[int, str]:
        """The places that tokens name or point to: "Belgian", "Madrid"."""
        found: dict[int, str] = {}
        for number, cluster in enumerate(self.clusters):
            if cluster.type == "Place":
                found |= {i: cluster.reference or str(number) for m in cluster.mentions for i in m.tokens}
        for one in doc._.named:
            known = self.settings.reference.by_id(one.entity)
            if known and known.type == "Place":
                found |= dict.fromkeys(one.mention.tokens, one.entity)
        return found

    def _home(self, cluster: EntityCluster) -> set[str]:
        """Where the article says that an entity is from: "the Belgian brewer X", "X of Norway", "Norway's X"."""
        tree = self.tree
        found: set[str] = set()
        for mention in cluster.mentions:
            i = mention.start - 1
            while i >= 0 and i > mention.start - 6 and tree.sentence[i] == tree.sentence[mention.start]:
                if i in self.lands:
                    found.add(self.lands[i])
                if tree.tag[i] not in ("NN", "JJ", "VBN", "HYPH", "POS", "NNP") or (
                    i in self.covering and i not in self.lands
                ):
                    break
                i -= 1
            last = mention.end - 1
            for prep in tree.having(last, "prep"):
                found |= {self.lands[p] for p in tree.having(prep, "pobj") if p in self.lands}
            for noun in tree.having(last, "appos"):
                found |= {self.lands[c] for c in tree.having(noun, "amod", "compound", "poss") if c in self.lands}
        return found

    # Reading

    def resolve(self) -> None:
        tree = self.tree
        starts = {m.start: (n, m) for n, c in enumerate(self.clusters) for m in c.mentions}
        i = 0
        while i < len(tree.lower):
            if i in starts:
                number, mention = starts[i]
                self._note(number, mention.end - 1, (mention.start, mention.end))
                i = max(mention.end, i + 1)
                continue
            word = tree.lower[i]
            if i in self.covering:
                pass
            elif word in _PRONOUNS:
                self._pronoun(i)
            elif word in self.nouns and tree.tag[i] in ("NN", "NNP", "NNS"):
                self._noun(i)
            i += 1

    def _note(self, number: int, token: int, span: tuple[int, int], share: float = 1.0) -> None:
        if self.clusters[number].name.lower().replace(" ", "-").removeprefix("the-") in words("media"):
            return
        self.last[number] = token
        self.latest[number] = span
        dep = self.tree.dep[token]
        if dep in _SUBJECTS:
            weight = 1.3 if self._is_main(self.tree.head[token]) else 1.1
        elif dep in ("dobj", "pobj", "agent", "appos", "conj"):
            weight = 0.55
        elif dep == "poss":
            weight = 0.75
        else:
            weight = 0.5
        self.sentences[self.tree.sentence[token]].append((number, token, weight * share))

    def _is_main(self, verb: int) -> bool:
        return self.tree.head[verb] == verb

    def _salience(self, position: int, types: frozenset[str], *, exclude: frozenset[int]) -> dict[int, float]:
        sentence = self.tree.sentence[position]
        found: dict[int, float] = defaultdict(float)
        for back in range(_WINDOW):
            fade = _FADING**back
            for number, token, weight in self.sentences.get(sentence - back, ()):
                if number in exclude or self.clusters[number].type not in types or token >= position:
                    continue
                found[number] = found[number] * 0.5 + weight * fade if number in found else weight * fade
        for number in found:
            found[number] += 0.04 * min(self.frequency[number], 8)
        return found

    def _best(self, scores: dict[int, float]) -> int | None:
        ranked = sorted(scores, key=lambda n: (-scores[n], n))
        if not ranked or scores[ranked[0]] < self.settings.least:
            return None
        if len(ranked) > 1 and scores[ranked[0]] < self.settings.margin * scores[ranked[1]]:
            return None
        return ranked[0]

    def _arguments(self, token: int) -> frozenset[int]:
        """Entities that the token cannot mean, because they are what its verb relates to it."""
        tree = self.tree
        head, dep = tree.head[token], tree.dep[token]
        if dep == "pobj":
            head = tree.head[head]
            if tree.is_noun(head):
                head = tree.head[head]
        elif dep not in ("dobj", *_SUBJECTS):
            return frozenset()
        if not tree.is_verb(head):
            return frozenset()
        others = [o for o in tree.having(head, "nsubj", "nsubjpass", "dobj") if o != token]
        found = {self.covering[o] for o in others if o in self.covering}
        if dep not in _SUBJECTS:
            found |= {self.covering[s] for s in tree.topics(head) if s in self.covering}
        return frozenset(found)

    def _pronoun(self, i: int) -> None:
        tree = self.tree
        word = tree.lower[i]
        if _PRONOUNS[word] == "person":
            if word == "her" and tree.dep[i] != "poss":
                return
            types = frozenset({"Person"})
        else:
            if word == "it" and self._is_expletive(i):
                return
            types = frozenset({"Company", "Organization", "Product", "Technology", "Facility"})
        exclude = self._arguments(i)
        if tree.dep[i] == "poss" and tree.lower[tree.head[i]] in words("unit_nouns"):
            exclude |= {n for n, known in enumerate(self.known) if known and known.parent}  # a unit has no units
        scores = self._salience(i, types, exclude=exclude)
        for number in scores:
            if self.clusters[number].type not in _ACTORS and types != {"Person"}:
                scores[number] *= 0.7
        # The subject of the clause that a clause or a possessive hangs on is what it is about.
        for above in tree.ancestors(i):
            if tree.is_verb(above):
                for subject in tree.having(above, *_SUBJECTS):
                    number = self.covering.get(subject, -1)
                    if number in scores and subject < i:
                        scores[number] += 0.8
                break
        heard = self.heard(list(scores), i, i + 1)
        best = self._best({n: s * math.exp(heard[n]) for n, s in scores.items()})
        if best is not None:
            self._add(best, i, i + 1, i)

    def _is_expletive(self, i: int) -> bool:
        """``It is likely that``, ``it seems``: "it" that stands for nothing."""
        tree = self.tree
        if tree.dep[i] == "expl":
            return True
        head = tree.head[i]
        if tree.dep[i] in _SUBJECTS and (tree.lower[head] in _RAISING or tree.having(head, "auxpass")):
            if tree.having(head, "ccomp", "csubj", "csubjpass"):
                return True
            return any(tree.having(a, "ccomp", "xcomp") for a in tree.having(head, "acomp"))
        return False

    def _noun(self, i: int) -> None:
        found = self.reference(i)
        if found is None:
            return
        tree = self.tree
        if (
            tree.lower[i] in words("unit_nouns")
            and (found.modifiers or found.possessor is not None)
            and self._unit(found)
        ):
            return
        if tree.dep[i] == "appos":
            named = self.covering.get(tree.head[i])
            if named is not None and found.possessor is None and self.clusters[named].type in _ACTORS:
                self._add(named, found.start, found.end, i)
            return
        self.decide(found)

    def decide(self, found: Reference) -> None:
        """Give a reference to the entity that it means, if that is sure enough."""
        options = self.options(found)
        ranked = choose(options, weights().weights, self.heard([n for n, _ in options], found.start, found.end))
        if ranked and ranked[0][1] is not None and ranked[0][0] >= self.settings.sure:
            self._add(ranked[0][1], found.start, found.end, found.head)

    def heard(self, numbers: Sequence[int | None], start: int, end: int) -> dict[int | None, float]:
        """What the encoder says for each entity to be meant by some words; nothing if it has read nothing."""
        if not self.reads:
            return dict.fromkeys(numbers, 0.0)
        links = self.links(numbers, start, end)
        said = dict(zip(links, score(list(links.values()), self.reads), strict=True))
        return {n: self.settings.trust * said.get(n, UNHEARD) for n in numbers if n is not None}

    def links(self, numbers: Sequence[int | None], start: int, end: int) -> dict[int, Link]:
        """For each entity that was mentioned before: its latest mention, and the words that may mean it."""
        sentence = self.tree.sentence
        return {
            n: Link(
                self.clusters[n].type,
                *self.latest[n],
                "reference",
                start,
                end,
                apart=sentence[start] - sentence[self.latest[n][0]],
            )
            for n in numbers
            if n is not None and n in self.latest
        }

    def options(self, found: Reference) -> list[tuple[int | None, list[str]]]:
        """The entities that a reference may mean, and None for "none of them", each with the features that weigh."""
        tree, i = self.tree, found.head
        noun = tree.lower[i]
        kind = noun_kind(noun)
        told = {n for n in range(len(self.clusters)) if self._tells(n, noun)}
        places = {self.lands[m] for m in found.modifiers if m in self.lands}
        scores = self._salience(i, _THINGS, exclude=frozenset())
        ranks = {n: k for k, n in enumerate(sorted(scores, key=lambda n: (-scores[n], n)))}
        recent = {n: k for k, n in enumerate(sorted(self.last, key=lambda n: -self.last[n]))}
        excluded = self._arguments(i)
        salient = self._salient(found)
        options: list[tuple[int | None, list[str]]] = []
        alike = 0
        for number, cluster in enumerate(self.clusters):
            if cluster.type not in _THINGS or number == found.possessor:
                continue
            if number not in self.last and number not in told:
                continue
            alike += cluster.type in _ACTORS and number in ranks
            names = [f"type.{kind}.{cluster.type}", f"noun.{noun}.{cluster.type}"]
            names.append(f"told.{kind}" if number in told else f"untold.{'some' if told else 'none'}.{kind}")
            if number in told and len(told) == 1:
                names.append("told.only")
            if number not in told and not self.described[number].isdisjoint(_KINDS) and kind == "company":
                names.append("clash")
            names += self._place_in_text(number, i, ranks, recent)
            names += self._agreement(number, found, places)
            if number in excluded:
                names.append("argument")
            if number == salient:
                names += ["salient", f"salient.{kind}"]
            options.append((number, names))
        if not options:
            return []
        behind = tree.lower[i + 1] if i + 1 < len(tree.lower) else ""
        none = ["none", f"none.{kind}", f"none.noun.{noun}", f"none.{found.determiner}"]
        none.append(f"none.options.{min(alike, 4)}")
        none.append(f"none.behind.{behind}" if behind in _BEHIND else "none.behind.other")
        none.append(f"none.modifiers.{min(len(found.modifiers), 2)}.{kind}")
        none += [f"none.modifier.{tree.lower[m]}" for m in found.modifiers if tree.lower[m] in _TELLING]
        none += ["none.land"] if places else []
        none += ["none.salient"] if salient is None else []
        none.append(f"none.dep.{tree.dep[i]}" if tree.dep[i] in _DEPS else "none.dep.other")
        options.append((None, none))
        return options

    def _place_in_text(self, number: int, i: int, ranks: dict[int, int], recent: dict[int, int]) -> list[str]:
        """How lately, how often and in which part of the sentence an entity was mentioned."""
        tree = self.tree
        if number not in self.last:
            return ["later"]
        last = self.last[number]
        back = tree.sentence[i] - tree.sentence[last]
        names = [f"back.{min(back, 5)}", f"rank.{min(ranks.get(number, 4), 4)}", f"recent.{min(recent[number], 4)}"]
        names.append(f"often.{min(self.frequency[number], 6) // 2}")
        if self.frequency[number] == max(self.frequency):
            names.append("leader")
        if tree.dep[last] in _SUBJECTS:
            names.append(f"subject.{min(back, 2)}")
            if self._is_main(tree.head[last]):
                names.append(f"subject.main.{min(back, 2)}")
        if number == self.first:
            names.append("first")
        return names

    def _agreement(self, number: int, found: Reference, places: set[str]) -> list[str]:
        """Whether the modifiers of a reference suit an entity: its country, what it was called before."""
        names = []
        if places:
            own = self.homes[number]
            names.append("land.same" if own & places else "land.other" if own else "land.unknown")
        known = self.known[number]
        described = self.described[number] | set(" ".join(known.descriptors).lower().split() if known else ())
        plain = [self.tree.lower[m] for m in found.modifiers if m not in self.lands]
        if any(w in described for w in plain):
            names.append("modifier.told")
        elif plain:
            names.append("modifier.untold")
        if found.possessor is not None and known and known.parent and found.possessor >= 0:
            owner = self.known[found.possessor]
            names.append("owned" if owner and owner.id == known.parent else "owned.other")
        return names

    def _tells(self, number: int, noun: str) -> bool:
        """Whether the article or the catalogue describes an entity by a noun, or its name does."""
        stems = _NAME_STEMS.get(noun, (noun,))
        described = self.described[number]
        return noun in described or not described.isdisjoint(stems)

    def reference(self, i: int) -> Reference | None:
        """The nominal that ends at noun ``i``: an article or possessor, at most four words, the noun."""
        tree = self.tree
        behind = i + 1
        if behind < len(tree.lower) and tree.sentence[behind] == tree.sentence[i]:
            if tree.tag[behind] in ("NN", "NNS", "NNP", "NNPS") and tree.head[i] == behind:
                return None  # only a modifier itself, or in front of a name: "the airline Ryanair"
            if behind in self.covering and tree.tag[behind].startswith("NNP"):
                return None
        start = i - 1
        modifiers: list[int] = []
        while start >= 0 and tree.sentence[start] == tree.sentence[i] and i - start <= 5:
            if tree.tag[start] in ("DT", "PRP$", "POS"):
                break
            if tree.tag[start][0] not in "JNVRCH":
                return None
            modifiers.insert(0, start)
            start -= 1
        else:
            return None
        if tree.tag[start] == "DT":
            if tree.lower[start] not in ("the", "this"):
                return None
            return Reference(start, i + 1, i, tuple(modifiers), None, tree.lower[start])
        if tree.tag[start] == "PRP$":
            return Reference(start, i + 1, i, tuple(modifiers), self.covering.get(start, -1), "its")
        owner = self.covering.get(start - 1, -1)
        return Reference(start + 1, i + 1, i, tuple(modifiers), owner, "'s")

    def _unit(self, found: Reference) -> bool:
        """``its cloud division``: the unit that the catalogue knows by that descriptor, of an owner in the article."""
        tree = self.tree
        described = " ".join(tree.lower[m] for m in (*found.modifiers, found.head))
        for number in self._owners(found):
            owner = self.known[number]
            if owner is None:
                continue
            units = [
                e
                for e in self.settings.reference.entities
                if e.parent == owner.id and any(described.endswith(d) for d in e.descriptors)
            ]
            if len(units) == 1:
                self._add(self._number(units[0]), found.start, found.end, found.head)
                return True
        for number in range(len(self.clusters)):  # "the cloud unit" again, or a unit that the article names itself
            if (
                found.possessor is None
                and " ".join(tree.lower[m] for m in found.modifiers)
                and self._names_unit(number, found)
            ):
                self._add(number, found.start, found.end, found.head)
                return True
        return False

    def _owners(self, found: Reference) -> list[int]:
        if found.possessor is not None and found.possessor >= 0:
            return [found.possessor]
        if found.possessor is not None:
            return []
        scores = self._salience(found.start, _ACTORS, exclude=frozenset())
        return sorted(scores, key=lambda n: (-scores[n], n))

    def _names_unit(self, number: int, found: Reference) -> bool:
        name = set(self.clusters[number].name.lower().split())
        return self.clusters[number].type == "Company" and all(self.tree.lower[m] in name for m in found.modifiers)

    def _number(self, entity: ReferenceEntity) -> int:
        for number, cluster in enumerate(self.clusters):
            if cluster.reference == entity.id:
                return number
        self.clusters.append(EntityCluster(entity.name, entity.type, reference=entity.id))
        self.known.append(entity)
        self.described.append(set())
        self.frequency.append(0)
        return len(self.clusters) - 1

    def _salient(self, found: Reference) -> int | None:
        """The entity that is most salient where a reference stands and suits its noun."""
        tree, i = self.tree, found.head
        noun = tree.lower[i]
        organization = noun in words("organization_nouns")
        types = frozenset({"Organization"}) if organization and noun not in words("company_nouns") else _ACTORS
        scores = self._salience(i, types, exclude=self._arguments(i))
        scores.pop(-1 if found.possessor is None else found.possessor, None)
        if noun in words("plain_company_nouns"):
            scores = {n: s if self.clusters[n].type == "Company" else s * 0.3 for n, s in scores.items()}
        else:
            scores = self._fitting(noun, scores)
        if found.modifiers:
            scores = self._agreeing(found.modifiers, scores)
        return self._best(scores)

    def _fitting(self, noun: str, scores: dict[int, float]) -> dict[int, float]:
        """Those that are described by the noun; else those of which nothing is known that speaks against it."""
        stems = _NAME_STEMS.get(noun, (noun,))
        fitting = {
            n: s for n, s in scores.items() if noun in self.described[n] or not self.described[n].isdisjoint(stems)
        }
        if len(fitting) == 1:
            return dict.fromkeys(fitting, 1.0)  # what is described so needs no more salience
        if fitting:
            return fitting
        far = {
            n: 0.3
            for n in range(len(self.clusters))
            if self.clusters[n].type in _ACTORS and n not in scores and noun in self.described[n]
        }
        if far:
            return far
        if noun in words("organization_nouns") or noun in words("unit_nouns"):
            return {}
        kinds = words("company_nouns") - words("plain_company_nouns") - {"rival", "subsidiary", "parent", "unit"}
        return {
            n: s * 0.8
            for n, s in scores.items()
            if self.described[n].isdisjoint(kinds) and self.clusters[n].type == "Company"
        }

    def _agreeing(self, modifiers: tuple[int, ...], scores: dict[int, float]) -> dict[int, float]:
        """More for those whose country or description the modifiers name."""
        found = {}
        for number, salience in scores.items():
            known = self.known[number]
            for m in modifiers:
                word = self.tree.lower[m]
                if word in self.described[number] or (known and word in " ".join(known.descriptors)):
                    salience *= 1.4
            found[number] = salience
        return found

    def _add(self, number: int, start: int, end: int, head: int) -> None:
        self.clusters[number].mentions.append(MentionSpan(start, end, "nominal"))
        for i in range(start, end):
            self.covering.setdefault(i, number)
        self._note(number, head, (start, end), 0.9)


@Language.factory("kg_nominals", default_config={"margin": 1.15, "least": 0.25})
def make_nominals(nlp: Language, name: str, margin: float, least: float) -> Nominals:  # noqa: ARG001
    return Nominals(margin=margin, least=least)
