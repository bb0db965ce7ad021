"""The training objective.

Span scores of all passages of one question share one normalisation together with a
no-answer option of score 0 (Clark and Gardner 2018); each passage also on its own, so that
every score by itself says answer or none. Two binary heads are learned beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from training.encode import Batch

LOW = -1e4


def span_scores(
    start: torch.Tensor, end: torch.Tensor, none: torch.Tensor, batch: Batch
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log mass of all spans and of the reference spans of each row, less its no-answer score."""
    passage = (batch.segments == 1) & (batch.mask == 1)
    passage[:, 0] |= ~passage.any(1)
    low = torch.full_like(start, LOW)
    start, end = torch.where(passage, start, low), torch.where(passage, end, low)
    every = start.logsumexp(1) + end.logsumexp(1) - none
    there = batch.first >= 0
    first, last = batch.first.clamp(min=0), batch.last.clamp(min=0)
    pairs = torch.where(
        there,
        start.gather(1, first) + end.gather(1, last),
        torch.full_like(first, LOW, dtype=start.dtype),
    )
    exact = pairs.logsumexp(1)
    place = torch.arange(start.shape[1])[None]
    inside = passage & (place >= first[:, :1]) & (place <= last[:, :1]) & there[:, :1]
    inside[:, 0] |= ~inside.any(1)
    loose = torch.where(inside, start, low).logsumexp(1) + torch.where(inside, end, low).logsumexp(
        1
    )
    return every, torch.where(batch.exact, exact, loose) - none


def training_loss(
    start: torch.Tensor, end: torch.Tensor, verdict: torch.Tensor, batch: Batch
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch and its parts."""
    none, answerable, support = verdict.unbind(1)
    every, gold = span_scores(start, end, none, batch)
    zero = torch.zeros_like(every)
    question = batch.answerable >= 0
    has = batch.answerable == 1
    own = torch.logaddexp(every, zero) - torch.where(has, gold, zero)
    own = own[question].sum() / question.sum().clamp(min=1)
    there = batch.members >= 0
    index = batch.members.clamp(min=0)
    table = torch.where(there, every[index], torch.full_like(every[index], LOW))
    total = torch.cat([table, torch.zeros_like(table[:, :1])], 1).logsumexp(1)
    right = torch.where(there & has[index], gold[index], torch.full_like(table, LOW))
    answered = (there & has[index]).any(1)
    group = total - torch.where(answered, right.logsumexp(1), torch.zeros_like(total))
    group = group.sum() / max(len(group), 1)
    judged = functional.binary_cross_entropy_with_logits(
        answerable, has.to(answerable.dtype), reduction="none"
    )
    judged = judged[question].sum() / question.sum().clamp(min=1)
    claim = batch.support >= 0
    backed = functional.binary_cross_entropy_with_logits(
        support, (batch.support == 1).to(support.dtype), reduction="none"
    )
    # Over all rows: a batch of questions only must not shout about its one claim.
    backed = backed[claim].sum() / (question.sum() + claim.sum()).clamp(min=1)
    loss = 0.5 * own + 0.5 * group + 0.5 * judged + 3.0 * backed
    parts = {
        "own": own.item(),
        "group": group.item(),
        "answerable": judged.item(),
        "support": backed.item(),
    }
    return loss, parts
