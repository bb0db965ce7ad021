"""The reader: spans, scores and abstention, on the shipped file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitqa.errors import ModelError
from summitqa.read import (
    MODELS,
    Reader,
    best_span,
    claim_overlap,
    join_tokens,
    load_reader,
    tidy_span,
)

PARK = (
    "The summit took place at Bletchley Park on 1 and 2 November 2023. Twenty-eight countries and"
    " the European Union signed the declaration. Michelle Donelan opened the first day."
)
LAKE = (
    "The lake is 14 kilometres long. Two rivers feed it, and in a cold winter it freezes from"
    " shore to shore. Ferries run from April to October."
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(threads=1)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did the summit take place?", "Bletchley Park"),
        ("Who opened the first day?", "Michelle Donelan"),
        ("How many countries signed the declaration?", "Twenty-eight"),
    ],
)
def test_the_span_holds_the_answer(reader: Reader, question: str, expected: str) -> None:
    reading = reader.read(question, [PARK])[0]
    assert expected in reading.text
    assert len(reading.text) < 60


def test_a_passage_that_answers_scores_above_one_that_does_not(reader: Reader) -> None:
    here, there = reader.read("Who opened the first day of the summit?", [PARK, LAKE])
    assert here.score > there.score
    assert here.answerable > 0.5 > there.answerable


def test_a_reading_does_not_depend_on_the_rest_of_the_call_or_on_threads(reader: Reader) -> None:
    passages = [PARK, LAKE, PARK + " " + LAKE, LAKE * 3]
    titles = ["Bletchley", "", "Both", "A lake"]
    alone = [
        reader.read("When does the lake freeze?", [p], [t])[0]
        for p, t in zip(passages, titles, strict=True)
    ]
    assert reader.read("When does the lake freeze?", passages, titles) == alone
    turned = reader.read("When does the lake freeze?", passages[::-1], titles[::-1])
    assert turned[::-1] == alone
    threaded = load_reader(threads=3)
    assert threaded.read("When does the lake freeze?", passages, titles) == alone


def test_an_answer_behind_the_first_window_is_found(reader: Reader) -> None:
    long = " ".join([LAKE] * 20) + " " + PARK
    reading = reader.read("Who opened the first day?", [long])[0]
    assert "Donelan" in reading.text
    assert long[reading.start : reading.end] == reading.text


def test_an_empty_passage_has_no_span_and_no_chance(reader: Reader) -> None:
    for text in ("", "   ", "\n"):
        reading = reader.read("Who?", [text])[0]
        assert (reading.start, reading.end, reading.text, reading.answerable) == (0, 0, "", 0.0)
    assert reader.read("Who?", []) == []
    assert reader.support("Nobody came.", ["", PARK])[0] == 0.0


def test_the_number_of_titles_must_be_that_of_the_passages(reader: Reader) -> None:
    with pytest.raises(ValueError, match="2 passages but 1 titles"):
        reader.read("Who?", [PARK, LAKE], ["one"])


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([PARK, LAKE, "İstanbul\u0301 ﬁne 🇫🇷 café", "“28 countries”", "\ud800 x"]),
        max_size=3,
    ),
)
def test_offsets_count_code_points_of_the_passage(question: str, parts: list[str]) -> None:
    passage = question.join(["", *parts, ""])
    reading = load_shared().read(question, [passage])[0]
    assert passage[reading.start : reading.end] == reading.text
    assert 0 <= reading.start <= reading.end <= len(passage)
    assert 0.0 <= reading.answerable <= 1.0


def load_shared() -> Reader:
    if not _SHARED:
        _SHARED.append(load_reader(threads=1))
    return _SHARED[0]


_SHARED: list[Reader] = []


def test_support_falls_when_a_number_of_the_claim_changes(reader: Reader) -> None:
    right, wrong, other = (
        reader.support("Twenty-eight countries signed the declaration.", [PARK])[0],
        reader.support("Ninety-three countries signed the declaration.", [PARK])[0],
        reader.support("Twenty-eight countries signed the declaration.", [LAKE])[0],
    )
    assert right > wrong
    assert right > other


def test_evidence_longer_than_a_window_is_cut_to_the_sentences_near_the_claim(
    reader: Reader,
) -> None:
    claim = "Twenty-eight countries signed the declaration at Bletchley Park."
    short, long = reader.support(claim, [PARK, " ".join([LAKE] * 12) + " " + PARK])
    lakes_only = reader.support(claim, [" ".join([LAKE] * 12)])[0]
    assert abs(short - long) < abs(short - lakes_only)


def test_overlap_counts_words_and_apart_from_them_numbers_and_names() -> None:
    evidence = "Korea hosted the summits in 2024."
    assert claim_overlap("The summit was hosted by Korea in 2024.", evidence) == (1.0, 1.0)
    words, particulars = claim_overlap("The summit was hosted by France in 2023.", evidence)
    assert 0 < words < 1
    assert particulars == 0.0
    assert claim_overlap("", "") == (1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("signed by Fran, ce.", (10, 13), "Fran"),
        ("the Netherlands agreed", (6, 9), "Netherlands"),
        ("(the) “Seoul Declaration”, 2024", (6, 26), "Seoul Declaration"),
        ("the EU (27 states) signed", (4, 18), "EU (27 states)"),
        ("the EU (27 states) signed", (7, 18), "(27 states)"),
        ("the EU (27 states) signed", (8, 18), "27 states"),
        ("cost $5.3m.", (5, 11), "$5.3m"),
        ("...", (0, 3), "..."),
        ("", (0, 0), ""),
    ],
)
def test_spans_are_trimmed_of_punctuation_and_widened_to_words(
    text: str, span: tuple[int, int], expected: str
) -> None:
    start, end = tidy_span(text, *span)
    assert text[start:end] == expected


@given(
    st.lists(
        st.tuples(st.floats(-20, 20, width=32), st.floats(-20, 20, width=32)),
        min_size=1,
        max_size=45,
    )
)
def test_the_best_span_is_that_of_a_full_search(logits: list[tuple[float, float]]) -> None:
    start, end = (np.array(side, dtype=np.float32) for side in zip(*logits, strict=True))
    first, last, score = best_span(start, end)
    assert first <= last < first + 30
    every = [
        float(start[i]) + float(end[j])
        for i in range(len(start))
        for j in range(i, min(i + 30, len(start)))
    ]
    assert score == pytest.approx(max(every))


def test_the_input_puts_question_and_title_before_the_passage() -> None:
    assert join_tokens([7, 8], [9], [5]) == (
        [101, 7, 8, 102, 9, 102, 5, 102],
        [0, 0, 0, 0, 0, 0, 1, 1],
    )
    assert join_tokens([7], [], [5, 6]) == ([101, 7, 102, 5, 6, 102], [0, 0, 0, 1, 1, 1])


def test_the_shipped_file_is_small_and_is_the_one_described() -> None:
    assert (MODELS / "reader.onnx").stat().st_size <= 25_000_000
    load_reader()


@pytest.mark.parametrize("name", ["reader.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["cut", "absent"])
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "models"
    shutil.copytree(MODELS, folder)
    if damage == "cut":
        (folder / name).write_bytes((folder / name).read_bytes()[:-100])
    else:
        (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}.*install SummitQA again"):
        load_reader(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": 1}'])
def test_a_malformed_description_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "reader.json").write_text(text)
    with pytest.raises(ModelError, match=r"reader\.json is missing or malformed"):
        load_reader(tmp_path)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    import hashlib

    shutil.copytree(MODELS, tmp_path / "models")
    folder = tmp_path / "models"
    (folder / "reader.onnx").write_bytes(b"not a network")
    card = json.loads((folder / "reader.json").read_text())
    card["sha256"] = hashlib.sha256(b"not a network").hexdigest()
    (folder / "reader.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_reader(folder)


def test_reading_needs_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from summitqa.read import load_reader; "
        "assert 'onnxruntime' not in sys.modules; "
        "load_reader(threads=1).read('Who?', ['We did.']); "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
