"""Conversation, time, disagreement, filters, tables: through the real index, model and reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from summitqa.ask import Assistant, find, open_assistant
from summitqa.confidence import estimate_confidence, load_calibration
from summitqa.embed import load_embedder
from summitqa.errors import UsageError
from summitqa.index import update_index
from summitqa.settings import Settings
from summitqa.types import Answer, Scope, Turn

BRIEFS = {
    "lakeside.md": """---
title: The Lakeside Charter (2031)
date: 2031-03-04
updated: 2033-05-01
summit: lakeside-2031
kind: declaration
places: [Norland]
---

# The Lakeside Charter

## What happened

The Lakeside meeting took place in Norland on 4 March 2031. The Lakeside Charter was signed
by 12 countries on 4 March 2031. Sudland did not sign the Lakeside Charter of 4 March 2031.
The office of the Lakeside Charter was called the Water Safety Office in March 2031.
Alba, Borna and Cora were the three island countries that signed the Lakeside Charter.

## What changed later

The office of the Lakeside Charter is called the Water Security Office since 1 May 2033.

## Where sources differ

The Northern Post wrote on 5 March 2031 that 12 countries signed the Lakeside Charter.
The Southern Herald wrote on 6 March 2031 that 14 countries signed the Lakeside Charter.
""",
    "hilltop.md": """---
title: The Hilltop Pledge (2032)
date: 2032-06-09
summit: hilltop-2032
kind: commitments
places: [Sudland]
---

# The Hilltop Pledge

The Hilltop meeting took place in Sudland on 9 June 2032. Nine companies made the Hilltop
Pledge. The chair of the Hilltop meeting was Minister Bela Ford.
""",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over two briefs that answers whatever it finds."""
    root = tmp_path_factory.mktemp("understanding")
    for name, text in BRIEFS.items():
        (root / "corpus").mkdir(exist_ok=True)
        (root / "corpus" / name).write_text(text, encoding="utf-8")
    settings = Settings(
        corpus_dir=root / "corpus", index_dir=root / "index", threads=1, abstain_below=0.0
    )
    update_index(settings, lambda: load_embedder(settings))
    yield open_assistant(settings)
    shutil.rmtree(root, ignore_errors=True)


def said(answer: Answer) -> str:
    """Everything an answer shows, its evidence included."""
    assert all(citation.verified for citation in answer.citations)
    return " ".join([answer.text, *(hit.passage.text for hit in answer.evidence)])


def test_a_follow_up_is_understood_and_shown(assistant: Assistant) -> None:
    before = Turn("Where did the Hilltop meeting take place?", "In Sudland. [1]")
    answer = assistant.ask("Who was its chair?", history=[before])
    assert answer.question == "Who was its chair?"
    assert answer.rewritten_question is not None
    assert "Hilltop meeting" in answer.rewritten_question
    assert "Bela Ford" in answer.text
    alone = assistant.ask("Who was its chair?", history=[before], rewrite=False)
    assert alone.rewritten_question is None


def test_nothing_later_leaks_into_what_was_known_on_a_day(assistant: Assistant) -> None:
    question = "What is the office of the Lakeside Charter called?"
    then = assistant.ask(question, scope=Scope(as_of=date(2031, 12, 31)))
    assert "Safety" in then.text
    assert "Security" not in said(then)
    assert "Hilltop" not in said(then)
    assert any("As of 31 December 2031" in note for note in then.notes)
    in_words = assistant.ask(f"As of December 2031, {question[0].lower()}{question[1:]}")
    assert "Security" not in said(in_words)


def test_a_question_about_now_gets_the_newest_and_says_as_of_when(assistant: Assistant) -> None:
    answer = assistant.ask("What is the office of the Lakeside Charter currently called?")
    assert answer.text.startswith("The office of the Lakeside Charter is called the Water Security")
    assert any(note.startswith("As of 1 May 2033") for note in answer.notes)


def test_both_sides_of_a_disagreement_are_shown_with_citations(assistant: Assistant) -> None:
    answer = assistant.ask("How many countries signed the Lakeside Charter?")
    assert len(answer.disagreements) == 1
    stated = answer.disagreements[0]
    assert "12 countries" in stated.statement
    assert "14 countries" in stated.statement
    assert len(stated.citations) >= 2
    assert set(stated.citations) <= {citation.marker for citation in answer.citations}
    assert assistant.ask("How many companies made the Hilltop Pledge?").disagreements == ()


def test_a_false_premise_is_met_by_the_record(assistant: Assistant) -> None:
    answer = assistant.ask("When did Sudland sign the Lakeside Charter?")
    assert answer.text.startswith("Sudland did not sign")
    assert answer.short_answer is None


def test_a_denied_premise_is_not_met_with_silence(assistant: Assistant) -> None:
    snapshot = assistant.snapshot()
    denied = find(
        "For what price did Sudland sign the Lakeside Charter?", assistant, snapshot, Scope()
    )
    assert "did not sign" in denied.evidence[0].sentence.text
    assert denied.features is not None
    unaware = replace(denied.features, denied=0.0)
    assert estimate_confidence(unaware, load_calibration()) < denied.confidence
    assert denied.confidence >= load_calibration().threshold


def test_a_sub_list_comes_alone(assistant: Assistant) -> None:
    answer = assistant.ask("Which island countries signed the Lakeside Charter?")
    assert answer.text.startswith("Alba, Borna and Cora")


def test_a_comparison_is_a_table_with_cited_cells(assistant: Assistant) -> None:
    answer = assistant.ask("Compare the Lakeside meeting and the Hilltop meeting by date")
    lines = answer.text.splitlines()
    assert lines[0] == "|  | Date |"
    assert "4 March 2031 [" in lines[2]
    assert "9 June 2032 [" in lines[3]
    assert len(answer.citations) == 2


def test_both_parts_of_a_question_are_answered(assistant: Assistant) -> None:
    answer = assistant.ask("When and where did the Hilltop meeting take place?")
    assert "The Hilltop meeting took place in Sudland on 9 June 2032. [1]" in answer.text
    assert answer.short_answer is not None
    assert {"9 June 2032", "Sudland"} <= set(answer.short_answer.split("; "))


def test_a_part_that_nothing_answers_is_named(assistant: Assistant) -> None:
    asked = "Who was the chair of the Hilltop meeting, and what did the buffet cost?"
    strict = Assistant(assistant.settings.model_copy(update={"abstain_below": 0.5}))
    answer = strict.ask(asked)
    assert answer.status == "answered"
    assert "Bela Ford" in answer.text
    untold = "What did the buffet cost as to the Hilltop meeting?"
    assert f"The documents do not say: “{untold}”" in answer.notes


def test_a_named_document_that_does_not_say_is_told(assistant: Assistant) -> None:
    strict = Assistant(assistant.settings.model_copy(update={"abstain_below": 0.5}))
    answer = strict.ask("According to the Hilltop Pledge, when was the Lakeside Charter signed?")
    inside = {hit.passage.document for hit in answer.evidence} == {"hilltop.md"}
    assert inside or any("itself does not say" in note for note in answer.notes)


def test_bad_filters_and_dates_get_one_clear_sentence(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="No document has both the summit"):
        assistant.ask("Who came?", scope=Scope(summits=("lakeside-2031",), years=(2032,)))
    answer = assistant.ask("What happened on 31 February 2031?")
    assert answer.status == "abstained"
    assert answer.notes == ("31 February 2031 is not a date that exists.",)


def test_a_question_typed_without_capitals_gets_the_same_answer(assistant: Assistant) -> None:
    for question in ("How many signed the Lakeside Charter?", "Who chaired the Hilltop meeting?"):
        typed, written = assistant.ask(question.lower()), assistant.ask(question)
        assert (typed.text, typed.confidence) == (written.text, written.confidence)
        assert (typed.question, typed.rewritten_question) == (question.lower(), None)


def test_a_conversation_typed_without_capitals_is_followed(assistant: Assistant) -> None:
    typed = "how many signed the lakeside charter?"
    first = assistant.ask(typed)
    turn = Turn(question=typed, answer=first.text, documents=("lakeside.md",))
    answer = assistant.ask("who wrote it?", history=(turn,))
    assert answer.rewritten_question == "Who wrote the Lakeside Charter?"
