"""The answer as JSON: the contract that scripts, the API and the page rely on."""

from __future__ import annotations

from typing import Any

from summitqa.types import Answer, Citation, Hit, ModelUse


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Give the object that ``ask --json`` prints."""
    return {
        "question": answer.question,
        "rewritten_question": answer.rewritten_question,
        "status": answer.status,
        "mode": answer.mode,
        "text": answer.text,
        "short_answer": answer.short_answer,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "evidence": [hit_to_json(hit) for hit in answer.evidence],
        "disagreements": [
            {"statement": each.statement, "citations": list(each.citations)}
            for each in answer.disagreements
        ],
        "notes": list(answer.notes),
        "model": _model_to_json(answer.model) if answer.model else None,
        "index_digest": answer.index_digest,
        "timings_ms": {
            "retrieve": round(answer.timings.retrieve, 2),
            "read": round(answer.timings.read, 2),
            "total": round(answer.timings.total, 2),
        },
    }


def _model_to_json(use: ModelUse) -> dict[str, Any]:
    return {
        "name": use.name,
        "tokens_in": use.tokens_in,
        "tokens_out": use.tokens_out,
        "struck": [{"text": each.text, "reasons": list(each.reasons)} for each in use.struck],
    }


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "document": citation.document,
        "title": citation.title,
        "date": citation.date,
        "page": citation.page,
        "heading": citation.heading,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verified": citation.verified,
    }


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Give one piece of evidence: a passage with its score and stage."""
    return {
        "document": hit.passage.document,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "stage": hit.stage,
    }
