"""Short forms of a full name given earlier: ``Hughes Tool Co``, then ``Hughes``; ``Ann Lee``, then ``Ms Lee``."""

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.lexicon import words
from kg.extraction.names import in_order
from kg.model import name_key

_SHORTENED = frozenset({"Company", "Organization", "Person", "Product", "Facility", "Technology"})


@dataclass(slots=True)
class ShortForms:
    """Merges an entity named by a part of another's name into it.

    The part is the beginning of the name, or its last word where it is a person's. ``least`` is the least number of
    letters of a part.
    """

    least: int = 3

    def __call__(self, doc: Doc) -> Doc:
        clusters: list[EntityCluster] = doc._.entities
        story = _story_start(doc)
        keys = {id(c): [tuple(f.split()) for f in _forms(doc, c)] for c in clusters}
        first = {id(c): min((m.start for m in c.mentions if m.start >= story), default=-1) for c in clusters}
        full = sorted(clusters, key=lambda c: (-max(map(len, keys[id(c)])), first[id(c)], c.name))
        for short in reversed(full):
            if short.reference or short.type not in _SHORTENED:
                continue
            owners = [c for c in full if c is not short and c.mentions and self._shortens(short, c, keys, first)]
            if len({id(o) for o in owners}) == 1 or (owners and _closest(owners, first, first[id(short)])):
                owner = owners[0] if len(owners) == 1 else _closest(owners, first, first[id(short)])
                if owner is None:
                    continue
                owner.mentions += [MentionSpan(m.start, m.end, _kind(m)) for m in short.mentions]
                if owner.reference is None and short.type == "Person" and owner.type != "Person":
                    owner.type = _surer(owner, short)
                short.mentions = []
        doc._.entities = in_order(clusters)
        return doc

    def _shortens(
        self,
        short: EntityCluster,
        full: EntityCluster,
        keys: dict[int, list[tuple[str, ...]]],
        first: dict[int, int],
    ) -> bool:
        for part in keys[id(short)]:
            if len("".join(part)) < self.least:
                continue
            singular = (*part[:-1], part[-1].removesuffix("s"))
            if singular != part and singular in keys[id(full)] and short.type != "Person":
                return True
            for whole in keys[id(full)]:
                if len(part) >= len(whole) or full.type not in _SHORTENED:
                    continue
                if full.type == "Person":
                    fits = whole[-len(part) :] == part and short.type in ("Person", "Company", "Place")
                else:
                    body = full.type == "Organization" and len(part) == 1 and part[0] in words("organization_heads")
                    fits = (whole[: len(part)] == part and not _is_generic(part)) or (body and whole[-1:] == part)
                    fits = fits and _same_kind(short, full)
                # Before the full name only a headline uses the short one.
                if fits and (first[id(short)] < 0 or 0 <= first[id(full)] <= first[id(short)]):
                    return True
        return False


def _kind(mention: MentionSpan) -> str:
    return "short_form" if mention.kind == "name" else mention.kind


def _same_kind(short: EntityCluster, full: EntityCluster) -> bool:
    business = {"Company", "Organization"}
    if {short.type, full.type} <= business or short.type == full.type:
        return True
    # The type of a lone word is the surest where its full name tells it.
    return full.type in business and short.type in ("Person", "Product", "Place")


def _surer(owner: EntityCluster, short: EntityCluster) -> str:
    return owner.type if len(owner.name.split()) > 1 else short.type


def _is_generic(part: tuple[str, ...]) -> bool:
    generic = words("company_heads") | words("organization_heads") | words("not_names") | words("of_heads")
    return len(part) == 1 and (
        part[0] in generic or part[0] in {"american", "british", "new", "north", "south", "east", "west"}
    )


def _forms(doc: Doc, cluster: EntityCluster) -> list[str]:
    found = {name_key(cluster.name)} | {
        name_key(doc[m.start : m.end].text) for m in cluster.mentions if m.kind in ("name", "alias")
    }
    return sorted(found)


def _story_start(doc: Doc) -> int:
    """The first token behind the headline, where the first sentence is a paragraph of its own and has no full stop."""
    for sentence in doc.sents:
        source: str = doc._.source
        offsets: list[int] = doc._.offsets
        if (
            sentence.end < len(doc)
            and sentence[-1].text != "."
            and "\n" in source[offsets[sentence.end - 1] : offsets[sentence.end]]
        ):
            return int(sentence.end)
        return 0
    return 0


def _closest(owners: list[EntityCluster], first: dict[int, int], position: int) -> EntityCluster | None:
    """The one of several full names that was given last before a short form."""
    before = [o for o in owners if 0 <= first[id(o)] <= position] if position >= 0 else owners[:1]
    return max(before, key=lambda o: first[id(o)], default=None)


@Language.factory("kg_short_forms", default_config={"least": 3})
def make_short_forms(nlp: Language, name: str, least: int) -> ShortForms:  # noqa: ARG001
    return ShortForms(least=least)
