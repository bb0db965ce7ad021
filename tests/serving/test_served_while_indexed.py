"""A served index keeps answering while another process renews it, and moves on without a restart.

Real processes with the real models: ``app.py``, and ``summitqa index --watch`` over the same
folders.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST = "# The Lakeside Meeting\n\nThe Lakeside Charter was signed by twelve countries in 2031.\n"
LATER = "# The Hilltop Meeting\n\nThe Hilltop Meeting was chaired by Minister Bela Ford in 2032.\n"
OLD = "How many countries signed the Lakeside Charter?"
NEW = "Who chaired the Hilltop Meeting?"
LONGEST_WAIT_SECONDS = 180


@pytest.mark.slow
def test_a_served_index_is_renewed_by_a_watch_in_another_process(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "lakeside.md").write_text(FIRST, encoding="utf-8")
    environment = {
        **os.environ,
        "SUMMITQA_CORPUS_DIR": str(corpus),
        "SUMMITQA_INDEX_DIR": str(tmp_path / "index"),
        "SUMMITQA_PORT": "0",
        "OMP_NUM_THREADS": "1",
    }
    index = [sys.executable, "-m", "summitqa", "index"]
    subprocess.run(index, env=environment, cwd=tmp_path, check=True, capture_output=True)
    served = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py")],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    watching = subprocess.Popen(
        [*index, "--watch"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http://")).rstrip("/")
        before = _ask(address, OLD)
        assert before["status"] == "answered"
        assert _ask(address, NEW)["status"] == "abstained"
        (corpus / "hilltop.md").write_text(LATER, encoding="utf-8")
        seen = {before["index_digest"]}
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while len(seen) == 1:
            assert time.monotonic() < deadline, "the new state was never served"
            answer = _ask(address, OLD)
            assert answer["status"] == "answered"
            assert all(each["verified"] for each in answer["citations"])
            seen.add(answer["index_digest"])
        after = _ask(address, NEW)
        assert after["status"] == "answered"
        assert {each["document"] for each in after["citations"]} == {"hilltop.md"}
        assert after["index_digest"] in seen - {before["index_digest"]}
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=60)
        assert "Traceback" not in said
    finally:
        for process in (served, watching):
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=60)


def _ask(address: str, question: str) -> dict[str, Any]:
    """Ask over the API; the server is told to wait while its models load."""
    for _ in range(LONGEST_WAIT_SECONDS):
        reply = httpx.post(
            f"{address}/api/ask", json={"question": question}, timeout=LONGEST_WAIT_SECONDS
        )
        if reply.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(1)
    reply.raise_for_status()
    answer: dict[str, Any] = reply.json()
    return answer
