"""Average the weights of a finished run with those that it started from.

A run from a shipped file moves towards what it learned from last; the mean of both ends is
often better than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training.network import ReaderNetwork
from training.shipped import load_shipped
from training.train import save_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


def average(checkpoint: Path, start: Path, keep: float, path: Path) -> None:
    """Write a checkpoint with ``keep`` of the start's weights and the rest of the run's.

    Args:
        checkpoint: of ``training/train.py``.
        start: the shipped ``reader.onnx`` that the run started from.
        keep: the start's share, between 0 and 1.
        path: the checkpoint to write.
    """
    before = ReaderNetwork()
    load_shipped(before, start)
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    known = before.state_dict()
    state["network"] = {
        name: keep * known[name] + (1 - keep) * tensor for name, tensor in state["network"].items()
    }
    save_checkpoint(path, state)
