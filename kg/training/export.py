"""Writes a trained network as the two int8 ONNX graphs that :mod:`kg.extraction.encoder` runs."""

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from kg.training.network import Network


class _Text(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.text = network.text

    def forward(self, ids: Tensor, cases: Tensor, hints: Tensor) -> tuple[Tensor, ...]:
        tags, entered, keys, values = self.text(ids, cases, hints, torch.ones_like(ids))
        return tags, entered, keys, values


class _Pairs(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.pairs = network.pairs

    def forward(
        self, entered: Tensor, keys: Tensor, values: Tensor, spans: Tensor, kinds: Tensor
    ) -> tuple[Tensor, ...]:
        mask = torch.ones_like(entered[:, :, 0])
        relations, statuses, core = self.pairs(entered, keys, values, mask, spans, kinds)
        return relations, statuses, core


def export(network: Network, folder: Path) -> None:
    """Write ``text.onnx`` and ``pairs.onnx`` into ``folder``: weights of linear layers and embeddings in 8 bits."""
    network.eval()
    shape, length, pairs = network.shape, 9, 3
    above, size = shape.layers - shape.entry, shape.width // shape.heads
    ids = torch.randint(1, 100, (1, length))
    small = torch.zeros(1, length, dtype=torch.long)
    entered = torch.randn(1, length, shape.width)
    states = torch.randn(above, 1, shape.heads, length, size)
    spans = torch.rand(1, pairs, 2, length)
    kinds = torch.zeros(1, pairs, 2, dtype=torch.long)
    parts: tuple[tuple[str, nn.Module, tuple[Tensor, ...], list[str], list[str], dict[str, dict[int, str]]], ...] = (
        (
            "text",
            _Text(network),
            (ids, small, small),
            ["ids", "cases", "hints"],
            ["tags", "entered", "keys", "values"],
            {"ids": {1: "length"}, "cases": {1: "length"}, "hints": {1: "length"}, "tags": {1: "length"},
             "entered": {1: "length"}, "keys": {3: "length"}, "values": {3: "length"}},
        ),
        (
            "pairs",
            _Pairs(network),
            (entered, states, states, spans, kinds),
            ["entered", "keys", "values", "spans", "kinds"],
            ["relations", "statuses", "core"],
            {"entered": {1: "length"}, "keys": {3: "length"}, "values": {3: "length"},
             "spans": {1: "pairs", 3: "length"}, "kinds": {1: "pairs"},
             "relations": {1: "pairs"}, "statuses": {1: "pairs"}, "core": {1: "pairs"}},
        ),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, module, inputs, names, outputs, axes in parts:
            whole = Path(scratch, f"{name}.onnx")
            torch.onnx.export(
                module, inputs, str(whole), input_names=names, output_names=outputs, dynamic_axes=axes,
                opset_version=17, dynamo=False,
            )  # fmt: skip
            quantize_dynamic(
                whole,
                folder / f"{name}.onnx",
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            )
            onnx.checker.check_model(str(folder / f"{name}.onnx"))
