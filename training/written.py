"""Read the questions written for this project about policy texts written for it too.

A file of ``training/written/`` is plain text::

    # Title of a document

    A paragraph of whole sentences.

    ? A question that the paragraph answers
    = the exact words that answer
    - A question that nothing in the document answers
    ! A question that another document of the file answers otherwise
    = the exact words that answer here

A question belongs to the paragraph above it; one with ``!`` stands, in the same words, under
both. Where the words of an answer occur twice in it, `` @ `` and the first words of the right
sentence follow them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summitqa.lexical import analyse
from training.data import WRITTEN, Question, split_sentences

FOLDER = Path(__file__).parent / "written"


def read_written(path: Path) -> list[Question]:
    """Read one file; a question that nothing answers has no ``answers``.

    Raises:
        ValueError: a line is not as described; the message names file and line.
    """
    records: list[Question] = []
    title, context, asked, disputed = "", "", "", False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        text = line.strip()
        sign, rest = text[:1], text[1:].strip()
        if asked and text and sign != "=":
            raise ValueError(f"{where}: The question before has no answer line ('= ...').")
        if not text:
            continue
        if sign == "#":
            title, context = rest, ""
        elif sign in "?!-=" and not (title and context):
            raise ValueError(f"{where}: A question needs a title and a paragraph above it.")
        elif sign in "?!":
            asked, disputed = rest, sign == "!"
        elif sign == "-":
            records.append(_make(rest, title, context, path, (), disputed=False))
        elif sign == "=":
            if not asked:
                raise ValueError(f"{where}: An answer needs a question above it.")
            span = _find(rest, context, where)
            records.append(_make(asked, title, context, path, (span,), disputed=disputed))
            asked = ""
        else:
            context = text
    if asked:
        raise ValueError(f"{path.name}: The last question has no answer line ('= ...').")
    return records


def _make(
    asked: str,
    title: str,
    context: str,
    path: Path,
    answers: tuple[tuple[int, int], ...],
    *,
    disputed: bool,
) -> Question:
    return Question(
        text=asked,
        article=f"{WRITTEN} {path.stem}: {title}",
        title=title,
        context=context,
        sentences=split_sentences(context),
        answers=answers,
        source=WRITTEN,
        disputed=disputed,
    )


def _find(answer: str, context: str, where: str) -> tuple[int, int]:
    words, _, opening = answer.partition(" @ ")
    first = 0
    if opening:
        first = context.find(opening.strip())
        if first < 0:
            raise ValueError(f"{where}: The paragraph has no sentence that starts {opening!r}.")
    elif context.count(words) > 1:
        raise ValueError(
            f"{where}: {words!r} occurs twice; add ' @ ' and the start of the sentence."
        )
    start = context.find(words, first)
    if start < 0 or not words:
        raise ValueError(f"{where}: The paragraph does not contain {words!r}.")
    return start, start + len(words)


def read_all_written(folder: Path = FOLDER, patterns: Sequence[str] = ("*.txt",)) -> list[Question]:
    """Read every file of the folder whose name fits one of the patterns, in order of names."""
    paths = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    return [record for path in paths for record in read_written(path)]


def as_articles(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Give documents with their questions in SQuAD's JSON layout (Rajpurkar et al. 2018)."""
    articles: dict[str, dict[str, list[dict[str, Any]]]] = {}
    titles: dict[str, str] = {}
    for each in questions:
        titles[each.article] = each.title or each.article
        items = articles.setdefault(each.article, {}).setdefault(each.context, [])
        items.append(
            {
                "question": each.text,
                "is_impossible": not each.answers,
                "answers": [
                    {"answer_start": a, "text": each.context[a:b]} for a, b in each.answers
                ],
            }
        )
    return [
        {
            "title": titles[name],
            "paragraphs": [{"context": text, "qas": items} for text, items in paragraphs.items()],
        }
        for name, paragraphs in articles.items()
    ]


def share_no_word(question: Question) -> bool:
    """Tell whether a question shares no term with the sentence that answers it."""
    start, _ = question.answers[0]
    held = next(
        (question.context[a:b] for a, b in question.sentences if a <= start < b), question.context
    )
    return not set(analyse(question.text)) & set(analyse(held))


def main() -> int:
    """Check files and say what is in them; 1 where one is faulty."""
    faulty, every = False, list[Question]()
    for name in sys.argv[1:]:
        try:
            records = read_written(Path(name))
        except (OSError, ValueError) as error:
            print(error)
            faulty = True
            continue
        every += records
        answered = sum(bool(record.answers) for record in records)
        print(f"{name}: {answered} answerable, {len(records) - answered} not.")
    strange = [share_no_word(each) for each in every if each.answers]
    if strange:
        share = sum(strange) / len(strange)
        print(f"{share:.2f} of the answerable share no word with the sentence that answers.")
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
