"""Questions written with their rivals: their layout, and the groups drawn from them."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
from pathlib import Path

import pytest

from training.rivals import Told, main, prefers_rival, read_blocks

BLOCK = """? Who heads the office of the pact?
? whose desk is it
= Who has led the office of the pact since June?
+ News, 2033 | Since June the office of the pact has been led by [Marta Lind].
! Letter, 2034 | The head of the office is [Osric Dale].
- News, 2033 | Osric Dale paid for the office.
- News, 2033 | The office is in Brusk.
- Minutes | Marta Lind left the council.
- Minutes | Nine towns joined the pact.
"""


def write(folder: Path, text: str, name: str = "made.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bracketed_words_are_the_answer_and_the_brackets_are_gone(tmp_path: Path) -> None:
    first, second = read_blocks(write(tmp_path, f"{BLOCK}\n\n{BLOCK}"))
    assert first.questions == ["Who heads the office of the pact?", "whose desk is it"]
    assert first.plain == "Who has led the office of the pact since June?"
    assert [told.text[slice(*told.span)] for told in first.right if told.span] == ["Marta Lind"]
    assert [told.text[slice(*told.span)] for told in first.other if told.span] == ["Osric Dale"]
    assert all(told.span is None and "[" not in told.text for told in first.rivals)
    assert first.rivals[0] == Told("News, 2033", "Osric Dale paid for the office.")
    assert (first.name, second.name) == ("made.txt:1", "made.txt:12")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- Minutes | Nine", "Minutes | Nine", "made.txt:9: A line starts with"),
        ("[Marta Lind]", "Marta Lind", "made.txt:4: A sentence with this sign marks"),
        (
            "paid for the office",
            "paid for [the office]",
            "made.txt:6: A sentence with this sign has",
        ),
        ("- News, 2033 | The office is in Brusk.", "- The office is in Brusk.", "made.txt:7: A"),
        ("+ News, 2033 |", "- News, 2033 |", "made.txt:4: A sentence with this sign has no"),
        ("- Minutes | Nine towns joined the pact.", "", ""),
        ("- Minutes |", "+ Minutes | [It].\n+ M |", "made.txt:9: A sentence with this sign marks"),
        ("The office is in Brusk.", "Osric Dale paid for the office.", "stands twice"),
        ("? Who heads the office of the pact?\n? whose desk is it\n", "", "made.txt:1: A block"),
        ("= Who has led", "? Who has led", "made.txt:1: A block needs a question, a plain one"),
    ],
)
def test_a_faulty_block_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert old in BLOCK
    path = write(tmp_path, BLOCK.replace(old, new))
    assert main([str(path)]) == bool(said)
    printed = capsys.readouterr().out
    assert said in printed
    assert said or "1 blocks, 2 questions, 1 with another value." in printed


def test_a_question_is_told_that_shares_more_words_with_a_rival(tmp_path: Path) -> None:
    block = read_blocks(write(tmp_path, BLOCK))[0]
    assert prefers_rival("Who paid in Brusk?", block)
    assert not prefers_rival(block.plain, block)


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.txt")]) == 1
    assert "none.txt" in capsys.readouterr().out


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="training alone needs torch")
def test_a_group_holds_one_sentence_that_answers_or_none_and_its_rivals(tmp_path: Path) -> None:
    from training.rival_groups import draw_block

    block = read_blocks(write(tmp_path, BLOCK))[0]
    rng, answers, sizes, joined = random.Random(0), set[str](), set[int](), 0
    for _ in range(300):
        group = draw_block(block, block.questions[1], rng)
        sizes.add(len(group))
        right = [pair for pair in group if pair.spans]
        assert len(right) <= 1
        assert len({pair.question for pair in group}) == 1
        for pair in group:
            for start, end in pair.spans:
                answers.add(pair.passage[start:end])
            told = sum(each.text in pair.passage for each in (*block.right, *block.other))
            assert told == bool(pair.spans)
        joined += any(each.text in pair.passage for pair in right for each in block.rivals)
        answers.add("" if not right else "some")
    assert answers == {"Marta Lind", "Osric Dale", "", "some"}
    assert sizes <= {2, 3, 4, 5}
    assert 30 < joined < 120


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="training alone needs torch")
def test_half_of_the_blocks_are_asked_plainly(tmp_path: Path) -> None:
    from training.groups import GroupStream

    block = read_blocks(write(tmp_path, BLOCK))[0]
    stream = GroupStream([], [], {}, [], {}, 0, 0.4, blocks=[block], block_share=0.5)
    asked = Counter(group[0].question for group in stream.pool(0, 400))
    assert sum(asked.values()) == 200
    plain = sum(count for question, count in asked.items() if "since June" in question)
    assert plain == 100
