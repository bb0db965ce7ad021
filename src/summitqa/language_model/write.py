"""From numbered evidence to a draft whose every sentence is cited and supported."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from summitqa.errors import LanguageModelError
from summitqa.language_model.client import Writes
from summitqa.language_model.markers import MarkedSentence, parse_marked_text
from summitqa.language_model.prompt import build_messages, is_refusal, shown_title
from summitqa.support import SUPPORT_THRESHOLD, Support, check_support
from summitqa.types import DocumentSummary, Draft, DraftSentence, Sentence, StruckSentence

_STOPS = tuple(".!?”\"'»)")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a model's reply.

    Attributes:
        draft: The sentences that stand; may be empty.
        struck: The sentences that do not, with reasons.
        refused: Whether the model said that the evidence does not answer.
        tokens_in: Tokens of the prompt, if the server counted them.
        tokens_out: Tokens of the reply, if the server counted them.
        problems: What was wrong with markers of sentences that stand all the same.
    """

    draft: Draft
    struck: tuple[StruckSentence, ...]
    refused: bool
    tokens_in: int | None = None
    tokens_out: int | None = None
    problems: tuple[str, ...] = ()


def write_answer(
    question: str,
    evidence: Sequence[Sentence],
    summaries: Mapping[str, DocumentSummary],
    model: Writes,
    score: Callable[[str, Sequence[str]], Sequence[float]] | None,
    limit: int,
    *,
    threshold: float = SUPPORT_THRESHOLD,
    on_text: Callable[[str], None] | None = None,
    cancelled: threading.Event | None = None,
) -> Written:
    """Let a model write, and keep what its citations support.

    Args:
        question: The question, standing alone.
        evidence: Sentences it may cite, numbered from 1.
        summaries: Metadata of the documents, by id.
        model: The chat model.
        score: The support head; None leaves the deterministic checks alone.
        limit: The largest number of sentences.
        threshold: Support below which a sentence is struck.
        on_text: Gets the raw text as it comes, before any check.
        cancelled: Set by the person to stop.

    Raises:
        LanguageModelError: The model gave nothing that can be read.
    """
    reply = model.reply(build_messages(question, evidence, summaries, limit), on_text, cancelled)
    if _is_markup(reply.text):
        raise LanguageModelError("The language model's server sent a web page, not an answer.")
    kept: list[DraftSentence] = []
    struck: list[StruckSentence] = []
    problems: dict[str, None] = {}
    sentences = parse_marked_text(reply.text, len(evidence))
    if reply.cut and sentences and not sentences[-1].text.endswith(_STOPS):
        struck.append(StruckSentence(sentences[-1].text, ("the reply was cut off here",)))
        sentences = sentences[:-1]
    for sentence in sentences:
        if is_refusal(sentence.text):
            continue
        cited = [evidence[number - 1] for number in sentence.numbers]
        verdict = _check(sentence, cited, summaries, score, threshold)
        if verdict.supported and len(kept) < limit:
            kept.append(DraftSentence(sentence.text, tuple(cited)))
            problems |= dict.fromkeys(sentence.problems)
        else:
            reasons = (*sentence.problems, *verdict.reasons) or ("the answer is long enough",)
            struck.append(StruckSentence(sentence.text, reasons))
    return Written(
        draft=Draft(tuple(kept)),
        struck=tuple(struck),
        refused=is_refusal(reply.text) and not kept,
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        problems=tuple(problems),
    )


def _check(
    sentence: MarkedSentence,
    cited: Sequence[Sentence],
    summaries: Mapping[str, DocumentSummary],
    score: Callable[[str, Sequence[str]], Sequence[float]] | None,
    threshold: float,
) -> Support:
    # A full stop between them, or the end of one text and the start of the next would read
    # as one name or number.
    context = ". ".join(
        f"{shown_title(summaries[each.document])}. {summaries[each.document].date or ''}"
        for each in cited
    )
    return check_support(sentence.text, [each.text for each in cited], context, score, threshold)


def _is_markup(text: str) -> bool:
    head = text.lstrip()[:200].casefold()
    return head.startswith(("<!doctype", "<html", "<?xml"))
