"""Documents: the list of them, and one document's canonical text with a quote found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, Response

from summitqa.api.locate import locate_quote
from summitqa.api.pdf_pages import draw_page, find_boxes
from summitqa.api.problems import hide_paths
from summitqa.api.schemas import PROBLEMS, Problem
from summitqa.api.service import Service
from summitqa.errors import DocumentError, UsageError
from summitqa.settings import Settings
from summitqa.types import Document, DocumentSummary, Source

Offset = Annotated[int | None, Query(ge=0, le=2_000_000_000)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
T = TypeVar("T")
DocumentName = Annotated[str, Query(min_length=1, max_length=2000)]


def summary_to_json(summary: DocumentSummary) -> dict[str, Any]:
    """Return a document without its text, for lists."""
    return {
        "id": summary.id,
        "title": summary.title,
        "date": summary.date,
        "updated": summary.updated,
        "issuer": summary.issuer,
        "summit": summary.summit,
        "kind": summary.kind,
        "places": list(summary.places),
        "source_url": web_address(summary.source_url),
        "tier": summary.tier,
        "media_type": summary.media_type,
        "characters": summary.characters,
        "passages": summary.passages,
    }


def web_address(address: str | None) -> str | None:
    """Return an address only if it leads to the web; ``javascript:`` and others do not."""
    return address if address and address.lower().startswith(("https://", "http://")) else None


def _source_to_json(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "url": web_address(source.url),
        "publisher": source.publisher,
        "date": source.date,
        "tier": source.tier,
    }


def document_to_json(document: Document, summary: DocumentSummary | None) -> dict[str, Any]:
    """Return a document with its canonical text, in which offsets count code points."""
    return {
        "id": document.id,
        "title": document.title,
        "date": document.date,
        "updated": document.updated,
        "issuer": document.issuer,
        "summit": document.summit,
        "kind": document.kind,
        "places": list(document.places),
        "source_url": web_address(document.source_url),
        "sources": [_source_to_json(source) for source in document.sources],
        "tier": summary.tier if summary else None,
        "media_type": document.media_type,
        "page_starts": list(document.page_starts),
        "text": document.text,
    }


def reading_routes(service: Service) -> APIRouter:
    """Return the routes that list and read documents."""
    routes = APIRouter(prefix="/api", tags=["documents"], responses=PROBLEMS)

    @routes.get("/documents")
    def documents() -> dict[str, Any]:
        """List all documents, without their text."""
        view = service.assistant().snapshot()
        return {
            "documents": [summary_to_json(one) for one in view.summaries().values()],
            "index_digest": view.digest,
        }

    @routes.get("/documents/text", responses={404: {"model": Problem}})
    def text(
        document: DocumentName,
        start: Offset = None,
        end: Offset = None,
        quote: Annotated[str | None, Query(max_length=10_000)] = None,
    ) -> dict[str, Any]:
        """Return one document's canonical text, and where a linked quote stands in it now."""
        view = service.assistant().snapshot()
        try:
            found = view.document(document)
        except UsageError as error:
            raise HTTPException(404, hide_paths(str(error), service.settings)) from None
        located = locate_quote(found.text, start, end, quote)
        return {
            "document": document_to_json(found, view.summaries().get(found.id)),
            "span": {"state": located.state, "start": located.start, "end": located.end},
            "index_digest": view.digest,
        }

    def pdf_of(document: str) -> Path:
        view = service.assistant().snapshot()
        summary = view.summaries().get(document)
        path = original_file(service.settings, document) if summary else None
        if path is None or summary is None or summary.media_type != "application/pdf":
            raise HTTPException(404, "There is no such PDF in the corpus folder.")
        return path

    @routes.get(
        "/documents/page",
        response_class=Response,
        responses={404: {"model": Problem}, 200: {"content": {"image/png": {}}}},
    )
    def page_image(document: DocumentName, page: PageNumber) -> Response:
        """Return a page of a PDF as an image."""
        image = _known_page(draw_page, pdf_of(document), page)
        return Response(image, media_type="image/png", headers={"Cache-Control": "no-cache"})

    @routes.get("/documents/boxes", responses={404: {"model": Problem}})
    def boxes(
        document: DocumentName,
        page: PageNumber,
        quote: Annotated[str, Query(min_length=1, max_length=10_000)],
    ) -> dict[str, Any]:
        """Return where a quote stands on a page of a PDF, as fractions from the top left."""
        found = _known_page(find_boxes, pdf_of(document), page, quote)
        return {"boxes": [asdict(box) for box in found]}

    @routes.get(
        "/documents/file",
        response_class=Response,
        responses={404: {"model": Problem}, 200: {"content": {"application/octet-stream": {}}}},
    )
    def original(document: DocumentName) -> Response:
        """Download a document's original file; a browser saves it and does not open it."""
        known = document in service.assistant().snapshot().summaries()
        path = original_file(service.settings, document) if known else None
        if path is None:
            raise HTTPException(404, "The original file is not in the corpus folder.")
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    return routes


def original_file(settings: Settings, document: str) -> Path | None:
    """Return the file of a document if it lies in the corpus folder itself."""
    root = settings.corpus_dir.resolve()
    path = (root / document).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _known_page(work: Callable[..., T], *arguments: Any) -> T:
    try:
        return work(*arguments)
    except DocumentError as error:
        raise HTTPException(404, str(error)) from None
