"""Make questions that look right and are not: swaps, negations, deletions.

SQuAD 2.0's unanswerable questions (Rajpurkar et al. 2018) are a known question with a name,
number or word exchanged, negated or turned into its opposite. The same edit made in the
passage as well leaves the question answerable, so that a swapped word alone says nothing
(contrast sets, Gardner et al. 2020).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.synonyms import are_synonyms
from training.words import (
    ANTONYMS,
    AUXILIARY,
    EXCLUSIVE_SETS,
    FUNCTION_WORDS,
    NAME,
    NUMBER,
    WORD,
    YEAR,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Mapping, Sequence

    import torch

_EXCLUSIVE = {word: group for group in EXCLUSIVE_SETS for word in group}
_WH_BEFORE = re.compile(r"\b(?:what|which|whose|how)\s+$", re.I)


@dataclass(frozen=True, slots=True)
class Swap:
    """Replace one run of words by another."""

    old: str
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after a swap, with its reference spans moved along."""

    text: str
    spans: tuple[tuple[int, int], ...]
    count: int


def word_pattern(words: str) -> re.Pattern[str]:
    """Match a run of words as whole words, in any case."""
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.I)


def copy_case(model: str, words: str) -> str:
    """Give ``words`` the capital first letter of ``model``."""
    return words[:1].upper() + words[1:] if model[:1].isupper() else words


def apply_swap(
    text: str, swap: Swap, spans: Sequence[tuple[int, int]] = (), exchange: bool = False
) -> Edited | None:
    """Apply a swap everywhere; None where it would touch a reference span.

    With ``exchange``, the new words become the old ones in the same pass.
    """
    pattern = word_pattern(swap.old)
    if exchange:
        pattern = re.compile(rf"{pattern.pattern}|{word_pattern(swap.new).pattern}", re.I)
    pieces, moved, last, count = [], [list(span) for span in spans], 0, 0
    for match in pattern.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in spans):
            return None
        same = match.group().lower() == swap.old.lower()
        fresh = copy_case(match.group(), swap.new if same else swap.old)
        pieces += [text[last : match.start()], fresh]
        last = match.end()
        count += 1
        shift = len(fresh) - len(match.group())
        for number, (start, _) in enumerate(spans):
            if start >= match.end():
                moved[number][0] += shift
                moved[number][1] += shift
    pieces.append(text[last:])
    return Edited("".join(pieces), tuple((a, b) for a, b in moved), count)


def find_names(text: str) -> list[str]:
    """Capitalised runs that do not merely open a sentence."""
    names = []
    for match in NAME.finditer(text):
        before = text[: match.start()].rstrip()
        opens = not before or before[-1] in '.!?"“'
        if opens and (" " not in match.group()):
            continue
        if match.group().lower() not in FUNCTION_WORDS and len(match.group()) > 2:
            names.append(match.group())
    return list(dict.fromkeys(names))


def change_number(old: str, rng: random.Random) -> str:
    """Another number of the same shape."""
    if YEAR.fullmatch(old):
        step = rng.choice((1, 1, 2, 3, 4, 5, 8, 10, 20, 50, 100))
        return str(int(old) + rng.choice((-step, step)))
    value = float(old.replace(",", ""))
    fresh = value * rng.choice((0.25, 0.5, 2, 3, 10)) + rng.choice((-1, 1, 2))
    if "." in old:
        return f"{abs(fresh):.{len(old.split('.')[1])}f}"
    whole = int(abs(fresh)) or 7
    return f"{whole:,}" if "," in old else str(whole)


def _name_swaps(
    question: str, names: Sequence[str], others: Sequence[str], rng: random.Random
) -> list[Swap]:
    lowered = question.lower()
    present = [
        name
        for name in dict.fromkeys([*names, *find_names(question)])
        if word_pattern(name).search(lowered)
    ]
    swaps = []
    for old in present:
        pool = [n for n in names if n not in present] if rng.random() < 0.6 else list(others)
        words = set(old.lower().split())
        pool = [n for n in pool if not words & set(n.lower().split()) and n.lower() not in lowered]
        same = [n for n in pool if len(n.split()) == len(old.split())]
        if same or pool:
            swaps.append(Swap(old, rng.choice(same or pool), "name"))
    return swaps


def _number_swaps(question: str, context: str, rng: random.Random) -> list[Swap]:
    swaps = []
    for match in NUMBER.finditer(question):
        old = match.group()
        year = bool(YEAR.fullmatch(old))
        pool = [n for n in NUMBER.findall(context) if n != old and bool(YEAR.fullmatch(n)) == year]
        new = rng.choice(pool) if pool and rng.random() < 0.5 else change_number(old, rng)
        if new != old:
            swaps.append(Swap(old, new, "number"))
    return swaps


def _word_swaps(
    question: str, neighbours: Mapping[str, Sequence[str]], rng: random.Random
) -> list[Swap]:
    swaps = []
    for match in WORD.finditer(question):
        word = match.group().lower()
        if word in ANTONYMS:
            swaps += [Swap(word, rng.choice(ANTONYMS[word]), "antonym")] * 2
        elif word in _EXCLUSIVE:
            swaps.append(
                Swap(word, rng.choice([w for w in _EXCLUSIVE[word] if w != word]), "exclusive")
            )
        elif (
            len(word) > 3
            and word not in FUNCTION_WORDS
            and neighbours.get(word)
            and not _WH_BEFORE.search(question[: match.start()])
        ):
            swaps.append(Swap(word, rng.choice(neighbours[word]), "word"))
    return swaps


def propose_swaps(
    question: str,
    context: str,
    others: Sequence[str],
    neighbours: Mapping[str, Sequence[str]],
    rng: random.Random,
) -> list[Swap]:
    """All single swaps for a question.

    Args:
        question: the question.
        context: the paragraph it is about.
        others: names from elsewhere in the article.
        neighbours: near but different words, by word.
        rng: source of chance.
    """
    names = find_names(context)
    swaps = _name_swaps(question, names, others, rng)
    swaps += _number_swaps(question, context, rng) * 2
    swaps += _word_swaps(question, neighbours, rng)
    lowered = question.lower()
    return [
        s
        for s in swaps
        if s.old.lower() != s.new.lower() and not word_pattern(s.new).search(lowered)
    ]


def negate(question: str, rng: random.Random) -> str | None:
    """Put a negation behind (or into) the first auxiliary verb; None where there is none."""
    match = AUXILIARY.search(question)
    if not match or re.search(r"\bnot\b|n't|never", question, re.I):
        return None
    verb = match.group().lower()
    if rng.random() < 0.5 and verb not in ("may", "can", "will", "am"):
        return f"{question[: match.end()]}n't{question[match.end() :]}"
    rest = question[match.end() :]
    if verb in ("is", "are", "was", "were") and re.match(
        r"\s+[a-z]+(?:ed|en|ing|de|wn|lt|ld|nt)\b", rest
    ):
        return f"{question[: match.end()]} {rng.choice(('not', 'never'))}{rest}"
    if verb in ("did", "does", "do") and (tail := re.search(r"\s([a-z]+)\s*(\w*)\s*\?*\s*$", rest)):
        place = match.end() + tail.start()
        return f"{question[:place]} {rng.choice(('not', 'never'))}{question[place:]}"
    return f"{question[: match.end()]}n't{rest}" if verb not in ("may", "can", "will") else None


def find_neighbours(
    vectors: torch.Tensor,
    words: Sequence[str],
    wanted: Collection[str],
    low: float,
    high: float,
    most: int = 12,
) -> dict[str, list[str]]:
    """Words whose start vectors are near but not too near: rivals rather than synonyms.

    Args:
        vectors: ``(len(words), width)``.
        words: the words of its rows.
        wanted: the words to find rivals of.
        low: least cosine of a rival.
        high: greatest cosine; above it mostly other forms and synonyms.
        most: rivals kept for a word.
    """
    import torch

    unit = torch.nn.functional.normalize(vectors - vectors.mean(0), dim=1)
    asked = [row for row, word in enumerate(words) if word in wanted]
    table = {}
    for start in range(0, len(asked), 1024):
        rows = asked[start : start + 1024]
        close = unit[rows] @ unit.T
        close[close > high] = -1
        values, places = close.topk(most * 2, dim=1)
        for row, value, place in zip(rows, values.tolist(), places.tolist(), strict=True):
            word = words[row]
            rivals = [
                words[p]
                for v, p in zip(value, place, strict=True)
                if v >= low
                and words[p][:4] != word[:4]
                and len(words[p]) > 3
                and words[p] not in FUNCTION_WORDS
                and not are_synonyms(word, words[p])
            ]
            if rivals:
                table[word] = rivals[:most]
    return table
