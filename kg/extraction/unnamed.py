"""Things without a proper name that claims are about: ``its own AI chip``, ``data centers`` that a company builds.

Only what a company owns, builds or invests in becomes an entity; every other common noun stays a word.
"""

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.lexicon import words
from kg.extraction.names import in_order

_TRAILING = frozenset(["capabilities", "infrastructure", "technology", "technologies", "services"])
_BODIES = frozenset(["network", "ecosystem", "programme", "program", "fund", "initiative", "alliance"])


@dataclass(slots=True)
class Unnamed:
    """Finds such things. ``most`` is the greatest number of words of one."""

    most: int = 4

    def __call__(self, doc: Doc) -> Doc:
        clusters: list[EntityCluster] = doc._.entities
        tree = tree_of(doc)
        covered = {i for c in clusters for m in c.mentions for i in m.tokens}
        found: dict[tuple[str, ...], str] = {}
        for i, word in enumerate(tree.lower):
            if tree.tag[i] not in ("NN", "NNS", "NNP", "JJ") or i in covered:
                continue
            if word in words("common_products") and self._is_own(tree, i):
                self._note(found, tree, self._compound(tree, i), i, "Product")
            elif (
                word in words("common_facilities")
                and tree.dep[i] == "dobj"
                and tree.lower[tree.head[i]] in words("building_verbs")
            ):
                self._note(found, tree, self._compound(tree, i), i, "Facility")
            elif word in _BODIES and self._is_invested_in(tree, i):
                self._note(found, tree, self._compound(tree, i, adjectives=True), i, "Organization")
        for start, end in self._fields(tree):
            found[tuple(tree.lower[start:end])] = "Technology"
        for form, type_ in sorted(found.items()):
            cluster = EntityCluster("", type_, unnamed=True)
            n = len(form)
            for i in range(len(tree.lower) - n + 1):
                if tuple(tree.lower[i : i + n]) == form and covered.isdisjoint(range(i, i + n)):
                    cluster.mentions.append(MentionSpan(i, i + n, "name"))
                    covered.update(range(i, i + n))
            if cluster.mentions:
                cluster.name = doc[cluster.mentions[0].start : cluster.mentions[0].end].text
                clusters.append(cluster)
        doc._.entities = in_order(clusters)
        return doc

    def _note(self, found: dict[tuple[str, ...], str], tree: Tree, start: int, last: int, type_: str) -> None:
        if 1 < last + 1 - start <= self.most:
            found[tuple(tree.lower[start : last + 1])] = type_

    @staticmethod
    def _compound(tree: Tree, head: int, *, adjectives: bool = False) -> int:
        """Where the nouns right in front of a noun begin."""
        start = head
        tags = ("NN", "NNS", "NNP", "JJ") if adjectives else ("NN", "NNS", "NNP")
        while start > 0 and tree.tag[start - 1] in tags and tree.lower[start - 1] not in ("own", "new"):
            start -= 1
        return start

    @staticmethod
    def _is_own(tree: Tree, head: int) -> bool:
        return any(tree.lower[c] == "own" for c in tree.having(head, "amod", "advmod")) and bool(
            tree.having(head, "poss")
        )

    @staticmethod
    def _is_invested_in(tree: Tree, token: int) -> bool:
        prep = tree.head[token]
        above = tree.head[prep]
        return (
            tree.dep[token] == "pobj"
            and tree.lower[prep] == "in"
            and (
                tree.lower[above] in words("investing_words")
                or tree.lower[tree.head[above]] in words("investing_words")
            )
        )

    @staticmethod
    def _fields(tree: Tree) -> list[tuple[int, int]]:
        """Fields of technology joined by "and" in a sentence about investment: ``AI and cloud`` (capabilities)."""
        about = {tree.sentence[i] for i, w in enumerate(tree.lower) if w in words("investing_words")}
        found = []
        i = 0
        while i < len(tree.lower):
            end = i
            if tree.sentence[i] in about:
                while end < len(tree.lower) and (
                    tree.lower[end] in words("technology_words") - _TRAILING
                    or (
                        end > i
                        and tree.lower[end] == "and"
                        and tree.lower[end + 1 : end + 2]
                        and tree.lower[end + 1] in words("technology_words")
                    )
                ):
                    end += 1
            if end - i >= 3:
                found.append((i, end))
            i = max(end, i + 1)
        return found


@Language.factory("kg_unnamed", default_config={"most": 4})
def make_unnamed(nlp: Language, name: str, most: int) -> Unnamed:  # noqa: ARG001
    return Unnamed(most=most)
