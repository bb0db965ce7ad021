"""Find gold quotes in a document's canonical text, and compare stretches of text."""

from __future__ import annotations

import re
import unicodedata

from summitqa.evaluation.cases import Place

Span = tuple[int, int]

# A citation or passage meets a gold stretch when they share at least this part of the
# shorter of the two: a long passage that holds a short quote does, and so does one
# sentence of a quote of several, but not two neighbours that share a word.
ENOUGH_OVERLAP = 0.5

_GENITIVE = re.compile(r"['’]s\b")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def find_quote(text: str, quote: str) -> list[Span]:
    """Find every occurrence of a quote; runs of white space match each other.

    Returns:
        Offsets into ``text``, in order.
    """
    return [match.span() for match in _quote_pattern(quote).finditer(text)] if quote.strip() else []


def _quote_pattern(quote: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in quote.split()))


def locate(text: str, place: Place) -> Span | None:
    """Give the span of a gold place in its document, or None if it is not there.

    The whole document counts for a place without a quote. Of several occurrences the one
    at ``place.start`` counts, or else the first.
    """
    if place.quote is None:
        return (0, len(text))
    if place.start is not None:
        match = _quote_pattern(place.quote).match(text, place.start)
        return match.span() if match else None
    found = find_quote(text, place.quote)
    return found[0] if found else None


def overlap_coefficient(one: Span, other: Span) -> float:
    """Share of the shorter span that both cover (Szymkiewicz-Simpson), between 0 and 1."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    shorter = min(one[1] - one[0], other[1] - other[0])
    return max(0, shared) / shorter if shorter > 0 else 0.0


def meets(one: Span, other: Span) -> bool:
    """Tell whether two spans of one document are about the same words."""
    return overlap_coefficient(one, other) >= ENOUGH_OVERLAP


def covered(spans: list[Span]) -> list[Span]:
    """Merge spans, so that no character counts twice."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def shared_characters(ones: list[Span], others: list[Span]) -> int:
    """Count the characters that both sets of spans cover."""
    return sum(
        max(0, min(one[1], other[1]) - max(one[0], other[0]))
        for one in covered(ones)
        for other in covered(others)
    )


def normalise(text: str) -> str:
    """Lower the case, drop punctuation, articles and markers, and join on single spaces.

    As in the official SQuAD evaluation (Rajpurkar et al. 2016, "SQuAD: 100,000+ questions
    for machine comprehension of text", https://aclanthology.org/D16-1264), except that any
    Unicode punctuation counts, a comma or point between digits stays out without splitting
    the number, and a hyphen or dash between words becomes a space.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"\[\d+\]", " ", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"[-‐-―−/]", " ", text)
    text = re.sub(r"(?<=\d)\.(?=\d)", "\0", text)
    text = "".join(
        letter
        for letter in text
        if not unicodedata.category(letter).startswith(("P", "S")) or letter in "%€$£"
    )
    text = re.sub(r"([%€$£])", r" \1 ", text).replace("\0", ".")
    return " ".join(_ARTICLES.sub(" ", text).split())


def contains(text: str, words: str) -> bool:
    """Tell whether ``words`` occur in ``text`` as whole words, both normalised.

    A genitive counts as the word itself.
    """
    plain, wanted = (normalise(_GENITIVE.sub("", each)) for each in (text, words))
    return f" {wanted} " in f" {plain} "
