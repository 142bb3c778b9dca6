"""Relation classification on CORE: the relation of two companies in a text, both being given.

CORE (Borchert et al., EMNLP 2023, CC BY 4.0) is a JSON array; each entry has ``id``, the tokens of a ``context``, the
first and last token of both companies (``e1_start``, ``e1_end``, ``e2_start``, ``e2_end``), one of twelve relations,
and ``invert_relation``: 1 where the relation leads from the second to the first.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from kg.errors import TrainingDataError
from kg.evaluation.measures import Measure
from kg.evaluation.records import Record, read_array, read_lines

UNDEFINED: Final = "undefined"
RELATIONS: Final = (
    "acquired_by", "brand_of", "client_of", "collaboration", "competitor_of", "merged_with", "product_or_service_of",
    "regulated_by", "shareholder_of", "subsidiary_of", "traded_on", UNDEFINED,
)  # fmt: skip
"""The twelve classes."""

WITHOUT_DIRECTION: Final = frozenset({"collaboration", "competitor_of", "merged_with", UNDEFINED})
"""Classes that say the same in both directions."""


@dataclass(frozen=True, slots=True)
class PairContext:
    """Two entities in a text. ``first`` and ``second`` are their tokens, (start, end) with ``end`` exclusive."""

    tokens: tuple[str, ...]
    first: tuple[int, int]
    second: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PairLabel:
    """What relates the two. ``inverted``: it leads from the second to the first. ``confidence`` is a probability."""

    relation: str
    inverted: bool
    confidence: float = 1.0


class PairClassifier(Protocol):
    """Whatever can tell how two entities are related, such as the encoder of the extraction."""

    def classify(self, contexts: Sequence[PairContext]) -> Sequence[PairLabel]:
        """A label for each context, in their order."""


@dataclass(frozen=True, slots=True)
class CorePair:
    """One entry of a CORE file."""

    id: str
    context: PairContext
    label: PairLabel


@dataclass(frozen=True, slots=True)
class CoreMistake:
    """A pair whose relation or direction was read wrongly."""

    pair: CorePair
    said: PairLabel


@dataclass(frozen=True, slots=True)
class CoreScore:
    """What the pairs of a file come to. ``directed`` counts those with the right relation and direction."""

    by_class: Mapping[str, Measure]
    directed: int
    pairs: int
    mistakes: tuple[CoreMistake, ...]

    @property
    def micro(self) -> Measure:
        """Over all pairs but for those that are, and are said to be, ``undefined``."""
        return sum((m for name, m in self.by_class.items() if name != UNDEFINED), Measure())

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes without ``undefined`` that occur in the file or were said."""
        defined = [m.f1 for name, m in self.by_class.items() if name != UNDEFINED]
        return sum(defined) / len(defined) if defined else 0.0

    @property
    def directed_accuracy(self) -> float:
        """The share of all pairs with the right relation and, where it has one, the right direction."""
        return self.directed / self.pairs if self.pairs else 0.0

    def to_json(self) -> dict[str, Any]:
        """The measures, rounded to three places."""
        return {
            "micro_f1": round(self.micro.f1, 3),
            "macro_f1": round(self.macro_f1, 3),
            "directed_accuracy": round(self.directed_accuracy, 3),
            "pairs": self.pairs,
            "by_class": {name: measure.to_json() for name, measure in sorted(self.by_class.items())},
        }


def read_core(path: str | os.PathLike[str]) -> list[CorePair]:
    """The pairs of a CORE file, in its order.

    Raises :class:`~kg.errors.TrainingDataError`, which names the file, the entry and the field, for anything malformed.
    """
    found = [_pair(record) for record in read_array(Path(path))]
    if not found:
        raise TrainingDataError(f"{os.fspath(path)}: no pair in it")
    return found


def read_labels(path: str | os.PathLike[str], pairs: Sequence[CorePair]) -> list[PairLabel]:
    """Labels that some classifier gave to pairs, for each pair one, from JSON lines.

    Each line holds ``id``, ``relation`` and ``inverted``. Raises :class:`~kg.errors.TrainingDataError` for anything
    malformed, a pair without a label, and a label without a pair.
    """
    labels: dict[str, PairLabel] = {}
    known = {pair.id for pair in pairs}
    for record in read_lines(Path(path)):
        id_ = record.text("id")
        if id_ not in known:
            record.fail("id", f"{id_!r} is the id of no pair")
        if id_ in labels:
            record.fail("id", f"{id_!r} has a label before")
        labels[id_] = PairLabel(record.text("relation", among=RELATIONS), record.flag("inverted"))
    missing = [pair.id for pair in pairs if pair.id not in labels]
    if missing:
        raise TrainingDataError(f"{os.fspath(path)}: {len(missing):,} pairs have no label, {missing[0]} first")
    return [labels[pair.id] for pair in pairs]


def _pair(record: Record) -> CorePair:
    tokens = record.tokens("context")
    first, second = _span(record, "e1", len(tokens)), _span(record, "e2", len(tokens))
    label = PairLabel(record.text("relation", among=RELATIONS), record.flag("invert_relation"))
    return CorePair(record.text("id"), PairContext(tokens, first, second), label)


def _span(record: Record, name: str, tokens: int) -> tuple[int, int]:
    start = record.integer(f"{name}_start", least=0, most=tokens - 1)
    return start, record.integer(f"{name}_end", least=start, most=tokens - 1) + 1


def classifier() -> PairClassifier:
    """The classifier that this version carries: the encoder of the extraction, with layers of its own for this."""
    from kg.evaluation.encoder import EncoderClassifier  # needs the model, which reading and scoring do not

    return EncoderClassifier()


def classify(classifier: PairClassifier, pairs: Sequence[CorePair], *, batch: int = 256) -> Iterator[PairLabel]:
    """The labels that a classifier gives to pairs, in their order. ``batch`` is how many it is given at a time."""
    for start in range(0, len(pairs), batch):
        yield from classifier.classify([pair.context for pair in pairs[start : start + batch]])


def score(pairs: Sequence[CorePair], labels: Sequence[PairLabel]) -> CoreScore:
    """Score the labels given to pairs, one each in the same order."""
    by_class: dict[str, Measure] = {}
    mistakes: list[CoreMistake] = []
    directed = 0
    for pair, said in zip(pairs, labels, strict=True):
        meant = pair.label
        right = said.relation == meant.relation
        for relation, measure in (
            (said.relation, Measure(right=right, predicted=1)),
            (meant.relation, Measure(found=right, gold=1)),
        ):
            by_class[relation] = by_class.get(relation, Measure()) + measure
        if right and (meant.relation in WITHOUT_DIRECTION or said.inverted == meant.inverted):
            directed += 1
        else:
            mistakes.append(CoreMistake(pair, said))
    return CoreScore(dict(sorted(by_class.items())), directed, len(pairs), tuple(mistakes))
