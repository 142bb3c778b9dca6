"""What annotators say of references without a name and of quantities, as links for the network to learn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster
from kg.extraction.arguments import tree_of
from kg.extraction.counts import Candidate, candidates
from kg.extraction.links import Link
from kg.extraction.nominals import Nominals, Reading, Reference, is_pronoun, weights
from kg.extraction.periods import find_periods
from kg.extraction.quantities import find_quantities
from kg.extraction.subjects import Scene
from kg.training.annotated import AnnotatedArticle, AnnotatedFigure

_PERCENT = frozenset({"percent", "percentage points", "%"})
_PENCE = frozenset({"pence", "cents"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """A link, and whether it holds."""

    link: Link
    holds: bool


class ReferenceLessons(Reading):
    """Reads an article as the component does, but is told what each reference means.

    ``meant`` gives for the last token of a reference the entity it means. ``pronouns``: annotators marked those too.
    """

    def __init__(self, doc: Doc, clusters: list[EntityCluster], meant: dict[int, int], *, pronouns: bool) -> None:
        super().__init__(Nominals(), doc, clusters, weights().nouns)
        self.meant = meant
        self.pronouns = pronouns
        self.lessons: list[Lesson] = []

    def decide(self, found: Reference) -> None:
        self._learn([n for n, _ in self.options(found)], found.start, found.end, found.head)

    def _pronoun(self, i: int) -> None:
        if not self.pronouns:
            super()._pronoun(i)
            return
        self._learn(sorted(self.last), i, i + 1, i)

    def _learn(self, numbers: Sequence[int | None], start: int, end: int, head: int) -> None:
        right = self.meant.get(head)
        self.lessons += [Lesson(link, n == right) for n, link in self.links(numbers, start, end).items()]
        if right is not None:
            self._add(right, start, end, head)


def reference_lessons(doc: Doc, clusters: list[EntityCluster]) -> list[Lesson]:
    """Links of references. Where nobody marked pronouns, the component's reading of them joins the clusters."""
    meant: dict[int, int] = {}
    marked = [list(cluster.mentions) for cluster in clusters]
    pronouns = False
    for number, cluster in enumerate(clusters):
        nominal = [m for m in cluster.mentions if m.kind == "nominal"]
        meant |= {m.end - 1: number for m in nominal}
        pronouns = pronouns or any(is_pronoun(doc[m.start].text) for m in nominal if m.end == m.start + 1)
        cluster.mentions = [m for m in cluster.mentions if m.kind != "nominal"]
        cluster.mentions.sort(key=lambda m: m.start)
    reader = ReferenceLessons(doc, clusters, meant, pronouns=pronouns)
    reader.resolve()
    for cluster, mentions in zip(clusters, marked, strict=True):
        spans = {(m.start, m.end): m for m in (*mentions, *cluster.mentions)}
        cluster.mentions = [spans[span] for span in sorted(spans)]
    return reader.lessons


def figure_lessons(doc: Doc, article: AnnotatedArticle, clusters: list[EntityCluster]) -> Iterator[Lesson]:
    """Links of quantities that are annotated figures; of the others too where every figure was annotated."""
    tree, text = tree_of(doc), doc.text
    scene = Scene(tree, clusters)
    names = frozenset(t for t, place in scene.at.items() if not place.nominal)
    found = candidates(tree, text, tree.begin, find_quantities(text), find_periods(text), names)
    ids = [e.id for e in article.entities]
    subjects = _subjects(doc, article, found)
    repeated = {found[n].match.quantity.value for n in subjects}
    for number, candidate in enumerate(found):
        subject = subjects.get(number)
        if subject is None and candidate.match.quantity.value in repeated:
            continue  # said twice: annotators noted it once
        for entity, link in scene.mentions_near(candidate).items():
            yield Lesson(link, ids[entity] == subject)


def _subjects(doc: Doc, article: AnnotatedArticle, found: Sequence[Candidate]) -> dict[int, str]:
    """For each candidate that is an annotated figure the id of its subject."""
    offsets: list[int] = doc._.offsets
    taken: dict[int, str] = {}
    for figure in article.figures:
        fitting = [n for n, c in enumerate(found) if n not in taken and _same(c, figure)]
        cited = [n for n in fitting if any(s.start <= offsets[found[n].start] < s.end for s in figure.evidence)]
        if cited or fitting:
            taken[(cited or fitting)[0]] = figure.subject
    return taken


def _same(candidate: Candidate, figure: AnnotatedFigure) -> bool:
    quantity = candidate.match.quantity
    value = abs(figure.value) / (100 if figure.unit in _PENCE and quantity.unit not in _PENCE else 1)
    percent = (quantity.unit == "percent") == (figure.unit in _PERCENT)
    return percent and abs(abs(quantity.value) - value) <= 0.005 * max(value, 1e-9)
