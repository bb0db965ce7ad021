"""SummitQA as parts of a LangChain pipeline: a retriever and an embedding model."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from summitqa.ask import Assistant
from summitqa.embed import Embedder
from summitqa.types import Hit, Scope


class SummitQAEmbeddings(Embeddings):
    """An embedding model of SummitQA in LangChain's terms."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of unit length for each passage."""
        vectors: list[list[float]] = self.embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        vector: list[float] = self.embedder.embed_question(text).tolist()
        return vector


class SummitQARetriever(BaseRetriever):
    """The passages that SummitQA finds for a question, re-ranked by its reader.

    Each LangChain document holds a passage's exact words; its metadata say where they
    stand (``document``, ``title``, ``date``, ``start``, ``end``, ``page``, ``headings``)
    and how they ranked (``score``, ``stage``).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    """Answers from one index; see `summitqa.open_assistant`."""
    scope: Scope = Field(default_factory=Scope)
    """What may be searched."""
    top_k: int | None = None
    """Passages to return; ``settings.top_k`` if unset."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        summaries = self.assistant.snapshot().summaries()

        def describe(hit: Hit) -> dict[str, Any]:
            summary = summaries.get(hit.passage.document)
            return {
                "document": hit.passage.document,
                "title": summary.title if summary else "",
                "date": summary.date if summary else None,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "page": hit.passage.page,
                "headings": list(hit.passage.headings),
                "score": hit.score,
                "stage": hit.stage,
            }

        hits = self.assistant.search(query, scope=self.scope, top_k=self.top_k)
        return [Document(hit.passage.text, metadata=describe(hit)) for hit in hits]
