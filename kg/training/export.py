"""Writes what onnxruntime runs: a trained network as 8-bit graphs for :mod:`kg.extraction.encoder`, and a product."""

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from kg.training.network import Core, Network


class _Text(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.text = network.text

    def forward(self, ids: Tensor, cases: Tensor, hints: Tensor) -> tuple[Tensor, ...]:
        tags, entered, states, keys, values = self.text(ids, cases, hints, torch.ones_like(ids))
        return tags, entered, states, *keys, *values


class _Pairs(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.pairs = network.pairs

    def forward(self, entered: Tensor, spans: Tensor, kinds: Tensor, features: Tensor, *text: Tensor) -> Tensor:
        above = len(text) // 2
        mask = torch.ones(1, 1)
        relations: Tensor = self.pairs(entered, list(text[:above]), list(text[above:]), mask, spans, kinds, features)[0]
        return relations


class _Core(nn.Module):
    def __init__(self, core: Core) -> None:
        super().__init__()
        self.core = core

    def forward(self, entered: Tensor, spans: Tensor) -> Tensor:
        scores: Tensor = self.core(entered, torch.ones(entered.shape[:2]), spans)
        return scores


_Part = tuple[str, nn.Module, tuple[Tensor, ...], list[str], list[str], dict[str, dict[int, str]]]


def export(network: Network, folder: Path) -> None:
    """Write ``text.onnx``, ``pairs.onnx`` and ``links.onnx`` into ``folder``, their weights in 8 bits."""
    network.eval()
    shape, length, pairs = network.shape, 9, 3
    above = range(shape.layers - shape.entry)
    keys, values = [f"key{n}" for n in above], [f"value{n}" for n in above]
    ids = torch.randint(1, 100, (1, length))
    small = torch.zeros(1, length, dtype=torch.long)
    states = torch.randn(1, length, shape.width)
    spans = torch.rand(1, 2 * pairs, length)
    kinds = torch.zeros(1, pairs, 2, dtype=torch.long)
    text = {name: {1: "length"} for name in ("ids", "cases", "hints", "tags", "entered", "states", *keys, *values)}
    asked = {"spans": {1: "ends", 2: "length"}, "kinds": {1: "pairs"}}
    parts: tuple[_Part, ...] = (
        (
            "text", _Text(network), (ids, small, small), ["ids", "cases", "hints"],
            ["tags", "entered", "states", *keys, *values], text,
        ),
        (
            "pairs", _Pairs(network),
            (states, spans, kinds, torch.rand(1, pairs, shape.features), *[states] * (2 * len(above))),
            ["entered", "spans", "kinds", "features", *keys, *values], ["relations"],
            text | asked | {n: {1: "pairs"} for n in ("features", "relations")},
        ),
        (
            "links", network.links, (states, spans, kinds, torch.zeros(1, pairs, dtype=torch.long)),
            ["states", "spans", "kinds", "distances"], ["links"],
            text | asked | {"distances": {1: "pairs"}, "links": {1: "pairs"}},
        ),
    )  # fmt: skip
    for part in parts:
        _write(part, folder)


def export_core(core: Core, folder: Path) -> None:
    """Write ``core.onnx`` into ``folder``."""
    length, width = 9, core.hidden.out_features
    inputs = (torch.randn(1, length, width), torch.rand(1, 2, length))
    axes = {"entered": {1: "length"}, "spans": {2: "length"}, "core": {}}
    _write(("core", _Core(core), inputs, ["entered", "spans"], ["core"], axes), folder)


def export_product(folder: Path) -> None:
    """Write ``product.onnx`` into ``folder``: a matrix by another one turned, run by :mod:`kg.extraction.products`."""
    sizes = {"x": ["rows", "n"], "y": ["columns", "n"], "product": ["rows", "columns"]}
    x, y, product = (onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, s) for n, s in sizes.items())
    node = onnx.helper.make_node("Gemm", ["x", "y"], ["product"], transB=1)
    graph = onnx.helper.make_graph([node], "product", [x, y], [product])
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "product.onnx"))


def _write(part: _Part, folder: Path) -> None:
    name, module, inputs, names, outputs, axes = part
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch, f"{name}.onnx")
        torch.onnx.export(
            module.eval(), inputs, str(whole), input_names=names, output_names=outputs,
            dynamic_axes={n: axes[n] for n in (*names, *outputs)}, opset_version=17, dynamo=False,
            custom_opsets={"com.microsoft": 1},
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
