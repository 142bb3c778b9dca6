"""Fits the weights of kg_figures on annotated articles and writes them to kg/extraction/figures.toml.

    python benchmarks/fit_figures.py GOLD ARTICLES [--output PATH]

GOLD is a file of annotations as ../shared/gold/GUIDE.md describes, ARTICLES the folder of its texts; the project's own
training articles are read too. Each article is learned from twice: with the entities that the pipeline finds, mistakes
and all, and with the annotated ones. Only weights of features are kept, no text.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from figures import annotate
from spacy.tokens import Doc

from kg.errors import TrainingDataError
from kg.extraction.annotations import EntityCluster, FigureSpan, MentionSpan
from kg.extraction.arguments import Tree
from kg.extraction.counts import Candidate, candidates, singular, tokens_of
from kg.extraction.figures import keep_features, kind_features, rank
from kg.extraction.metrics import metric_of
from kg.extraction.nominals import is_nominal
from kg.extraction.periods import find_periods
from kg.extraction.pipeline import pipeline
from kg.extraction.quantities import find_quantities
from kg.extraction.subjects import Scene
from kg.training.annotated import AnnotatedArticle
from kg.training.markup import read_markup

KINDS = ("reported", "forecast", "planned")
RARE = 6
GENERIC = {"the company", "the firm", "the group", "it", "its", "company", "the bank", "they", "their", "he"}


@dataclass
class Choice:
    """One decision: the features of each option and the options that are right."""

    options: list[list[str]]
    right: set[int]


@dataclass
class Lesson:
    """A quantity of an article with what the annotators made of it (``claim`` is None: nothing)."""

    tree: Tree
    scene: Scene
    candidate: Candidate
    metric: str
    described: list[tuple[int, list[str]]]
    claim: dict[str, Any] | None
    subjects: set[int] = field(default_factory=set)


def norm(text: str) -> str:
    return re.sub(r"[^\w]+", " ", re.sub(r"['’]s\b", "", text.lower())).strip()


def aligned(doc: Doc, gold: dict[str, Any]) -> dict[str, set[int]]:
    """For each annotated entity the entities of the pipeline that share most surface forms with it."""
    own = {e["name"]: {norm(m) for m in (*e["mentions"], e["name"])} - GENERIC for e in gold["entities"]}
    found: dict[str, set[int]] = {name: set() for name in own}
    entities: list[EntityCluster] = doc._.entities
    for number, cluster in enumerate(entities):
        forms = {norm(doc[m.start : m.end].text) for m in cluster.mentions} | {norm(cluster.name)}
        shared, name = max(((len(forms & f), n) for n, f in own.items()), default=(0, ""))
        if shared:
            found[name].add(number)
    return found


def own_articles() -> Iterator[AnnotatedArticle]:
    """The project's own training articles, but for those whose annotation does not read."""
    for path in sorted((Path(str(files("kg.training"))) / "articles").glob("*.txt")):
        try:
            yield read_markup(path)
        except TrainingDataError as error:
            print(f"left out: {error}")


def as_gold(article: AnnotatedArticle) -> dict[str, Any]:
    """An article of the project in the form of GOLD."""
    text = article.text
    return {
        "entities": [
            {"name": e.name, "type": e.type, "mentions": sorted({text[m.start : m.end] for m in e.mentions})}
            for e in article.entities
        ],
        "claims": [
            {
                "subjects": [next(e.name for e in article.entities if e.id == f.subject)],
                "value": f.value / 100 if f.unit == "cents" else f.value,
                "unit": "USD" if f.unit == "cents" else f.unit,
                "kind": f.kind,
                "quotes": [text[e.start : e.end] for e in f.evidence],
            }
            for f in article.figures
        ],
    }


def place(doc: Doc, article: AnnotatedArticle) -> None:
    """Put an article's annotated entities on its document."""
    offsets: list[int] = doc._.offsets
    doc._.entities = clusters = [EntityCluster(e.name, e.type) for e in article.entities]
    for cluster, entity in zip(clusters, article.entities, strict=True):
        for mention in entity.mentions:
            first, last = tokens_of(offsets, mention.start, mention.end)
            nominal = is_nominal(article.text[mention.start : mention.end])
            if first < last:
                cluster.mentions.append(MentionSpan(first, last, "nominal" if nominal else "name"))
        cluster.mentions.sort(key=lambda m: m.start)


def same_value(candidate: Candidate, claim: dict[str, Any]) -> bool:
    a, b = abs(candidate.match.quantity.value), claim["value"]
    if b is None:
        return False
    unit, other = candidate.match.quantity.unit, claim["unit"] or ""
    money, other_money = unit.isupper() or unit == "pence", other.isupper() or other == "pence"
    alike = (unit == "percent") == (other == "percent") and money == other_money
    return alike and abs(a - abs(b)) <= 0.005 * max(a, abs(b), 1e-9)


def lessons(doc: Doc, gold: dict[str, Any]) -> list[Lesson]:
    text = doc.text
    tree = Tree(doc)
    scene = Scene(tree, doc._.entities)
    names = frozenset(t for t, place in scene.at.items() if not place.nominal)
    starts = [t.idx for t in doc]
    found = candidates(tree, text, starts, find_quantities(text), find_periods(text), names)
    names_of = aligned(doc, gold)
    claim_of: dict[int, dict[str, Any]] = {}
    for claim in gold["claims"]:
        quotes = [" ".join(q.split()) for q in claim["quotes"]]

        def quoted(candidate: Candidate, quotes: Sequence[str] = quotes) -> bool:
            around = " ".join(text[max(0, candidate.match.start - 12) : candidate.match.end + 12].split())
            return any(around[3:-3] in q or q in around for q in quotes)

        fitting = [i for i, c in enumerate(found) if i not in claim_of and same_value(c, claim)]
        if fitting:
            claim_of[max(fitting, key=lambda i: (quoted(found[i]), -i))] = claim
    repeated = {(c.match.quantity.value, c.match.quantity.unit) for i, c in enumerate(found) if i in claim_of}
    words = [singular(w) for w in tree.lower]
    before: tuple[Candidate, int] | None = None
    result = []
    for i, candidate in enumerate(found):
        claim = claim_of.get(i)
        if claim is None and (candidate.match.quantity.value, candidate.match.quantity.unit) in repeated:
            continue  # said twice: the annotators noted it once
        subjects = set().union(*(names_of.get(s, set()) for s in claim["subjects"])) if claim else set()
        metric = metric_of(tree, words, FigureSpan(candidate.start, candidate.end, candidate.match.quantity))
        described = scene.features(candidate, metric, before)
        result.append(Lesson(tree, scene, candidate, metric, described, claim, subjects))
        if subjects:
            before = candidate, min(subjects)
    return result


def fit(choices: Sequence[Choice], *, strength: float, rounds: int = 400) -> dict[str, float]:
    """Weights of a conditional logit, by Adam on all choices at once; ``strength`` is the L2 penalty."""
    seen = Counter(name for c in choices for names in c.options for name in names)
    index = {name: i for i, name in enumerate(sorted(n for n, k in seen.items() if k >= RARE))}
    rows, columns, group, right = [], [], [], []
    row = 0
    for number, choice in enumerate(choices):
        for option, names in enumerate(choice.options):
            known = [index[n] for n in names if n in index]
            rows += [row] * len(known)
            columns += known
            group.append(number)
            right.append(option in choice.right)
            row += 1
    r, c, g = np.array(rows), np.array(columns), np.array(group)
    gold = np.array(right, dtype=float)
    w, m, v = np.zeros(len(index)), np.zeros(len(index)), np.zeros(len(index))

    def shares(score: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        top = np.full(len(choices), -np.inf)
        np.maximum.at(top, g, np.where(mask > 0, score, -np.inf))
        e = np.exp(np.clip(score - top[g], -50, 50)) * mask
        return e / np.bincount(g, e, len(choices))[g]

    for t in range(1, rounds + 1):
        score = np.bincount(r, w[c], row)
        error = shares(score, np.ones(row)) - shares(score, gold)
        gradient = np.bincount(c, error[r], len(index)) / len(choices) + strength * w
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        w -= 0.05 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return {name: round(float(w[i]), 2) for name, i in index.items() if abs(w[i]) >= 0.01}


def resolved(doc: Doc) -> Doc:
    """The document with references such as "it" that the annotation leaves out."""
    return pipeline().get_pipe("kg_nominals")(doc)


def prefixed(names: Iterable[str], label: str) -> list[str]:
    return [f"{label}\t{n}" for n in names]


def learn(all_lessons: Sequence[Lesson], complete: Sequence[Lesson], *, strength: float = 2e-3) -> dict[str, Any]:
    """The weights of the three decisions. ``complete``: the lessons of articles with every figure annotated."""
    subject_choices = []
    for lesson in all_lessons:
        right = {i for i, (entity, _) in enumerate(lesson.described) if entity in lesson.subjects}
        if right:
            subject_choices.append(Choice([names for _, names in lesson.described], right))
    subject = fit(subject_choices, strength=strength)
    keep_choices = []
    for lesson in complete:
        ranked = rank(lesson.described, subject)
        if not ranked:
            continue
        names = keep_features(lesson.tree, lesson.scene, lesson.candidate, ranked[0][0], lesson.metric)
        good = lesson.claim is not None and bool(lesson.subjects)
        keep_choices.append(Choice([names, []], {0 if good else 1}))
    keep = fit(keep_choices, strength=strength)
    kind_choices = [
        Choice(
            [prefixed(kind_features(x.tree, x.candidate), kind) for kind in KINDS],
            {KINDS.index(x.claim["kind"])},
        )
        for x in all_lessons
        if x.claim
    ]
    flat = fit(kind_choices, strength=strength / 5)
    kinds: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    for name, weight in flat.items():
        kind, feature = name.split("\t")
        kinds[kind][feature] = weight
    return {"subject": subject, "keep": keep, "kind": kinds}


def toml(table: dict[str, Any]) -> str:
    """The weights as TOML, in order of name."""
    lines = ["# Weights of named features, written by benchmarks/fit_figures.py: do not edit by hand.", ""]

    def section(title: str, row: dict[str, float]) -> None:
        lines.append(f"[{title}]")
        lines.extend(f"{json.dumps(name)} = {row[name]}" for name in sorted(row))
        lines.append("")

    section("subject", table["subject"])
    section("keep", table["keep"])
    for kind in KINDS:
        section(f"kind.{kind}", table["kind"][kind])
    return "\n".join(lines[:-1]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--output", type=Path, default=Path("kg/extraction/figures.toml"))
    options = parser.parse_args()
    found: list[Lesson] = []
    for line in options.gold.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = (options.articles / Path(gold["doc"]).name).read_text(encoding="utf-8")
        doc = pipeline()(text)
        found += lessons(doc, gold)
        annotate(doc, gold["entities"])
        found += lessons(resolved(doc), gold)
    complete = tuple(found)
    for article in own_articles():
        doc = pipeline()(article.text)
        found += lessons(doc, as_gold(article))
        place(doc, article)
        found += lessons(resolved(doc), as_gold(article))
    options.output.write_text(toml(learn(found, complete)), encoding="utf-8")
    print(f"{len(found)} quantities, {sum(x.claim is not None for x in found)} of them figures -> {options.output}")


if __name__ == "__main__":
    main()
