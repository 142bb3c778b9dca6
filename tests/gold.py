"""Annotated articles for tests: where the shared ones stand, and a small one of our own."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
TEXT = "Acme Corp has bought Bolt Ltd for $5 million.\n"


def shared(*parts: str) -> Path:
    """A path of the shared material; where it is missing the test is skipped, or fails in CI."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing")
        pytest.skip(f"{path} is missing")
    return path


def entity(name: str, *mentions: str, type: str = "Company") -> dict[str, Any]:
    return {"name": name, "type": type, "mentions": [name, *mentions]}


def relation(subject: str, type: str, object: str, *status: str, by: int = 2, quote: str = "said so") -> dict[str, Any]:
    found = {"subject": subject, "type": type, "object": object, "status": list(status or ["current"])}
    return {**found, "quotes": [quote], "by": by}


def figure(subject: str, metric: str, value: float | None, unit: str, by: int = 2) -> dict[str, Any]:
    found = {"subjects": [subject], "metrics": [metric], "value": value, "unit": unit, "period": None, "about": None}
    return {**found, "kind": "reported", "quotes": ["said so"], "by": by}


def annotated(doc: str = "acme.txt", **changes: Any) -> dict[str, Any]:
    """What annotators found in :data:`TEXT`."""
    return {
        "doc": doc,
        "entities": [entity("Acme Corp", "Acme"), entity("Bolt Ltd"), entity("Dray plc")],
        "relations": [
            relation("Acme Corp", "acquires", "Bolt Ltd", "completed"),
            relation("Acme Corp", "supplies", "Dray plc"),
        ],
        "claims": [figure("Acme Corp", "price", 5e6, "USD")],
        **changes,
    }


def write_gold(folder: Path, *documents: object) -> Path:
    """A GOLD file of these documents, a line each, beside their articles in ``articles``."""
    path = folder / "gold.jsonl"
    path.write_text("".join(d if isinstance(d, str) else json.dumps(d) + "\n" for d in documents))
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / "acme.txt").write_text(TEXT)
    return path
