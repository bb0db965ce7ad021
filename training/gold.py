"""Tell whether a sentence is one that answers a question."""

from __future__ import annotations

from collections.abc import Collection

from summitqa.close_look import in_context
from summitqa.enumeration import announces
from summitqa.evaluation.cases import Case
from summitqa.store.snapshot import Snapshot
from summitqa.types import Sentence


def holds_answer(context: str, starts: Collection[int], said: str) -> bool:
    """Tell whether a sentence is the one of a paragraph in which an answer starts.

    Args:
        context: The paragraph.
        starts: Offsets in it at which a reference answer starts; none where nothing answers.
        said: The sentence.
    """
    place = context.find(said)
    return place >= 0 and any(place <= start < place + len(said) for start in starts)


def is_gold(case: Case, document: str, said: str) -> bool:
    """Tell whether a sentence is one of a case's gold quotes, holds it, or is a part of one."""
    words = " ".join(said.split())
    quotes = (
        " ".join(place.quote.split())
        for need in case.needs()
        for place in need
        if place.document == document and place.quote is not None
    )
    return any(words in quote or quote in words for quote in quotes)


def told(snapshot: Snapshot, sentence: Sentence) -> str:
    """Give what a sentence says: one that announces a list, what its items say."""
    if not announces(sentence):
        return sentence.text
    return in_context(snapshot, sentence, snapshot.document(sentence.document).text).text
