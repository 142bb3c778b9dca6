"""Fits the weights of kg_nominals on annotated articles and writes them to kg/extraction/nominals.toml.

    python benchmarks/fit_nominals.py GOLD ARTICLES [--check] [--output PATH]

GOLD is a file of annotations as ../shared/gold/GUIDE.md describes, ARTICLES the folder of its texts; the project's own
training articles are read too. ``--check`` writes nothing and prints precision and recall by cross-validation in four
parts. Only weights of features are kept, no text.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fit_figures import Choice, fit, own_articles
from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.counts import tokens_of
from kg.extraction.lexicon import words
from kg.extraction.nominals import Nominals, Reading, Reference, choose, is_nominal
from kg.extraction.pipeline import COMPONENTS, pipeline

LISTED = ("company_nouns", "organization_nouns", "unit_nouns")
BEFORE = COMPONENTS[: COMPONENTS.index("kg_names")]


@dataclass
class Story:
    """A document with its named entities, and for each token of a nominal mention the entity that it means.

    ``unsure`` are tokens of which the annotation does not say whether they are one.
    """

    doc: Doc
    clusters: list[EntityCluster]
    meant: dict[int, int]
    unsure: set[int]


def read(text: str) -> Doc:
    with pipeline().select_pipes(enable=list(BEFORE)):
        return pipeline()(text)


def story(text: str, entities: Sequence[tuple[str, str, Sequence[tuple[int, int]]]], unsure: set[int]) -> Story:
    """``entities``: name, type and character spans of each."""
    doc = read(text)
    starts = [t.idx for t in doc]
    offsets: list[int] = doc._.offsets
    meant: dict[int, int] = {}
    clusters = [EntityCluster(name, type_) for name, type_, _ in entities]
    for number, (_, _, spans) in enumerate(entities):
        for start, end in spans:
            first, last = tokens_of(offsets, start, end)
            if first >= last or last > len(starts):
                continue
            if is_nominal(text[start:end]):
                meant[last - 1] = number
            else:
                clusters[number].mentions.append(MentionSpan(first, last, "name"))
    for cluster in clusters:
        cluster.mentions.sort(key=lambda m: m.start)
    return Story(doc, clusters, meant, {t for c in unsure for t in range(*tokens_of(offsets, c, c + 1))})


def annotated(gold: Path, articles: Path) -> Iterator[Story]:
    """Stories whose annotators listed surface forms without offsets."""
    for line in gold.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        text = (articles / Path(one["doc"]).name).read_text(encoding="utf-8")
        owners = Counter(form.lower() for e in one["entities"] for form in {*e["mentions"], e["name"]})
        found: list[tuple[int, int, int]] = []
        unsure: set[int] = set()
        for number, entity in enumerate(one["entities"]):
            for form in {entity["name"], *entity["mentions"]}:
                pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)"
                flags = re.IGNORECASE if is_nominal(form) else 0
                for match in re.finditer(pattern, text, flags):
                    if owners[form.lower()] > 1:
                        unsure.add(match.end() - 1)
                    else:
                        found.append((match.start(), match.end(), number))
        taken: list[tuple[int, int]] = []
        spans: list[list[tuple[int, int]]] = [[] for _ in one["entities"]]
        for start, end, number in sorted(found, key=lambda f: (f[0] - f[1], f)):
            if not any(a < end and start < b for a, b in taken):
                taken.append((start, end))
                spans[number].append((start, end))
        rows = [(e["name"], e["type"], spans[n]) for n, e in enumerate(one["entities"])]
        yield story(text, rows, unsure)


def own() -> Iterator[Story]:
    """The project's own training articles, whose mentions have offsets."""
    for article in own_articles():
        rows = [(e.name, e.type, [(m.start, m.end) for m in e.mentions]) for e in article.entities]
        yield story(article.text, rows, set())


class Teacher(Reading):
    """Reads a story as the component does, but notes what each reference means instead of deciding it."""

    def __init__(self, told: Story, nouns: frozenset[str]) -> None:
        told.doc._.entities = told.clusters
        super().__init__(Nominals(), told.doc, told.clusters, nouns)
        self.told = told
        self.lessons: list[tuple[list[tuple[int | None, list[str]]], int | None]] = []

    def decide(self, found: Reference) -> None:
        number = self.told.meant.get(found.head)
        if found.head in self.told.unsure:
            return
        options = self.options(found)
        if any(option == number for option, _ in options):
            self.lessons.append((options, number))
        if number is not None:
            self._add(number, found.start, found.end, found.head)


def common_nouns(stories: Sequence[Story]) -> frozenset[str]:
    """The nouns that can stand for an entity: those of the lists, and those that did so twice."""
    seen = Counter(s.doc[t].lower_ for s in stories for t in s.meant if s.doc[t].tag_[:2] == "NN")
    listed = frozenset().union(*(words(name) for name in LISTED))
    return listed | {noun for noun, count in seen.items() if count > 1 and noun.isalpha()}


def learn(stories: Sequence[Story], nouns: frozenset[str]) -> tuple[dict[str, float], list[list[Choice]]]:
    choices = []
    for one in stories:
        teacher = Teacher(copy_of(one), nouns)
        teacher.resolve()
        choices.append(
            [
                Choice([names for _, names in options], {k for k, (o, _) in enumerate(options) if o == right})
                for options, right in teacher.lessons
            ]
        )
    return fit([c for per in choices for c in per], strength=1e-3), choices


def copy_of(one: Story) -> Story:
    clusters = [EntityCluster(c.name, c.type, list(c.mentions), c.reference) for c in one.clusters]
    return Story(one.doc, clusters, one.meant, one.unsure)


def check(stories: Sequence[Story], parts: int = 4) -> None:
    """Print how many references the component resolves rightly, each part with the weights of the others."""
    nouns = common_nouns(stories)
    _, choices = learn(stories, nouns)
    found = right = there = 0
    for part in range(parts):
        table = fit([c for n, per in enumerate(choices) if n % parts != part for c in per], strength=1e-3)
        for choice in (c for n, per in enumerate(choices) if n % parts == part for c in per):
            ranked = choose([(k, names) for k, names in enumerate(choice.options)], table)
            last = len(choice.options) - 1
            there += last not in choice.right
            if ranked[0][1] != last and ranked[0][0] >= 0.5:
                found += 1
                right += ranked[0][1] in choice.right
    meant = sum(len(s.meant) for s in stories)
    print(f"resolved {found}, rightly {right}: precision {right / found:.3f}, recall {right / there:.3f} of {there}")
    print(f"of {meant} annotated nominal mentions")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("kg/extraction/nominals.toml"))
    options = parser.parse_args()
    stories = [*annotated(options.gold, options.articles), *own()]
    if options.check:
        check(stories)
        return
    nouns = common_nouns(stories)
    table, _ = learn(stories, nouns)
    lines = [
        "# Nouns that can stand for an entity and weights of named features, written by benchmarks/fit_nominals.py.",
        "",
        f"nouns = {json.dumps(' '.join(sorted(nouns)))}",
        "",
        "[weights]",
        *(f"{json.dumps(name, ensure_ascii=False)} = {table[name]}" for name in sorted(table)),
    ]
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(stories)} articles, {len(nouns)} nouns, {len(table)} weights -> {options.output}")


if __name__ == "__main__":
    main()
