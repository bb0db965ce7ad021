"""The composition root: a question goes through the stages and comes out as an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from summitqa.answer_kind import prefer_fitting
from summitqa.cite import cite
from summitqa.close_look import compare_texts, in_context, look_closely
from summitqa.comparison import ask_cells, narrow, plan_comparison, sets_side_by_side, write_table
from summitqa.confidence import (
    Features,
    estimate_confidence,
    extract_features,
    load_calibration,
)
from summitqa.counterpart import LOOKED_AT, add_evidence, find_counterparts
from summitqa.disagreement import add_claims, find_disagreement, find_told, state_disagreement
from summitqa.enumeration import (
    complete_list,
    count_items,
    keep_fitting,
    prefer_lists,
    say_announced,
)
from summitqa.errors import UsageError
from summitqa.evidence import draft_answer, say_what_follows
from summitqa.judge import judge, reader_title
from summitqa.membership import (
    find_membership,
    find_whole_list,
    lists_members,
    prefer_membership,
)
from summitqa.premise import find_denial, prefer_denial
from summitqa.ranking import CLOSELY, load_ranking, rank_passages, rank_sentences
from summitqa.retrieve import documents_in_scope, retrieve, searched_terms
from summitqa.sequence import prefer_order
from summitqa.settings import Settings
from summitqa.several import (
    interleave,
    join_drafts,
    join_short_answers,
    merge_hits,
    prefer_common,
    word_parts,
)
from summitqa.split import is_heading
from summitqa.table_rows import write_rows
from summitqa.temporal import (
    find_replaced,
    is_known_by,
    prefer_by_time,
    restrict_hits,
    write_notes,
)
from summitqa.types import (
    Answer,
    Draft,
    DraftSentence,
    Evidence,
    Hit,
    IndexStatus,
    Judgement,
    Scope,
    Timings,
    Turn,
)
from summitqa.understanding.capitals import is_typed_small, restore_capitals
from summitqa.understanding.question import Asked, read_question
from summitqa.understanding.references import name_references
from summitqa.understanding.scope_words import check_scope, find_named_documents
from summitqa.understanding.weighed import plan_weighing
from summitqa.verify import verify
from summitqa.weighing import as_comparison, ask_sides, can_be_weighed

if TYPE_CHECKING:
    from summitqa.disagreement.claim import Claim
    from summitqa.embed import Embedder
    from summitqa.language_model.client import ChatModel
    from summitqa.read import Reader
    from summitqa.store.snapshot import Snapshot
    from summitqa.types import Passage, Sentence

ABSTENTION = "The documents do not say."
CAPITALS_FROM = 20
"""Passages that share the most with a question without capitals, for how they write its names."""


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval and reading found for a question."""

    asked: Asked
    scope: Scope
    hits: tuple[Hit, ...]
    judgements: tuple[Judgement, ...]
    evidence: tuple[Evidence, ...]
    features: Features | None
    confidence: float
    retrieve_ms: float
    read_ms: float
    notes: tuple[str, ...] = ()


def open_assistant(settings: Settings) -> Assistant:
    """Open the index and make an assistant that answers from it.

    Raises:
        IndexStateError: There is no index, or it is not one that can be read.
        LanguageModelError: A language model is configured and cannot be set up.
    """
    assistant = Assistant(settings)
    assistant.snapshot()
    if settings.llm:
        assistant.model  # noqa: B018 - a wrong setting is told now, not at the first question
    return assistant


class Assistant:
    """Answers questions from one index; safe to share between threads.

    Models are loaded at the first question, or by `warm`. The assistant moves to a new
    state of the index by itself; one question is answered from one state.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        from summitqa.embed import RememberingEmbedder, load_embedder

        return RememberingEmbedder(load_embedder(self.settings))

    @cached_property
    def reader(self) -> Reader:
        """The reader."""
        from summitqa.read import load_reader

        return load_reader(threads=self.settings.threads)

    @cached_property
    def model(self) -> ChatModel:
        """The configured language model.

        Raises:
            LanguageModelError: It cannot be set up as configured.
        """
        from summitqa.language_model.client import open_model

        return open_model(self.settings)

    def snapshot(self) -> Snapshot:
        """Give the current state of the index."""
        from summitqa.store.snapshot import open_snapshot

        with self._lock:
            if self._snapshot is None or not self._snapshot.is_current():
                # The old state stays open for questions that are still under way; it is
                # closed when the last of them lets go of it.
                self._snapshot = open_snapshot(self.settings.index_dir, self.settings)
            return self._snapshot

    def status(self) -> IndexStatus:
        """Say what is indexed."""
        return self.snapshot().status()

    def load(self) -> None:
        """Load the embedding model and the reader side by side, unless they are loaded."""
        if {"embedder", "reader"} <= vars(self).keys():
            return
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(lambda: self.reader)
            self.embedder  # noqa: B018 - looked up to be loaded
            reading.result()

    def warm(self) -> None:
        """Load the models ahead of the first question."""
        self.load()
        self.embedder.embed(["warm"])
        self.reader.read("What is this?", ["This is a passage."])

    def search(
        self, question: str, *, scope: Scope | None = None, top_k: int | None = None
    ) -> tuple[Hit, ...]:
        """Give the passages nearest to the question, re-ranked by the reader, best first."""
        snapshot = self.snapshot()
        checked = write_names(check_question(question, self.settings), snapshot, scope)
        self.load()
        found = find(checked, self, snapshot, scope or Scope())
        return ranked_hits(found)[: top_k or self.settings.top_k]

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        rewrite: bool = True,
        on_text: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Answer:
        """Answer a question.

        Args:
            question: The question as the person typed it.
            history: Earlier turns, oldest first.
            scope: What may be searched.
            rewrite: Whether a follow-up may be rewritten into one that stands alone.
            on_text: Gets a language model's raw text as it comes, before any check.
            cancelled: Set by the person to stop a language model.

        Raises:
            UsageError: The question is empty or too long, or no document fits the scope.
            IndexStateError: The index cannot be read.
        """
        started = time.perf_counter()
        checked = check_question(question, self.settings)
        snapshot = self.snapshot()
        cased = write_names(checked, snapshot, scope)
        rewritten = None
        if rewrite and history:
            # Its patterns are many and slow to compile, and a first question needs none of them.
            from summitqa.conversation.focus import DEPTH
            from summitqa.conversation.rewrite import rewrite_follow_up

            recent = [in_capitals(turn, snapshot, scope) for turn in history[-DEPTH:]]
            rewritten = rewrite_follow_up(
                cased,
                [*history[:-DEPTH], *recent],
                snapshot.summaries(),
                lambda each: snapshot.document(each).text,
            )
        asked, scope = rewritten or cased, scope or Scope()
        summaries = snapshot.summaries()
        check_scope(scope, summaries, lambda each: documents_in_scope(each, summaries))
        self.load()
        parts = find_parts(asked, self, snapshot, scope)
        found = parts[0] if parts else find_where_named(asked, self, snapshot, scope)
        written = compose(asked, parts or (found,), snapshot, self.settings, self.embedder)
        answer = written if parts else tabulate(asked, written, found, self, snapshot)
        if self.settings.llm and answer.status == "answered":
            if answer is not written or is_enumerated(found.asked, answer, self.settings):
                answer = keep_whole(answer)
            else:
                evidence = interleave([each.evidence for each in parts or (found,)])
                answer = self._with_model(answer, evidence, snapshot, on_text, cancelled)
        answer = verify(answer, snapshot.document)
        answer = replace(answer, question=checked, rewritten_question=rewritten)
        total = (time.perf_counter() - started) * 1000
        return replace(answer, timings=replace(answer.timings, total=total))

    def _with_model(
        self,
        answer: Answer,
        evidence: Sequence[Evidence],
        snapshot: Snapshot,
        on_text: Callable[[str], None] | None,
        cancelled: threading.Event | None,
    ) -> Answer:
        """Let the configured language model write; the checks stay."""
        from summitqa.language_model.answering import answer_with_model

        return answer_with_model(
            answer,
            evidence,
            snapshot.summaries(),
            self.model,
            self.reader.support,
            limit=self.settings.max_sentences + 2,
            depth=self.settings.llm_evidence,
            mark=self.settings.llm_unsupported == "mark",
            on_text=on_text,
            cancelled=cancelled,
        )


def is_enumerated(asked: Asked, answer: Answer, settings: Settings) -> bool:
    """Say whether an answer gives the members that a question for a list asks for."""
    several = len(answer.citations) > settings.max_sentences
    return asked.kind == "list" and (
        several or any(count_items(each.quote) >= 2 for each in answer.citations)
    )


def keep_whole(answer: Answer) -> Answer:
    """Keep a table or a list as it is quoted: a language model may leave out a part of it.

    What it wrote could be checked for what it says, and not for what it does not say.
    """
    from summitqa.language_model.answering import WHOLE_NOTE

    return replace(answer, notes=(*answer.notes, WHOLE_NOTE))


def check_question(question: str, settings: Settings) -> str:
    """Strip a question and refuse an empty or over-long one."""
    stripped = " ".join(question.split())
    if not stripped:
        raise UsageError("The question is empty; type a question.")
    if len(stripped) > settings.max_question_characters:
        raise UsageError(
            f"The question has {len(stripped):,} characters, more than the "
            f"{settings.max_question_characters:,} allowed; shorten it."
        )
    return stripped


def write_names(question: str, snapshot: Snapshot, scope: Scope | None = None) -> str:
    """Write the names in a question typed without capitals as the documents write them."""
    if not is_typed_small(question):
        return question
    documents = documents_in_scope(scope or Scope(), snapshot.summaries())
    hits = snapshot.search_lexical(searched_terms(question), CAPITALS_FROM, documents)
    passages = snapshot.passages([number for number, _ in hits])
    return restore_capitals(question, [each.text for each in passages])


def in_capitals(turn: Turn, snapshot: Snapshot, scope: Scope | None) -> Turn:
    """Write the names in an earlier question in the same way: a follow-up may take them up."""
    return replace(turn, question=write_names(turn.question, snapshot, scope))


def find(question: str, assistant: Assistant, snapshot: Snapshot, scope: Scope) -> Found:
    """Retrieve, read and select evidence."""
    started = time.perf_counter()
    settings = assistant.settings
    summaries = snapshot.summaries()
    question = name_references(question, summaries)
    asked = read_question(question)
    scope = replace(scope, as_of=min(filter(None, (scope.as_of, asked.as_of)), default=None))
    hits = retrieve(question, snapshot, assistant.embedder, settings, scope)
    hits = restrict(hits, scope, snapshot)
    retrieved = time.perf_counter()
    judgements, evidence = read_hits(asked, hits[: settings.read_passages], assistant, snapshot)
    judgements = rank_passages(asked, judgements, evidence)
    evidence = prefer_fitting(asked, evidence)
    evidence = prefer_lists(asked, prefer_by_time(asked, evidence, summaries))
    denied = find_denial(asked, evidence)
    evidence = prefer_order(asked, prefer_denial(asked, evidence, denied))
    context = partial(told_in_context, snapshot)
    stated = find_membership(asked, evidence, context) or find_whole_list(asked, evidence)
    evidence = prefer_membership(evidence, stated)
    features, confidence = None, 0.0
    if judgements and evidence:
        features = extract_features(
            asked, judgements, evidence, summaries, hits[0].score, denied is not None
        )
        confidence = estimate_confidence(features, load_calibration())
        # The reader sees no answer in what denies a premise, and little in who is on a list.
        listed = stated is not None or lists_members(asked, evidence[0], context)
        if denied is not None or listed:
            confidence = max(confidence, load_calibration().threshold)
    return Found(
        asked=asked,
        scope=scope,
        hits=hits,
        judgements=judgements,
        evidence=evidence,
        features=features,
        confidence=confidence,
        retrieve_ms=(retrieved - started) * 1000,
        read_ms=(time.perf_counter() - retrieved) * 1000,
    )


def restrict(hits: tuple[Hit, ...], scope: Scope, snapshot: Snapshot) -> tuple[Hit, ...]:
    """Cut hits down to what may be known on the day of the scope, if it names one."""
    if scope.as_of is None:
        return hits
    return restrict_hits(
        hits, scope.as_of, snapshot.summaries(), lambda each: sentences_of(snapshot, each)
    )


def read_hits(
    asked: Asked,
    hits: Sequence[Hit],
    assistant: Assistant,
    snapshot: Snapshot,
    closely: int = CLOSELY,
    highest: float | None = None,
) -> tuple[tuple[Judgement, ...], tuple[Evidence, ...]]:
    """Read passages and rank their sentences; the last two as for ``rank_sentences``."""
    summaries = snapshot.summaries()
    judgements = judge(
        asked.text,
        hits,
        assistant.reader,
        summaries,
        len(hits),
        lambda each: passage_sentences(snapshot, each),
    )
    evidence = rank_sentences(
        asked,
        judgements,
        summaries,
        snapshot.term_weights,
        lambda sentences: look_closely(
            asked.text, sentences, snapshot, assistant.embedder, assistant.reader
        ),
        load_ranking(),
        closely,
        highest,
    )
    return judgements, evidence


def with_counterparts(found: Found, assistant: Assistant, snapshot: Snapshot) -> Found:
    """Read what other documents tell of the value that answers, where values can differ."""
    started = time.perf_counter()
    sure = found.confidence >= threshold_of(assistant.settings)
    told = find_told(found.asked, found.evidence) if sure else None
    if told is None:
        return found
    further = find_counterparts(
        found.asked.text,
        told.sentence,
        found.hits,
        assistant.settings.read_passages,
        snapshot,
        assistant.embedder,
        documents_in_scope(found.scope, snapshot.summaries()),
    )
    judgements, evidence = read_hits(
        found.asked,
        restrict(further, found.scope, snapshot),
        assistant,
        snapshot,
        LOOKED_AT,
        max(hit.score for hit in found.hits),
    )
    return replace(
        found,
        judgements=(*found.judgements, *judgements),
        evidence=add_evidence(found.evidence, evidence),
        read_ms=found.read_ms + (time.perf_counter() - started) * 1000,
    )


def find_where_named(
    question: str, assistant: Assistant, snapshot: Snapshot, scope: Scope
) -> Found:
    """Look in the document that the question names as its source, then everywhere.

    What other documents in the scope tell of the same is read too.
    """
    summaries = snapshot.summaries()
    named = () if scope.documents else find_named_documents(question, summaries)
    if not named:
        return with_counterparts(find(question, assistant, snapshot, scope), assistant, snapshot)
    inside = find(question, assistant, snapshot, replace(scope, documents=named))
    threshold = threshold_of(assistant.settings)
    if inside.evidence and inside.confidence >= threshold:
        return with_counterparts(inside, assistant, snapshot)
    found = with_counterparts(find(question, assistant, snapshot, scope), assistant, snapshot)
    title = summaries[named[0]].title
    elsewhere = found.evidence and found.confidence >= threshold
    rest = "the answer is from other documents." if elsewhere else "nor do the other documents."
    return replace(found, notes=(f"“{title}” itself does not say; {rest}",))


def threshold_of(settings: Settings) -> float:
    """Give the confidence below which the answer is an abstention."""
    given = settings.abstain_below
    return load_calibration().threshold if given is None else given


def sentences_of(snapshot: Snapshot, passage: Passage) -> list[Sentence]:
    """Give the sentences that lie wholly in a passage, headings included."""
    return [
        sentence
        for sentence in snapshot.sentences(passage.document, passage.start, passage.end)
        if sentence.start >= passage.start and sentence.end <= passage.end
    ]


def passage_sentences(snapshot: Snapshot, passage: Passage) -> list[Sentence]:
    """Give the whole sentences of a passage, headings left out."""
    return [each for each in sentences_of(snapshot, passage) if not is_heading(each)]


def told_in_context(snapshot: Snapshot, sentence: Sentence) -> tuple[str, str]:
    """Give a sentence with what announces it, and its document's title and heading."""
    whole = snapshot.document(sentence.document).text
    title = reader_title(sentence, snapshot.summaries())
    return in_context(snapshot, sentence, whole).text, title


def known_sentences(snapshot: Snapshot, document: str, found: Found) -> list[Sentence]:
    """Give the sentences of a document that the scope allows to be known."""
    summary, day = snapshot.summaries()[document], found.scope.as_of
    sentences = snapshot.sentences(document, 0, summary.characters)
    return [each for each in sentences if day is None or is_known_by(each, summary, day)]


def ranked_hits(found: Found) -> tuple[Hit, ...]:
    """Give the hits the reader judged, then the rest in their fused order."""
    judged = [judgement.hit for judgement in found.judgements]
    seen = {(hit.passage.document, hit.passage.start) for hit in judged}
    rest = [hit for hit in found.hits if (hit.passage.document, hit.passage.start) not in seen]
    return (*judged, *rest)


def find_parts(
    question: str, assistant: Assistant, snapshot: Snapshot, scope: Scope
) -> tuple[Found, ...]:
    """Look for each of the things that a question asks for, by itself.

    Returns:
        What was found for each; nothing where one thing is asked, where it is a comparison, or
        where the documents tell none of them.
    """
    summaries = snapshot.summaries()
    worded = word_parts(question, summaries)
    if not worded or plan_weighing(question) or plan_comparison(question, summaries):
        return ()
    parts = [find_where_named(part, assistant, snapshot, scope) for part in worded]
    told = [number for number, part in enumerate(parts) if is_told(part, assistant.settings)]
    common = prefer_common([parts[number].evidence for number in told]) if told else ()
    for number, evidence in zip(told, common, strict=True):
        parts[number] = replace(parts[number], evidence=evidence)
    return tuple(parts) if told else ()


def is_told(found: Found, settings: Settings) -> bool:
    """Say whether what was found answers."""
    return bool(found.evidence) and found.confidence >= threshold_of(settings)


def compose(
    question: str,
    parts: Sequence[Found],
    snapshot: Snapshot,
    settings: Settings,
    embedder: Embedder,
) -> Answer:
    """Write the answer, or the abstention when confidence is below the threshold.

    Args:
        question: The question, standing alone.
        parts: What was found for each thing that it asks for; mostly one.
        snapshot: The state of the index.
        settings: The settings.
        embedder: The embedding model.
    """
    days = dict.fromkeys(day for part in parts for day in part.asked.impossible)
    impossible = tuple(f"{each} is not a date that exists." for each in days)
    noted = dict.fromkeys(note for part in parts for note in part.notes)
    told = [part for part in parts if is_told(part, settings)]
    answer = Answer(
        question=question,
        status="abstained",
        mode="extractive",
        text=ABSTENTION,
        confidence=min((part.confidence for part in told), default=parts[0].confidence),
        evidence=merge_hits([ranked_hits(part) for part in parts])[: settings.top_k],
        index_digest=snapshot.digest,
        notes=(*impossible, *noted),
        timings=Timings(
            retrieve=sum(part.retrieve_ms for part in parts),
            read=sum(part.read_ms for part in parts),
        ),
    )
    if impossible or not told:
        return answer
    summaries = snapshot.summaries()
    written = [write_draft(part, snapshot, settings, embedder) for part in told]
    text, citations = cite(join_drafts([draft for draft, _ in written]), summaries)
    firsts = [draft.sentences[0].sources[0] for draft, _ in written]
    timed = dict.fromkeys(
        note
        for part, first in zip(told, firsts, strict=True)
        for note in write_notes(part.asked, part.scope.as_of, first, summaries[first.document])
    )
    untold = (
        f"The documents do not say: “{part.asked.text}”" for part in parts if part not in told
    )
    return replace(
        answer,
        status="answered",
        text=text,
        citations=citations,
        short_answer=join_short_answers(quote_short(draft, snapshot) for draft, _ in written),
        disagreements=tuple(
            told_apart
            for _, part_claims in written
            for told_apart in state_disagreement(part_claims, citations, summaries)
        ),
        notes=(*noted, *untold, *timed),
    )


def quote_short(draft: Draft, snapshot: Snapshot) -> str | None:
    """Give the words of a draft's short answer."""
    if draft.short_answer is None:
        return None
    document, start, end = draft.short_answer
    return " ".join(snapshot.document(document).text[start:end].split())


def write_draft(
    found: Found, snapshot: Snapshot, settings: Settings, embedder: Embedder
) -> tuple[Draft, tuple[Claim, ...]]:
    """Choose what is quoted for one question, and what sources tell differently of it."""
    summaries = snapshot.summaries()
    claims = find_disagreement(
        found.asked,
        found.evidence,
        summaries,
        lambda each: known_sentences(snapshot, each, found),
        partial(compare_texts, embedder),
    )
    fitting = keep_fitting(found.asked, found.evidence)
    draft = draft_answer(found.asked.text, fitting, settings.max_sentences)
    whole = snapshot.document(draft.sentences[0].sources[0].document)
    listed = known_sentences(snapshot, whole.id, found)
    draft = complete_list(found.asked, draft, listed, whole.text)
    draft = say_announced(found.asked, draft, listed, whole.text)
    draft = say_what_follows(draft, [each for each in listed if not is_heading(each)])
    older = find_replaced(found.asked, found.evidence, summaries)
    if older is not None and not claims:
        replaced = DraftSentence(older.sentence.text, (older.sentence,))
        draft = replace(draft, sentences=(*draft.sentences, replaced))
    draft = write_rows(
        add_claims(draft, claims), lambda each: known_sentences(snapshot, each, found)
    )
    return draft, tuple(claims)


def tabulate(
    question: str, answer: Answer, found: Found, assistant: Assistant, snapshot: Snapshot
) -> Answer:
    """Answer a comparison with a table, a question a cell, unless one sentence compares."""
    summaries = snapshot.summaries()
    weighing = plan_weighing(question)
    plan = as_comparison(weighing, question) if weighing else plan_comparison(question, summaries)
    if plan is None or found.asked.impossible:
        return answer
    best = found.evidence[0].sentence if found.evidence else None
    whole = best is not None and sets_side_by_side(plan, best)
    if whole and answer.citations and not plan.stated:
        return answer
    threshold = threshold_of(assistant.settings)
    sure: list[float] = []

    def search(cell: str, scope: Scope) -> tuple[Evidence, ...]:
        inner = find(cell, assistant, snapshot, narrow(found.scope, scope))
        sure.append(inner.confidence)
        return inner.evidence if inner.confidence >= threshold else ()

    if weighing is None:
        cells = ask_cells(plan, search)
        told = any(cell is not None for row in cells for cell in row)
    else:
        cells = ask_sides(weighing, lambda side: search(side, Scope()))
        told = can_be_weighed(cells)
    if not told:
        return answer
    text, citations = write_table(plan, cells, lambda draft: cite(draft, summaries))
    return replace(
        answer,
        status="answered",
        text=text,
        citations=citations,
        confidence=sum(sure) / len(sure),
        short_answer=None,
        disagreements=(),
    )
