"""Trains the network: tags, relations, CORE classes and links together, then layers for CORE alone, from one seed."""

import copy
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import torch
from torch import Tensor, nn

from kg.extraction.features import size as pair_features
from kg.extraction.links import ANSWERS
from kg.extraction.pairs import allowed, entity_types, relation_classes
from kg.training.core import CLASSES
from kg.training.examples import IGNORED, Example
from kg.training.network import Core, Network
from kg.training.steps import Steps, precision

Module = TypeVar("Module", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    ``words`` is the number of pieces in a batch, padding included; ``new`` how many times the rate is for what is not
    pretrained; ``no_hints``, ``no_types`` and ``no_features`` how often these are left out.
    """

    seed: int = 1
    epochs: int = 5
    rate: float = 2e-4
    new: float = 5.0
    warmup: float = 0.1
    words: int = 2048
    average: float = 0.99
    no_hints: float = 0.4
    no_types: float = 0.15
    no_features: float = 0.15
    smoothing: float = 0.0
    decay: float = 0.01


@dataclass(slots=True)
class Batch:
    """Tensors of some windows and their pairs; ``real`` marks pairs that are no padding."""

    ids: Tensor
    cases: Tensor
    hints: Tensor
    mask: Tensor
    tags: Tensor
    spans: Tensor
    kinds: Tensor
    relations: Tensor
    possible: Tensor
    core: Tensor
    real: Tensor
    features: Tensor
    link_spans: Tensor
    link_kinds: Tensor
    distances: Tensor
    holds: Tensor
    asked: Tensor


# Sizes are rounded up to few: torch's library of matrix kernels compiles one for each new size, which takes seconds.
_LENGTH_STEP = 64
_LEAST_COUNT = 16


def _length(pieces: int) -> int:
    return -(-pieces // _LENGTH_STEP) * _LENGTH_STEP


def _count(number: int) -> int:
    """The next power of two."""
    return max(_LEAST_COUNT, 1 << (number - 1).bit_length())


_ALLOWED: dict[tuple[int, int], tuple[bool, ...]] = {}


def possible(kinds: tuple[int, int]) -> tuple[bool, ...]:
    """Which relation classes can hold between entities of these types, by number."""
    if kinds not in _ALLOWED:
        types = entity_types()
        _ALLOWED[kinds] = allowed(types[kinds[0]], types[kinds[1]])
    return _ALLOWED[kinds]


def batch(examples: Sequence[Example], rng: random.Random | None = None, settings: Settings | None = None) -> Batch:
    """Examples as tensors. With ``rng``, hints and types are left out at random, as ``settings`` say."""
    size = len(examples)
    length = _length(max(len(e.window.pieces) for e in examples))
    most = _count(max(len(e.pairs) for e in examples))
    ids, cases, hints, mask = (torch.zeros(size, length, dtype=torch.long) for _ in range(4))
    tags = torch.full((size, length), IGNORED)
    spans = torch.zeros(size, most, 2, length)
    features = torch.zeros(size, most, pair_features())
    linked = _count(max(len(e.links) for e in examples))
    link_spans, link_kinds = torch.zeros(size, linked, 2, length), torch.zeros(size, linked, 2, dtype=torch.long)
    distances = torch.zeros(size, linked, dtype=torch.long)
    holds, asked = torch.zeros(size, linked, ANSWERS), torch.zeros(size, linked, ANSWERS)
    kinds = torch.zeros(size, most, 2, dtype=torch.long)
    classes = len(relation_classes())
    relations = torch.zeros(size, most, classes)
    can = torch.zeros(size, most, classes)
    core = torch.zeros(size, most, CLASSES)
    real = torch.zeros(size, most)
    for n, example in enumerate(examples):
        pieces = len(example.window.pieces)
        ids[n, :pieces] = torch.tensor(example.window.pieces)
        cases[n, :pieces] = torch.tensor(example.window.cases)
        if example.marked or rng is None or settings is None or rng.random() >= settings.no_hints:
            hints[n, :pieces] = torch.tensor(example.window.hints)
        mask[n, :pieces] = 1
        tags[n, :pieces] = torch.tensor(example.tags)
        for m, pair in enumerate(example.pairs):
            for end, (first, last) in enumerate(pair.spans):
                spans[n, m, end, first:last] = 1 / (last - first)
            if rng is None or settings is None or rng.random() >= settings.no_types:
                kinds[n, m] = torch.tensor(pair.kinds)
            if rng is None or settings is None or rng.random() >= settings.no_features:
                features[n, m] = torch.tensor(pair.features)
            labels = torch.tensor(pair.relations, dtype=torch.float)
            can[n, m] = torch.tensor(possible(pair.kinds), dtype=torch.float) * (labels >= 0)
            relations[n, m] = labels.clamp(min=0)
            real[n, m] = 1
            if pair.core is not None:
                core[n, m] = torch.tensor(pair.core)
        for m, link in enumerate(example.links):
            for end, (first, last) in enumerate(link.spans):
                link_spans[n, m, end, first:last] = 1 / (last - first)
            link_kinds[n, m], distances[n, m] = torch.tensor(link.kinds), link.distance
            holds[n, m, link.answer], asked[n, m, link.answer] = float(link.holds), 1
    return Batch(
        ids, cases, hints, mask, tags, spans.flatten(1, 2), kinds, relations, can, core, real, features,
        link_spans.flatten(1, 2), link_kinds, distances, holds, asked,
    )  # fmt: skip


def batches(examples: Sequence[Example], words: int, rng: random.Random) -> Iterator[list[Example]]:
    """Examples in batches of about equal length and number of pairs, in random order."""

    def length(example: Example) -> int:
        return _length(len(example.window.pieces))

    ordered = sorted(examples, key=lambda e: (length(e), len(e.pairs) + rng.random() * 16, e.article))
    groups: list[list[Example]] = []
    for _, alike in groupby(ordered, key=length):
        same = list(alike)
        size = max(1, words // length(same[0]))
        groups += [same[n : n + size] for n in range(0, len(same), size)]
    rng.shuffle(groups)
    yield from groups


def forward(network: Network, of: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Scores of tags, relations, CORE classes and links."""
    tags, entered, states, keys, values = network.text(of.ids, of.cases, of.hints, of.mask)
    spans, features, link_spans = (t.to(entered.dtype) for t in (of.spans, of.features, of.link_spans))
    return (
        tags,
        *network.pairs(entered, keys, values, of.mask, spans, of.kinds, features),
        network.links(states, link_spans, of.link_kinds, of.distances),
    )


def loss(network: Network, of: Batch, smoothing: float) -> Tensor:
    """The sum of the losses of what the batch has labels for."""
    tags, relations, core, links = (t.float() for t in forward(network, of))
    total = tags.sum() * 0
    if (of.tags != IGNORED).any():
        total = total + nn.functional.cross_entropy(tags.transpose(1, 2), of.tags, ignore_index=IGNORED)
    known = of.possible * of.real[..., None]
    if known.any():
        target = of.relations * (1 - smoothing) + smoothing * 0.05
        each = nn.functional.binary_cross_entropy_with_logits(relations, target, reduction="none")
        total = total + 3.0 * (each * known).sum() / of.real.sum().clamp(min=8)
    if of.asked.any():
        each = nn.functional.binary_cross_entropy_with_logits(links, of.holds, reduction="none")
        shares = (each * of.asked).sum((0, 1)) / of.asked.sum((0, 1)).clamp(min=8)
        total = total + 0.5 * shares.sum()
    if (labelled := of.core.sum()) > 0:
        total = total - 0.7 * (of.core * core.log_softmax(-1)).sum() / labelled
    return total


def train(network: Network, examples: Sequence[Example], *, settings: Settings) -> Network:
    """Train; gives a copy of the network, in 32 bits, with its weights averaged over the last steps."""
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    network.text.words.weight.requires_grad_(False)

    def value(group: Sequence[Example]) -> Tensor:
        return loss(network, batch(group, rng, settings), settings.smoothing)

    return _descend(
        network,
        examples,
        value,
        lambda name: name.startswith("text.") and "tag" not in name,
        settings=settings,
        rng=rng,
    )


def train_core(network: Network, examples: Sequence[Example], *, seed: int) -> Core:
    """Train the layers that say CORE's class of a marked pair, over a trained network whose text stays as it is."""
    settings = Settings(seed=seed, epochs=2, average=0.995)
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    text = copy.deepcopy(network.text).to(precision()).eval()
    core = Core(network)

    def value(group: Sequence[Example]) -> Tensor:
        of = batch(group, rng, settings)
        with torch.no_grad():
            entered = text.enter(of.ids, of.cases, of.hints, of.mask)
        scores = core(entered, of.mask, of.spans[:, :2].to(entered.dtype)).float()
        return nn.functional.cross_entropy(scores, of.core[:, 0])

    return _descend(core, examples, value, lambda name: name.startswith("layers."), settings=settings, rng=rng)


def _descend(
    network: Module,
    examples: Sequence[Example],
    value: Callable[[Sequence[Example]], Tensor],
    pretrained: Callable[[str], bool],
    *,
    settings: Settings,
    rng: random.Random,
) -> Module:
    """Bring down the value that examples have; a copy of the network with its weights averaged over the last steps."""
    averaged = copy.deepcopy(network)
    averaged.eval()
    network.to(precision())
    network.train()
    kept = dict(averaged.named_parameters())
    masters = {n: kept[n].detach().clone() for n, p in network.named_parameters() if p.requires_grad}
    groups: dict[tuple[bool, bool], list[Tensor]] = defaultdict(list)
    for name, master in masters.items():
        groups[pretrained(name), master.ndim > 1].append(master)
    rates = [
        {
            "params": parameters,
            "lr": settings.rate * (1 if old else settings.new),
            "weight_decay": settings.decay if matrix else 0.0,
        }
        for (old, matrix), parameters in groups.items()
    ]
    total = settings.epochs * sum(1 for _ in batches(examples, settings.words, random.Random(settings.seed)))
    steps = Steps(network, masters, rates, steps=total, warm=max(1, int(settings.warmup * total)))
    done = 0
    for epoch in range(1, settings.epochs + 1):
        started, summed, count = time.monotonic(), 0.0, 0
        for group in batches(examples, settings.words, rng):
            step = value(group)
            steps.take(step)
            done += 1
            share = 1 - min(settings.average, (1 + done) / (10 + done))
            with torch.no_grad():
                for name, master in masters.items():
                    kept[name].lerp_(master, share)
            summed, count = summed + step.item(), count + 1
        seconds = time.monotonic() - started
        print(f"epoch {epoch}: loss {summed / count:.3f}, {count} batches, {seconds:.0f} s", flush=True)
    return averaged
