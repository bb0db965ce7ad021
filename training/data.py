"""Read the public training collections into plain records.

Nothing is copied: every function takes the folder ``shared/data`` (see its README) and
returns records whose offsets count Unicode code points of ``Question.context``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.rivals import Block

SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]”’]*\s+(?=[\"'(\[“‘]*[A-Z0-9])|\n+")
LISTED_SQUAD = (
    "train/squadshifts/new_wiki_v1.0.json",
    "train/squadshifts/reddit_v1.0.json",
    "train/squadshifts/amazon_reviews_v1.0.json",
    "train/squad11_only.json",
)
HELD_OUT_SHARE = 33
WRITTEN = "written"
"""Source of the questions written for training."""
WRITTEN_HELD_OUT_SHARE = 6
KEPT_OUT = tuple(
    f"{WRITTEN} {name}"
    for name in (
        "gatherings-",
        "disputes-",
        "records-h",
        "dossiers-h",
        "premises-h",
        "lists-h",
        "topics-h",
    )
)
"""Beginnings of the names of the documents in files that no version of the reader learns from."""
KEPT_OUT_BLOCKS = "rivals-h"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a context, with every reference answer as a character span."""

    text: str
    article: str
    title: str | None
    """Heading shown before the passage, where the collection has a meaningful one."""
    context: str
    sentences: tuple[tuple[int, int], ...]
    answers: tuple[tuple[int, int], ...]
    exact: bool = True
    """False where only the sentence that answers is known, not the words."""
    source: str = ""
    disputed: bool = False
    """Whether another document answers it otherwise."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim against evidence sentences."""

    text: str
    evidence: tuple[str, ...]
    distractors: tuple[str, ...]
    """Sentences of the same page that are not the evidence."""
    supported: bool


@dataclass(slots=True)
class Collection:
    """All that is learned from, and the slice kept out to calibrate on."""

    train: list[Question] = field(default_factory=list)
    held_out: list[Question] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    held_out_claims: list[Claim] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    held_out_blocks: list[Block] = field(default_factory=list)


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Cut a paragraph into sentence spans; good enough for windows, not for citation."""
    spans, start = [], 0
    for match in SENTENCE_END.finditer(text):
        if match.start() > start:
            spans.append((start, match.start()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return tuple(spans)


def is_held_out(name: str, share: int = HELD_OUT_SHARE) -> bool:
    """Whether an article belongs to the held-out slice, one of ``share``, by its name alone."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % share == 0


def is_kept_out(question: Question) -> bool:
    """Whether a question is of the held-out slice: larger where there are few documents.

    All of the files of ``KEPT_OUT`` is held out: whole collections to measure and to fit on.
    """
    if question.article.startswith(KEPT_OUT):
        return True
    share = WRITTEN_HELD_OUT_SHARE if question.source == WRITTEN else HELD_OUT_SHARE
    return is_held_out(question.article, share)


def read_squad(path: Path, titled: bool, answerable_only: bool = True) -> list[Question]:
    """Read a file in SQuAD's JSON layout (Rajpurkar et al. 2016, 2018)."""
    records = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            context = paragraph["context"]
            sentences = split_sentences(context)
            name = article["title"]
            if name == "Filtered_Reddit_Comments":
                name = f"{name}_{number}"
            for item in paragraph["qas"]:
                answers = tuple(
                    dict.fromkeys(
                        (a["answer_start"], a["answer_start"] + len(a["text"]))
                        for a in item["answers"]
                    )
                )
                if answerable_only and not answers:
                    continue
                records.append(
                    Question(
                        text=item["question"].strip(),
                        article=name,
                        title=unquote(article["title"]).replace("_", " ") if titled else None,
                        context=context,
                        sentences=sentences,
                        answers=answers,
                        source=path.stem,
                    )
                )
    return records


def mend_tokens(text: str) -> str:
    """Undo Penn Treebank quotes and brackets; spaces round punctuation stay."""
    for old, new in (
        ("-LRB-", "("),
        ("-RRB-", ")"),
        ("``", '"'),
        ("''", '"'),
        ("-lrb-", "("),
        ("-rrb-", ")"),
    ):
        text = text.replace(old, new)
    return text


def read_nqg(folder: Path) -> list[Question]:
    """Read sentence and question pairs (Du et al. 2017); neighbours form a context."""
    sentences = [
        mend_tokens(s.strip()) for s in (folder / "src-test.txt").read_text("utf-8").splitlines()
    ]
    questions = [
        mend_tokens(s.strip()) for s in (folder / "tgt-test.txt").read_text("utf-8").splitlines()
    ]
    unique = list(dict.fromkeys(sentences))
    place = {sentence: number for number, sentence in enumerate(unique)}
    records = []
    for sentence, question in zip(sentences, questions, strict=True):
        centre = place[sentence]
        near = unique[max(0, centre - 3) : centre + 4]
        spans, start, gold = [], 0, (0, 0)
        for piece in near:
            spans.append((start, start + len(piece)))
            if piece == sentence:
                gold = spans[-1]
            start += len(piece) + 1
        records.append(
            Question(
                question,
                f"nqg_{centre // 60}",
                None,
                " ".join(near),
                tuple(spans),
                (gold,),
                False,
                "nqg",
            )
        )
    return records


def read_qamr(folder: Path) -> list[Question]:
    """Read QAMR questions (Michael et al. 2018) whose answer is one run of words."""
    words = {}
    for line in (folder / "wiki-sentences.tsv").read_text("utf-8").splitlines():
        name, sentence = line.split("\t")
        words[name] = [mend_tokens(word) for word in sentence.split()]
    records = []
    for part in ("filtered_dev.tsv", "filtered_test.tsv"):
        for line in (folder / part).read_text("utf-8").splitlines():
            cells = line.split("\t")
            tokens = words.get(cells[0])
            places = [int(number) for number in cells[6].split()]
            if not tokens or not places or places[-1] - places[0] + 1 != len(places):
                continue
            starts, position = [], 0
            for token in tokens:
                starts.append(position)
                position += len(token) + 1
            end = starts[places[-1]] + len(tokens[places[-1]])
            context = " ".join(tokens)
            records.append(
                Question(
                    cells[5].strip(),
                    cells[0],
                    None,
                    context,
                    ((0, len(context)),),
                    ((starts[places[0]], end),),
                    True,
                    "qamr",
                )
            )
    return records


def read_claims(folder: Path) -> list[Claim]:
    """Read Fool Me Twice and FEVER-symmetric; SciFact's claims come without evidence texts."""
    claims = []
    for name in ("foolmetwice_dev.jsonl", "foolmetwice_test.jsonl"):
        for line in (folder / name).read_text("utf-8").splitlines():
            item = json.loads(line)
            gold = tuple(dict.fromkeys(e["text"] for e in item["gold_evidence"]))
            others = tuple(e["text"] for e in item["retrieved_evidence"] if e["text"] not in gold)
            claims.append(Claim(item["text"], gold, others, item["label"] == "SUPPORTS"))
    for name in ("fever_symmetric_dev.jsonl", "fever_symmetric_test.jsonl"):
        for line in (folder / name).read_text("utf-8").splitlines():
            item = json.loads(line)
            claims.append(
                Claim(
                    mend_tokens(item["claim"]),
                    (mend_tokens(item["evidence"]),),
                    (),
                    item["label"] == "SUPPORTS",
                )
            )
    return claims


def read_collection(
    data: Path, written: Sequence[Question] = (), blocks: Sequence[Block] = ()
) -> Collection:
    """Read everything under ``data/train`` and split off the held-out slice by article.

    Args:
        data: the folder of public data.
        written: questions written for training, which are split in the same way.
        blocks: questions with their rivals; those of the files ``rivals-h*`` are kept out.
    """
    result = Collection()
    for block in blocks:
        kept_out = block.name.startswith(KEPT_OUT_BLOCKS)
        (result.held_out_blocks if kept_out else result.blocks).append(block)
    questions = list(written)
    for name in LISTED_SQUAD:
        questions += read_squad(data / name, titled="wiki" in name or "squad11" in name)
    questions += read_nqg(data / "train/nqg") + read_qamr(data / "train/qamr")
    for question in questions:
        (result.held_out if is_kept_out(question) else result.train).append(question)
    for claim in read_claims(data / "train/support"):
        name = claim.evidence[0] if claim.evidence else claim.text
        (result.held_out_claims if is_held_out(name) else result.claims).append(claim)
    return result


def collect_words(questions: Sequence[Question], claims: Sequence[Claim]) -> set[str]:
    """All words of questions, their contexts and claims, in lower case."""
    texts = {q.context for q in questions} | {q.text for q in questions} | {c.text for c in claims}
    return {word for text in texts for word in re.findall(r"[a-z]+", text.lower())}
