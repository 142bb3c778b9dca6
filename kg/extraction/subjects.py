"""Whose figure it is: ranks the entities of an article as the subject of a quantity.

Each entity is described by where it stands to the quantity on the dependency tree and in the text, as named features;
``figures.toml`` weighs them. ``benchmarks/fit_figures.py`` fits the weights on annotated articles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import Tree
from kg.extraction.counts import Candidate, word_set

_PRONOUNS: Final = word_set("it its they their them he his she her we our which that who whose")
_PREPOSITIONS: Final = word_set("of in for by from to at with on between against over after under through as")
_HOLDING: Final = word_set("stake share interest shareholding holding control")
_TRADED: Final = word_set("shares share stock stocks price prices")
_DEAL: Final = word_set("bid offer deal takeover acquisition purchase merger buyout")
_FAR: Final = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One mention on the tree: its entity, tokens and root, and whether it is a nominal one."""

    entity: int
    start: int
    end: int
    root: int
    nominal: bool


class Scene:
    """The mentions of one article, by sentence, and what the ranking asks of them."""

    def __init__(self, tree: Tree, entities: Sequence[EntityCluster]) -> None:
        self.tree = tree
        self.entities = entities
        self.by_sentence: dict[int, list[Place]] = {}
        self.at: dict[int, Place] = {}
        self.count = [len(e.mentions) for e in entities]
        self.first = [min((m.start for m in e.mentions), default=0) for e in entities]
        for place in sorted(self._places(), key=lambda p: (p.start, -p.end, p.entity)):
            self.by_sentence.setdefault(tree.sentence[place.start], []).append(place)
            for token in range(place.start, place.end):
                self.at.setdefault(token, place)
        self.total = max(1, sum(self.count))
        self.leader = max(range(len(entities)), key=lambda i: (self.count[i], -self.first[i]), default=None)

    def _places(self) -> Iterator[Place]:
        for number, entity in enumerate(self.entities):
            for mention in entity.mentions:
                yield Place(number, mention.start, mention.end, self._root(mention), mention.kind == "nominal")

    def _root(self, mention: MentionSpan) -> int:
        for token in range(mention.end - 1, mention.start - 1, -1):
            if not mention.start <= self.tree.head[token] < mention.end or self.tree.head[token] == token:
                return token
        return mention.end - 1

    def sentence_subject(self, sentence: int) -> int | None:
        """The entity that is the first grammatical subject of a sentence."""
        for place in self.by_sentence.get(sentence, ()):
            if self.tree.dep[place.root] in {"nsubj", "nsubjpass"}:
                return place.entity
        return None

    def links(self, candidate: Candidate) -> dict[int, str]:
        """For tokens near the quantity on the tree, how they stand to it."""
        tree = self.tree
        links: dict[int, str] = {}
        token = candidate.noun if candidate.noun is not None else candidate.root
        level = 0
        nouns = 0
        for place, current in enumerate((token, *tree.ancestors(token))):
            if tree.is_verb(current):
                self._verb_links(links, current, level)
                level += 1
                if level > _FAR:
                    break
            elif tree.is_noun(current) or not place:
                self._noun_links(links, current, f"n{min(nouns, 2)}")
                nouns += 1
        return links

    def _noun_links(self, links: dict[int, str], noun: int, name: str) -> None:
        tree = self.tree
        links.setdefault(noun, f"{name}.self")
        for child in tree.children[noun]:
            dep = tree.dep[child]
            if dep == "prep":
                word = tree.lower[child] if tree.lower[child] in _PREPOSITIONS else "other"
                for governed in tree.having(child, "pobj"):
                    links.setdefault(governed, f"{name}.prep.{word}")
                    for inner in tree.having(governed, "poss", "compound"):
                        links.setdefault(inner, f"{name}.prep.{word}.poss")
            elif dep in {"poss", "compound", "nmod", "amod", "appos", "nsubj"}:
                links.setdefault(child, f"{name}.{'compound' if dep in {'nmod', 'amod'} else dep}")

    def _verb_links(self, links: dict[int, str], verb: int, level: int) -> None:
        tree = self.tree
        passive = "p" if tree.passive(verb) else ""
        name = f"v{min(level, 2)}{passive}"
        for topic in tree.topics(verb):
            links.setdefault(topic, f"{name}.topic")
            for child in tree.children[topic]:
                if tree.dep[child] in {"poss", "compound", "nmod", "appos"}:
                    links.setdefault(child, f"{name}.topic.{tree.dep[child]}")
                elif tree.dep[child] == "prep":
                    for governed in tree.having(child, "pobj"):
                        links.setdefault(governed, f"{name}.topic.prep")
                        for inner in tree.having(governed, "poss", "compound"):
                            links.setdefault(inner, f"{name}.topic.prep.poss")
        for agent in tree.having(verb, "agent"):
            for governed in tree.having(agent, "pobj"):
                links.setdefault(governed, f"{name}.agent")
        for obj in tree.having(verb, "dobj", "attr"):
            links.setdefault(obj, f"{name}.object")
            for child in tree.children[obj]:
                if tree.dep[child] in {"poss", "compound", "nmod"}:
                    links.setdefault(child, f"{name}.object.poss")
                elif tree.dep[child] == "prep":
                    for governed in tree.having(child, "pobj"):
                        links.setdefault(governed, f"{name}.object.prep")
        for prep in tree.having(verb, "prep"):
            word = tree.lower[prep] if tree.lower[prep] in _PREPOSITIONS else "other"
            for governed in tree.having(prep, "pobj"):
                links.setdefault(governed, f"{name}.prep.{word}")

    def _context(self, candidate: Candidate) -> str:
        """What the words around the quantity are about, as far as it decides whose figure it is."""
        lower = self.tree.lower
        window = lower[max(0, candidate.start - 6) : candidate.end + 5]
        if candidate.match.kind in {"percent", "fraction"} and not _HOLDING.isdisjoint(window):
            return "stake"
        if not _TRADED.isdisjoint(window):
            return "traded"
        if not _DEAL.isdisjoint(window):
            return "deal"
        return candidate.match.kind

    def features(self, candidate: Candidate) -> list[tuple[int, list[str]]]:
        """Each entity that may be the subject, with the names of what speaks for or against it."""
        tree = self.tree
        sentence = tree.sentence[candidate.start]
        links = self.links(candidate)
        context = self._context(candidate)
        here = self.by_sentence.get(sentence, [])
        before = [p for p in here if p.end <= candidate.start]
        after = [p for p in here if p.start >= candidate.end]
        found: dict[int, list[str]] = {}
        own_subject = self.sentence_subject(sentence)
        for rank, place in enumerate(reversed(before)):
            self._add(found, place, links, context, f"before.{min(rank, 3)}")
        for rank, place in enumerate(after):
            self._add(found, place, links, context, f"after.{min(rank, 3)}")
        for place in here:
            if place.start < candidate.end and candidate.start < place.end:
                self._add(found, place, links, context, "covers")
        pronoun = self._pronoun(candidate, links)
        for back in (1, 2, 3):
            for place in self.by_sentence.get(sentence - back, ()):
                found.setdefault(place.entity, []).append(f"back.{back}")
            subject = self.sentence_subject(sentence - back)
            if subject is not None and subject in found:
                found[subject].append(f"back.{back}.subject")
                if pronoun:
                    found[subject].append(f"back.{back}.subject.pronoun")
        for number in range(len(self.entities)):
            if self.count[number] and (number in found or self.count[number] == max(self.count)):
                found.setdefault(number, []).append("elsewhere")
        for number, names in found.items():
            kind = self.entities[number].type
            names += [f"type.{kind}", f"type.{kind}.{context}"]
            if not any(p.entity == number for p in here):
                names.append("absent")
                names.append("absent.pronoun" if pronoun else "absent.plain" if here else "absent.alone")
            if number == own_subject:
                names += ["subject", f"subject.{context}"]
                if pronoun:
                    names.append("subject.pronoun")
            share = self.count[number] / self.total
            names.append(f"share.{min(int(share * 8), 4)}")
            if number == self.leader:
                names += ["leader", f"leader.{'absent' if 'absent' in names else 'here'}"]
        return sorted((n, list(dict.fromkeys(names))) for n, names in found.items())

    def _add(
        self, found: dict[int, list[str]], place: Place, links: dict[int, str], context: str, position: str
    ) -> None:
        names = found.setdefault(place.entity, [])
        names += [position, f"{position}.{context}"]
        link = next((links[t] for t in (place.root, *range(place.start, place.end)) if t in links), None)
        if link:
            names += [link, f"{link}.{context}"]
        else:
            dep = self.tree.dep[place.root]
            names.append(f"dep.{dep}" if dep in {"nsubj", "nsubjpass", "poss", "pobj", "compound"} else "dep.other")
        if place.nominal:
            names.append("nominal")

    def _pronoun(self, candidate: Candidate, links: dict[int, str]) -> bool:
        """Whether a pronoun stands where the subject would be named."""
        return any(self.tree.lower[t] in _PRONOUNS for t in links)
