"""How long until the page can be used: ``python app.py`` over the index that is there.

python benchmarks/startup.py --times 3
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

import httpx

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


def measure_once() -> dict[str, float]:
    """Start the server once and stop it."""
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--read-only"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        seconds = {"address_printed": time.monotonic() - started}
        address = next(word for word in line.split() if word.startswith("http://"))
        seconds["page"] = first_success(address, started)
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
    runs = [measure_once() for _ in range(parser.parse_args().times)]
    medians = {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
    about = {"runs": len(runs), "cores": os.cpu_count(), "load_average": os.getloadavg()[0]}
    print(json.dumps({"median_seconds": medians, **about}, indent=1))


if __name__ == "__main__":
    main()
