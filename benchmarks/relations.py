"""How many of the annotated relations are read, by type and by pattern, and how long the reading takes.

    python benchmarks/relations.py [--train] [--gold-mentions] [--patterns] [--errors N]

Scored by ``shared/gold/score.py``. ``--gold-mentions`` gives the component the annotators' entities (every place of
each surface form), so that only relations are measured; names that the pipeline finds besides stay, as distractors.
``--patterns`` prints for each pattern how many of the pairs it read are right, which is where the confidences in
``patterns.toml`` come from.
"""

import argparse
import importlib.util
import json
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from kg.extraction.annotations import EntityCluster, MentionSpan, source_span
from kg.extraction.pipeline import pipeline
from kg.vocabulary import vocabulary

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--gold-mentions", action="store_true")
    parser.add_argument("--patterns", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)

    name, folder = ("train", "train") if options.train else ("dev", "articles")
    lines = (GOLD / f"{name}.gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {Path(d["doc"]).name: d for d in map(json.loads, lines)}
    if options.train:  # one annotator only, so recall counts what that one found
        for truth in gold.values():
            for relation in truth["relations"]:
                relation["by"] = 2
    texts = {doc: (GOLD / folder / doc).read_text(encoding="utf-8") for doc in gold}
    nlp = pipeline()
    predicted, spent, whole = {}, 0.0, 0.0
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for doc_name, truth in gold.items():
        begun = time.process_time()
        doc = nlp(texts[doc_name])
        whole += time.process_time() - begun
        if options.gold_mentions:
            doc._.entities = with_distractors(gold_entities(doc, truth["entities"]), doc._.entities)
        begun = time.process_time()
        for step in ("kg_relations", "kg_learned", "kg_status"):
            doc = nlp.get_pipe(step)(doc)
        spent += time.process_time() - begun
        predicted[doc_name] = as_json(doc, doc_name)
        count_patterns(score, truth, predicted[doc_name], tally)
    result, errors = score.score(gold, predicted, texts)
    print(
        f"{name}: relations {result['relations']}, status {result['status_accuracy']}, quotes {result['quotes_exact']}"
    )
    for type_, figures in result["by_type"].items():
        print(f"  {type_:16} {figures}")
    print(f"relations and status took {spent:.2f} s of CPU, the whole pipeline {whole:.2f} s")
    if options.patterns:
        for pattern, c in sorted(tally.items()):
            print(f"  {pattern:38} {c['right']:4}/{c['read']:<4} {c['right'] / c['read']:.2f}")
    for error in errors[: options.errors]:
        print(*error, sep=" | ")


def gold_entities(doc: Doc, entities: list[dict[str, Any]]) -> list[EntityCluster]:
    clusters = [EntityCluster(e["name"], e["type"]) for e in entities]
    forms = sorted(
        ((m, n) for n, e in enumerate(entities) for m in {e["name"], *e["mentions"]}), key=lambda f: -len(f[0])
    )
    taken: set[tuple[int, int]] = set()
    for form, number in forms:
        nominal = form.lower().split()[0] in ("the", "its", "it", "their", "his")
        pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)"
        for match in re.finditer(pattern, doc.text, re.IGNORECASE if nominal else 0):
            span = doc.char_span(*match.span(), alignment_mode="expand")
            inside = span is not None and any(
                m.start <= span.start and span.end <= m.end for m in clusters[number].mentions
            )
            if span is None or inside or (span.start, span.end) in taken:
                continue
            taken.add((span.start, span.end))
            kind = "nominal" if nominal else "name"
            clusters[number].mentions.append(MentionSpan(span.start, span.end, kind))
    return clusters


def with_distractors(clusters: list[EntityCluster], found: list[EntityCluster]) -> list[EntityCluster]:
    taken = {t for c in clusters for m in c.mentions for t in m.tokens}
    for cluster in found:
        free = [m for m in cluster.mentions if not taken & set(m.tokens) and m.kind != "nominal"]
        if free:
            clusters.append(EntityCluster(cluster.name, cluster.type, free, cluster.reference))
    return clusters


def as_json(doc: Doc, name: str) -> dict[str, Any]:
    source = doc._.source
    entities = [
        {
            "id": n,
            "name": e.name,
            "type": e.type,
            "mentions": [source[slice(*source_span(doc, m.start, m.end))] for m in e.mentions],
        }
        for n, e in enumerate(doc._.entities)
    ]
    relations = []
    strongest: dict[tuple[int, str, int], str] = {}
    for r in doc._.relations:
        edge_of = (r.subject, r.type, r.object)
        strongest[edge_of] = vocabulary().strongest(r.status, strongest.get(edge_of, r.status))
    for r in doc._.relations:
        start, end = source_span(doc, r.start, r.end)
        evidence = [{"start": start, "end": end, "quote": source[start:end]}]
        edge = {"subject": r.subject, "type": r.type, "object": r.object, "pattern": r.pattern}
        edge["status"] = strongest[r.subject, r.type, r.object]
        relations.append({**edge, "evidence": evidence})
    return {"doc": name, "entities": entities, "relations": relations, "claims": []}


def count_patterns(score: Any, truth: dict[str, Any], found: dict[str, Any], tally: dict[str, Counter[str]]) -> None:
    index = score.align(truth["entities"], found["entities"])
    right = {score.key(r["subject"], r["type"], r["object"]) for r in truth["relations"]}
    seen = set()
    for r in found["relations"]:
        edge = score.key(
            index.get(r["subject"], f"?{r['subject']}"), r["type"], index.get(r["object"], f"?{r['object']}")
        )
        if (edge, r["pattern"]) not in seen:
            seen.add((edge, r["pattern"]))
            tally[r["pattern"]]["read"] += 1
            tally[r["pattern"]]["right"] += edge in right


if __name__ == "__main__":
    main()
