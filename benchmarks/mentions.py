"""How many entities of the annotated articles are found, and how many of their nominal mentions.

    python benchmarks/mentions.py [--train] [--errors N]

Entities are aligned to gold by shared surface forms, the rule of ``shared/gold/score.py``. Printed: recall of the gold
entities that take part in relations or claims, overall and by type; how often the type agrees; precision, the share of
found entities that some gold entity aligns to; and recall of nominal surface forms ("the company") by right entity.
"""

import argparse
import importlib.util
import json
from collections import Counter
from pathlib import Path

from kg.extraction.extract import extract
from kg.extraction.jsonl import to_json
from kg.model import Article

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)

    name = "train" if options.train else "dev"
    folder = GOLD / ("train" if options.train else "articles")
    lines = (GOLD / f"{name}.gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {Path(d["doc"]).name: d for d in map(json.loads, lines) if options.only in d["doc"]}
    articles = [Article(text=(folder / doc).read_text(encoding="utf-8"), source=doc) for doc in gold]
    counts: Counter[str] = Counter()
    errors: list[str] = []
    for found in map(extract, articles):
        predicted = to_json(found)
        measure(score, gold[predicted["doc"]], predicted, counts, errors)

    def share(hit: str, of: str) -> str:
        return f"{counts[hit]}/{counts[of]} = {counts[hit] / max(counts[of], 1):.3f}"

    print("entities in relations  ", share("linked found", "linked"))
    print("  with the right type  ", share("linked typed", "linked found"))
    for type_ in sorted({k.split(":")[1] for k in counts if k.startswith("type:")}):
        print(f"    {type_:20}", share(f"typefound:{type_}", f"type:{type_}"))
    print("entities in claims     ", share("claimed found", "claimed"))
    print("relations with both ends", share("both found", "relations"))
    print("precision of entities  ", share("aligned", "predicted"))
    print("split gold entities    ", counts["split"])
    print("nominal forms          ", share("nominal found", "nominal"))
    print("nominal precision      ", share("nominal right", "nominal checked"))
    for error in errors[: options.errors]:
        print(error)


def measure(score, gold, predicted, counts, errors) -> None:  # type: ignore[no-untyped-def]
    """Add up one article."""
    index = score.align(gold["entities"], predicted["entities"])
    found = set(index.values())
    types: dict[str, str] = {}
    for p in predicted["entities"]:
        if p["id"] in index:
            types.setdefault(index[p["id"]], p["type"])
    linked = {r[e] for r in gold["relations"] for e in ("subject", "object")}
    claimed = {s for c in gold["claims"] for s in c.get("subjects", [c.get("subject")])}
    doc = predicted["doc"]
    for entity in gold["entities"]:
        name = entity["name"]
        if name in claimed:
            counts["claimed"] += 1
            counts["claimed found"] += name in found
        if name not in linked:
            continue
        counts["linked"] += 1
        counts[f"type:{entity['type']}"] += 1
        if name in found:
            counts["linked found"] += 1
            counts[f"typefound:{entity['type']}"] += 1
            counts["linked typed"] += types[name] == entity["type"]
            if types[name] != entity["type"]:
                errors.append(f"type   {doc} {name!r}: {types[name]}, not {entity['type']}")
        else:
            errors.append(f"missed {doc} {entity['type']} {name!r} {entity['mentions'][:4]}")
    counts["relations"] += len(gold["relations"])
    counts["both found"] += sum(r["subject"] in found and r["object"] in found for r in gold["relations"])
    counts["predicted"] += len(predicted["entities"])
    counts["aligned"] += len(index)
    per = Counter(index.values())
    for name, n in per.items():
        if n > 1:
            counts["split"] += n - 1
            errors.append(
                f"split  {doc} {name!r}: {[p['name'] for p in predicted['entities'] if index.get(p['id']) == name]}"
            )
    errors += [f"extra  {doc} {p['type']} {p['name']!r}" for p in predicted["entities"] if p["id"] not in index]
    owners: dict[str, set[str]] = {}
    for entity in gold["entities"]:
        for mention in entity["mentions"]:
            if mention.islower() or mention.split()[0] in ("The", "Its", "A"):
                owners.setdefault(score.norm(mention), set()).add(entity["name"])
    predicted_owners: dict[str, set[str]] = {}
    for p in predicted["entities"]:
        for m in p["mentions"]:
            if m["kind"] == "nominal":
                predicted_owners.setdefault(score.norm(m["text"]), set()).add(index.get(p["id"], "?" + p["name"]))
    for form, names in owners.items():
        counts["nominal"] += 1
        right = bool(names & predicted_owners.get(form, set()))
        counts["nominal found"] += right
        if not right:
            errors.append(f"nominal {doc} {form!r} -> {sorted(names)}, not {sorted(predicted_owners.get(form, ()))}")
    for form, names in predicted_owners.items():
        if form in owners:
            counts["nominal checked"] += len(names)
            counts["nominal right"] += len(names & owners[form])


if __name__ == "__main__":
    main()
