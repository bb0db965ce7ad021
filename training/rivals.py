"""Read questions written for training with the sentences that answer them and their rivals.

A file of ``training/rivals/`` is plain text; a block is one question, in one or more wordings,
the sentences that answer it and those that are easily taken for an answer::

    ? A question
    ? The same question in other words
    = The same question in the words of the sentence that answers
    + Title of a document | A sentence that answers with [these words] of it.
    + Another title | A sentence that [says the same].
    ! A third title | A sentence that answers with [another value].
    - A title | A sentence that does not answer, although it seems to.

An empty line ends a block. The plain question is there because rivals often share more of the other
questions' words than what answers: without it a reader learns to doubt a sentence in these words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from summitqa.lexical import analyse

FOLDER = Path(__file__).parent / "rivals"
FEWEST = 3
"""Rivals that a block needs."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence under the title of its document.

    Attributes:
        title: The document's title.
        text: The sentence.
        span: The characters of ``text`` that answer; ``None`` where it does not answer.
    """

    title: str
    text: str
    span: tuple[int, int] | None = None


@dataclass(slots=True)
class Block:
    """A question with what answers it and what does not.

    Attributes:
        name: The file and the line it begins on.
        questions: Wordings of the question.
        plain: One in the words of the first sentence that answers.
        right: Sentences that answer; the first is the one meant, the others say the same.
        other: Sentences that answer with another value.
        rivals: Sentences that do not answer.
    """

    name: str
    questions: list[str] = field(default_factory=list)
    plain: str = ""
    right: list[Told] = field(default_factory=list)
    other: list[Told] = field(default_factory=list)
    rivals: list[Told] = field(default_factory=list)


def read_blocks(path: Path) -> list[Block]:
    """Read one file.

    Raises:
        ValueError: a line or block is not as described; the message names file and line.
    """
    blocks: list[Block] = []
    current: Block | None = None
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        where, text = f"{path.name}:{number}", line.strip()
        if not text:
            if current is not None:
                blocks.append(_check(current))
            current = None
            continue
        current = current or Block(where)
        sign, rest = text[0], text[1:].strip()
        if sign == "?":
            current.questions.append(rest)
        elif sign == "=":
            current.plain = rest
        elif sign == "+":
            current.right.append(_read_told(rest, where, answers=True))
        elif sign == "!":
            current.other.append(_read_told(rest, where, answers=True))
        elif sign == "-":
            current.rivals.append(_read_told(rest, where, answers=False))
        else:
            raise ValueError(f"{where}: A line starts with '?', '=', '+', '!' or '-'.")
    return blocks


def _check(block: Block) -> Block:
    if not (block.questions and block.plain and block.right) or len(block.rivals) < FEWEST:
        raise ValueError(
            f"{block.name}: A block needs a question, a plain one, a sentence that answers and "
            f"{FEWEST} rivals."
        )
    texts = [told.text for told in (*block.right, *block.other, *block.rivals)]
    if len(set(texts)) < len(texts):
        raise ValueError(f"{block.name}: A sentence stands twice in the block.")
    return block


def _read_told(line: str, where: str, *, answers: bool) -> Told:
    title, bar, text = (part.strip() for part in line.partition("|"))
    if not (title and bar and text):
        raise ValueError(f"{where}: A sentence needs its document's title and '|' before it.")
    before, opened, rest = text.partition("[")
    inside, closed, after = rest.partition("]")
    if answers != bool(opened and inside and closed) or "[" in after or "]" in before + after:
        wanted = "marks the words that answer with [ and ], once" if answers else "has no brackets"
        raise ValueError(f"{where}: A sentence with this sign {wanted}.")
    if not answers:
        return Told(title, text)
    return Told(title, before + inside + after, (len(before), len(before) + len(inside)))


def read_all_blocks(folder: Path = FOLDER, patterns: Sequence[str] = ("*.txt",)) -> list[Block]:
    """Read every file of the folder whose name fits one of the patterns, in order of names."""
    paths = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    return [block for path in paths for block in read_blocks(path)]


def prefers_rival(question: str, block: Block) -> bool:
    """Tell whether a rival shares more terms with a question than the sentence meant does."""
    asked = set(analyse(question))

    def shared(told: Told) -> int:
        return len(asked & set(analyse(told.text)))

    return max(map(shared, block.rivals)) > shared(block.right[0])


def main(names: Sequence[str]) -> int:
    """Check files and say what is in them; 1 where one is faulty."""
    faulty, every = False, list[Block]()
    for name in names:
        try:
            blocks = read_blocks(Path(name))
        except (OSError, ValueError) as error:
            print(error)
            faulty = True
            continue
        questions = sum(len(block.questions) for block in blocks)
        other = sum(bool(block.other) for block in blocks)
        print(f"{name}: {len(blocks)} blocks, {questions} questions, {other} with another value.")
        every += blocks
    if every:
        asked = [prefers_rival(each, block) for block in every for each in block.questions]
        plain = [prefers_rival(block.plain, block) for block in every]
        print(
            f"A rival shares more words with {sum(asked) / len(asked):.2f} of the questions than "
            f"the sentence meant, and with {sum(plain) / len(plain):.2f} of the plain ones."
        )
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
