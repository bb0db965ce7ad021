"""Read passages for a question: the answer span, how good it is, whether there is one.

The reader is a small cross-encoder (MiniLM-L6 with four heads, trained by ``training/``) in
one ONNX file. Its input is

    [CLS] question [SEP] title [SEP] passage [SEP]

with segment 0 up to the separator before the passage and 1 from there on; the title (a
document's title and heading, whatever tells what the passage is about) may be missing, and
its separator with it. A passage longer than the window is read in overlapping windows and
the best span wins. The same input with a claim in the place of the question gives the
support score.

Every window is one run of the network without padding, so a result never depends on what
else is in the call, on the order, or on the number of threads.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from summitqa.engine import hash_file, open_session
from summitqa.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

CLASSIFY: Final = 101
SEPARATE: Final = 102
LONGEST_QUESTION: Final = 64
LONGEST_TITLE: Final = 24
LONGEST_ANSWER: Final = 30
NO_SPAN: Final = -100.0
"""Score of a passage with nothing to read in it."""

MODELS: Final = Path(__file__).parent / "models"
_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"\w+")
_PARTICULAR = re.compile(r"(?<=\w\s)[A-Z]\w+|\d+")
_EDGE = " \t\r\n\u00a0.,;:!?\"'“”‘’«»*_|"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Span:
    """A possible short answer: ``passage[start:end]``.

    Attributes:
        start: First character in the passage, in Unicode code points.
        end: One past its last character.
        score: Span score less no-answer score; comparable across passages and questions.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage."""

    start: int
    """First character of the answer span in the passage, in Unicode code points."""
    end: int
    """One past its last character; equal to ``start`` where there is nothing to read."""
    text: str
    """``passage[start:end]``."""
    score: float
    """Span score less no-answer score: above 0 the span is the better bet. Comparable
    across passages and questions."""
    answerable: float
    """Calibrated probability that the passage answers the question."""
    within: tuple[Span | None, ...] = ()
    """The best span inside each stretch that was asked for; None where no token lies in it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What ``reader.json`` says about the file beside it."""

    sha256: str
    tokenizer_sha256: str
    longest: int
    """Most tokens in one window, question and title included."""
    stride: int
    """Tokens that neighbouring windows share."""
    answerable: tuple[float, float, float]
    """Weights of the span score and the answerable logit, and the intercept."""
    support: tuple[float, float, float, float]
    """Weights of the support logit, of the share of the claim's words and of its numbers and
    names that the evidence has, and the intercept."""
    version: str


@dataclass(frozen=True, slots=True)
class _Window:
    tokens: list[int]
    segments: list[int]
    offsets: list[tuple[int, int]]
    lead: int


def join_tokens(
    question: list[int], title: list[int], passage: list[int]
) -> tuple[list[int], list[int]]:
    """Put token numbers into the input format.

    Returns:
        The tokens and their segments, 1 for the passage and its separator.
    """
    lead = [CLASSIFY, *question, SEPARATE]
    if title:
        lead += [*title, SEPARATE]
    return [*lead, *passage, SEPARATE], [0] * len(lead) + [1] * (len(passage) + 1)


def tidy_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole words and take punctuation and spaces off its edges.

    A closing bracket stays when its opening one is inside the span, and an opening one when
    its closing one is. A span of punctuation alone is left as it is.
    """
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    first, last = start, end
    while first < last:
        inner = text[first:last]
        if inner[0] in _EDGE or _is_stray(inner, 0):
            first += 1
        elif inner[-1] in _EDGE or _is_stray(inner, -1):
            last -= 1
        else:
            return first, last
    return start, end


def _is_stray(inner: str, place: int) -> bool:
    """Whether the bracket at an edge has no partner inside."""
    letter = inner[place]
    if place == -1 and letter in _BRACKETS:
        return inner.count(_BRACKETS[letter]) < inner.count(letter)
    partners = [close for close, opening in _BRACKETS.items() if opening == letter]
    return place == 0 and bool(partners) and inner.count(partners[0]) < inner.count(letter)


class Reader:
    """The trained reader. Safe to share between threads."""

    def __init__(self, session: Any, tokenizer: Any, card: Card, threads: int) -> None:
        """Use ``load_reader``; the parts are given here so that a test can look inside."""
        self.card = card
        self._session = session
        self._tokenizer = tokenizer
        self._threads = max(1, threads)

    def with_card(self, card: Card) -> Reader:
        """Return the same network read with another calibration or window."""
        return Reader(self._session, self._tokenizer, card, self._threads)

    def read(
        self,
        question: str,
        passages: Sequence[str],
        titles: Sequence[str] | None = None,
        stretches: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> list[Reading]:
        """Find the best span of each passage, and of stretches of it.

        Args:
            question: what is asked.
            passages: any number of texts, of any length.
            titles: for each passage, what it is from ("title, heading, date"); empty for none.
            stretches: for each passage, stretches of it (its sentences) as start and end.

        Returns:
            One reading a passage, in their order; offsets count code points of the passage.

        Raises:
            ValueError: ``titles`` or ``stretches`` is of another length than ``passages``.
        """
        for name, given in (("titles", titles), ("stretches", stretches)):
            if given is not None and len(given) != len(passages):
                raise ValueError(f"{len(passages)} passages but {len(given)} {name}")
        asked = self._encode(question).ids[:LONGEST_QUESTION]
        work = [
            self._cut(asked, passage, titles[number] if titles else "")
            for number, passage in enumerate(passages)
        ]
        results = self._run(work)
        return [
            self._read_one(passage, windows, outputs, stretches[number] if stretches else ())
            for number, (passage, windows, outputs) in enumerate(
                zip(passages, work, results, strict=True)
            )
        ]

    def support(self, claim: str, evidence: Sequence[str]) -> list[float]:
        """Say for each text with what probability it supports the whole claim.

        Args:
            claim: one sentence.
            evidence: any number of texts; each is judged by itself.

        Returns:
            Calibrated probabilities, in order; 0 for an empty text.
        """
        said = self._encode(claim).ids[:LONGEST_QUESTION]
        room = self.card.longest - len(said) - 3
        shown = [self._condense(claim, text, room) for text in evidence]
        work = [self._cut(said, text, "") for text in shown]
        by_logit, by_words, by_particulars, intercept = self.card.support
        chances = []
        for text, outputs in zip(shown, self._run(work), strict=True):
            words, particulars = claim_overlap(claim, text)
            rest = by_words * words + by_particulars * particulars + intercept
            chances.append(
                max((_logistic(by_logit * float(out[2][2]) + rest) for out in outputs), default=0.0)
            )
        return chances

    def _condense(self, claim: str, evidence: str, room: int) -> str:
        """Cut evidence down to one window: the sentences nearest to the claim, in order.

        A claim may rest on several sentences, which the network must see together.
        """
        if len(self._encode(evidence).ids) <= room:
            return evidence
        sentences = [part for part in _SENTENCE_END.split(evidence) if part.strip()]
        nearness = [sum(claim_overlap(claim, sentence)) for sentence in sentences]
        kept: set[int] = set()
        for place in sorted(range(len(sentences)), key=lambda n: -nearness[n]):
            cost = len(self._encode(sentences[place]).ids)
            if cost <= room:
                kept.add(place)
                room -= cost
        return " ".join(sentences[place] for place in sorted(kept)) or evidence

    def _encode(self, text: str) -> Any:
        return self._tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)

    def _cut(self, question: list[int], passage: str, title: str) -> list[_Window]:
        heading = self._encode(title).ids[:LONGEST_TITLE] if title else []
        encoded = self._encode(passage)
        lead = len(question) + 2 + (len(heading) + 1 if heading else 0)
        room = self.card.longest - lead - 1
        windows = []
        for first in range(0, max(1, len(encoded.ids) - self.card.stride), room - self.card.stride):
            ids = encoded.ids[first : first + room]
            if ids:
                tokens, segments = join_tokens(question, heading, ids)
                offsets = encoded.offsets[first : first + room]
                windows.append(_Window(tokens, segments, offsets, lead))
        return windows

    def _run(self, work: list[list[_Window]]) -> list[list[Any]]:
        """Run every window by itself; threads share the windows, never a window."""
        flat = [window for windows in work for window in windows]
        if self._threads == 1 or len(flat) < 2:
            done = [self._run_one(window) for window in flat]
        else:
            with ThreadPoolExecutor(min(self._threads, len(flat))) as pool:
                done = list(pool.map(self._run_one, flat))
        ready = iter(done)
        return [[next(ready) for _ in windows] for windows in work]

    def _run_one(self, window: _Window) -> Any:
        import numpy as np

        feed = {
            "tokens": np.array([window.tokens], dtype=np.int64),
            "segments": np.array([window.segments], dtype=np.int64),
        }
        start, end, verdict = self._session.run(["start", "end", "verdict"], feed)
        return start[0], end[0], verdict[0]

    def _read_one(
        self,
        passage: str,
        windows: list[_Window],
        outputs: list[Any],
        stretches: Sequence[tuple[int, int]],
    ) -> Reading:
        by_score, by_logit, intercept = self.card.answerable
        best: tuple[float, int, int] = (NO_SPAN, 0, 0)
        answerable = 0.0
        for window, (start, end, verdict) in zip(windows, outputs, strict=True):
            size = len(window.offsets)
            first, last, mass = best_span(
                start[window.lead : window.lead + size], end[window.lead : window.lead + size]
            )
            score = mass - float(verdict[0])
            chance = _logistic(by_score * score + by_logit * float(verdict[1]) + intercept)
            answerable = max(answerable, chance)
            if score > best[0]:
                best = (score, window.offsets[first][0], window.offsets[last][1])
        begin, stop = tidy_span(passage, best[1], best[2])
        within = tuple(_best_within(passage, each, windows, outputs) for each in stretches)
        return Reading(begin, stop, passage[begin:stop], best[0], answerable, within)


def _best_within(
    passage: str, stretch: tuple[int, int], windows: list[_Window], outputs: list[Any]
) -> Span | None:
    """Find the best span whose tokens lie in a stretch of the passage."""
    found: Span | None = None
    for window, (start, end, verdict) in zip(windows, outputs, strict=True):
        places = [
            place
            for place, (a, b) in enumerate(window.offsets)
            if stretch[0] <= a and b <= stretch[1]
        ]
        if not places:
            continue
        low, high = window.lead + places[0], window.lead + places[-1] + 1
        first, last, mass = best_span(start[low:high], end[low:high])
        score = mass - float(verdict[0])
        if found is None or score > found.score:
            begin = window.offsets[places[0] + first][0]
            stop = window.offsets[places[0] + last][1]
            found = Span(*tidy_span(passage, begin, stop), score)
    return found


def claim_overlap(claim: str, evidence: str) -> tuple[float, float]:
    """Share of a claim's words, and of its numbers and names, that the evidence has.

    Words are compared by their first five letters, so that inflection does not matter; a
    claim without numbers and names has all of them.
    """
    found = {word[:5] for word in _WORD.findall(evidence.lower())}
    words = {word.lower()[:5] for word in _WORD.findall(claim) if len(word) > 3}
    particulars = {word.lower()[:5] for word in _PARTICULAR.findall(claim)}
    shares = [len(part & found) / len(part) if part else 1.0 for part in (words, particulars)]
    return shares[0], shares[1]


def best_span(start: NDArray[np.float32], end: NDArray[np.float32]) -> tuple[int, int, float]:
    """First and last token of the best span of at most 30 tokens, and its score.

    Args:
        start: start logits of the passage's tokens.
        end: end logits, of the same length.
    """
    import numpy as np

    size = len(start)
    table = np.full((size, min(LONGEST_ANSWER, size)), -np.inf, dtype=np.float64)
    for more in range(table.shape[1]):
        table[: size - more, more] = start[: size - more].astype(np.float64) + end[more:]
    first, more = divmod(int(table.argmax()), table.shape[1])
    return first, first + more, float(table[first, more])


def _logistic(value: float) -> float:
    from math import exp

    return 1 / (1 + exp(-value)) if value > -700 else 0.0


def _check(path: Path, expected: str) -> None:
    try:
        found = hash_file(path)
    except OSError as error:
        raise ModelError(
            f"The reader's file {path} cannot be read ({error.strerror}); install SummitQA again."
        ) from error
    if found != expected:
        raise ModelError(
            f"The reader's file {path} is damaged or of another version (its sha256 is not the"
            " one in reader.json); install SummitQA again."
        )


def read_card(folder: Path) -> Card:
    """Read ``reader.json``.

    Raises:
        ModelError: it is missing or not as it should be.
    """
    path = folder / "reader.json"
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
        return Card(
            sha256=items["sha256"],
            tokenizer_sha256=items["tokenizer_sha256"],
            longest=int(items["longest"]),
            stride=int(items["stride"]),
            answerable=(
                float(items["answerable"]["score"]),
                float(items["answerable"]["logit"]),
                float(items["answerable"]["intercept"]),
            ),
            support=(
                float(items["support"]["logit"]),
                float(items["support"]["words"]),
                float(items["support"]["particulars"]),
                float(items["support"]["intercept"]),
            ),
            version=items["version"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The reader's description {path} is missing or malformed; install SummitQA again."
        ) from error


def load_reader(path: Path | None = None, threads: int = 2) -> Reader:
    """Load the reader with ONNX Runtime; torch and transformers are not needed.

    Args:
        path: a folder with ``reader.onnx``, ``reader.json`` and ``tokenizer.json``; the
            shipped one if None.
        threads: windows read at a time; the results do not depend on it.

    Raises:
        ModelError: a file is missing, damaged or cannot be loaded.
    """
    folder = path or MODELS
    card = read_card(folder)
    _check(folder / "reader.onnx", card.sha256)
    _check(folder / "tokenizer.json", card.tokenizer_sha256)
    from tokenizers import Tokenizer

    session = open_session(folder / "reader.onnx")
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(
            f"The reader's tokenizer in {folder} cannot be loaded ({error});"
            " install SummitQA again."
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Reader(session, tokenizer, card, threads)
