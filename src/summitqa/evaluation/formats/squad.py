"""SQuAD 1.1 and 2.0: articles with paragraphs, questions and answer spans.

Rajpurkar et al. 2016, https://aclanthology.org/D16-1264, and Rajpurkar, Jia and Liang
2018, https://aclanthology.org/P18-2124. Here the question is asked of all articles, not
of the one paragraph it was written for.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import Any

from summitqa.evaluation.cases import Case, Gold, Place, Suite
from summitqa.evaluation.formats.collection import (
    Collection,
    SourceText,
    canonical,
    make_document,
    suite_name,
)
from summitqa.settings import Settings
from summitqa.split import split_document
from summitqa.types import Document, Sentence

_BETWEEN = "\n\n"


def read_squad(path: Path) -> Collection:
    """Read a SQuAD file; an article becomes a document, gold is the answer's sentence."""
    from summitqa.evaluation.formats import read_json

    data: Any = read_json(path)
    documents: list[SourceText] = []
    cases: list[Case] = []
    for number, article in enumerate(data["data"]):
        title = str(article["title"])
        contexts = [canonical(paragraph["context"]) for paragraph in article["paragraphs"]]
        document = make_document(
            f"{number:04d}-{title}", title.replace("_", " "), _BETWEEN.join(contexts)
        )
        documents.append(document)
        sentences = _sentences(document)
        start = 0
        for paragraph, context in zip(article["paragraphs"], contexts, strict=True):
            # Answers count from the paragraph as given, which may have lost leading lines.
            shift = start - (len(paragraph["context"]) - len(paragraph["context"].lstrip("\r\n")))
            cases += [_case(question, shift, document, sentences) for question in paragraph["qas"]]
            start += len(context) + len(_BETWEEN)
    suite = Suite(
        suite=suite_name(path),
        description=f"SQuAD {data.get('version', '')}, {len(documents)} articles.",
        split="dev",
        cases=tuple(cases),
    )
    return Collection(suite, tuple(documents))


def _sentences(document: SourceText) -> tuple[Sentence, ...]:
    _, sentences = split_document(
        Document(id=document.id, title=document.title, text=document.text), Settings()
    )
    return sentences


def _case(
    question: dict[str, Any], shift: int, document: SourceText, sentences: tuple[Sentence, ...]
) -> Case:
    answers = [each for each in question.get("answers", ()) if each["text"].strip()]
    asked = " ".join(question["question"].split())
    if question.get("is_impossible") or not answers:
        return Case(id=question["id"], question=asked, answerable=False, tags=("unanswerable",))
    places = list(
        dict.fromkeys(
            _place(shift + each["answer_start"], len(each["text"]), document, sentences)
            for each in answers
        )
    )
    first = places[0]
    gold = Gold(
        document=first.document,
        quote=first.quote,
        start=first.start,
        alternatives=tuple(places[1:]),
    )
    texts = tuple(dict.fromkeys(each["text"].strip() for each in answers))
    return Case(id=question["id"], question=asked, gold=(gold,), answers=texts)


def _place(start: int, length: int, document: SourceText, sentences: tuple[Sentence, ...]) -> Place:
    """Give the sentences that an answer touches, or the answer where there are none."""
    starts = [each.start for each in sentences]
    first = bisect_right(starts, start) - 1
    last = bisect_right(starts, start + length - 1) - 1
    if first >= 0 and sentences[first].end > start:
        begin, end = sentences[first].start, max(sentences[last].end, sentences[first].end)
        return Place(document=document.id, quote=document.text[begin:end], start=begin)
    quote = document.text[start : start + length]
    return Place(document=document.id, quote=quote, start=start + len(quote) - len(quote.lstrip()))
