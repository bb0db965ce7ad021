"""Take the pictures of the page that the documents show, over the index that is there.

Starts ``python app.py`` on a free port, drives it in Chromium and writes the pictures, with
few colours so that the files stay small.

    python -m benchmarks.screenshots docs/screenshots
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How many countries agreed to the Bletchley Declaration?"
UNANSWERED = "What did the Bletchley summit cost?"
DESKTOP, PHONE = (1280, 800), (390, 844)
MILLISECONDS = 120_000


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn-foot")).to_have_count(1)
    page.mouse.move(0, 0)


def open_source(page: Page) -> None:
    """Ask and open the first citation's source."""
    ask(page, QUESTION)
    page.locator(".marker").first.click()
    expect(page.locator(".source mark")).to_be_in_viewport()
    page.mouse.move(0, 0)


def first_look(page: Page) -> None:
    """Show what a newcomer sees."""
    expect(page.locator(".glance")).to_have_count(1)


def abstention(page: Page) -> None:
    """Show an answer that is none."""
    ask(page, UNANSWERED)


def further(page: Page) -> None:
    """Show the nearest sentences after an abstention."""
    ask(page, UNANSWERED)
    page.get_by_role("button", name="Look further").click()
    expect(page.locator(".sentences")).to_be_visible()
    page.mouse.move(0, 0)


def library(page: Page) -> None:
    """Show the documents."""
    page.get_by_role("button", name="Library").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def evaluation(page: Page) -> None:
    """Run some cases of a suite and show their report."""
    page.get_by_role("button", name="Evaluation").click()
    page.get_by_label("Number of cases to run").fill("20")
    page.get_by_role("button", name="Run analyst-dev").click()
    expect(page.locator(".result table")).to_be_in_viewport()
    page.mouse.move(0, 0)


Show = Callable[[Page], None]
PICTURES: tuple[tuple[str, Show, tuple[int, int], str], ...] = (
    ("first-look", first_look, DESKTOP, "light"),
    ("answer", open_source, DESKTOP, "light"),
    ("dark", open_source, DESKTOP, "dark"),
    ("abstention", abstention, DESKTOP, "light"),
    ("further", further, DESKTOP, "light"),
    ("library", library, DESKTOP, "light"),
    ("evaluation", evaluation, DESKTOP, "light"),
    ("phone-dark", lambda page: ask(page, QUESTION), PHONE, "dark"),
    ("phone-source", open_source, PHONE, "light"),
)


@contextmanager
def served() -> Iterator[str]:
    """Serve the page and give its address."""
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--read-only"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://"))
    finally:
        server.terminate()
        server.wait(30)


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    named = os.environ.get("SUMMITQA_CHROMIUM")
    return named or next(filter(None, map(shutil.which, names)), None)


def take(
    browser: Browser, address: str, path: Path, show: Show, size: tuple[int, int], scheme: Any
) -> None:
    """Take one picture in a browser context of its own."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".glance")).to_have_count(1)
    show(page)
    page.screenshot(path=path)
    context.close()
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", choices=[name for name, *_ in PICTURES])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=MILLISECONDS)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, show, size, scheme in PICTURES:
            if not given.only or name in given.only:
                take(browser, address, given.folder / f"{name}.png", show, size, scheme)
        browser.close()


if __name__ == "__main__":
    main()
