"""The order of things that a question asks for and a sentence states."""

from __future__ import annotations

import pytest

from summitqa.sequence import asked_order, prefer_order
from summitqa.types import Evidence, Sentence
from summitqa.understanding.question import read_question

EARLIER = "The Rome Summit of May 2024 came after the Harbour Summit of 2023."
LATER = "The Oslo Summit followed the Rome Summit."
BEFORE = "The Harbour Summit of 2023 took place before the Rome Summit."
TEXT = "The Oslo Declaration followed the Rome Summit as its main text."
OTHER = "The Rome Summit was large."


def answer(question: str, *texts: str) -> tuple[str, str | None]:
    evidence = [
        Evidence(Sentence("a.md", 100 * place, 100 * place + len(text), text), 9.0 - place)
        for place, text in enumerate(texts)
    ]
    first = prefer_order(read_question(question), evidence)[0]
    if first.span is None:
        return first.sentence.text, None
    start, end = (offset - first.sentence.start for offset in first.span)
    return first.sentence.text, first.sentence.text[start:end]


@pytest.mark.parametrize(
    ("question", "texts", "sentence", "short"),
    [
        ("Which summit came after Rome?", (EARLIER, LATER), LATER, "Oslo Summit"),
        ("Which summit came before Rome?", (LATER, EARLIER), EARLIER, "Harbour Summit of 2023"),
        ("What came before the Rome Summit?", (LATER, BEFORE), BEFORE, "Harbour Summit of 2023"),
        ("Which summit came after Harbour?", (OTHER, BEFORE), BEFORE, "Rome Summit"),
        ("Which summit followed Rome?", (EARLIER, TEXT, LATER), LATER, "Oslo Summit"),
        ("Which summit preceded Rome?", (LATER, EARLIER), EARLIER, "Harbour Summit of 2023"),
    ],
)
def test_the_sentence_that_states_the_order_comes_first(
    question: str, texts: tuple[str, ...], sentence: str, short: str
) -> None:
    assert answer(question, *texts) == (sentence, short)


def test_evidence_stays_as_it_is_where_nothing_states_the_order() -> None:
    assert answer("Which summit came after Rome?", OTHER, EARLIER) == (OTHER, None)


@pytest.mark.parametrize(
    "question",
    [
        "What did China do after Rome?",
        "When was the summit after Rome?",
        "Which summit came after that?",
        "Which summit was large?",
    ],
)
def test_a_question_for_something_else_asks_for_no_order(question: str) -> None:
    assert asked_order(question) is None
    assert answer(question, EARLIER, LATER) == (EARLIER, None)
