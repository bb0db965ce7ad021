"""Did the right passages come up: recall, nDCG and reciprocal rank against gold places.

A question has one or more *needs*, each met by any one of its gold places. A passage meets
a need when it is about the words of one of the places (`summitqa.evaluation.place.meets`).
A need is met once: further passages that hold the same place are neither right nor wrong
but take up a rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summitqa.evaluation.place import Span, meets
from summitqa.types import Hit

CUTOFFS = (1, 5, 20)


@dataclass(frozen=True, slots=True)
class Target:
    """A gold place, found in the indexed text.

    Attributes:
        document: The document's id.
        span: Offsets in its canonical text.
        is_whole: Whether the whole document counts, not particular words.
    """

    document: str
    span: Span
    is_whole: bool = False

    def is_met_by(self, document: str, span: Span) -> bool:
        """Tell whether a stretch of a document is about this place."""
        return document == self.document and (self.is_whole or meets(span, self.span))


@dataclass(frozen=True, slots=True)
class Need:
    """Something a full answer rests on: any one target satisfies it."""

    targets: tuple[Target, ...]
    grade: int = 1

    def is_met_by(self, document: str, span: Span) -> bool:
        """Tell whether a stretch of a document satisfies this need."""
        return any(target.is_met_by(document, span) for target in self.targets)


def needs_met(needs: Sequence[Need], hits: Iterable[Hit]) -> list[tuple[int, ...]]:
    """Say for each rank which needs are met there for the first time.

    Where a target is a whole document, ranks are those of distinct documents, each at the
    place of its best passage, as BEIR ranks them (Thakur et al. 2021,
    https://arxiv.org/abs/2104.08663).
    """
    by_document = any(target.is_whole for need in needs for target in need.targets)
    seen: set[str] = set()
    open_needs = dict(enumerate(needs))
    ranks = []
    for hit in hits:
        passage = hit.passage
        if by_document and passage.document in seen:
            continue
        seen.add(passage.document)
        met = tuple(
            number
            for number, need in open_needs.items()
            if need.is_met_by(passage.document, (passage.start, passage.end))
        )
        for number in met:
            del open_needs[number]
        ranks.append(met)
    return ranks


def recall_at(met: Sequence[tuple[int, ...]], needs: int, cutoff: int) -> float:
    """Share of the needs met within the first ``cutoff`` ranks.

    Subtopic recall (Zhai, Cohen and Lafferty 2003, https://doi.org/10.1145/860435.860440);
    with whole documents as targets it is recall@k as trec_eval computes it, and with one
    need it is success@k.
    """
    return sum(len(numbers) for numbers in met[:cutoff]) / needs


def retrieval_measures(
    rankings: Mapping[str, tuple[Sequence[Need], Sequence[Hit]]],
) -> dict[str, dict[str, float]]:
    """Compute recall@1, @5 and @20, nDCG@10 and the reciprocal rank.

    nDCG (Järvelin and Kekäläinen 2002, https://doi.org/10.1145/582415.582418) and the
    reciprocal rank (Voorhees 1999, TREC-8 question answering track) come from
    `ir_measures`, with needs as the things to be found; a passage that meets two needs
    takes two ranks there.

    Args:
        rankings: For each case its needs and its hits, best first. Cases without needs
            are left out.

    Returns:
        Measures by case.
    """
    import ir_measures
    from ir_measures import RR, nDCG

    judged = {
        case: (needs, needs_met(needs, hits)) for case, (needs, hits) in rankings.items() if needs
    }
    qrels = [
        ir_measures.Qrel(case, f"need-{number}", need.grade)
        for case, (needs, _) in judged.items()
        for number, need in enumerate(needs)
    ]
    run = [
        ir_measures.ScoredDoc(case, name, -float(rank))
        for case, (_, met) in judged.items()
        for rank, name in enumerate(_names(met))
    ]
    measures: dict[str, dict[str, float]] = {
        case: {f"recall@{cutoff}": recall_at(met, len(needs), cutoff) for cutoff in CUTOFFS}
        | {"nDCG@10": 0.0, "MRR": 0.0}
        for case, (needs, met) in judged.items()
    }
    names = {nDCG @ 10: "nDCG@10", RR: "MRR"}
    if run:
        for found in ir_measures.iter_calc(list(names), qrels, run):
            measures[found.query_id][names[found.measure]] = float(found.value)
    return measures


def _names(met: Sequence[tuple[int, ...]]) -> list[str]:
    """Give one name a rank to what was found, a need or something else."""
    names = []
    for rank, numbers in enumerate(met):
        names += [f"need-{number}" for number in numbers] or [f"other-{rank}"]
    return names
