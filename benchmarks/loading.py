"""Quads per second into the graph, beside a bare pyoxigraph bulk load of the same quads, in one run.

The graph makes its quads out of extractions as it goes; the bare load is timed with quads made before, and with making
them.

python benchmarks/loading.py [--articles 3000] [--rounds 3]
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from pyoxigraph import Store

from benchmarks.synthetic import extractions
from kg import Graph
from kg.rdf import article_quads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    said = list(extractions(options.articles))
    ratios = []
    for number in range(options.rounds):
        folder = Path(tempfile.mkdtemp())
        started = time.perf_counter()
        graph = Graph.create(folder / "graph")
        with graph.transaction() as writer:
            for extraction in said:
                writer.add(extraction)
        ours = time.perf_counter() - started

        started = time.perf_counter()
        quads = [quad for extraction in said for quad in article_quads(extraction)]
        making = time.perf_counter() - started
        started = time.perf_counter()
        store = Store(str(folder / "bare"))
        store.bulk_extend(quads)
        store.flush()
        bare = time.perf_counter() - started
        ratios.append(ours / bare)
        print(
            f"round {number + 1}: {len(store)} quads; "
            f"graph {len(store) / ours:,.0f}/s, bare {len(store) / bare:,.0f}/s, "
            f"ratio {ours / bare:.2f}; with making the quads {ours / (bare + making):.2f}"
        )
        shutil.rmtree(folder)
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f} (aim: at most 1.5)")


if __name__ == "__main__":
    main()
