"""Precision, recall and F1 of figures against annotated articles, as ../shared/gold/score.py counts them.

    python benchmarks/figures.py SHARED_GOLD [--split dev|seed] [--mentions pipeline|annotated] [--time]

``--mentions annotated`` puts the annotators' entities on the document in place of the pipeline's, which shows what the
figures alone lose; ``--time`` adds the share of the pipeline's time that figures and metrics take.
"""

import argparse
import importlib.util
import json
import re
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.counts import tokens_of
from kg.extraction.pipeline import pipeline

FOLDERS = {"dev": "articles", "seed": "seed"}
OURS = ("kg_figures", "kg_metrics")
LATER = (*OURS, "kg_relations", "kg_status")


def scorer(gold: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", gold / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def annotate(doc: Doc, entities: list[dict[str, Any]]) -> None:
    """Put annotated entities on a document: each place where a surface form stands, the longest first."""
    starts = [t.idx for t in doc]
    found = []
    for number, entity in enumerate(entities):
        for form in {entity["name"], *entity["mentions"]}:
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)"
            nominal = not re.search(r"[A-Z]", re.sub(r"^(?:The|A|An|Its|Their)\b", "", form))
            found += [(m.start(), m.end(), number, nominal) for m in re.finditer(pattern, doc.text)]
    clusters = [EntityCluster(e["name"], e["type"]) for e in entities]
    taken: list[tuple[int, int]] = []
    for start, end, number, nominal in sorted(found, key=lambda f: (f[0] - f[1], f)):
        if any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        first, last = tokens_of(starts, start, end)
        clusters[number].mentions.append(MentionSpan(first, last, "nominal" if nominal else "name"))
    for cluster in clusters:
        cluster.mentions.sort(key=lambda m: m.start)
    doc._.entities = clusters


def predicted(doc: Doc, name: str) -> dict[str, Any]:
    clusters: list[EntityCluster] = doc._.entities
    claims = {
        (f.subject, f.metric, f.quantity.value, f.quantity.unit, f.period or f.period_text, f.kind, f.about): {
            "subject": str(f.subject),
            "metric": f.metric,
            "value": f.quantity.value,
            "unit": f.quantity.unit,
        }
        for f in doc._.figures
    }
    return {
        "doc": name,
        "entities": [
            {"id": str(i), "name": c.name, "mentions": [doc[m.start : m.end].text for m in c.mentions]}
            for i, c in enumerate(clusters)
        ],
        "relations": [],
        "claims": list(claims.values()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--split", choices=FOLDERS, default="dev")
    parser.add_argument("--mentions", choices=("pipeline", "annotated"), default="pipeline")
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    lines = (options.gold / f"{options.split}.gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {Path(d["doc"]).name: d for d in map(json.loads, lines)}
    nlp = pipeline()
    components = [nlp.get_pipe(name) for name in OURS]
    spent = {"before": 0.0, "figures": 0.0}
    found = {}
    for name, annotated in sorted(gold.items()):
        text = (options.gold / FOLDERS[options.split] / name).read_text(encoding="utf-8")
        begin = time.perf_counter()
        with nlp.select_pipes(disable=[n for n in LATER if n in nlp.pipe_names]):
            doc = nlp(text)
        spent["before"] += time.perf_counter() - begin
        if options.mentions == "annotated":
            annotate(doc, annotated["entities"])
        begin = time.perf_counter()
        for component in components:
            doc = component(doc)
        spent["figures"] += time.perf_counter() - begin
        found[name] = predicted(doc, name)
    result, _ = scorer(options.gold).score(gold, found)
    print(options.split, options.mentions, result["claims"])
    if options.time:
        print(
            f"figures and metrics: {spent['figures'] / spent['before']:.1%} of the time of all components before them"
        )


if __name__ == "__main__":
    main()
