"""How long until the page can be used: ``python app.py`` over the index that is there.

All seconds count from the start of the process. The first look is there when Chromium, open
already, shows the corpus at a glance and the example questions.

    python -m benchmarks.startup --times 3
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

from benchmarks.screenshots import find_browser

ROOT = Path(__file__).resolve().parents[1]


def first_success(address: str, started: float, status: int = 200) -> float:
    """Return the seconds until an address answers, asking every 20 ms for two minutes."""
    while time.monotonic() - started < 120:
        try:
            if httpx.get(address, timeout=5).status_code == status:
                return time.monotonic() - started
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{address} did not answer within two minutes.")


def look(browser: Browser, address: str, started: float) -> float:
    """Return the seconds until a browser shows the first look."""
    page = browser.new_page()
    page.goto(address)
    page.locator(".glance").wait_for(timeout=120_000)
    page.locator(".example").first.wait_for(timeout=120_000)
    seconds = time.monotonic() - started
    page.close()
    return seconds


def measure_once(browser: Browser) -> dict[str, float]:
    """Start the server once and stop it."""
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--read-only"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        seconds = {"address_printed": time.monotonic() - started}
        address = next(word for word in line.split() if word.startswith("http://"))
        seconds["first_look"] = look(browser, address, started)
        seconds["ready_to_answer"] = first_success(f"{address}readyz", started)
        question = {"question": "When was the AI Seoul Summit held?"}
        httpx.post(f"{address}api/ask", json=question, timeout=120).raise_for_status()
        seconds["first_answer"] = time.monotonic() - started
        seconds["gradio_took_over"] = first_success(f"{address}config", started)
    finally:
        server.terminate()
        server.wait(30)
    return seconds


def main() -> None:
    """Measure and print the medians as one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3, choices=range(1, 21), metavar="1-20")
    times = parser.parse_args().times
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        browser.new_page().close()
        runs = [measure_once(browser) for _ in range(times)]
        browser.close()
    medians = {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
    about: dict[str, Any] = {
        "runs": len(runs),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
    }
    looks = [round(run["first_look"], 2) for run in runs]
    about["first_looks_seconds"] = looks
    print(json.dumps({"median_seconds": medians, **about}, indent=1))


if __name__ == "__main__":
    main()
