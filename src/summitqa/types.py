"""The values that pass between the stages: frozen, in full words, one meaning each.

Offsets count Unicode code points in a document's canonical text, which is what
``summitqa show`` prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Stage = Literal["dense", "lexical", "fused", "reranked"]
Status = Literal["answered", "abstained"]
Mode = Literal["extractive", "language-model"]
Tier = Literal["official", "press", "secondary"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of a document come from."""

    title: str
    url: str | None = None
    publisher: str | None = None
    date: str | None = None
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document in its canonical text.

    Attributes:
        id: Path relative to the corpus root with forward slashes, or the address.
        title: Title, taken from the metadata or from the document itself.
        text: The canonical text, in which every offset counts.
        date: ISO date (or year, or year and month) of the event or text, if known.
        updated: ISO date of the latest fact in the document, if known.
        page_starts: Offset at which each page starts; empty for formats without pages.
        content_hash: sha256 of the source's bytes and its metadata, hexadecimal.
        media_type: ``text/markdown``, ``application/pdf``, ...
    """

    id: str
    title: str
    text: str
    date: str | None = None
    updated: str | None = None
    issuer: str | None = None
    summit: str | None = None
    kind: str | None = None
    places: tuple[str, ...] = ()
    source_url: str | None = None
    sources: tuple[Source, ...] = ()
    content_hash: str = ""
    page_starts: tuple[int, ...] = ()
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, as lists and filters need it.

    Attributes:
        tier: The best tier among the sources, if they state one.
        characters: Length of the canonical text in code points.
        passages: Number of passages.
    """

    id: str
    title: str
    date: str | None = None
    updated: str | None = None
    issuer: str | None = None
    summit: str | None = None
    kind: str | None = None
    places: tuple[str, ...] = ()
    source_url: str | None = None
    tier: Tier | None = None
    media_type: str = "text/plain"
    characters: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document for retrieval: ``document.text[start:end] == text``."""

    document: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document, for citation: ``document.text[start:end] == text``."""

    document: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a stage of retrieval found.

    Attributes:
        passage: The passage.
        score: The stage's own score; comparable within one stage and question only.
        stage: Which stage gave the score.
    """

    passage: Passage
    score: float
    stage: Stage


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be searched. Empty tuples and None mean no restriction.

    Attributes:
        summits: Values of ``Document.summit``.
        documents: Document ids.
        kinds: Values of ``Document.kind``.
        issuers: Issuers; a document matches when its issuer contains one of them.
        places: Places; a document matches when it lists one of them.
        years: Years of ``Document.date``.
        as_of: What may be known: documents dated later are left out.
    """

    summits: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A passage as the reader judged it against the question.

    Attributes:
        hit: The passage, with its fused score until it is ranked by its best sentence.
        span: Offsets of the short answer in the document, or None.
        span_score: The reader's span score minus its score for "no answer".
        answerable: Probability that the passage answers the question.
        sentences: Its sentences, headings left out.
        spans: The best short answer in each of them, as offsets in the document and a
            span score; None where the reader sees no word of the sentence.
    """

    hit: Hit
    span: tuple[int, int] | None = None
    span_score: float = 0.0
    answerable: float = 0.0
    sentences: tuple[Sentence, ...] = ()
    spans: tuple[tuple[int, int, float] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence as the answer; weighed together in ``summitqa.ranking``.

    Shares are of the question's terms, each counting by its rarity.

    Attributes:
        span: The reader's best span score in the sentence, a fifth of a difference of logits.
        answerable: The logit of the probability that its passage answers.
        fused: The passage's retrieval score as a share of the best one's.
        coverage: Share of the question's terms in the sentence.
        context: The same with the title and the headings above it.
        lead: Share of the question's terms among the sentence's first six terms.
        length: Logarithm of the sentence's length, a hundred characters being about 0.
        enumerates: 1 where a list is asked for and the span holds one, else 0.
        named: Share of the question's names that the sentence holds.
        fits: How well the sentence's values fit the kind asked for, 0 to 2.
        timely: How well its dates fit the period asked for, -2 to 2; 0 where none is.
        foreseen: 1 where it tells what was expected and the outcome is asked for, else 0.
        items: Where a list is asked for, how long a list the sentence holds, 0 to 5.
        denying: 1 where it says who is not on the list asked for, else 0.
        similarity: Cosine of question and sentence; 0 where it was not looked at closely.
        continued: Cosine of question and sentence with the one before it; likewise.
        reread: The logit of the probability that it answers, read once more with no more than the
            sentence before it; likewise.
        reread_span: The reader's best span score in the sentence, read so, a fifth of a
            difference of logits; likewise.
    """

    span: float
    answerable: float
    fused: float
    coverage: float
    context: float
    lead: float
    length: float
    enumerates: float
    named: float
    fits: float
    timely: float = 0.0
    foreseen: float = 0.0
    items: float = 0.0
    denying: float = 0.0
    similarity: float = 0.0
    continued: float = 0.0
    reread: float = 0.0
    reread_span: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence judged against the question.

    Attributes:
        sentence: The sentence.
        score: Evidence score, higher is better, comparable within a question.
        span: Offsets of the short answer in the document, if one lies in this sentence.
        signals: What the score was made from.
    """

    sentence: Sentence
    score: float
    span: tuple[int, int] | None = None
    signals: Signals | None = None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of an answer before its citations are resolved.

    Attributes:
        text: What the person will read, without markers.
        sources: The sentences of documents that it rests on.
    """

    text: str
    sources: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its citations are resolved.

    Attributes:
        sentences: In reading order.
        short_answer: Offsets of the short answer: document id, start, end.
    """

    sentences: tuple[DraftSentence, ...]
    short_answer: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact span of one stored document.

    Attributes:
        marker: The number shown in the answer's text as ``[marker]``.
        verified: True only where ``text[start:end] == quote`` was checked.
    """

    marker: int
    document: str
    title: str
    date: str | None
    page: int | None
    heading: str | None
    start: int
    end: int
    quote: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that give different values to the same question.

    Attributes:
        statement: One or more sentences that name the values, dates and sources.
        citations: Markers of the citations involved.
    """

    statement: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent."""

    retrieve: float = 0.0
    read: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of a conversation, as far as follow-ups need it.

    Attributes:
        question: The question as the person typed it.
        rewritten_question: The question that stood alone, if it was rewritten.
        answer: The answer's text (may be empty).
        documents: Ids of the documents cited.
    """

    question: str
    answer: str = ""
    rewritten_question: str | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StruckSentence:
    """A sentence of a language model that its citations do not support.

    Attributes:
        text: The sentence without markers.
        reasons: Why it does not stand, one phrase each.
    """

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a language model did for an answer.

    Attributes:
        name: The model as set, such as ``ollama:llama3.2``.
        tokens_in: Tokens of the prompt, if the server counted them.
        tokens_out: Tokens of the reply, if the server counted them.
        struck: Sentences that were taken out.
    """

    name: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    struck: tuple[StruckSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask`` gives: text with markers, and the exact evidence of each sentence.

    Attributes:
        text: Sentences with markers such as ``[1]``; or the sentence of abstention.
        short_answer: The answer's span in the words of the source, if any.
        confidence: Calibrated probability that the documents answer the question.
        citations: In order of their markers.
        evidence: Passages in rank order, given for abstentions too.
        notes: Remarks for the person (``as of``, a fallback, what was searched).
    """

    question: str
    status: Status
    mode: Mode
    text: str
    confidence: float
    rewritten_question: str | None = None
    short_answer: str | None = None
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Hit, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    notes: tuple[str, ...] = ()
    index_digest: str = ""
    timings: Timings = field(default_factory=Timings)
    model: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is indexed."""

    digest: str
    documents: int
    passages: int
    embedding_model: str
    updated: str
    schema: int
    corpus_dir: str
    failed: int = 0
