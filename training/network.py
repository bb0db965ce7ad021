"""The reader's network: a MiniLM-L6 cross-encoder with four small heads.

Written out in plain PyTorch (about the BERT encoder of Devlin et al. 2019, with the
pretrained names and shapes of MiniLM, Wang et al. 2020) so that training, the ONNX
export and the speed of both depend on nothing but torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = 384
LAYERS = 6
HEADS = 12
INNER = 1536
VOCABULARY = 30522
POSITIONS = 512
LAYER_NORM_EPSILON = 1e-12


def linear(module: nn.Linear, hidden: torch.Tensor) -> torch.Tensor:
    """Apply a layer in the number format of its input; the weights stay 32 bit."""
    return functional.linear(hidden, module.weight.to(hidden.dtype), module.bias.to(hidden.dtype))


def norm(module: nn.LayerNorm, hidden: torch.Tensor) -> torch.Tensor:
    """Normalise in the number format of the input."""
    return functional.layer_norm(
        hidden,
        (HIDDEN,),
        module.weight.to(hidden.dtype),
        module.bias.to(hidden.dtype),
        LAYER_NORM_EPSILON,
    )


class EncoderLayer(nn.Module):
    """One post-norm transformer layer with fused query, key and value projections."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.projection = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=LAYER_NORM_EPSILON)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, eps=LAYER_NORM_EPSILON)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Map ``(batch, length, 384)`` to the same shape; ``bias`` is added to attention."""
        batch, length, _ = hidden.shape
        joined = linear(self.projection, hidden).view(batch, length, 3, HEADS, HIDDEN // HEADS)
        query, key, value = joined.permute(2, 0, 3, 1, 4).unbind(0)
        scores = (query * (HIDDEN // HEADS) ** -0.5) @ key.transpose(2, 3)
        weights = (scores + bias).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(batch, length, HIDDEN)
        mixed = functional.dropout(
            linear(self.attention_output, mixed), self.dropout, self.training
        )
        hidden = norm(self.attention_norm, hidden + mixed)
        inner = linear(self.outer, functional.gelu(linear(self.inner, hidden)))
        inner = functional.dropout(inner, self.dropout, self.training)
        return norm(self.outer_norm, hidden + inner)


class ReaderNetwork(nn.Module):
    """Encoder plus heads: span start and end, no answer, answerable, support."""

    def __init__(self, low_precision: bool = False, dropout: float = 0.0) -> None:
        """Build with random weights.

        Args:
            low_precision: compute in bfloat16.
            dropout: share of each sublayer's outputs left out while training.
        """
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=0)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.segments = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=LAYER_NORM_EPSILON)
        self.layers = nn.ModuleList(EncoderLayer(dropout) for _ in range(LAYERS))
        self.span = nn.Linear(HIDDEN, 2)
        self.pool = nn.Linear(HIDDEN, HIDDEN)
        self.verdict = nn.Linear(HIDDEN, 3)
        self.low_precision = low_precision

    def forward(
        self, tokens: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score a batch.

        Args:
            tokens: token numbers, ``(batch, length)``.
            segments: 0 for the question (and title), 1 for the passage, same shape.
            mask: 1 for a token, 0 for padding, same shape.

        Returns:
            start and end logits, each ``(batch, length)``, and ``(batch, 3)``: the
            no-answer score, the answerable logit and the support logit.
        """
        length = tokens.shape[1]
        hidden = self.words(tokens) + self.positions.weight[:length][None] + self.segments(segments)
        hidden = self.norm(hidden)
        if self.low_precision:
            hidden = hidden.bfloat16()
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -10000.0
        for layer in self.layers:
            hidden = layer(hidden, bias)
        start, end = linear(self.span, hidden.float()).unbind(-1)
        pooled = functional.gelu(linear(self.pool, hidden[:, 0].float()))
        return start, end, linear(self.verdict, pooled)


def load_start_weights(network: ReaderNetwork, path: Path) -> None:
    """Fill the encoder from a BERT checkpoint in safetensors format; heads stay random."""
    from safetensors.torch import load_file

    source = load_file(path)
    target = {
        "words.weight": source["embeddings.word_embeddings.weight"],
        "positions.weight": source["embeddings.position_embeddings.weight"],
        "segments.weight": source["embeddings.token_type_embeddings.weight"],
        "norm.weight": source["embeddings.LayerNorm.weight"],
        "norm.bias": source["embeddings.LayerNorm.bias"],
    }
    for number in range(LAYERS):
        old, new = f"encoder.layer.{number}.", f"layers.{number}."
        for kind in ("weight", "bias"):
            parts = [
                source[f"{old}attention.self.{name}.{kind}"] for name in ("query", "key", "value")
            ]
            target[f"{new}projection.{kind}"] = torch.cat(parts)
            target[f"{new}attention_output.{kind}"] = source[f"{old}attention.output.dense.{kind}"]
            target[f"{new}attention_norm.{kind}"] = source[
                f"{old}attention.output.LayerNorm.{kind}"
            ]
            target[f"{new}inner.{kind}"] = source[f"{old}intermediate.dense.{kind}"]
            target[f"{new}outer.{kind}"] = source[f"{old}output.dense.{kind}"]
            target[f"{new}outer_norm.{kind}"] = source[f"{old}output.LayerNorm.{kind}"]
    missing, unexpected = network.load_state_dict(target, strict=False)
    heads = {"span", "pool", "verdict"}
    if unexpected or {name.split(".")[0] for name in missing} - heads:
        raise ValueError(f"{path} is not a MiniLM-L6 checkpoint: {missing} {unexpected}")
