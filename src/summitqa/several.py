"""Answer a question that asks for several things, each by itself, in one answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from summitqa.conversation.phrases import find_names
from summitqa.conversation.words import AS_TO
from summitqa.types import DocumentSummary, Draft, Evidence, Hit, Sentence, Turn
from summitqa.understanding.parts import split_parts
from summitqa.understanding.references import name_references

COMMON_AMONG = 4
"""How many of the best sentences of each part are looked through for one that answers all."""
COMMON_MARGIN = 3.0
"""How far below the best sentence of a part such a one may lie, in the ranking's scores."""
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there)\b", re.IGNORECASE)

Key = tuple[str, int, int]
Item = TypeVar("Item")


def word_parts(question: str, summaries: Mapping[str, DocumentSummary]) -> tuple[str, ...]:
    """Give the questions that a question consists of, each standing alone.

    Args:
        question: The question, standing alone.
        summaries: Metadata of the documents, whose places, summits and titles are names.

    Returns:
        Two or three questions; nothing where one thing is asked.
    """
    parts = split_parts(question)
    if not parts:
        return ()
    # Its patterns are many and slow to compile, and most questions have one part.
    from summitqa.conversation.rewrite import rewrite_follow_up

    first, *rest = (name_references(part, summaries) for part in parts)
    before = [Turn(first)]
    worded = [rewrite_follow_up(part, before, summaries) or part for part in rest]
    return (first, *(_keep_subject(part, first) for part in worded))


def _keep_subject(part: str, first: str) -> str:
    """ "How many countries came?" is meant of what the first part names."""
    names = find_names(first)
    if not names or find_names(part) or _PRONOUN.search(part):
        return part
    fullest = max(names, key=lambda each: each.end - each.start)
    article = "the " if first[: fullest.start].lower().endswith("the ") else ""
    return f"{part.rstrip('?')} {AS_TO} {article}{fullest.text}?"


def prefer_common(parts: Sequence[Sequence[Evidence]]) -> tuple[tuple[Evidence, ...], ...]:
    """Put a sentence first that answers every part about as well as the best of each.

    Args:
        parts: Evidence for each part, best first, none of it empty.
    """
    close = [
        {
            _place(each.sentence): each.score - evidence[0].score
            for each in reversed(evidence[:COMMON_AMONG])
            if each.score >= evidence[0].score - COMMON_MARGIN
        }
        for evidence in parts
    ]
    common = set.intersection(*map(set, close))
    if not common:
        return tuple(tuple(evidence) for evidence in parts)
    best = max(sorted(common), key=lambda place: sum(each[place] for each in close))
    return tuple(_put_first(evidence, best) for evidence in parts)


def _put_first(evidence: Sequence[Evidence], place: Key) -> tuple[Evidence, ...]:
    number = next(n for n, each in enumerate(evidence) if _place(each.sentence) == place)
    first = replace(evidence[number], score=max(evidence[0].score, evidence[number].score))
    return (first, *evidence[:number], *evidence[number + 1 :])


def _place(sentence: Sentence) -> Key:
    return sentence.document, sentence.start, sentence.end


def join_drafts(drafts: Sequence[Draft]) -> Draft:
    """Join what is quoted for each part; a sentence stands once, where it comes first."""
    sentences, seen = [], set[tuple[Key, ...]]()
    for draft in drafts:
        for each in draft.sentences:
            places = tuple(_place(source) for source in each.sources)
            if not any(places[0] in known for known in seen):
                sentences.append(each)
                seen.add(places)
    return Draft(tuple(sentences), drafts[0].short_answer)


def join_short_answers(answers: Iterable[str | None]) -> str | None:
    """Join the short answers of all parts; none where a part has none."""
    given = list(answers)
    if any(each is None for each in given):
        return None
    return "; ".join(dict.fromkeys(each for each in given if each))


def interleave(rows: Sequence[Sequence[Item]]) -> list[Item]:
    """Take the first of each row, then the second of each, and so on."""
    longest = max((len(row) for row in rows), default=0)
    return [row[place] for place in range(longest) for row in rows if place < len(row)]


def merge_hits(parts: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Take hits of the parts in turn, each passage once."""
    found: dict[tuple[str, int], Hit] = {}
    for hit in interleave(parts):
        found.setdefault((hit.passage.document, hit.passage.start), hit)
    return tuple(found.values())
