"""The page in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from summitqa.api.service import Service
from summitqa.errors import IndexStateError
from summitqa.indexing.report import IndexReport, Progress

pytestmark = pytest.mark.browser

QUESTION = "Which country was the first country to sign the declaration?"
Ask = Callable[[Page, str], None]
Serve = Callable[..., AbstractContextManager[str]]
MakeService = Callable[..., Service]


def test_a_question_is_answered_and_its_marker_opens_the_highlighted_words(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    expect(page.get_by_text("2 documents")).to_be_visible()
    expect(page.get_by_text("nothing leaves this machine")).to_be_visible()
    expect(page.locator(".example")).to_have_count(2)
    ask(page, QUESTION)
    expect(page.locator(".answer-text")).to_contain_text("Kenya was the first country")
    expect(page.locator(".tick").first).to_have_text("verified")
    page.locator(".marker").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Kenya was the first country to sign")
    page.locator(".marker").first.click()
    mark = page.locator(".source mark")
    expect(mark).to_have_text(re.compile(r"Kenya was the first\s+country to sign the declaration."))
    expect(mark).to_be_in_viewport()
    expect(page.locator(".source h2")).to_have_text("The Harbour Declaration")
    expect(page.locator(".source")).to_contain_text("1 November 2023")
    expect(page.locator(".source")).to_contain_text("Harbour Secretariat")
    expect(page.locator(".source .tier")).to_have_text("sources: 1 official")


def test_a_marker_is_reached_and_opened_by_keyboard_and_focus_returns(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    ask(page, QUESTION)
    marker = page.locator(".marker").first
    marker.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".source mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()
    expect(marker).to_be_focused()


def test_an_example_asked_by_keyboard_leaves_the_focus_at_its_answer(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.locator(".example").first.press("Enter")
    expect(page.locator(".turn-foot")).to_have_count(1)
    expect(page.locator(".turn")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Edit the question", exact=True)).to_be_focused()


def test_next_and_previous_go_through_the_citations(page: Page, address: str, ask: Ask) -> None:
    page.goto(address)
    ask(page, "How many signatories of the Harbour Declaration did the lighthouse panel count?")
    page.locator(".marker").first.click()
    mark = page.locator(".source mark")
    expect(page.locator(".source .stepper")).to_have_text("Citation 1 of 2")
    expect(mark).to_contain_text("29 signatories")
    page.get_by_role("button", name="Next citation").click()
    expect(page.locator(".source .stepper")).to_have_text("Citation 2 of 2")
    expect(mark).not_to_contain_text("29 signatories")
    expect(mark).not_to_have_text("")
    page.get_by_role("button", name="Previous citation").click()
    expect(mark).to_contain_text("29 signatories")


def test_the_address_of_an_open_source_can_be_sent_to_a_colleague(
    page: Page, address: str, ask: Ask, folder: Path, assistant: Any
) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.locator(".marker").first.click()
    expect(page.locator(".source mark")).to_be_visible()
    expect(page).to_have_url(re.compile("document="))
    link = page.url
    query = parse_qs(urlsplit(link).query)
    assert query["q"] == [QUESTION]
    assert query["document"] == ["harbour/declaration.md"]

    path = folder / "harbour" / "declaration.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "## Who signed", "## Before\n\nNew words.\n\n## Who signed"
        ),
        encoding="utf-8",
    )
    assistant.refresh("second")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".answer-text")).to_contain_text("Kenya")
    expect(page.locator(".source mark")).to_contain_text("Kenya was the first")
    expect(page.locator(".source .changed")).to_contain_text("found again")

    path.write_text("---\ntitle: Emptied\n---\n\nNothing is left.\n", encoding="utf-8")
    assistant.refresh("third")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".source .changed")).to_contain_text("no longer in it")
    expect(page.locator(".source mark")).to_have_count(0)


def test_offsets_after_an_emoji_mark_the_right_words(
    page: Page, address: str, assistant: Any
) -> None:
    text = assistant.view.document("harbour/declaration.md").text
    start = text.index("Companies test")
    page.goto(f"{address}/?document=harbour/declaration.md&start={start}&end={start + 14}")
    expect(page.locator(".source mark")).to_have_text("Companies test")


def test_an_abstention_shows_the_nearest_passages_and_one_click_widens(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    page.get_by_label("Summit", exact=True).select_option("lighthouse-2024")
    ask(page, "Which country was the very first?")
    expect(page.locator(".abstention .headline")).to_have_text("The documents do not say.")
    expect(page.locator(".abstention .passage").first).to_contain_text("lighthouse panel")
    expect(page.locator(".marker")).to_have_count(0)
    page.get_by_role("button", name="Search all documents").click()
    expect(page.locator(".answer-text")).to_contain_text("Kenya")
    expect(page.get_by_label("Summit", exact=True)).to_have_value("")


def test_looking_further_shows_the_nearest_sentences_and_each_opens_at_its_words(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    ask(page, "What is the weight of the signatories?")
    expect(page.locator(".abstention")).to_contain_text("Searched 2 documents")
    page.get_by_role("button", name="Look further").click()
    nearest = page.locator(".sentences .passage", has_text="29 signatories")
    expect(nearest).to_contain_text("Report of the lighthouse panel · 21 May 2024")
    expect(page.get_by_role("button", name="Look further")).to_have_count(0)
    nearest.click()
    expect(page.locator(".source mark")).to_have_text(
        re.compile(r"The panel counted 29 signatories of the\s+Harbour Declaration in May 2024.")
    )


def test_the_end_of_an_abstention_lies_above_the_question_box(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    ask(page, "What is the capital of Peru?")
    expect(page.locator(".abstention .passage")).to_have_count(3)
    foot = page.locator(".turn-foot").bounding_box()
    box = page.locator(".composer").bounding_box()
    assert foot and box
    assert foot["y"] + foot["height"] <= box["y"]
    heading = page.locator(".turn h2")
    expect(heading).to_be_in_viewport(ratio=1)


def test_a_link_to_a_question_keeps_its_scope(page: Page, address: str, ask: Ask) -> None:
    page.goto(address)
    page.get_by_label("Summit", exact=True).select_option("lighthouse-2024")
    page.get_by_label("As of", exact=True).fill("2024-12-31")
    ask(page, "How many pages has the final report?")
    expect(page).to_have_url(re.compile("summit=lighthouse-2024&as_of=2024-12-31"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".answer-text")).to_contain_text("131 pages")
    expect(page.get_by_label("Summit", exact=True)).to_have_value("lighthouse-2024")
    expect(page.get_by_label("As of", exact=True)).to_have_value("2024-12-31")
    page.goto("about:blank")
    page.goto(link.replace("2024-12-31", "2023-12-31"))
    expect(page.locator(".abstention")).to_contain_text("the documents in the chosen scope")
    page.goto("about:blank")
    page.goto(link.replace("lighthouse-2024", "nowhere-1999"))
    expect(page.locator(".abstention")).to_contain_text("the documents in the chosen scope")


def test_a_link_to_a_follow_up_asks_it_as_it_was_understood(
    page: Page, address: str, ask: Ask
) -> None:
    page.goto(address)
    ask(page, QUESTION)
    ask(page, "and how many pages has the final report?")
    understood = f"{QUESTION} and how many pages has the final report?"
    expect(page.locator(".rewritten")).to_contain_text(understood)
    expect(page).to_have_url(re.compile("final\\+report"))
    assert parse_qs(urlsplit(page.url).query)["q"] == [understood]


@pytest.mark.parametrize("secure", [True, False])
def test_an_answer_is_copied_with_its_citations(
    page: Page, address: str, ask: Ask, secure: bool
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    ask(page, QUESTION)
    if not secure:
        page.evaluate("delete Navigator.prototype.clipboard")
    page.get_by_role("button", name="Copy with citations").click()
    expect(page.locator(".toast")).to_have_text("Copied with citations.")
    # Pasted, because that is what a person does with it.
    field = page.get_by_label("Question", exact=True)
    field.focus()
    page.keyboard.press("Control+v")
    pasted = field.input_value()
    assert pasted.startswith(QUESTION)
    assert "(The Harbour Declaration; 1 November 2023; harbour/declaration.md, characters" in pasted
    page.locator(".marker").first.click()
    page.get_by_role("button", name="Copy a link to these words").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()


def test_a_question_can_be_edited_and_asked_again(page: Page, address: str, ask: Ask) -> None:
    page.goto(address)
    ask(page, "What is the capital of Peru?")
    page.get_by_role("button", name="Edit the question", exact=True).click()
    ask(page, QUESTION)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".turn h2")).to_have_text(QUESTION)
    ask(page, "and how many pages has the final report?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".rewritten")).to_contain_text("Understood as")


def test_the_open_page_says_that_the_index_was_renewed_and_answers_from_it(
    page: Page, address: str, ask: Ask, folder: Path, assistant: Any
) -> None:
    page.goto(address)
    ask(page, QUESTION)
    notice = page.locator(".renewed")
    expect(notice).to_be_empty()
    expect(notice).to_have_attribute("aria-live", "polite")
    (folder / "tides.md").write_text("# Tides\n\nThe tide gauge reads 4 metres.\n", "utf-8")
    (folder / "report.md").unlink()
    assistant.refresh("second")
    expect(notice).to_have_text(
        re.compile(r"^The index was renewed at \d\d:\d\d: 2 documents \(1 added, 1 removed\)\.")
    )
    # What was being read stays.
    expect(page.locator(".answer-text")).to_contain_text("Kenya")
    ask(page, "What does the tide gauge read?")
    expect(page.locator(".answer-text").last).to_contain_text("4 metres")
    page.get_by_role("button", name="Close the notice").press("Enter")
    expect(notice).to_be_empty()
    assistant.refresh("third")
    expect(notice).to_contain_text("2 documents.")


HOSTILE = """---
title: "<img src=x onerror=alert(1)> ${alert(2)} {{constructor.constructor('alert(3)')()}}"
issuer: "<script>alert(4)</script>"
source_url: "javascript:alert(5)"
sources:
  - title: "<svg onload=alert(6)>"
    url: "javascript:alert(7)"
---

# Hostile <script>alert(8)</script>

The hostile sentence says <img src=x onerror=alert(9)> and <a href="javascript:alert(10)">this</a>
and ![picture](http://203.0.113.9/x.png) and [link](javascript:alert(11)) and ${alert(12)} and
{{7*7}} and {% raw %} and \u202egnorw\u202c ends here. <iframe src="http://203.0.113.9/"></iframe>
"""


def test_text_of_a_document_never_becomes_markup_or_script(
    page: Page, serve: Serve, make_service: MakeService, folder: Path, assistant: Any, ask: Ask
) -> None:
    (folder / "hostile.md").write_text(HOSTILE, encoding="utf-8")
    assistant.refresh("hostile")
    with serve(make_service()) as address:
        page.goto(address)
        ask(page, "What does the hostile sentence with picture, link and iframe say?")
        expect(page.locator(".answer-text")).to_contain_text("<img src=x onerror=alert(9)>")
        expect(page.locator(".answer-text")).to_contain_text("{{7*7}}")
        expect(page.locator(".answer-text bdi").first).to_contain_text("\u202egnorw")
        page.locator(".marker").first.hover()
        page.locator(".marker").first.click()
        expect(page.locator(".source mark")).to_contain_text("<img src=x onerror=alert(9)>")
        expect(page.locator(".source h2")).to_contain_text("${alert(2)}")
        for forbidden in ("script", "img", "iframe", "svg[onload]", "a[href^='javascript']"):
            inside = f".turn {forbidden}, .source {forbidden}"
            expect(page.locator(inside)).to_have_count(0)


def test_the_phone_layout_fits_and_the_source_covers_the_page(
    browser: Browser, address: str, ask: Ask
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for control in page.locator(".bar :is(a, button):visible").all():
        expect(control).to_be_in_viewport(ratio=1)
    page.locator(".marker").first.click()
    expect(page.locator(".source mark")).to_be_in_viewport()
    expect(page.locator(".source")).to_have_css("width", "390px")
    expect(page.locator(".source")).to_have_css("height", "844px")
    page.get_by_role("button", name="Close the source").click()
    expect(page.locator(".source")).to_be_hidden()
    context.close()


def test_an_answer_under_way_can_be_stopped_and_asked_again(
    page: Page, address: str, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = threading.Event()
    at_once = assistant.ask

    def wait(*arguments: Any, **named: Any) -> Any:
        assert leave.wait(60)
        return at_once(*arguments, **named)

    monkeypatch.setattr(assistant, "ask", wait)
    page.goto(address)
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".searching")).to_contain_text("Searching 2 documents")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    leave.set()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".answer-text")).to_contain_text("Kenya")


def test_a_question_entered_before_the_page_knows_the_documents_is_asked_once_it_does(
    page: Page, address: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/overview", hold, times=1)
    page.goto(address)
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_have_value(QUESTION)
    held[0].continue_()
    expect(page.locator(".answer-text")).to_contain_text("Kenya")
    expect(page.locator(".turn")).to_have_count(1)


def test_the_first_start_shows_how_far_indexing_is(
    page: Page, serve: Serve, make_service: MakeService, assistant: Any
) -> None:
    service = make_service()
    indexed = threading.Event()

    def open_index() -> Any:
        if not indexed.is_set():
            raise IndexStateError("There is no index; run summitqa index.")
        return assistant

    def index(report: Any) -> IndexReport:
        report(Progress("read", 1, 2))
        assert indexed.wait(60)
        return IndexReport()

    service.opener, service.indexer = open_index, index
    with serve(service, assistant) as address:
        page.goto(address)
        expect(page.locator(".waiting")).to_contain_text("Reading the documents. 1 of 2")
        question = page.get_by_label("Question", exact=True)
        expect(page.get_by_role("button", name="Ask", exact=True).last).to_be_disabled()
        question.fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".toast")).to_contain_text("Your question stays here.")
        expect(question).to_have_value(QUESTION)
        assert page.request.get(f"{address}/readyz").status == 503
        indexed.set()
        expect(page.locator(".glance")).to_contain_text("2 documents")
        question.press("Enter")
        expect(page.locator(".answer-text")).to_contain_text("Kenya")


def test_an_index_that_cannot_be_used_is_said_on_the_page_without_its_path(
    page: Page, serve: Serve, make_service: MakeService, assistant: Any
) -> None:
    service = make_service(read_only=True)

    def refuse() -> Any:
        raise IndexStateError(f"The folder {service.settings.index_dir} is not ours.")

    service.opener = refuse
    with serve(service, assistant) as address:
        page.goto(address)
        expect(page.get_by_role("alert")).to_have_text("The folder the index folder is not ours.")
