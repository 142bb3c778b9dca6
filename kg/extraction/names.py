"""Finds proper names, known and new, decides what each is, and groups the mentions of one name.

A reference entity is what the catalogue says it is. The type of any other name is decided once an article, by votes of
its own words, of the words around each occurrence, and of the encoder's tagger as one voice among them.
"""

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan, NamedSpan
from kg.extraction.candidates import Text, candidates
from kg.extraction.lexicon import words
from kg.extraction.votes import Votes, context_votes, own_votes
from kg.model import name_key
from kg.resolution.reference import Catalogue, catalogue

_LONGEST_NAME = 8
_LAST_WORD_SHARE = 0.7
_SEPARATORS = frozenset({",", "and", "or", "the", "&"})


@dataclass(slots=True)
class Names:
    """Groups names into entities. A name with fewer votes than ``least`` for its best type is no entity."""

    least: float = 0.9
    reference: Catalogue = field(default_factory=catalogue)

    def __call__(self, doc: Doc) -> Doc:
        text = Text.of(doc)
        named: list[NamedSpan] = doc._.named
        clusters: dict[str, EntityCluster] = {}
        runs: list[tuple[int, int]] = []
        taken: set[int] = set()
        for start, end in candidates(text, named):
            found = self._resolve(text, start, end, named, clusters, taken)
            taken.update(i for s, e in found for i in range(s, e))
            runs += found
        for one in named:
            if one.mention.kind == "adjective" and text.lower(one.mention.end) not in ("market", "markets"):
                continue
            if taken.isdisjoint(one.mention.tokens):
                kind = "alias" if one.mention.kind == "adjective" else one.mention.kind
                self._known(one.entity, MentionSpan(one.mention.start, one.mention.end, kind), clusters)
                taken.update(one.mention.tokens)
        self._unknown(text, runs, clusters)
        self._of_states(text, named, clusters, taken)
        self._headlines(text, clusters, taken)
        doc._.entities = in_order(clusters.values())
        return doc

    def _of_states(
        self, text: Text, named: list[NamedSpan], clusters: dict[str, EntityCluster], taken: set[int]
    ) -> None:
        """Bodies and parts of a state that have no name but its: the Russian government, eastern Europe."""
        for one in named:
            start, end = one.mention.start, one.mention.end
            if self.reference.by_id(one.entity).type != "Place":
                continue
            before = text.lower(start - 1)
            if (
                one.mention.kind != "adjective"
                and before in words("directions")
                and text.same_sentence(start - 1, start)
            ):
                name = text.joined(start - 1, end)
                cluster = clusters.setdefault(f"Place/{name}", EntityCluster(name, "Place"))
                cluster.mentions.append(MentionSpan(start - 1, end, "name"))
                continue
            for last in range(end, min(end + 2, len(text))):
                if not text.same_sentence(start, last) or text.tree.tag[last] not in ("NN", "NNS", "NNP"):
                    break
                if text.lower(last) in words("state_bodies") and last not in taken:
                    name = text.joined(start, last + 1)
                    cluster = clusters.setdefault(f"Organization/{name.lower()}", EntityCluster(name, "Organization"))
                    cluster.mentions.append(MentionSpan(start, last + 1, "name"))
                    taken.update(range(start, last + 1))
                    break

    def _resolve(
        self,
        text: Text,
        start: int,
        end: int,
        named: list[NamedSpan],
        clusters: dict[str, EntityCluster],
        taken: set[int],
    ) -> list[tuple[int, int]]:
        """A run becomes known names and unknown ones: the parts of it that are left, or the whole."""
        inside = [
            n for n in named if n.mention.kind != "adjective" and start <= n.mention.start and n.mention.end <= end
        ]
        if not inside:
            return [(start, end)]
        last = inside[-1]
        tail = [w.lower() for w in text.word[last.mention.end : end]]
        if tail and all(w in words("legal") for w in tail):
            self._known(last.entity, MentionSpan(last.mention.start, end, "name"), clusters)
            taken.update(range(last.mention.start, end))
            end, inside, tail = last.mention.start, inside[:-1], []
            if not inside:
                before = _trimmed(text, start, end)
                return [before] if before else []
        if tail and self._is_longer_name(text, start, end, last):
            return [(start, end)]
        first = inside[0]
        prefixed = len(inside) == 1 and start < first.mention.start and end == first.mention.end
        if prefixed and self._is_prefixed(text, start, first):
            return [(start, end)]
        if (
            len(inside) == 2
            and (first.mention.start, last.mention.end) == (start, end)
            and (first.mention.end == last.mention.start or text.entity_id[start] == text.entity_id[end - 1] >= 0)
            and [self.reference.by_id(n.entity).type for n in inside] == ["Company", "Place"]
        ):
            return [(start, end)]  # a company's business in a country: AOL Europe
        left: list[tuple[int, int]] = []
        position = start
        for one in inside:
            left.append((position, one.mention.start))
            self._known(one.entity, one.mention, clusters)
            taken.update(one.mention.tokens)
            position = one.mention.end
        left.append((position, end))
        rest = [trimmed for s, e in left if (trimmed := _trimmed(text, s, e)) is not None]
        owner = self.reference.by_id(last.entity).type
        if rest and owner == "Company" and rest[-1] == (last.mention.end, end) and not _is_person(text, *rest[-1]):
            rest[-1] = (last.mention.start, end)  # what a company puts its name on: Google Video
        return rest

    def _is_longer_name(self, text: Text, start: int, end: int, last: NamedSpan) -> bool:
        """Whether a run that holds a known name is a longer name of its own: Japan Airlines, Tokyo Stock Exchange."""
        final = text.lower(end - 1)
        known = self.reference.by_id(last.entity).type
        if final in words("organization_heads") | words("exchange_heads") | words("legal") | words("company_heads"):
            return True
        if final in words("facility_heads") | words("place_heads"):
            return True
        stock = text.entity_id[start]
        whole = (
            stock >= 0
            and stock == text.entity_id[end - 1]
            and text.entity[start] in ("Company", "Organization", "Facility")
        )
        return whole and known == "Place"

    def _is_prefixed(self, text: Text, start: int, first: NamedSpan) -> bool:
        """Whether a run that ends in a known name is a name of its own: Air Europe, Shearson Lehman Brothers."""
        head, before = first.mention.end - 1, first.mention.start - 1
        if text.lower(before) in words("person_roles") or text.tree.tag[before] not in ("NNP", "NNPS"):
            return False
        if self.reference.by_id(first.entity).type == "Place":
            return text.tree.dep[before] == "compound" and text.tree.head[before] == head and not text.first[start]
        stock = text.entity_id[start]
        joined = stock >= 0 and stock == text.entity_id[first.mention.start]
        return joined and text.entity[start] in ("Company", "Organization")

    def _known(self, id_: str, mention: MentionSpan, clusters: dict[str, EntityCluster]) -> None:
        entity = self.reference.by_id(id_)
        cluster = clusters.setdefault(id_, EntityCluster(entity.name, entity.type, reference=id_))
        cluster.mentions.append(mention)

    def _unknown(self, text: Text, runs: list[tuple[int, int]], clusters: dict[str, EntityCluster]) -> None:
        """New names: each gets the type that most of its votes are for."""
        votes: dict[str, Votes] = {}
        spans: dict[str, list[tuple[int, int]]] = {}
        surfaces: dict[str, Counter[str]] = {}
        keys: dict[str, str] = {}
        for start, end in runs:
            surface = text.joined(start, end)
            key = keys.get(surface)
            if key is None:
                key = keys[surface] = name_key(surface)
            if key not in votes:
                votes[key] = defaultdict(float)
                surfaces[key] = Counter()
            for type_, weight in context_votes(text, start, end).items():
                votes[key][type_] += weight
            spans.setdefault(key, []).append((start, end))
            surfaces[key][surface] += 1
        for key, found in spans.items():
            # What many occurrences say counts for more than what one says, but not for as many times more.
            for type_ in votes[key]:
                votes[key][type_] /= math.sqrt(len(found))
            for type_, weight in own_votes(text.word[found[0][0] : found[0][1]]).items():
                votes[key][type_] += weight
        _share_surnames(votes)
        _share_lists(text, [(s, e, keys[text.joined(s, e)]) for s, e in runs], votes)
        for key, found in spans.items():
            best = self._type(votes[key])
            if best is None:
                continue
            name = max(surfaces[key], key=lambda s: (len(s), s))
            kind = "name"
            known = self.reference.lookup(name)
            if known is not None and known.type == best:
                cluster = clusters.setdefault(known.id, EntityCluster(known.name, known.type, reference=known.id))
            else:
                cluster = clusters.setdefault(f"{best}/{key}", EntityCluster(name, best))
            cluster.mentions += [MentionSpan(s, e, kind) for s, e in found]

    def _type(self, votes: Votes) -> str | None:
        best = max(votes, key=lambda t: (votes[t], t), default="")
        return best if best and votes[best] >= self.least else None

    def _headlines(self, text: Text, clusters: dict[str, EntityCluster], taken: set[int]) -> None:
        """In a headline all is capitals, as is the first word of a sentence: only names the story uses count there."""
        forms = self._forms(text, clusters)
        i = 0
        while i < len(text):
            if (text.headline[i] or text.first[i]) and i not in taken and text.word[i][0].isupper():
                for n in range(min(_LONGEST_NAME, len(text) - i), 0, -1):
                    found = forms.get(tuple(text.tree.lower[i : i + n]))
                    if found is not None and taken.isdisjoint(range(i, i + n)):
                        cluster, kind = found
                        cluster.mentions.append(MentionSpan(i, i + n, kind))
                        taken.update(range(i, i + n))
                        i += n - 1
                        break
            i += 1

    def _forms(
        self, text: Text, clusters: dict[str, EntityCluster]
    ) -> dict[tuple[str, ...], tuple[EntityCluster, str]]:
        """The names of the article, whole, without legal form, and the first word of those of businesses."""
        forms: dict[tuple[str, ...], tuple[EntityCluster, str]] = {}
        shortened: dict[tuple[str, ...], tuple[EntityCluster, str]] = {}
        common = {w for w in text.word if w.islower()}
        for cluster in clusters.values():
            for mention in cluster.mentions:
                form = tuple(text.tree.lower[mention.start : mention.end])
                if len("".join(form)) > 2:
                    forms.setdefault(form, (cluster, mention.kind))
                if cluster.type not in ("Company", "Organization"):
                    continue
                while len(form) > 1 and form[-1] in words("legal"):
                    form = form[:-1]
                    shortened.setdefault(form, (cluster, "short_form"))
                if len(form) > 1 and len(form[0]) > 3 and form[0] not in common and not _is_common(form[0]):
                    shortened.setdefault(form[:1], (cluster, "short_form"))
        return shortened | forms


def in_order(clusters: object) -> list[EntityCluster]:
    """Clusters with sorted mentions, in the order in which the article first mentions them."""
    found: list[EntityCluster] = [c for c in clusters if c.mentions]  # type: ignore[attr-defined]
    for cluster in found:
        spans = {(m.start, m.end): m for m in reversed(cluster.mentions)}
        cluster.mentions = [spans[span] for span in sorted(spans)]
    return sorted(found, key=lambda c: (c.mentions[0].start, c.mentions[0].end, c.name, c.type))


def _trimmed(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """What is left of a run beside a known name, if it can be a name."""
    while start < end and (not text.word[start][0].isalnum() or text.word[start].islower()):
        start += 1
    while end > start and (not text.word[end - 1][-1].isalnum() or text.word[end - 1].islower()):
        end -= 1
    if start >= end or all(
        text.lower(i) in words("not_names") or text.lower(i) in words("person_roles") for i in range(start, end)
    ):
        return None
    return start, end


def _is_person(text: Text, start: int, end: int) -> bool:
    """Whether a name behind a company's is that of one of its people: Yahoo chief executive X."""
    if (
        text.entity[end - 1] == "Person"
        and text.entity_id[start] == text.entity_id[end - 1] != text.entity_id[start - 1]
    ):
        return True
    return text.lower(start) in words("first_names") or any(
        w in words("person_roles") for w in text.tree.lower[start:end]
    )


def _is_common(word: str) -> bool:
    return any(
        word in words(w)
        for w in ("company_heads", "organization_heads", "of_heads", "openers", "not_names", "directions")
    )


def _share_surnames(votes: dict[str, Votes]) -> None:
    """``Mr Ingram`` says what ``Duncan Ingram`` is, and the other way round."""
    surnames = {key: v for key, v in votes.items() if " " not in key}
    for key, found in votes.items():
        last = key.rsplit(" ", 1)[-1]
        if last == key or last not in surnames:
            continue
        shared = max(found["Person"], surnames[last]["Person"]) * _LAST_WORD_SHARE
        if shared > 1:
            found["Person"] = max(found["Person"], shared)
            surnames[last]["Person"] = max(surnames[last]["Person"], shared)


def _share_lists(text: Text, runs: list[tuple[int, int, str]], votes: dict[str, Votes]) -> None:
    """Names of one list are of one type: what is said of some counts for the others, "brands such as X, Y and Z"."""
    lists: list[list[str]] = []
    for before, after in itertools.pairwise(runs):
        between = text.tree.lower[before[1] : after[0]]
        if (
            not 0 < len(between) <= 3
            or not _SEPARATORS.issuperset(between)
            or not text.same_sentence(before[0], after[0])
        ):
            continue
        if lists and lists[-1][-1] == before[2]:
            lists[-1].append(after[2])
        else:
            lists.append([before[2], after[2]])
    for names in lists:
        if len(set(names)) < 3:
            continue
        most = sorted({n: max(votes[n]["Product"], 0) for n in names}.values())
        middle = most[len(most) // 2]
        for name in set(names):
            votes[name]["Product"] = max(votes[name]["Product"], middle)


@Language.factory("kg_names", default_config={"least": 0.9})
def make_names(nlp: Language, name: str, least: float) -> Names:  # noqa: ARG001
    return Names(least=least)
