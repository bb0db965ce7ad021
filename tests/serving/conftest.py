"""What the tests of the page and the API share.

`WordOverlapAssistant` is an honest fake: its answer is a function of the question and the
documents (the sentences that share the most words with the question, quoted exactly), so
the tests of the doors do not need a model. The real assistant is tried in
``test_real_assistant.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Dialog, Page, Request, expect, sync_playwright

from summitqa.api.service import Service
from summitqa.errors import DocumentError, FetchError, UsageError
from summitqa.indexing.corpus import Added, add_paths, remove_documents
from summitqa.indexing.report import IndexReport, Progress, ReportProgress
from summitqa.lexical import analyse
from summitqa.load import load_document
from summitqa.serve import create_application
from summitqa.settings import Settings
from summitqa.split import split_document
from summitqa.types import (
    Answer,
    Citation,
    Document,
    DocumentSummary,
    Hit,
    IndexStatus,
    Passage,
    Scope,
    Sentence,
    Timings,
    Turn,
)

DECLARATION = """---
title: The Harbour Declaration
date: 2023-11-01
issuer: The Harbour Secretariat
summit: harbour-2023
kind: declaration
sources:
  - title: The text of the Harbour Declaration
    url: https://example.org/harbour
    publisher: Harbour Secretariat
    date: 2023-11-01
    tier: official
---

# The Harbour Declaration

## Who signed

The Harbour Declaration was signed by 28 countries on 1 November 2023. Kenya was the first
country to sign the declaration.

## What it asks for

- Every signatory publishes a yearly safety report 🚢 before the summit.
- Companies test large models before release.
"""

REPORT = """---
title: Report of the lighthouse panel
date: 2024-05-21
issuer: Lighthouse Panel
summit: lighthouse-2024
kind: report
---

# Report of the lighthouse panel

The lighthouse panel was led by Professor Ada Marlow. The panel counted 29 signatories of the
Harbour Declaration in May 2024. Its final report has 131 pages.
"""


def words(text: str) -> set[str]:
    """The longer words of a text, lower-cased."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


@dataclass
class FolderView:
    """The documents of a folder, as the routes see an index."""

    folder: Path
    settings: Settings
    digest: str = "fixed"
    documents: dict[str, Document] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in sorted(self.folder.rglob("*")):
            if not path.is_file() or path.suffix == ".toml":
                continue
            name = path.relative_to(self.folder).as_posix()
            try:
                document = load_document(path, name, self.settings)
            except DocumentError as error:
                self.failed.append((name, str(error)))
                continue
            self.documents[name] = document
            self.passages += split_document(document, self.settings)[0]

    def status(self) -> IndexStatus:
        return IndexStatus(
            digest=self.digest,
            documents=len(self.documents),
            passages=len(self.passages),
            embedding_model="word overlap",
            updated="2026-09-01T10:00:00+00:00",
            schema=1,
            corpus_dir=str(self.folder),
        )

    def summaries(self) -> Mapping[str, DocumentSummary]:
        return {
            one.id: DocumentSummary(
                id=one.id,
                title=one.title,
                date=one.date,
                updated=one.updated,
                issuer=one.issuer,
                summit=one.summit,
                kind=one.kind,
                places=one.places,
                source_url=one.source_url,
                tier=one.sources[0].tier if one.sources else None,
                media_type=one.media_type,
                characters=len(one.text),
                passages=sum(passage.document == one.id for passage in self.passages),
            )
            for one in self.documents.values()
        }

    def document(self, id: str) -> Document:  # noqa: A002
        if id not in self.documents:
            raise UsageError(f"There is no document {id!r}.")
        return self.documents[id]

    def sentences(self, document: str, start: int, end: int) -> list[Sentence]:
        found = split_document(self.documents[document], self.settings)[1]
        return [each for each in found if each.start < end and each.end > start]

    def term_weights(self, terms: Collection[str]) -> dict[str, float]:
        texts = [set(analyse(passage.text)) for passage in self.passages]
        return {term: 1 / (1 + sum(term in text for text in texts)) for term in terms}


class WordOverlapAssistant:
    """Quotes the two sentences that share the most words with the question."""

    def __init__(self, folder: Path, settings: Settings, needed: int = 2) -> None:
        self.folder = folder
        self.settings = settings
        self.needed = needed
        self.view = FolderView(folder, settings)
        self.histories: list[Sequence[Turn]] = []

    def refresh(self, digest: str) -> None:
        """Read the folder again, as an index run would."""
        self.view = FolderView(self.folder, self.settings, digest)

    def snapshot(self) -> FolderView:
        return self.view

    def status(self) -> IndexStatus:
        return self.view.status()

    def warm(self) -> None:
        """There is nothing to load."""

    def _wanted(self, document: Document, scope: Scope) -> bool:
        return (
            (not scope.summits or document.summit in scope.summits)
            and (not scope.documents or document.id in scope.documents)
            and (scope.as_of is None or (document.date or "") <= scope.as_of.isoformat())
        )

    def search(
        self, question: str, *, scope: Scope | None = None, top_k: int | None = None
    ) -> tuple[Hit, ...]:
        asked = words(question)
        hits = [
            Hit(passage, float(len(asked & words(passage.text))), "lexical")
            for passage in self.view.passages
            if self._wanted(self.view.document(passage.document), scope or Scope())
        ]
        return tuple(sorted(hits, key=lambda hit: -hit.score)[: top_k or 5])

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        rewrite: bool = True,
        **_: object,  # what only a language model needs
    ) -> Answer:
        if not question.strip():
            raise UsageError("The question is empty; type a question.")
        started = time.perf_counter()
        self.histories.append(history)
        rewritten = None
        if rewrite and history and question.lower().startswith("and "):
            rewritten = f"{history[-1].question} {question}"
        asked = words(rewritten or question)
        hits = self.search(rewritten or question, scope=scope)
        found = sorted(
            (
                (-len(asked & words(sentence.text)), document.id, sentence.start, sentence)
                for document in self.view.documents.values()
                if self._wanted(document, scope or Scope())
                for sentence in split_document(document, self.settings)[1]
            ),
            key=lambda entry: entry[:3],
        )
        chosen = [entry[3] for entry in found if -entry[0] >= self.needed][:2]
        citations = tuple(
            Citation(
                marker=number,
                document=sentence.document,
                title=self.view.document(sentence.document).title,
                date=self.view.document(sentence.document).date,
                page=sentence.page,
                heading=sentence.headings[-1] if sentence.headings else None,
                start=sentence.start,
                end=sentence.end,
                quote=sentence.text,
                verified=True,
            )
            for number, sentence in enumerate(chosen, 1)
        )
        text = " ".join(
            f"{' '.join(one.quote.lstrip('- ').split())} [{one.marker}]" for one in citations
        )
        number = re.search(r"\b\d+ \w+", text)
        return Answer(
            question=question,
            rewritten_question=rewritten,
            status="answered" if chosen else "abstained",
            mode="extractive",
            text=text or "The documents do not say.",
            short_answer=number.group() if number else None,
            confidence=0.9 if chosen else 0.1,
            citations=citations,
            evidence=hits,
            index_digest=self.view.digest,
            timings=Timings(total=(time.perf_counter() - started) * 1000),
        )


class FolderLibrarian:
    """Changes the real folder; "indexing" reads it again and says what is new or gone."""

    def __init__(self, assistant: WordOverlapAssistant) -> None:
        self.assistant = assistant
        self.runs = 0

    def add(self, target: str, folder: str, *, replace: bool) -> Added:
        return add_paths(self.assistant.settings, [target], folder=folder, replace=replace)

    def remove(self, documents: list[str]) -> tuple[str, ...]:
        return remove_documents(self.assistant.settings, documents)

    def index(self, report: ReportProgress) -> IndexReport:
        before = set(self.assistant.view.documents)
        report(Progress("read", 0, 1))
        self.runs += 1
        self.assistant.refresh(f"run {self.runs}")
        after = set(self.assistant.view.documents)
        return IndexReport(
            added=tuple(sorted(after - before)),
            removed=tuple(sorted(before - after)),
            unchanged=tuple(sorted(after & before)),
            failed=tuple(self.assistant.view.failed),
        )


class OfflineLibrarian(FolderLibrarian):
    """Fetches nothing: where requests are made up, so are their addresses."""

    def add(self, target: str, folder: str, *, replace: bool) -> Added:
        if target.startswith("http"):
            raise FetchError("Nothing is fetched here.")
        return super().add(target, folder, replace=replace)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of two documents."""
    write_corpus(tmp_path / "corpus")
    return tmp_path / "corpus"


def write_corpus(folder: Path) -> None:
    """Write the two documents."""
    (folder / "harbour").mkdir(parents=True)
    (folder / "harbour" / "declaration.md").write_text(DECLARATION, encoding="utf-8")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")


@pytest.fixture
def assistant(folder: Path, settings: Settings) -> WordOverlapAssistant:
    """The fake over the two documents."""
    return WordOverlapAssistant(folder, settings)


MakeService = Callable[..., Service]


@pytest.fixture
def make_service(
    assistant: WordOverlapAssistant, settings: Settings, tmp_path: Path
) -> MakeService:
    """Makes a service over the fake, with settings changed as given."""

    def make(**changes: object) -> Service:
        folders = {
            "conversations_dir": tmp_path / "conversations",
            "feedback_dir": tmp_path / "feedback",
            "evals_dir": tmp_path / "evals",
        }
        changed = settings.model_copy(update={**folders, **changes})
        return Service(changed, opener=lambda: assistant)

    return make


def application_of(service: Service, assistant: object = None) -> FastAPI:
    """The application over the fake, without Gradio."""
    assistant = assistant or service.opener()
    assert isinstance(assistant, WordOverlapAssistant)
    return create_application(service, with_gradio=False, librarian=FolderLibrarian(assistant))


@pytest.fixture(scope="session")
def make_fake() -> Callable[[Path], FastAPI]:
    """Makes an application over the fake and two documents in a folder of its own."""

    def make(root: Path) -> FastAPI:
        settings = Settings(
            corpus_dir=root / "corpus",
            index_dir=root / "index",
            conversations_dir=root / "conversations",
            feedback_dir=root / "feedback",
            evals_dir=root / "evals",
            host="0.0.0.0",
            requests_per_minute=0,
            threads=1,
        )
        write_corpus(settings.corpus_dir)
        assistant = WordOverlapAssistant(settings.corpus_dir, settings)
        service = Service(settings, opener=lambda: assistant)
        librarian = OfflineLibrarian(assistant)
        return create_application(service, with_gradio=False, librarian=librarian)

    return make


MakeClient = Callable[..., TestClient]


@pytest.fixture
def make_client(make_service: MakeService) -> Iterator[MakeClient]:
    """Makes a client of the application, with settings changed as given."""
    with ExitStack() as stack:

        def make(client: tuple[str, int] = ("testclient", 50000), **changes: object) -> TestClient:
            service = make_service(**changes)
            made = stack.enter_context(
                TestClient(application_of(service), base_url="http://127.0.0.1", client=client)
            )
            assert service.wait_until_warm(30)
            return made

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    """A client with the settings as they are."""
    return make_client()


@contextmanager
def _served(service: Service, assistant: object = None) -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        application = application_of(service, assistant)
        config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[str]]:
    """Serves a service on a free port of loopback and gives its address."""
    return _served


# A busy machine with two cores can be slow, and waiting ends as soon as the wanted state is there.
EXPECT_MILLISECONDS = 20_000
ACTION_MILLISECONDS = 60_000

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, if there is one."""
    named = os.environ.get("SUMMITQA_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module: Playwright's loop, while open, forbids any other in its thread."""
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium was found; install it or set SUMMITQA_CHROMIUM")
    expect.set_options(timeout=EXPECT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=BROWSER_ARGUMENTS, timeout=ACTION_MILLISECONDS
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test on a script error or a request to another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(ACTION_MILLISECONDS)
    page = context.new_page()
    troubles: list[str] = []

    def see_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", None}:
            troubles.append(f"request to {request.url}")

    def see_dialog(dialog: Dialog) -> None:
        troubles.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on("request", see_request)
    page.on("dialog", see_dialog)
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def patient(page: Page) -> Iterator[Page]:
    """A page that waits long: the first start embeds documents and imports Gradio."""
    page.set_default_timeout(120_000)
    expect.set_options(timeout=120_000)
    yield page
    expect.set_options(timeout=EXPECT_MILLISECONDS)


@pytest.fixture
def address(
    serve: Callable[..., AbstractContextManager[str]], make_service: MakeService
) -> Iterator[str]:
    """The address of a server over the fake."""
    with serve(make_service()) as address:
        yield address


@pytest.fixture
def ask() -> Callable[[Page, str], None]:
    """Types a question into the page and waits for the whole answer."""

    def type_and_wait(page: Page, question: str) -> None:
        expect(page.locator(".glance")).to_have_count(1)
        before = page.locator(".turn-foot").count()
        editing = page.locator(".edit-note:not([hidden])").count()
        page.get_by_label("Question", exact=True).fill(question)
        page.keyboard.press("Enter")
        expect(page.locator(".turn h2").last).to_have_text(question)
        expect(page.locator(".turn-foot")).to_have_count(before if editing else before + 1)

    return type_and_wait
