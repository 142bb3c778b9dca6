"""What is read of the project's own articles that no training saw, ``kg/training/held_out``.

python benchmarks/held_out.py [--errors TYPE]...

They were written to be harder than what the press prints: edges are told with fewer of the usual words.
"""

import argparse

from kg.evaluation.scoring import FIGURES, score
from kg.extraction.extract import extract_all
from kg.training.gold import held_out_articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="append", default=[], metavar="TYPE", help=f"a relation type, or {FIGURES}")
    options = parser.parse_args()
    annotated, articles = held_out_articles()
    result = score(annotated, dict(zip([a.doc for a in annotated], extract_all(articles), strict=True)))
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
