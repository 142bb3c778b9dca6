"""Cost of adding one article to a graph of few and of many articles, in one run.

python benchmarks/adding.py [--few 10] [--many 10000] [--rounds 9]
"""

import argparse
import shutil
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.synthetic import extractions
from kg import Graph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    said = list(extractions(options.many + options.rounds))
    additions = said[options.many :]
    folder = Path(tempfile.mkdtemp())
    graphs = {}
    for size in (options.few, options.many):
        graphs[size] = Graph.create(folder / str(size))
        with graphs[size].transaction() as writer:
            for extraction in islice(said, size):
                writer.add(extraction)
    seconds: dict[int, list[float]] = {size: [] for size in graphs}
    for extraction in additions:
        for size, graph in graphs.items():
            started = time.perf_counter()
            with graph.transaction() as writer:
                writer.add(extraction)
            seconds[size].append(time.perf_counter() - started)
    for size, taken in seconds.items():
        print(f"one article into {size}: median {median(taken) * 1000:.0f} ms of {len(taken)}")
    print(f"ratio {median(seconds[options.many]) / median(seconds[options.few]):.2f} (aim: 1)")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
