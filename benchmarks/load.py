"""Many people ask at once: errors, wrong answers, waiting times and the server's memory.

Starts a server of its own on loopback over the index, asks from so many connections for so
many seconds, each person in a loop, and checks every answer against the answer to the same
question asked alone. Stops by itself.

    python -m benchmarks.load --people 50 --seconds 60
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

QUESTIONS = (
    "How many countries agreed to the Bletchley Declaration?",
    "Who chaired the International Scientific Report on the Safety of Advanced AI?",
    "Which companies signed the Frontier AI Safety Commitments?",
    "When was the AI Seoul Summit held?",
    "Did the United States sign the Paris statement?",
    "Who endorsed the New Delhi declaration?",
    "What is the capital of Peru?",
    "Which country hosted the AI Action Summit?",
    "What does the Seoul Declaration say about inclusivity?",
    "Where will the summit after New Delhi be held?",
    "What is the International Network of AI Safety Institutes?",
    "How many passages does a cake recipe have?",
)
KEPT = ("status", "text", "short_answer", "citations", "index_digest")


@dataclass
class Outcome:
    """What the people saw."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    processor: float = 0.0


def memory_megabytes(process: int) -> float:
    """Return the resident memory of a process, in megabytes; Linux only, else 0."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(process: int) -> float:
    """Return the processor time a process has taken, in seconds; Linux only, else 0."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_server() -> tuple[subprocess.Popen[str], str]:
    """Start a server on a free port and return it with its address."""
    command = [sys.executable, "-m", "summitqa", "serve", "--port", "0", "--read-only"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    line = server.stdout.readline()
    address = next(word for word in line.split() if word.startswith("http://"))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}readyz", timeout=5).status_code == 200:
                return server, address
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise SystemExit("The server was not ready within two minutes.")


def essence(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what must be the same whenever a question is asked of the same index."""
    return {name: answer[name] for name in KEPT}


async def one_person(
    client: httpx.AsyncClient,
    expected: dict[str, dict[str, Any]],
    until: float,
    outcome: Outcome,
    chance: random.Random,
) -> None:
    """Ask one question after another until the time is over."""
    while time.monotonic() < until:
        question = chance.choice(QUESTIONS)
        started = time.monotonic()
        try:
            response = await client.post("/api/ask", json={"question": question})
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            outcome.errors.append(f"{type(error).__name__}: {error}")
            continue
        outcome.seconds.append(time.monotonic() - started)
        if answer["question"] != question or essence(answer) != expected[question]:
            outcome.wrong.append(question)


async def watch(process: int, until: float, outcome: Outcome) -> None:
    """Note the server's memory twice a second."""
    while time.monotonic() < until:
        outcome.memory.append(memory_megabytes(process))
        await asyncio.sleep(0.5)


async def measure(address: str, process: int, people: int, seconds: float) -> Outcome:
    """Ask from so many people for so many seconds."""
    outcome = Outcome()
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        expected = {}
        for question in QUESTIONS:
            answer = (await client.post("/api/ask", json={"question": question})).json()
            expected[question] = essence(answer)
        before = processor_seconds(process)
        until = time.monotonic() + seconds
        tasks = [
            one_person(client, expected, until, outcome, random.Random(number))
            for number in range(people)
        ]
        await asyncio.gather(watch(process, until, outcome), *tasks)
        outcome.processor = processor_seconds(process) - before
    return outcome


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=50, choices=range(1, 201), metavar="1-200")
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    seconds = min(given.seconds, 600.0)
    server, address = start_server()
    try:
        outcome = asyncio.run(measure(address, server.pid, given.people, seconds))
    finally:
        server.terminate()
        server.wait(30)
    times = sorted(outcome.seconds)
    quarter = max(1, len(outcome.memory) // 4)
    report = {
        "people": given.people,
        "seconds": seconds,
        "cores": os.cpu_count(),
        "load_average_before_end": [round(one, 1) for one in os.getloadavg()],
        "answers": len(times),
        "answers_per_second": round(len(times) / seconds, 1),
        "processor_seconds_per_answer": round(outcome.processor / max(1, len(times)), 3),
        "errors": len(outcome.errors),
        "wrong_answers": len(outcome.wrong),
        "p50_seconds": round(statistics.median(times), 3) if times else None,
        "p95_seconds": round(times[int(0.95 * (len(times) - 1))], 3) if times else None,
        "memory_mb_first_quarter": round(max(outcome.memory[:quarter]), 1),
        "memory_mb_last_quarter": round(max(outcome.memory[-quarter:]), 1),
        "first_errors": outcome.errors[:3],
    }
    print(json.dumps(report, indent=1))
    sys.exit(1 if outcome.errors or outcome.wrong or not times else 0)


if __name__ == "__main__":
    main()
