"""Files of many articles are read one at a time: memory does not grow with them."""

import itertools
import json
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.model import Article
from kg.reading import read

TEXT = "Acme Robotics has bought Bolt from Ostermoor for $40 million. " * 16


def test_memory_stays_small_over_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        for number in range(4_000):
            file.write(json.dumps({"text": f"{number}: {TEXT}", "language": "en"}) + "\n")
    next(iter(read(path)))  # imports count for nothing
    tracemalloc.start()
    assert sum(isinstance(a, Article) for a in read(path)) == 4_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 4_000_000
    assert peak < 500_000


def test_memory_stays_small_over_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"{number}: {TEXT}" for number in range(20_000)]
    pq.write_table(
        pa.table({"text": texts, "language": ["en"] * len(texts)}), path, compression="none", use_dictionary=False
    )
    before = pa.total_allocated_bytes()
    articles = read(path)
    seen = list(itertools.islice((a.text for a in articles if isinstance(a, Article)), 1_000))
    assert seen == texts[:1_000]
    assert pa.total_allocated_bytes() - before < path.stat().st_size / 3
