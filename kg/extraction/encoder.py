"""The learned part at run time: one reading of each window, then any number of pairs of mentions in it.

Two ONNX graphs, int8: ``text.onnx`` tags words and gives what pairs need of a window,
``pairs.onnx`` classifies pairs. ``kg/training/`` makes both; the card beside them says from what.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from multiprocessing import parent_process
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kg.extraction.pairs import Pair, allowed, entity_types
from kg.extraction.windows import Window

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """A window as the encoder has read it: tag probabilities for each piece, and what pairs need of its text."""

    window: Window
    tags: Floats
    states: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PairScores:
    """For each relation class and each status a probability; CORE's classes as scores."""

    relations: Floats
    statuses: Floats
    core: Floats


class Encoder:
    """The two graphs, loaded."""

    def __init__(self, text: bytes, pairs: bytes, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._text = onnxruntime.InferenceSession(text, options, providers=["CPUExecutionProvider"])
        self._pairs = onnxruntime.InferenceSession(pairs, options, providers=["CPUExecutionProvider"])

    def read(self, window: Window) -> Read:
        """Read one window."""
        tags, *states = self._text.run(
            None,
            {
                "ids": np.array([window.pieces], dtype=np.int64),
                "cases": np.array([window.cases], dtype=np.int64),
                "hints": np.array([window.hints], dtype=np.int64),
            },
        )
        return Read(window, _softmax(tags[0]), tuple(states))

    def classify(self, read: Read, pairs: Sequence[Pair]) -> list[PairScores]:
        """Scores of pairs of one window; a class that the types of a pair rule out gets 0."""
        spans = np.zeros((1, len(pairs), 2, len(read.window.pieces)), dtype=np.float32)
        kinds = np.zeros((1, len(pairs), 2), dtype=np.int64)
        for number, pair in enumerate(pairs):
            for end, mention in enumerate((pair.first, pair.second)):
                first, last = read.window.span(mention.start, mention.end)
                spans[0, number, end, first:last] = 1 / (last - first)
                kinds[0, number, end] = entity_types().index(mention.type)
        entered, keys, values = read.states
        relations, statuses, core = self._pairs.run(
            None, {"entered": entered, "keys": keys, "values": values, "spans": spans, "kinds": kinds}
        )
        return [
            PairScores(
                relations=1 / (1 + np.exp(-relations[0, n])) * np.array(allowed(p.first.type, p.second.type)),
                statuses=_softmax(statuses[0, n]),
                core=core[0, n],
            )
            for n, p in enumerate(pairs)
        ]


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Floats = raised / raised.sum(-1, keepdims=True)
    return shares


@cache
def encoder() -> Encoder:
    """The encoder that the package carries, loaded once a process."""
    folder = files("kg.extraction.model")
    # One of several processes that share an article's machine takes one core; a process by itself, two.
    threads = 1 if parent_process() else min(2, os.cpu_count() or 1)
    text, pairs = (folder.joinpath(name).read_bytes() for name in ("text.onnx", "pairs.onnx"))
    return Encoder(text, pairs, threads=threads)
