"""The report's page: what it says, that it runs nothing foreign, and that its filter works."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.library import SUITE, all_right, all_wrong, grade_all

from summitqa.evaluation.baseline import compare_with_baseline, read_baseline, write_baseline
from summitqa.evaluation.page import make_page, write_page
from summitqa.evaluation.pool import pool_reports
from summitqa.evaluation.report import (
    SuiteReport,
    report_to_json,
    summarise,
    summarise_tags,
)
from summitqa.evaluation.run import CaseResult
from summitqa.settings import Settings

EVIL = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"


def report_of(name: str, results: tuple[CaseResult, ...]) -> SuiteReport:
    suite = SUITE.model_copy(update={"suite": name})
    return SuiteReport(suite, results, "f" * 64, summarise(results), summarise_tags(results))


@pytest.fixture
def record(tmp_path: Path, settings: Settings) -> dict[str, Any]:
    """Two suites, one of them compared with a better baseline, and their pool."""
    path = tmp_path / "library.json"
    write_baseline(path, SUITE, grade_all(all_right), "b" * 64, {})
    wrong = list(grade_all(all_wrong))
    assert wrong[0].answer is not None
    wrong[0] = replace(wrong[0], answer=replace(wrong[0].answer, text=EVIL))
    wrong[1] = replace(wrong[1], failure=f"RuntimeError: {EVIL}", measures={}, answer=None)
    compared = compare_with_baseline(SUITE, wrong, read_baseline(path))
    bad = replace(
        report_of("library", tuple(wrong)), comparison=compared, gate=(f"It fell. {EVIL}",)
    )
    reports = [bad, report_of("right", grade_all(all_right))]
    whole = report_to_json([*reports, *pool_reports(reports)], settings, 1.0)
    copied: dict[str, Any] = json.loads(json.dumps(whole))
    return copied


def test_the_page_holds_every_case_plot_and_metric(record: dict[str, Any]) -> None:
    page = make_page(record)
    assert page.count('<details class="case"') == 14
    # Risk and coverage, calibration and bars for two suites and their pool.
    assert page.count("<svg ") == 9
    for name in record["suites"][1]["metrics"]:
        assert f'<th scope="row">{name}' in page
    assert '<a href="#library/depth">depth</a>' in page


def test_what_documents_say_is_shown_and_never_run(record: dict[str, Any]) -> None:
    page = make_page(record)
    assert EVIL not in page
    assert page.count("&lt;script&gt;") == 3
    assert page.count("<script>") == 1
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", page)


def test_a_page_that_cannot_be_written_is_said(record: dict[str, Any], tmp_path: Path) -> None:
    from summitqa.errors import SuiteError

    with pytest.raises(SuiteError, match="cannot be written"):
        write_page(tmp_path / "none" / "page.html", record)


@pytest.fixture
def browser_page(record: dict[str, Any], tmp_path: Path) -> Iterator[Any]:
    """The page in a real browser; a script error or a request fails the test."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("SUMMITQA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium was found; install it or set SUMMITQA_CHROMIUM")
    write_page(tmp_path / "page.html", record)
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url))
        page.goto((tmp_path / "page.html").as_uri())
        yield page
        browser.close()
    assert troubles == [(tmp_path / "page.html").as_uri()]


@pytest.mark.browser
def test_the_filter_shows_the_cases_that_fit(browser_page: Any) -> None:
    page = browser_page
    assert page.title() == "Evaluation: library, right"
    assert page.locator("#count").inner_text() == "14 of 14 cases"
    page.select_option("select[name=suite]", "library")
    page.select_option("select[name=outcome]", "worse")
    assert page.locator("#count").inner_text() == "6 of 14 cases"
    page.fill("input[name=text]", "how deep is the NORTH")
    assert page.locator("#count").inner_text() == "1 of 14 cases"
    assert page.locator("details.case:visible").count() == 1
    page.click("button[type=reset]")
    page.wait_for_function("document.querySelector('#count').textContent.startsWith('14')")
    page.click('a[href="#library/depth"]')
    page.wait_for_selector("details.case[open]")
    assert EVIL in page.locator("details.case[open]").inner_text()


@pytest.mark.browser
def test_no_table_is_cut_off_at_the_width_of_a_desk(browser_page: Any) -> None:
    page = browser_page
    page.set_viewport_size({"width": 1100, "height": 800})
    hidden = "each => each.scrollWidth - each.clientWidth"
    tables = page.locator("section table")
    # Two suites and their pool: metrics and tags of each.
    assert tables.count() == 6
    assert [tables.nth(number).evaluate(hidden) for number in range(6)] == [0] * 6
