"""Score a shipped reader on development data.

    python -m training.evaluate_reader --data ../shared/data [--limit 1500] [--json FILE]
    python -m training.evaluate_reader --data ../shared/data --seen --limit 90
    python -m training.evaluate_reader --data ../shared/data --documents 'gatherings-*' --together
    python -m training.evaluate_reader --data ../shared/data --blocks 'rivals-h*'

Without further options: SQuAD 2.0, WiCE and the speed (``score_public.py``), and the held-out
documents written for training (``score_written.py``); with ``--seen`` documents that were trained
on (``--limit``: a sample of so many), with ``--together`` each question among all documents of its
file; with ``--blocks`` the questions with their rivals.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from summitqa.read import load_reader
from training.data import is_kept_out
from training.rivals import read_all_blocks
from training.score_public import score_public
from training.score_written import score_blocks, score_written
from training.written import read_all_written


def main() -> int:
    """Run the evaluation and print it as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data")
    parser.add_argument(
        "--model", type=Path, help="folder of the reader; the shipped one by default"
    )
    parser.add_argument("--limit", type=int, help="a sample of so many questions and claims")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--threshold", type=float, help="no-answer threshold, instead of fitting it"
    )
    parser.add_argument(
        "--documents", metavar="PATTERN", help="only the written documents of files so named"
    )
    parser.add_argument(
        "--seen", action="store_true", help="only the written documents that are not held out"
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="every question, held out or not, meets all paragraphs of its file",
    )
    parser.add_argument(
        "--blocks", metavar="PATTERN", help="only the questions with rivals of files so named"
    )
    parser.add_argument("--json", type=Path, help="write the report here too")
    options = parser.parse_args()
    reader = load_reader(options.model, options.threads)
    report: dict[str, object] = {
        "model": {"version": reader.card.version, "sha256": reader.card.sha256}
    }
    if options.blocks:
        report["rivals"] = score_blocks(reader, read_all_blocks(patterns=(options.blocks,)))
        return write_report(report, options.json)
    written = read_all_written(patterns=(options.documents or "*.txt",))
    chosen = [q for q in written if options.together or is_kept_out(q) != options.seen]
    if options.limit and options.seen:
        names = sorted({q.article for q in chosen})
        kept = set(random.Random(0).sample(names, min(options.limit, len(names))))
        chosen = [q for q in chosen if q.article in kept]
    report["written"] = score_written(reader, chosen, options.together)
    if not (options.documents or options.seen or options.together):
        report |= score_public(reader, options.data, options.limit, options.threshold) | {
            "threads": options.threads
        }
    return write_report(report, options.json)


def write_report(report: dict[str, object], path: Path | None) -> int:
    """Print the report, and keep it where that is asked."""
    text = json.dumps(report, indent=1, default=float)
    if path:
        path.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
