"""The learned part at run time: one reading of each window, then any number of pairs of mentions in it.

Three ONNX graphs, int8: ``text.onnx`` tags words and gives what the others need of a window, ``pairs.onnx`` classifies
pairs, ``links.onnx`` links references and quantities to entities. A fourth, ``core.onnx``, says CORE's class of a pair
and is read for that alone (:mod:`kg.evaluation.encoder`). ``kg/training/`` makes them; the card beside them says from
what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kg.extraction.pairs import Pair, allowed
from kg.extraction.windows import Window

Floats = NDArray[np.float32]
Ends = tuple[tuple[int, int], tuple[int, int]]


# What onnxruntime would join into operators that are slower on a CPU than the parts.
_NOT_JOINED: Final = ["SkipLayerNormFusion", "GeluFusion"]
_PARTS: Final = ("text", "pairs", "links")


@dataclass(frozen=True, slots=True)
class Read:
    """A window as the encoder has read it.

    ``tags`` are probabilities (pieces, tags), ``states`` what links need (1, pieces, width), ``below`` what pairs do.
    """

    window: Window
    tags: Floats
    states: Floats
    below: Mapping[str, Floats]


class Encoder:
    """The graphs, loaded. One thread: a second one takes more time of the processor than it saves."""

    def __init__(self, graphs: Mapping[str, bytes]) -> None:
        self._text, self._pairs, self._links = (session(graphs[name]) for name in _PARTS)
        self._names = [output.name for output in self._text.get_outputs()]

    def read(self, window: Window) -> Read:
        """Read one window."""
        found = self._text.run(
            None,
            {
                "ids": np.array([window.pieces], dtype=np.int64),
                "cases": np.array([window.cases], dtype=np.int64),
                "hints": np.array([window.hints], dtype=np.int64),
            },
        )
        below = dict(zip(self._names, found, strict=True))
        return Read(window, softmax(below.pop("tags")[0]), below.pop("states"), below)

    def classify(self, read: Read, pairs: Sequence[Pair], features: Sequence[Sequence[float]]) -> list[Floats]:
        """Probabilities of each relation class for pairs of one window, given their features.

        A class that the types of a pair rule out gets 0.
        """
        kinds = [(p.first.kind, p.second.kind) for p in pairs]
        [scores] = self._pairs.run(
            None,
            {
                **read.below,
                "spans": weights(read.window, [p.ends for p in pairs]),
                "kinds": np.array([kinds], dtype=np.int64),
                "features": np.array([features], dtype=np.float32),
            },
        )
        possible = np.array([allowed(p.first.type, p.second.type) for p in pairs])
        return list(1 / (1 + np.exp(-scores[0])) * possible)

    def link(
        self, read: Read, spans: Sequence[Ends], kinds: Sequence[tuple[int, int]], distances: Sequence[int]
    ) -> Floats:
        """Log odds (links, answers) of links of one window; :mod:`kg.extraction.links` says what is asked."""
        [found] = self._links.run(
            None,
            {
                "states": read.states,
                "spans": weights(read.window, spans),
                "kinds": np.array([kinds], dtype=np.int64),
                "distances": np.array([distances], dtype=np.int64),
            },
        )
        scores: Floats = found[0]
        return scores


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """A graph, ready to run on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=_NOT_JOINED
    )


def weights(window: Window, spans: Sequence[Ends]) -> Floats:
    """The pieces of each end (1, ends, pieces), those of one end summing to one."""
    found = np.zeros((1, 2 * len(spans), len(window.pieces)), dtype=np.float32)
    for number, (start, end) in enumerate(span for ends in spans for span in ends):
        first, last = window.span(start, end)
        found[0, number, first:last] = 1 / (last - first)
    return found


def softmax(scores: Floats) -> Floats:
    """Scores as shares of the classes, which the last axis counts."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Floats = raised / raised.sum(-1, keepdims=True)
    return shares


@cache
def encoder() -> Encoder:
    """The encoder that the package carries, loaded once a process."""
    return Encoder({name: packaged(name) for name in _PARTS})


def packaged(name: str) -> bytes:
    """A graph that the package carries."""
    return files("kg.extraction.model").joinpath(f"{name}.onnx").read_bytes()
