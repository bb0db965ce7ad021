"""Turn groups into padded arrays, in the input format of ``summitqa.read``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from summitqa.read import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    join_tokens,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tokenizers import Encoding, Tokenizer

    from training.pairs import Group, Pair

MOST_SPANS = 4
MOST_MEMBERS = 5
LONGEST = 184


@dataclass(frozen=True, slots=True)
class Row:
    """One sequence, as numbers."""

    tokens: list[int]
    segments: list[int]
    spans: list[tuple[int, int]]
    """First and last token of each reference answer."""
    exact: bool
    support: bool | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded arrays; rows without a member of a group are fill."""

    tokens: torch.Tensor
    segments: torch.Tensor
    mask: torch.Tensor
    first: torch.Tensor
    """First token of each reference span, ``(rows, 4)``; -1 where there is none."""
    last: torch.Tensor
    exact: torch.Tensor
    answerable: torch.Tensor
    """1, 0, or -1 for rows that are claims or fill, ``(rows,)``."""
    support: torch.Tensor
    """1, 0, or -1 for rows that are questions or fill, ``(rows,)``."""
    members: torch.Tensor
    """Row numbers of each question's group, ``(groups, 5)``; -1 where there is none."""


def encode_groups(groups: Sequence[Group], tokenizer: Tokenizer) -> list[list[Row]]:
    """Encode groups; one whose reference answer is cut off is dropped."""
    pairs = [pair for group in groups for pair in group]
    questions = tokenizer.encode_batch([p.question for p in pairs], add_special_tokens=False)
    titles = tokenizer.encode_batch([p.title or "" for p in pairs], add_special_tokens=False)
    passages = tokenizer.encode_batch([p.passage for p in pairs], add_special_tokens=False)
    encoded, place = [], 0
    for group in groups:
        rows = [
            _encode(pair, questions[place + n].ids, titles[place + n].ids, passages[place + n])
            for n, pair in enumerate(group)
        ]
        place += len(group)
        kept = [row for row in rows if row is not None]
        if len(kept) == len(rows):
            encoded.append(kept)
    return encoded


def _encode(pair: Pair, question: list[int], title: list[int], passage: Encoding) -> Row | None:
    lead = join_tokens(question[:LONGEST_QUESTION], title[:LONGEST_TITLE], [])
    room = LONGEST - len(lead[0])
    tokens, segments = join_tokens(
        question[:LONGEST_QUESTION], title[:LONGEST_TITLE], passage.ids[:room]
    )
    spans = []
    offset = len(lead[0]) - 1
    for start, end in pair.spans[:MOST_SPANS]:
        touched = [n for n, (a, b) in enumerate(passage.offsets[:room]) if a < end and start < b]
        if touched and passage.offsets[touched[-1]][1] >= end:
            spans.append((touched[0] + offset, touched[-1] + offset))
    if not passage.ids or (pair.spans and not spans):
        return None
    return Row(tokens, segments, spans, pair.exact, pair.support)


def collate(groups: Sequence[Sequence[Row]], rows: int, length: int) -> Batch:
    """Pad whole groups to a fixed shape."""
    tokens = torch.zeros(rows, length, dtype=torch.long)
    segments = torch.zeros_like(tokens)
    mask = torch.zeros_like(tokens)
    mask[:, 0] = 1
    first = torch.full((rows, MOST_SPANS), -1)
    last = torch.full((rows, MOST_SPANS), -1)
    exact = torch.ones(rows, dtype=torch.bool)
    answerable = torch.full((rows,), -1)
    support = torch.full((rows,), -1)
    members = []
    place = 0
    for group in groups:
        member = []
        for row in group:
            size = len(row.tokens)
            tokens[place, :size] = torch.tensor(row.tokens)
            segments[place, :size] = torch.tensor(row.segments)
            mask[place, :size] = 1
            for number, (start, end) in enumerate(row.spans):
                first[place, number], last[place, number] = start, end
            exact[place] = row.exact
            if row.support is None:
                answerable[place] = int(bool(row.spans))
                member.append(place)
            else:
                support[place] = int(row.support)
            place += 1
        if member:
            members.append(member + [-1] * (MOST_MEMBERS - len(member)))
    table = torch.tensor(members) if members else torch.zeros(0, MOST_MEMBERS, dtype=torch.long)
    return Batch(tokens, segments, mask, first, last, exact, answerable, support, table)


def make_batches(
    groups: Sequence[Sequence[Row]], tokens_a_batch: int, rng: random.Random
) -> list[Batch]:
    """Cut groups sorted by length into batches of about equal cost, in random order.

    Args:
        groups: encoded groups.
        tokens_a_batch: most tokens a batch may hold, padding included.
        rng: source of chance.
    """
    sized = [(max(len(row.tokens) for row in group), rng.random(), group) for group in groups]
    sized.sort(key=lambda item: item[:2])
    batches: list[list[Sequence[Row]]] = []
    chosen: list[Sequence[Row]] = []
    used = 0
    for length, _, group in sized:
        if chosen and (used + len(group)) * length > tokens_a_batch:
            batches.append(chosen)
            chosen, used = [], 0
        chosen.append(group)
        used += len(group)
    batches.append(chosen)
    rng.shuffle(batches)
    return [
        collate(batch, sum(map(len, batch)), max(len(r.tokens) for g in batch for r in g))
        for batch in batches
    ]
