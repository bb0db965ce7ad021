"""Read a shipped ``reader.onnx`` back into weights, to train on from where it stands.

The inverse of ``training.export`` for the shipped form (``bytes``): 8-bit weights times their
scales. What rounding took away is gone, about one part in a hundred of a column's largest
weight, which the first steps of a further run make up for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.network import LAYERS

if TYPE_CHECKING:
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray

    from training.network import ReaderNetwork

LINEAR_A_LAYER = ("query", "key", "value", "attention_output", "inner", "outer")


def read_shipped(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a shipped reader by the names of ``ReaderNetwork``, 32 bit.

    Raises:
        ValueError: The file is not of the shipped form.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    try:
        return _name_tensors(graph, constants)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{path} is not a reader in the shipped form ({error}).") from error


def _name_tensors(
    graph: onnx.GraphProto, constants: dict[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Nodes stand in the order in which ``training.export.lay_out`` adds them."""
    nodes = list(graph.node)
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in nodes:
        for name in node.input:
            users.setdefault(name, []).append(node)

    def bias_after(node: onnx.NodeProto) -> NDArray[Any]:
        following = users[node.output[0]][0]
        if following.op_type == "Mul":
            following = users[following.output[0]][0]
        return constants[following.input[1]]

    linear = [
        (constants[n.input[1]].T.astype(np.float32) * constants[n.input[3]][:, None], bias_after(n))
        for n in nodes
        if n.op_type == "MatMulIntegerToFloat"
    ]
    exact = [(constants[n.input[1]].T, bias_after(n)) for n in nodes if n.op_type == "MatMul"]
    norms = [
        (constants[n.input[1]], constants[n.input[2]])
        for n in nodes
        if n.op_type == "LayerNormalization"
    ]
    gathered = [
        constants[n.input[0]] for n in nodes if n.op_type == "Gather" and n.input[0] in constants
    ]
    sliced = next(n for n in nodes if n.op_type == "Slice")
    integers, scales, segments = gathered[:3]
    if len(linear) != len(LINEAR_A_LAYER) * LAYERS + 1:
        raise ValueError(f"{len(linear)} linear layers")
    found = {
        "words.weight": integers.astype(np.float32) * scales,
        "positions.weight": constants[sliced.input[0]],
        "segments.weight": segments,
        "norm.weight": norms[0][0],
        "norm.bias": norms[0][1],
    }
    for number in range(LAYERS):
        layer = f"layers.{number}"
        first = number * len(LINEAR_A_LAYER)
        own = dict(zip(LINEAR_A_LAYER, linear[first : first + len(LINEAR_A_LAYER)], strict=True))
        for place, kind in enumerate(("weight", "bias")):
            parts = [own[name][place] for name in ("query", "key", "value")]
            found[f"{layer}.projection.{kind}"] = np.concatenate(parts)
            for name in ("attention_output", "inner", "outer"):
                found[f"{layer}.{name}.{kind}"] = own[name][place]
            found[f"{layer}.attention_norm.{kind}"] = norms[1 + 2 * number][place]
            found[f"{layer}.outer_norm.{kind}"] = norms[2 + 2 * number][place]
    for place, kind in enumerate(("weight", "bias")):
        found[f"span.{kind}"] = exact[0][place]
        found[f"pool.{kind}"] = linear[-1][place]
        found[f"verdict.{kind}"] = exact[1][place]
    return found


def load_shipped(network: ReaderNetwork, path: Path) -> None:
    """Fill the whole network, heads too, from a shipped reader."""
    import torch

    state = {name: torch.tensor(values) for name, values in read_shipped(path).items()}
    network.load_state_dict(state)
