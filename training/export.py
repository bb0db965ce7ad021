"""From a trained network to the one shipped ONNX file.

The graph is laid out straight from the weights with the package's own ``Graph``: 8-bit
weights with one scale per output column, activations quantised per token while it runs.
The other forms here exist to be measured against it (``training/evaluate_reader.py``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from summitqa.export import IR_VERSION, OPSET, Graph
from training.network import HEADS, LAYER_NORM_EPSILON, LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray

LONGEST = 224
STRIDE = 64
FORMS = ("bytes", "float", "dynamic", "blocks")


def add_exact(graph: Graph, x: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
    """Add ``x @ weight.T + bias`` in 32 bit."""
    product = graph.add("MatMul", x, graph.constant(weight.T))
    return graph.add("Add", product, graph.constant(bias))


class FloatGraph(Graph):
    """The same layout with 32-bit linear layers: the reference."""

    def linear(self, x: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        """Add ``x @ weight.T + bias``."""
        return add_exact(self, x, weight, bias)


def read_weights(checkpoint: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a checkpoint by name, 32 bit."""
    import torch

    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    return {name: tensor.float().numpy() for name, tensor in state["network"].items()}


def lay_out(
    graph: Graph, weights: Mapping[str, NDArray[Any]], small_table: bool
) -> onnx.ModelProto:
    """Write the network as a model: ``tokens``, ``segments`` to ``start``, ``end``, ``verdict``.

    Args:
        graph: decides how linear layers are computed.
        weights: see ``read_weights``.
        small_table: keep the word table in 8 bits with one scale a row.
    """
    from onnx import TensorProto, helper

    def normalise(x: str, name: str) -> str:
        gain, shift = (
            graph.constant(weights[f"{name}.weight"]),
            graph.constant(weights[f"{name}.bias"]),
        )
        return graph.add("LayerNormalization", x, gain, shift, axis=-1, epsilon=LAYER_NORM_EPSILON)

    def linear(x: str, name: str) -> str:
        return graph.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    x = normalise(_embed(graph, weights, small_table), "norm")
    for number in range(LAYERS):
        layer = f"layers.{number}"
        parts = zip(
            np.split(weights[f"{layer}.projection.weight"], 3),
            np.split(weights[f"{layer}.projection.bias"], 3),
            strict=True,
        )
        inputs = [graph.linear(x, weight, bias) for weight, bias in parts]
        mixed = graph.add("MultiHeadAttention", *inputs, domain="com.microsoft", num_heads=HEADS)
        x = normalise(
            graph.add("Add", linear(mixed, f"{layer}.attention_output"), x),
            f"{layer}.attention_norm",
        )
        inner = graph.add("Gelu", linear(x, f"{layer}.inner"), domain="com.microsoft")
        x = normalise(graph.add("Add", linear(inner, f"{layer}.outer"), x), f"{layer}.outer_norm")
    logits = add_exact(graph, x, weights["span.weight"], weights["span.bias"])
    head = graph.add("Gather", x, graph.constant(np.int64(0)), axis=1)
    pooled = graph.add("Gelu", linear(head, "pool"), domain="com.microsoft")
    results = {
        "start": graph.add("Gather", logits, graph.constant(np.int64(0)), axis=2),
        "end": graph.add("Gather", logits, graph.constant(np.int64(1)), axis=2),
        "verdict": add_exact(graph, pooled, weights["verdict.weight"], weights["verdict.bias"]),
    }
    graph.nodes += [
        helper.make_node("Identity", [value], [name]) for name, value in results.items()
    ]
    shapes: dict[str, list[str | int | None]] = {
        "start": ["batch", "length"],
        "end": ["batch", "length"],
        "verdict": ["batch", 3],
    }
    body = helper.make_graph(
        graph.nodes,
        "reader",
        [
            helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"])
            for n in ("tokens", "segments")
        ],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shapes[n]) for n in results],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)


def _embed(graph: Graph, weights: Mapping[str, NDArray[Any]], small_table: bool) -> str:
    """Add the sum of word, position and segment embeddings."""
    from onnx import TensorProto

    table = weights["words.weight"]
    if small_table:
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
        integers = np.rint(table / scale).astype(np.int8)
        words = graph.add("Gather", graph.constant(integers), "tokens")
        words = graph.add("Cast", words, to=TensorProto.FLOAT)
        words = graph.add("Mul", words, graph.add("Gather", graph.constant(scale), "tokens"))
    else:
        words = graph.add("Gather", graph.constant(table), "tokens")
    length = graph.add("Shape", "tokens", start=1, end=2)
    zero = graph.constant(np.array([0]))
    taken = graph.add("Slice", graph.constant(weights["positions.weight"]), zero, length, zero)
    segments = graph.add("Gather", graph.constant(weights["segments.weight"]), "segments")
    return graph.add("Add", graph.add("Add", words, taken), segments)


def export(checkpoint: Path, path: Path, form: str = "bytes") -> None:
    """Write a checkpoint as ONNX.

    Args:
        checkpoint: of ``training/train.py``.
        path: the file to write.
        form: ``bytes`` (shipped), ``float`` (32 bit), ``dynamic`` (ONNX Runtime's dynamic
            quantisation) or ``blocks`` (8-bit weights in blocks of 32, MatMulNBits).
    """
    import onnx

    weights = read_weights(checkpoint)
    if form == "bytes":
        onnx.save(lay_out(Graph(), weights, small_table=True), path)
        return
    onnx.save(lay_out(FloatGraph(), weights, small_table=form != "float"), path)
    if form == "dynamic":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(
            path,
            path,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    elif form == "blocks":
        from onnxruntime.quantization.matmul_nbits_quantizer import (
            DefaultWeightOnlyQuantConfig,
            MatMulNBitsQuantizer,
        )

        config = DefaultWeightOnlyQuantConfig(
            block_size=32, is_symmetric=True, accuracy_level=4, bits=8
        )
        worker = MatMulNBitsQuantizer(onnx.load(path), algo_config=config)
        worker.process()
        onnx.save(worker.model.model, path)


def digest(path: Path) -> str:
    """Hex sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_card(
    folder: Path, answerable: Mapping[str, float], support: Mapping[str, float], version: str
) -> None:
    """Write ``reader.json`` for the ``reader.onnx`` and ``tokenizer.json`` beside it."""
    card = {
        "version": version,
        "sha256": digest(folder / "reader.onnx"),
        "tokenizer_sha256": digest(folder / "tokenizer.json"),
        "input": "[CLS] question [SEP] title [SEP] passage [SEP]; the title and its separator may"
        " be missing; segment 1 from the passage on",
        "inputs": {"tokens": "(1, length)", "segments": "(1, length)"},
        "outputs": {
            "start": "(1, length) logits",
            "end": "(1, length) logits",
            "verdict": "(1, 3): no-answer score, answerable logit, support logit",
        },
        "longest": LONGEST,
        "stride": STRIDE,
        "answerable": dict(answerable),
        "support": dict(support),
    }
    (folder / "reader.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def copy_tokenizer(source: Path, folder: Path) -> None:
    """Put the base model's tokenizer beside the network."""
    shutil.copyfile(source, folder / "tokenizer.json")
    (folder / "tokenizer.json").chmod(0o644)
