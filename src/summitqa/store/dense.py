"""Exact search: the cosine of a question with every passage, in blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from summitqa.store.vectors import Vectors

_BLOCK = 16384


def search_exact(
    rows: Vectors, vector: Vectors, k: int, spans: Sequence[tuple[int, int]] | None = None
) -> list[tuple[int, float]]:
    """Find the rows nearest to a vector.

    Args:
        rows: Unit vectors, shape ``(n, dimension)``.
        vector: Unit vector, shape ``(dimension,)``.
        k: How many to return at most.
        spans: Half-open ranges of rows to search; all rows if None.

    Returns:
        Row numbers with their cosine, best first, ties in the order of the rows.
    """
    wanted = [(0, rows.shape[0])] if spans is None else spans
    numbers: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    scores: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    for first, last in wanted:
        for start in range(first, last, _BLOCK):
            block = rows[start : min(start + _BLOCK, last)]
            numbers.append(np.arange(start, start + block.shape[0]))
            scores.append(np.asarray(block @ vector, dtype=np.float32))
    if not numbers or k <= 0:
        return []
    found, cosine = np.concatenate(numbers), np.concatenate(scores)
    if k < found.size:
        threshold = np.partition(cosine, found.size - k)[found.size - k]
        best = np.flatnonzero(cosine >= threshold)
        found, cosine = found[best], cosine[best]
    order = np.lexsort((found, -cosine))[:k]
    return [(int(found[place]), float(cosine[place])) for place in order]
