"""Time ``summitqa index`` over an unchanged corpus, process start included.

    python -m benchmarks.index_unchanged [--documents 5000] [--runs 5]

Writes as many short documents, indexes them once (with the real embedding model; the texts
are few and repeat, so this takes a minute or two), and then times whole processes. Prints
wall and processor seconds of each run: on a busy machine the second is the one to go by.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the corpus, index it, time the runs that find nothing to do."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="summitqa-unchanged-") as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        write_corpus(corpus, chosen.documents)
        wall, used, line = run_index(corpus, index)
        print(f"first run: {line} wall {wall:.2f} s, processor {used:.2f} s")
        time.sleep(2.5)  # looks younger than two seconds are not trusted: hash once more
        wall, used, line = run_index(corpus, index)
        print(f"run that hashes: {line} wall {wall:.2f} s, processor {used:.2f} s")
        for _ in range(chosen.runs):
            wall, used, line = run_index(corpus, index)
            print(f"unchanged: {line} wall {wall:.2f} s, processor {used:.2f} s")
    return 0


def write_corpus(corpus: Path, documents: int) -> None:
    """Write documents of three paragraphs in folders of a hundred."""
    for number in range(documents):
        path = corpus / f"{number // 100:03d}" / f"document-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = (
            f"## Part {part}\n\nPart {part} of kind {number % 50} speaks of gates and rivers."
            for part in range(3)
        )
        text = f"# Kind {number % 50}\n\n" + "\n\n".join(parts) + f"\n\n<!-- {number} -->\n"
        path.write_text(text, encoding="utf-8")


def run_index(corpus: Path, index: Path) -> tuple[float, float, str]:
    """Run the command; wall seconds, processor seconds, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "summitqa", "index"),
            *("--corpus", str(corpus), "--index", str(index)),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
