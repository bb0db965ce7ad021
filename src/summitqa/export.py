"""Conversion of sentence-embedding models to ONNX with 8-bit weights.

A BERT encoder with mean pooling, which the default model is, is laid out as an ONNX
graph straight from its weights, without torch: the first start takes about a second.
Any other sentence-transformers model is traced with torch.

Quantisation: the weights of every linear layer are signed integers with one scale per
output column, and activations are quantised per row (one scale per token) while the
model runs. One scale per token rather than per tensor (as in onnxruntime's dynamic
quantisation) keeps a token's numbers independent of its neighbours. Weights use 7 of
their 8 bits, because processors with AVX2 but no VNNI add pairs of 8-bit products in
16 bits and would saturate; with 7 bits all processors compute the same integers.

The value projections of attention, whose error reaches the mean of the tokens directly,
have one scale per block of 32 inputs instead: a twelfth of the multiplications, and the
vectors come nearer to the 32-bit ones (``python -m benchmarks.embedding_fidelity``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

BLOCK = 32
BLOCK_WEIGHT_LIMIT = 127
WEIGHT_LIMIT = 63
ACTIVATION_LIMIT = 127
OPSET = 18
IR_VERSION = 10
Array = NDArray[Any]


class Graph:
    """An ONNX graph under construction: nodes and constants, named as they come."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._quantised: dict[str, tuple[str, str]] = {}

    def constant(self, value: Array | np.generic) -> str:
        """Add a constant and return its name."""
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        array = np.asarray(value, order="C")
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        from onnx import helper

        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, list(inputs), [output], domain=domain, **attributes)
        )
        return output

    def linear(self, x: str, weight: Array, bias: Array) -> str:
        """Add ``x @ weight.T + bias`` in 8-bit integers.

        Args:
            x: Name of the input, shape (..., inputs).
            weight: Shape (outputs, inputs), as torch keeps it.
            bias: Shape (outputs,).
        """
        scale, quantised = self._quantise_rows(x)
        steps = np.maximum(np.abs(weight).max(axis=1) / WEIGHT_LIMIT, 1e-12).astype(np.float32)
        integers = np.rint(weight / steps[:, None]).astype(np.int8)
        product = self.add(
            "MatMulIntegerToFloat",
            quantised,
            self.constant(integers.T),
            self.constant(np.float32(1)),
            self.constant(steps),
            self.constant(np.uint8(128)),
            self.constant(np.zeros(len(steps), dtype=np.int8)),
            domain="com.microsoft",
        )
        return self.add("Add", self.add("Mul", product, scale), self.constant(bias))

    def fine_linear(self, x: str, weight: Array, bias: Array) -> str:
        """Add ``x @ weight.T + bias`` in 8-bit integers with a scale for every block of inputs.

        Closer to the 32-bit result than `linear`, and slower. Arguments as there; the
        number of inputs is a multiple of 32.
        """
        outputs, inputs = weight.shape
        blocks = weight.reshape(outputs, inputs // BLOCK, BLOCK)
        steps = np.maximum(np.abs(blocks).max(axis=-1) / BLOCK_WEIGHT_LIMIT, 1e-12)
        integers = np.rint(blocks / steps[..., None]) + (BLOCK_WEIGHT_LIMIT + 1)
        return self.add(
            "MatMulNBits",
            x,
            self.constant(integers.astype(np.uint8)),
            self.constant(steps.astype(np.float32).reshape(-1)),
            "",
            "",
            self.constant(bias),
            domain="com.microsoft",
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,
        )

    def _quantise_rows(self, x: str) -> tuple[str, str]:
        """Return the names of each row's scale and of the rows as unsigned integers."""
        if x not in self._quantised:
            peak = self.add("ReduceMax", self.add("Abs", x), self.constant(np.array([-1])))
            scaled = self.add("Mul", peak, self.constant(np.float32(1 / ACTIVATION_LIMIT)))
            scale = self.add("Max", scaled, self.constant(np.float32(1e-12)))
            rows = self.add("Div", x, scale)
            one, middle = self.constant(np.float32(1)), self.constant(np.uint8(128))
            self._quantised[x] = (scale, self.add("QuantizeLinear", rows, one, middle))
        return self._quantised[x]

    def model(self, output: str, dimension: int) -> onnx.ModelProto:
        """Return the whole as a model: ``input_ids`` (batch, length) to ``embedding``."""
        from onnx import TensorProto, helper

        self.nodes.append(helper.make_node("Identity", [output], ["embedding"]))
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])
        vectors = helper.make_tensor_value_info(
            "embedding", TensorProto.FLOAT, ["batch", dimension]
        )
        graph = helper.make_graph(self.nodes, "encoder", [ids], [vectors], self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def bert_model(weights: Mapping[str, Array], config: Mapping[str, Any]) -> onnx.ModelProto:
    """Lay out a BERT encoder with mean pooling as an ONNX model.

    Args:
        weights: The tensors of a Hugging Face ``BertModel`` by name.
        config: Its ``config.json``.

    Source: Devlin et al. 2019 (BERT), Reimers and Gurevych 2019 (mean pooling).
    """
    graph = Graph()
    epsilon = float(config["layer_norm_eps"])

    def normalise(x: str, prefix: str) -> str:
        gain, shift = weights[f"{prefix}.weight"], weights[f"{prefix}.bias"]
        constants = graph.constant(gain), graph.constant(shift)
        return graph.add("LayerNormalization", x, *constants, axis=-1, epsilon=epsilon)

    def linear(x: str, prefix: str) -> str:
        return graph.linear(x, weights[f"{prefix}.weight"], weights[f"{prefix}.bias"])

    x = normalise(_bert_embeddings(graph, weights), "embeddings.LayerNorm")
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        value = f"{layer}.attention.self.value"
        attended = graph.add(
            "MultiHeadAttention",
            linear(x, f"{layer}.attention.self.query"),
            linear(x, f"{layer}.attention.self.key"),
            graph.fine_linear(x, weights[f"{value}.weight"], weights[f"{value}.bias"]),
            domain="com.microsoft",
            num_heads=config["num_attention_heads"],
        )
        attended = graph.add("Add", linear(attended, f"{layer}.attention.output.dense"), x)
        x = normalise(attended, f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        inner = graph.add("Gelu", inner, domain="com.microsoft")
        x = graph.add("Add", linear(inner, f"{layer}.output.dense"), x)
        x = normalise(x, f"{layer}.output.LayerNorm")
    pooled = graph.add("ReduceMean", x, graph.constant(np.array([1])), keepdims=0)
    return graph.model(pooled, int(config["hidden_size"]))


def _bert_embeddings(graph: Graph, weights: Mapping[str, Array]) -> str:
    """Add the sum of word, position and first-segment embeddings."""
    from onnx import TensorProto

    table = weights["embeddings.word_embeddings.weight"].astype(np.float16)
    words = graph.add("Gather", graph.constant(table), "input_ids")
    words = graph.add("Cast", words, to=TensorProto.FLOAT)
    positions = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.constant(np.array([0]))
    taken = graph.add("Slice", graph.constant(positions), zero, length, zero)
    return graph.add("Add", words, taken)


def convert_bert(source: Path, target: Path) -> None:
    """Write ``target`` from the folder of a BERT model (``model.safetensors``, ``config.json``)."""
    import onnx
    from safetensors.numpy import load_file

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    onnx.save(bert_model(load_file(source / "model.safetensors"), config), str(target))


def convert_sentence_transformer(source: Path, target: Path) -> dict[str, Any]:
    """Trace any sentence-transformers model with torch and write it as ONNX, in 32 bit.

    Args:
        source: Folder of the model, as sentence-transformers saves it.
        target: Folder that receives ``model.onnx`` and ``tokenizer.json``.

    Returns:
        ``dimension`` of a vector, ``max_length`` in tokens, ``passage_prompt`` and
        ``question_prompt`` (empty where the model has none).

    Raises:
        ValueError: The model has no fast tokenizer or no maximum length.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True)
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None or not model.max_seq_length:
        raise ValueError("it has no fast tokenizer or no maximum length")

    class Encoder(torch.nn.Module):
        """One text without padding: every token is attended to."""

        def __init__(self) -> None:
            super().__init__()
            self.stages = model

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            ones = torch.ones_like(input_ids)
            features = self.stages({"input_ids": input_ids, "attention_mask": ones})
            embedding: torch.Tensor = features["sentence_embedding"]
            return embedding

    example = torch.tensor([model.tokenizer("An example of some length")["input_ids"]])
    torch.onnx.export(
        Encoder().eval(),
        (example,),
        target / "model.onnx",
        input_names=["input_ids"],
        output_names=["sentence_embedding"],
        dynamic_shapes={"input_ids": {1: torch.export.Dim("length", min=2)}},
        verbose=False,
    )
    (target / "tokenizer.json").write_text(backend.to_str(), encoding="utf-8")
    prompts = {name: text or "" for name, text in model.prompts.items()}
    usual = prompts.get(model.default_prompt_name or "", "")
    return {
        "dimension": int(model.encode("dimension").shape[0]),
        "max_length": int(model.max_seq_length),
        "passage_prompt": prompts.get("document") or prompts.get("passage") or usual,
        "question_prompt": prompts.get("query") or usual,
    }
