"""The inference engine: ONNX Runtime sessions and the cache of converted models.

A model is converted once, kept in the user's cache folder under a key that names
what it was made from, and checked by sha256 each time it is opened. Two processes
that convert the same model at once both succeed: a file lock lets one do the work,
and the result appears under its final name in one step.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitqa.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"


def hash_file(path: Path) -> str:
    """Return the sha256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_session(model: Path | bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """Open an ONNX model for inference.

    Runs on a CUDA device when the installed onnxruntime offers one, on the processor
    otherwise. The memory arena is off: texts differ in length, and an arena keeps the
    largest buffers of every length it has seen.

    Args:
        model: Path of the file, or its bytes.
        threads: Threads inside one run. Callers that run several texts at once pass 1
            and call the session from several threads instead.

    Raises:
        ModelError: The file is missing or is not a model onnxruntime can run.
    """
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    available = onnxruntime.get_available_providers()
    source = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(
            source, options, providers=[name for name in wanted if name in available]
        )
    except Exception as error:  # onnxruntime's exceptions share no public base class
        name = "the model" if isinstance(model, bytes) else str(model)
        raise ModelError(f"{name} cannot be loaded by onnxruntime: {error}") from error


def cached_model(
    cache_dir: Path, key: str, convert: Callable[[Path], Mapping[str, Any]]
) -> tuple[Path, Mapping[str, Any]]:
    """Return the folder of a converted model and its manifest, converting it if needed.

    Args:
        cache_dir: The user's cache folder for SummitQA.
        key: Names what the model is made from; a changed input has another key.
        convert: Writes ``model.onnx`` and ``tokenizer.json`` into the folder it is given
            and returns what the manifest should hold.

    Raises:
        ModelError: The conversion failed, or the cache folder cannot be written.
    """
    folder = cache_dir / "models" / key
    manifest = _read_manifest(folder)
    if manifest is not None:
        return folder, manifest
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{key}.lock")):
            manifest = _read_manifest(folder)
            if manifest is None:
                manifest = _convert_into(folder, convert)
    except OSError as error:
        raise ModelError(
            f"The converted model cannot be kept in {cache_dir}: {error}; "
            "set SUMMITQA_CACHE_DIR to a folder that can be written."
        ) from error
    return folder, manifest


def _convert_into(folder: Path, convert: Callable[[Path], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Convert beside the final name, then move into place in one step."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="converting-") as temporary:
        staged = Path(temporary) / "model"
        staged.mkdir()
        manifest = dict(convert(staged))
        manifest["files"] = {
            path.name: hash_file(path) for path in sorted(staged.iterdir()) if path.is_file()
        }
        (staged / MANIFEST_FILE).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for path in staged.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        if folder.exists():  # left damaged by something else, and the lock is ours
            shutil.rmtree(folder)
        staged.replace(folder)
    return manifest


def _read_manifest(folder: Path) -> Mapping[str, Any] | None:
    """Return the manifest of a whole, undamaged conversion; None otherwise."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        whole = all(hash_file(folder / name) == sha for name, sha in manifest["files"].items())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return manifest if whole else None
