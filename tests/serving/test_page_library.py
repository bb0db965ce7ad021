"""The library, conversations, PDF pages and access, in a real browser."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.data.web import page as answer_with
from tests.data.web import serve_site

from summitqa.api.pdf_pages import draw_page, find_boxes
from summitqa.api.service import Service
from summitqa.errors import DocumentError
from summitqa.load import load_document
from summitqa.settings import Settings

Serve = Callable[..., AbstractContextManager[str]]
MakeService = Callable[..., Service]
Ask = Callable[[Page, str], None]
QUESTION = "Which country was the first country to sign the declaration?"


@pytest.mark.browser
def test_a_document_is_added_asked_about_and_removed(
    page: Page, address: str, ask: Ask, tmp_path: Path
) -> None:
    note = tmp_path / "tides.md"
    note.write_text("# Tides\n\nThe tide gauge at Marlow Quay reads 4 metres.\n", encoding="utf-8")
    page.goto(address)
    page.get_by_role("button", name="Library").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label("Search documents").fill("lighthouse")
    expect(rows).to_have_count(1)
    page.get_by_label("Search documents").fill("")
    page.get_by_label("Filter by kind").select_option("declaration")
    expect(rows).to_have_count(1)
    page.get_by_label("Filter by kind").select_option("")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([note])
    expect(page.locator(".page-body:not([hidden]) .job")).to_contain_text("Done: 1 added")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    ask(page, "What does the tide gauge at Marlow Quay read?")
    expect(page.locator(".answer-text")).to_contain_text("4 metres")

    page.get_by_role("button", name="Library").click()
    page.get_by_label("Choose Tides").check()
    page.get_by_role("button", name="Remove 1 document").click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Delete 1 file from the corpus?").click()
    expect(page.locator(".page-body:not([hidden]) .job")).to_contain_text("Done: 1 removed")
    expect(rows).to_have_count(2)


@pytest.mark.browser
def test_dropped_files_and_folders_are_added_and_a_refused_one_is_named(
    page: Page, address: str, tmp_path: Path
) -> None:
    folder = tmp_path / "dropped"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "tides.md").write_text("# Tides\n\nThe tide is high.\n", "utf-8")
    (folder / "programme.exe").write_bytes(b"MZ")
    page.goto(address)
    page.get_by_role("button", name="Library").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    box = page.locator(".adding").bounding_box()
    assert box
    where = {"x": box["x"] + 20, "y": box["y"] + 20}
    files = [str(folder / "notes"), str(folder / "programme.exe")]
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": files, "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, **where, "data": data})
    job = page.locator(".page-body:not([hidden]) .job")
    expect(job).to_contain_text("Done: 1 added")
    expect(job.locator("li.indexed")).to_contain_text("notes/tides.md added")
    expect(job.locator("li.refused")).to_contain_text("programme.exe not added")
    expect(page.locator("tbody tr")).to_have_count(3)


@pytest.mark.browser
def test_a_document_is_added_by_its_address_and_one_that_is_not_there_is_refused(
    page: Page, serve: Serve, make_service: MakeService, ask: Ask, assistant: Any
) -> None:
    assistant.settings = assistant.settings.model_copy(update={"allow_private_hosts": True})
    html = b"<html><body><main><h1>Tides</h1><p>The tide gauge reads 4 metres.</p></main></body>"
    with serve_site() as site, serve(make_service()) as address:
        site.pages["/tides"] = answer_with(html, "text/html; charset=utf-8")
        site.pages["/gone"] = answer_with(b"gone", status=404)
        page.goto(address)
        page.get_by_role("button", name="Library").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        field = page.get_by_label("Address of a document")
        job = page.locator(".page-body:not([hidden]) .job")
        field.fill(f"{site.address}/gone")
        field.press("Enter")
        expect(job.locator("li.refused")).to_contain_text(f"{site.address}/gone not added: ")
        expect(job.locator("li.refused")).to_contain_text("404")
        field.fill(f"{site.address}/tides")
        page.get_by_role("button", name="Add address").click()
        expect(job).to_contain_text("Done: 1 added")
        expect(job.locator("li.indexed")).to_contain_text(f"{site.address}/tides added")
        expect(page.locator("tbody tr")).to_have_count(3)
        # The page itself said so; the notice is for what others change.
        expect(page.locator(".renewed")).to_be_empty()
        page.get_by_role("button", name="Ask", exact=True).first.click()
        ask(page, "What does the tide gauge read?")
        expect(page.locator(".answer-text")).to_contain_text("4 metres")
        page.locator(".marker").first.click()
        original = page.get_by_role("link", name="Original")
        expect(original).to_have_attribute("href", f"{site.address}/tides")


@pytest.mark.browser
def test_an_address_of_this_machine_is_refused_in_words_unless_allowed(
    page: Page, address: str
) -> None:
    with serve_site() as site:
        page.goto(address)
        page.get_by_role("button", name="Library").click()
        page.get_by_label("Address of a document").fill(f"{site.address}/tides")
        page.get_by_role("button", name="Add address").click()
        refused = page.locator(".page-body:not([hidden]) .job li.refused")
        expect(refused).to_contain_text("allow_private_hosts")
        expect(page.locator("tbody tr")).to_have_count(2)
        assert site.requests == []


@pytest.mark.browser
def test_a_document_of_the_library_is_read_beside_the_table(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Library").click()
    page.get_by_role("button", name="The Harbour Declaration", exact=True).click()
    expect(page.locator(".source .document-text")).to_contain_text("Companies test large models")


@pytest.mark.browser
def test_a_read_only_library_offers_no_change(
    page: Page, serve: Serve, make_service: MakeService
) -> None:
    with serve(make_service(read_only=True)) as address:
        page.goto(address)
        page.get_by_role("button", name="Library").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        expect(page.get_by_role("button", name="Choose files")).to_be_hidden()
        expect(page.locator("tbody input")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("place", ["browser", "disk"])
def test_a_conversation_is_kept_found_exported_and_deleted(
    page: Page, address: str, ask: Ask, place: str
) -> None:
    page.goto(address)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_label("Where conversations are kept").select_option(place)
    page.get_by_role("button", name="Close the conversations").click()
    ask(page, QUESTION)
    page.get_by_role("button", name="Conversations").click()
    expect(page.locator(".conversation")).to_have_count(1)
    page.goto(address)
    expect(page.locator(".example").first).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_label("Search conversations").fill("first country")
    page.locator(".conversation").click()
    expect(page.locator(".answer-text")).to_contain_text("Kenya")
    expect(page.locator(".marker").first).to_be_visible()

    page.get_by_role("button", name="Conversations").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert exported["turns"][0]["question"] == QUESTION
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name of the conversation").fill("Signatures")
    page.keyboard.press("Enter")
    expect(page.locator(".conversation")).to_contain_text("Signatures")
    page.get_by_label("Search conversations").fill("")
    page.get_by_role("button", name="Delete Signatures").click()
    expect(page.locator(".conversations")).to_contain_text("Nothing is kept yet.")


@pytest.mark.browser
def test_a_wrong_citation_is_reported_with_a_note(
    page: Page, address: str, ask: Ask, tmp_path: Path
) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name="Wrong citation").click()
    page.get_by_label("What is wrong with the citation").fill("Another country was first.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you, noted.")).to_be_visible()
    stored = (tmp_path / "feedback" / "feedback.jsonl").read_text(encoding="utf-8")
    assert json.loads(stored)["note"] == "Another country was first."


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(
    page: Page,
    address: str,
    ask: Ask,
    scheme: Any,
    assistant: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    checked: dict[str, int] = {}

    def serious(part: str) -> list[str]:
        report = axe.run(page)
        found = report["violations"]
        checked[part] = len(report["passes"]) + len(found)
        return [
            f"{part}: {one['id']} {[node['html'][:160] for node in one['nodes']]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]

    page.goto(address)
    expect(page.locator(".example").first).to_be_visible()
    troubles = serious("first look")
    ask(page, QUESTION)
    page.locator(".marker").first.click()
    expect(page.locator(".source mark")).to_be_visible()
    troubles += serious("answer and source")
    page.get_by_role("button", name="Close the source").click()
    ask(page, "What is the capital of Peru?")
    page.get_by_role("button", name="Look further").click()
    expect(page.locator(".sentences")).to_be_visible()
    troubles += serious("abstention")
    page.get_by_role("button", name="Conversations").click()
    expect(page.locator(".conversation").first).to_be_visible()
    troubles += serious("conversations")
    page.get_by_role("button", name="Close the conversations").click()
    page.get_by_role("button", name="Library").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    troubles += serious("library")
    page.get_by_role("button", name="Evaluation").click()
    expect(page.locator(".suites")).not_to_be_empty()
    troubles += serious("evaluation")
    assistant.refresh("renewed")
    expect(page.locator(".renewed")).to_contain_text("The index was renewed")
    troubles += serious("notice of a renewed index")
    with capsys.disabled():
        applied = f"{min(checked.values())} to {max(checked.values())} rules applied"
        print(f" {len(checked)} states, {applied}, {len(troubles)} serious ", end="")
    assert troubles == []


def real_pdf() -> Path:
    """A PDF of the shared real documents."""
    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("SUMMITQA_SHARED", root.parent / "shared"))
    found = sorted((shared / "real").glob("*.pdf")) if (shared / "real").is_dir() else []
    if not found:
        pytest.skip("the real PDFs are not here; set SUMMITQA_SHARED to use them")
    return found[-1]


def test_most_sentences_of_a_real_pdf_have_boxes_on_their_page(settings: Settings) -> None:
    from summitqa.split import split_document

    path = real_pdf()
    document = load_document(path, path.name, settings)
    sentences = [one for one in split_document(document, settings)[1] if len(one.text) > 40]
    found = [find_boxes(path, one.page or 1, one.text) for one in sentences]
    assert sum(map(bool, found)) >= 0.95 * len(sentences)
    for boxes in found:
        for box in boxes:
            assert -0.01 <= box.left <= box.left + box.width <= 1.01
            assert -0.01 <= box.top <= box.top + box.height <= 1.01


def test_a_page_is_drawn_and_one_that_is_not_there_is_refused() -> None:
    path = real_pdf()
    assert draw_page(path, 1).startswith(b"\x89PNG")
    with pytest.raises(DocumentError, match="no page 999"):
        draw_page(path, 999)


def test_words_that_are_not_on_the_page_have_no_boxes() -> None:
    assert find_boxes(real_pdf(), 1, "These words are certainly nowhere in the document.") == ()


@pytest.mark.browser
def test_a_pdf_is_shown_as_page_images_with_the_quote_boxed(
    page: Page, serve: Serve, make_service: MakeService, folder: Path, assistant: Any
) -> None:
    (folder / "real.pdf").write_bytes(real_pdf().read_bytes())
    assistant.refresh("with a PDF")
    document = assistant.view.document("real.pdf")
    sentence = max(
        (one for one in assistant.view.passages if one.document == "real.pdf"),
        key=lambda one: one.page,
    ).text[:120]
    start = document.text.index(sentence)
    with serve(make_service()) as address:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/api/documents/page?*", hold)
        with page.expect_response("**/api/documents/boxes?*"):
            page.goto(f"{address}/?document=real.pdf&start={start}&end={start + len(sentence)}")
        # Until the image is there its place is kept, and no box lies on nothing.
        frame = page.locator(".pdf-page[aria-busy]").bounding_box()
        assert frame and frame["height"] > frame["width"]
        expect(page.locator(".quote-box")).to_have_count(0)
        held[0].continue_()
        expect(page.locator(".pdf-page img")).to_be_visible()
        expect(page.locator(".pdf-page[aria-busy]")).to_have_count(0)
        expect(page.locator(".quote-box").first).to_be_visible()
        expect(page.locator(".quote-box").first).to_be_in_viewport()
        page.get_by_role("button", name="Text", exact=True).click()
        expect(page.locator(".source mark").first).to_be_visible()
