"""What is read of the project's own articles that no training saw, ``kg/training/held_out``.

python benchmarks/held_out.py [--errors TYPE]...

They were written to be harder than what the press prints: edges are told with fewer of the usual words.
"""

import argparse
from pathlib import Path

from kg.evaluation.scoring import FIGURES, score
from kg.extraction.extract import extract_all
from kg.model import Article
from kg.training.gold import as_gold
from kg.training.markup import read_folder

FOLDER = Path(__file__).parents[1] / "kg" / "training" / "held_out"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="append", default=[], metavar="TYPE", help=f"a relation type, or {FIGURES}")
    options = parser.parse_args()
    articles = list(read_folder(FOLDER))
    found = extract_all(Article(text=article.text, source=article.name) for article in articles)
    result = score(
        [as_gold(article) for article in articles], dict(zip([a.name for a in articles], found, strict=True))
    )
    measures = {"relations": result.relations, "companies": result.company_relations, "figures": result.figures}
    for name, measure in (measures | dict(result.by_type)).items():
        print(f"{name:16} P {measure.precision:.3f}  R {measure.recall:.3f}  F1 {measure.f1:.3f}")
    right, judged = result.status_right
    print(f"status right {right / judged:.3f} of {judged}")
    for mistake in result.mistakes:
        if mistake.type in options.errors:
            print(
                f"{mistake.kind}: {mistake.subject} {mistake.type} {mistake.object} ({mistake.doc}): {mistake.sentence}"
            )


if __name__ == "__main__":
    main()
