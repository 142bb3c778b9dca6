"""Whose figure it is: ranks the entities of an article as the subject of a quantity.

Each entity is described by where it stands to the quantity on the dependency tree and in the text, as named features;
``figures.toml`` weighs them. ``benchmarks/fit_figures.py`` fits the weights on annotated articles.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import Tree
from kg.extraction.counts import Candidate, word_set
from kg.extraction.links import Link

_PRONOUNS: Final = word_set("it its they their them he his she her we our which that who whose")
_PREPOSITIONS: Final = word_set("of in for by from to at with on between against over after under through as")
_HOLDING: Final = word_set("stake share interest shareholding holding control")
_TRADED: Final = word_set("shares share stock stocks price prices")
_DEAL: Final = word_set("bid offer deal takeover acquisition purchase merger buyout")
_VERBS: Final = {
    word: name
    for name, words in {
        "say": "say says said saying report reported reports claim claims claimed believe believes announced announce "
        "warn warned predict predicts predicted estimates estimated according reckons told added",
        "sell": "sell sells sold selling divest divested offload transfer pay paid pays grant granted give gave gives",
        "buy": "buy buys bought buying acquire acquires acquired acquiring take takes took taking purchase purchased",
        "reject": "reject rejects rejected rejecting accept accepts accepted receive received receives face faces "
        "faced facing get gets got agreed recommended",
        "own": "own owns owned owning hold holds held holding control controls controlled have has had having",
        "move": "fall falls fell fallen rise rises rose risen drop dropped climb climbed gain gained jump jumped slip "
        "slipped lose lost add added close closed surge surged slide slid soared shed tumbled grew grow increased",
        "value": "value values valued valuing cost costs worth price priced",
        "sue": "sue sues sued suing seek seeks sought seeking claim demand demanded ordered fined fine",
    }.items()
    for word in words.split()
}
_PRESS: Final = word_set(
    "times daily news journal post newspaper telegraph observer guardian reuters bbc magazine bloomberg tribune herald "
    "express gazette chronicle agency interfax xinhua"
)
_FAR: Final = 3
_NEAR: Final = 5
_TOPICS: Final = {
    metric: topic
    for topic, metrics in {
        "results": "revenue profit operating_profit net_profit pretax_profit gross_profit ebitda loss net_loss "
        "operating_loss margin gross_margin operating_margin earnings_per_share dividend dividend_per_share cash_flow "
        "costs write_down restructuring_charge advertising_revenue online_sales cost_savings assets cash deposits",
        "share": "market_share revenue_share penetration",
        "stake": "stake shares_held foreign_ownership_limit",
        "traded": "share_price share_price_target market_capitalization shares_traded index_level return",
        "deal": "deal_value bid_value offer_price_per_share valuation share_exchange_ratio",
        "price": "price discount fee exchange_rate oil_price interest_rate",
        "staff": "employees job_cuts jobs_created workforce_share strikers people_trained",
        "users": "users customers subscribers members downloads tokens websites",
        "output": "production capacity units_sold shipments exports imports orders stores aircraft flights products "
        "consumption reserves sites countries",
        "owed": "debt loan tax_bill fine damages_sought settlement fraud budget_deficit trade_deficit",
        "economy": "gdp economic_growth inflation unemployment_rate population tax_rate trade_surplus market_size",
        "spending": "investment spending capital_expenditure funding_raised ipo_proceeds budget aid research_spending "
        "share_buyback shares_issued pay assets_under_management",
    }.items()
    for metric in metrics.split()
}
_BY: Final = word_set("by from")
_FOR: Final = word_set("of for")
_BUYING: Final = word_set(
    "buy buys bought buying acquire acquires acquired acquiring takeover bid bids bidding offer offers offered "
    "purchase purchased acquisition swoop approach buyout"
)


def topic_of(metric: str) -> str | None:
    """What a metric is about, as coarsely as it decides whose figure it is; None for a metric without a label.

    >>> topic_of("revenue_growth"), topic_of("limestone quarries")
    ('results', None)
    """
    return _TOPICS.get(metric.removesuffix("_growth").removesuffix("_change"))


_GROUPS: Final = frozenset(_VERBS.values())


def plain_link(link: str) -> str:
    """A link without the group of its verb.

    >>> plain_link("v0.buy.prep.for")
    'v0.prep.for'
    """
    return ".".join(part for part in link.split(".") if part not in _GROUPS)


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
        self.speakers = {p.entity for p in self.at.values() if self._speaks(p)}
        self.buyers, self.targets = self._deals()
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

    def _speaks(self, place: Place) -> bool:
        """Whether a mention only says or reports something: "the Daily Courier reported", "according to X"."""
        tree, head = self.tree, self.tree.head[place.root]
        if tree.dep[place.root] == "nsubj":
            return _VERBS.get(tree.lower[head]) == "say"
        return tree.lower[head] == "to" and tree.lower[tree.head[head]] == "according"

    def _deals(self) -> tuple[set[int], set[int]]:
        """The entities that the article says buy or bid, and those they buy or bid for."""
        tree = self.tree
        buyers: set[int] = set()
        targets: set[int] = set()

        def note(found: set[int], tokens: Iterable[int]) -> None:
            found.update(self.at[t].entity for t in tokens if t in self.at)

        for token, word in enumerate(tree.lower):
            if word not in _BUYING:
                continue
            if tree.is_verb(token):
                note(buyers, tree.subjects(token))
                note(targets, tree.objects(token))
            else:
                note(buyers, tree.having(token, "poss", "compound"))
            note(buyers, tree.prepositional(token, _BY))
            note(targets, tree.prepositional(token, _FOR))
        return buyers, targets

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
        for clause in tree.having(noun, "acl", "relcl"):
            for token in tree.having(clause, "nsubj", "nsubjpass"):
                links.setdefault(token, f"{name}.clause.topic")
            for agent in tree.having(clause, "agent", "prep"):
                for governed in tree.having(agent, "pobj"):
                    links.setdefault(governed, f"{name}.clause.{tree.dep[agent]}")
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
        group = _VERBS.get(tree.lower[verb])
        name = f"{name}.{group}" if group else name
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

    def mentions_near(self, candidate: Candidate) -> dict[int, Link]:
        """For each entity mentioned in a quantity's sentence or up to four before it, the nearest mention with it."""
        sentence = self.tree.sentence[candidate.start]
        nearest: dict[int, tuple[int, int, Place]] = {}
        for back in range(_NEAR):
            for place in self.by_sentence.get(sentence - back, ()):
                away = max(place.start - candidate.end, candidate.start - place.end)
                found = (away, place.start, place)
                if away >= 0 and (place.entity not in nearest or found[:2] < nearest[place.entity][:2]):
                    nearest[place.entity] = found
        return {
            entity: Link(
                self.entities[entity].type,
                place.start,
                place.end,
                "quantity",
                candidate.start,
                candidate.end,
                sentence - self.tree.sentence[place.start],
            )
            for entity, (_, _, place) in nearest.items()
        }

    def features(
        self, candidate: Candidate, metric: str, before_it: tuple[Candidate, int] | None
    ) -> list[tuple[int, list[str]]]:
        """Each entity that may be the subject, with the names of what speaks for or against it.

        ``before_it`` is the figure before this one and its subject.
        """
        tree = self.tree
        topic = topic_of(metric) or f"none.{candidate.match.kind}"
        last = self._last(candidate, before_it)
        sentence = tree.sentence[candidate.start]
        links = self.links(candidate)
        context = self._context(candidate)
        here = self.by_sentence.get(sentence, [])
        before = [p for p in here if p.end <= candidate.start]
        after = [p for p in here if p.start >= candidate.end]
        found: dict[int, list[str]] = {}
        own_subject = self.sentence_subject(sentence)
        for rank, place in enumerate(reversed(before)):
            self._add(found, candidate, place, links, context, f"before.{min(rank, 3)}")
        for rank, place in enumerate(after):
            self._add(found, candidate, place, links, context, f"after.{min(rank, 3)}")
        for place in here:
            if place.start < candidate.end and candidate.start < place.end:
                self._add(found, candidate, place, links, context, "covers")
        pronoun = self._pronoun(links)
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
            names += [f"type.{kind}.{topic}"]
            if topic in {"deal", "stake", "results"} or context == "deal":
                about = "deal" if topic == "deal" or context == "deal" else topic
                if number in self.buyers:
                    names.append(f"buyer.{about}")
                if number in self.targets:
                    names.append(f"target.{about}")
            if last and before_it is not None:
                names.append(f"{last}.{'same' if before_it[1] == number else 'other'}")
            if number in self.speakers:
                names += [f"speaker.{kind}", f"speaker.{'often' if self.count[number] > 2 else 'once'}"]
            if not _PRESS.isdisjoint(self.entities[number].name.lower().split()):
                names.append("press")
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

    def _last(self, candidate: Candidate, before_it: tuple[Candidate, int] | None) -> str | None:
        """Where the figure before this one stands to it: in its sentence, with or without a name between."""
        if before_it is None:
            return None
        tree, last = self.tree, before_it[0]
        back = tree.sentence[candidate.start] - tree.sentence[last.start]
        if back > 1:
            return None
        between = range(last.end, candidate.start)
        named = any(t in self.at for t in between)
        if back:
            return f"last.back.{'named' if named else 'plain'}"
        verb = any(tree.is_verb(t) for t in between)
        return f"last.here.{'named' if named else 'plain'}.{'verb' if verb else 'listed'}"

    def _add(
        self,
        found: dict[int, list[str]],
        candidate: Candidate,
        place: Place,
        links: dict[int, str],
        context: str,
        position: str,
    ) -> None:
        names = found.setdefault(place.entity, [])
        names += [position, f"{position}.{context}"]
        link = next((links[t] for t in (place.root, *range(place.start, place.end)) if t in links), None)
        kind = self.entities[place.entity].type
        if link:
            plain = plain_link(link)
            names += [plain, f"{plain}.{context}", f"{plain}.{kind}"]
            if plain != link:
                names += [link, f"{link}.{context}"]
            if place.nominal:
                names += [f"{plain}.nominal"]
        else:
            dep = self.tree.dep[place.root]
            names.append(f"dep.{dep}" if dep in {"nsubj", "nsubjpass", "poss", "pobj", "compound"} else "dep.other")
        if place.nominal:
            names += ["nominal", f"nominal.{position}"]
        between = range(min(place.end, candidate.end), max(place.start, candidate.start))
        breaks = sum(self.tree.tag[t] in {",", ":", "CC", "WDT", "WRB", "IN"} or self.tree.is_verb(t) for t in between)
        names.append(f"breaks.{min(breaks, 5)}.{position[:1]}")

    def _pronoun(self, links: dict[int, str]) -> bool:
        """Whether a pronoun stands where the subject would be named."""
        return any(self.tree.lower[t] in _PRONOUNS for t in links)
