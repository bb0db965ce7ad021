"""Retrieval quality on public data, beside the pipeline of a LangChain tutorial.

    python -m benchmarks.retrieval_quality scifact|passage_spans [--shared DIR] [--rerank N]
        [--no-tutorial] [--index DIR]

``scifact`` prints nDCG@10 over its 300 test claims (BEIR layout); a document ranks by its
best passage. ``passage_spans`` prints the share of the reference characters that lie in the
first five passages, over 472 questions on five corpora; the passages of the two pipelines
differ in length, so the characters shown are printed too. Both are development data: the
settings of retrieval were chosen on them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pipelines import default_weights
from summitqa.ask import passage_sentences
from summitqa.close_look import look_closely
from summitqa.embed import Embedder, load_embedder
from summitqa.index import update_index
from summitqa.judge import judge
from summitqa.lexical import analyse
from summitqa.ranking import load_ranking, rank_passages, rank_sentences
from summitqa.retrieve import retrieve
from summitqa.settings import Settings, load_settings
from summitqa.store.snapshot import Snapshot, open_snapshot
from summitqa.types import Hit
from summitqa.understanding.question import read_question

ROOT = Path(__file__).resolve().parents[1]
DEPTH = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a document and its score."""

    document: str
    start: int
    end: int
    score: float


Search = Callable[[str], list[Found]]
Evaluate = Callable[[Search], str]


@dataclass(frozen=True, slots=True)
class Task:
    """A collection and how a search over it is judged.

    Attributes:
        documents: Title and text by id; ids become file names.
        evaluate: Runs a search over every question and returns the figures.
    """

    documents: dict[str, tuple[str, str]]
    evaluate: Evaluate


def main(arguments: Sequence[str] | None = None) -> int:
    """Index the collection with both pipelines and print the figures of each search."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("task", choices=("scifact", "passage_spans"))
    default = Path(os.environ.get("SUMMITQA_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=default, help="folder with data/dev")
    parser.add_argument("--rerank", type=int, default=0, help="passages the reader re-ranks")
    parser.add_argument("--no-tutorial", action="store_true")
    parser.add_argument("--index", type=Path, help="keep our index here")
    chosen = parser.parse_args(arguments)
    folder = chosen.shared / "data" / "dev" / chosen.task
    if not folder.is_dir():
        parser.error(f"{folder} is not there; give the folder that holds data/dev with --shared")
    task = read_scifact(folder) if chosen.task == "scifact" else read_passage_spans(folder)
    with tempfile.TemporaryDirectory(prefix="summitqa-quality-") as temporary:
        index = chosen.index or Path(temporary) / "index"
        corpus = write_corpus(task.documents, Path(temporary) / "corpus")
        settings = load_settings(corpus_dir=corpus, index_dir=index, candidates=DEPTH)
        embedder = load_embedder(settings)
        update_index(settings, lambda: embedder)
        snapshot = open_snapshot(index, settings)
        for name, search in our_searches(snapshot, embedder, settings, chosen.rerank):
            print(f"| {name} | {task.evaluate(search)} |", flush=True)
        if not chosen.no_tutorial:
            search = tutorial_search(task.documents, Path(temporary) / "tutorial")
            print(f"| tutorial | {task.evaluate(search)} |", flush=True)
    return 0


def our_searches(
    snapshot: Snapshot, embedder: Embedder, settings: Settings, rerank: int
) -> Iterator[tuple[str, Search]]:
    """Give each stage of our retrieval as a search."""

    def look_up(pairs: list[tuple[int, float]]) -> list[Found]:
        passages = snapshot.passages([number for number, _ in pairs])
        return [
            Found(Path(passage.document).stem, passage.start, passage.end, score)
            for passage, (_, score) in zip(passages, pairs, strict=True)
        ]

    def show(hits: Sequence[Hit]) -> list[Found]:
        return [
            Found(Path(hit.passage.document).stem, hit.passage.start, hit.passage.end, -place)
            for place, hit in enumerate(hits)
        ]

    def search_dense(question: str) -> list[Found]:
        return look_up(snapshot.search_dense(embedder.embed_question(question), DEPTH))

    yield "dense", search_dense
    yield "lexical", lambda question: look_up(snapshot.search_lexical(analyse(question), DEPTH))
    yield "fused", lambda question: show(retrieve(question, snapshot, embedder, settings))
    if rerank:
        from summitqa.read import load_reader

        reader = load_reader(threads=settings.threads)
        summaries = snapshot.summaries()

        def search_reranked(question: str) -> list[Found]:
            hits = retrieve(question, snapshot, embedder, settings)
            judged = judge(
                question,
                hits,
                reader,
                summaries,
                rerank,
                lambda passage: passage_sentences(snapshot, passage),
            )
            asked = read_question(question)
            evidence = rank_sentences(
                asked,
                judged,
                summaries,
                snapshot.term_weights,
                lambda sentences: look_closely(question, sentences, snapshot, embedder, reader),
                load_ranking(),
            )
            ranked = rank_passages(asked, judged, evidence)
            return show([*(each.hit for each in ranked), *hits[rerank:]])

        yield f"re-ranked, {rerank} passages", search_reranked


def tutorial_search(documents: dict[str, tuple[str, str]], place: Path) -> Search:
    """Index with the tutorial pipeline and give its similarity search."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(
        model_name=str(default_weights()), model_kwargs={"device": "cpu"}
    )
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    whole = [
        Document("\n\n".join(part for part in (title, text) if part), metadata={"document": name})
        for name, (title, text) in documents.items()
    ]
    store = Chroma("tutorial", embeddings, persist_directory=str(place))
    passages = splitter.split_documents(whole)
    for start in range(0, len(passages), 1000):
        store.add_documents(passages[start : start + 1000])

    def search(question: str) -> list[Found]:
        found = store.similarity_search_with_score(question, k=DEPTH)
        return [
            Found(
                passage.metadata["document"],
                passage.metadata["start_index"],
                passage.metadata["start_index"] + len(passage.page_content),
                -distance,
            )
            for passage, distance in found
        ]

    return search


def read_scifact(folder: Path) -> Task:
    """Read a collection in BEIR layout."""
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    documents = {entry["_id"]: (entry["title"], entry["text"]) for entry in entries}
    relevant: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    questions = {entry["_id"]: entry["text"] for entry in map(json.loads, lines)}

    def evaluate(search: Search) -> str:
        import ir_measures

        run: dict[str, dict[str, float]] = {}
        for name in relevant:
            scores: dict[str, float] = {}
            for found in search(questions[name]):
                scores[found.document] = max(found.score, scores.get(found.document, -np.inf))
            run[name] = scores
        measure = ir_measures.nDCG @ 10
        value = ir_measures.calc_aggregate([measure], relevant, run)[measure]
        return f"nDCG@10 {value:.4f}"

    return Task(documents, evaluate)


def read_passage_spans(folder: Path) -> Task:
    """Read the questions whose references are character spans."""
    with (folder / "questions_df.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["corpus_id"] for row in rows})
    texts = {name: (folder / f"{name}.md").read_text(encoding="utf-8") for name in names}

    def evaluate(search: Search) -> str:
        recalls, shown = [], []
        for row in rows:
            wanted = np.zeros(len(texts[row["corpus_id"]]), dtype=bool)
            for reference in json.loads(row["references"]):
                wanted[reference["start_index"] : reference["end_index"]] = True
            first = search(row["question"])[:5]
            recalls.append(covered_share(wanted, row["corpus_id"], first))
            shown.append(sum(found.end - found.start for found in first))
        return (
            f"recall in 5 passages {np.mean(recalls):.4f} | {np.mean(shown):.0f} characters shown"
        )

    return Task({name: ("", text) for name, text in texts.items()}, evaluate)


def covered_share(wanted: NDArray[np.bool_], document: str, found: Sequence[Found]) -> float:
    """Return the share of the wanted characters that lie in what was found."""
    covered = np.zeros_like(wanted)
    for each in found:
        if each.document == document:
            covered[each.start : each.end] = True
    return float((wanted & covered).sum() / wanted.sum())


def write_corpus(documents: dict[str, tuple[str, str]], folder: Path) -> Path:
    """Write the documents as plain text, whose canonical text is the file's; titles apart."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, text) in documents.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        if title:
            facts = f"title = {json.dumps(title, ensure_ascii=False)}\n"
            (folder / f"{name}.txt.toml").write_text(facts, encoding="utf-8")
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
