"""Train the reader from public data to the shipped file, in one command.

    python -m training --data ../shared/data --work /some/folder

Takes up a stopped run found in the work folder. On a GPU the batches are larger and the run
longer unless the options say otherwise.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from summitqa.read import MODELS, load_reader
from training.calibrate import GROUPS, calibrate
from training.export import FORMS, copy_tokenizer, export, write_card
from training.groups import BLOCK_SHARE, WRITTEN_SHARE
from training.train import Plan, start_files, train
from training.written import read_all_written

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FILE = 25_000_000
UNFITTED = (
    {"score": 0.5, "logit": 0.5, "intercept": 0.0},
    {"logit": 1.0, "words": 0.0, "particulars": 0.0, "intercept": 0.0},
)


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data")
    parser.add_argument(
        "--work", type=Path, required=True, help="checkpoints and the log; outside the repository"
    )
    parser.add_argument("--out", type=Path, default=MODELS, help="where the finished files go")
    parser.add_argument(
        "--budget-minutes", type=float, help="end after so long (default 90; GPU 20)"
    )
    parser.add_argument(
        "--steps", type=int, help="end after so many steps (default 6000; GPU 8000)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--workers", type=int, help="training processes (default 2; GPU 1)")
    parser.add_argument(
        "--start", type=Path, help="a reader.onnx to train on from, instead of MiniLM-L6"
    )
    parser.add_argument("--peak-rate", type=float, default=2e-4, help="highest learning rate")
    parser.add_argument(
        "--warm-up-steps", type=int, default=100, help="steps over which the rate rises"
    )
    parser.add_argument(
        "--dropout", type=float, default=0.0, help="share of outputs left out while training"
    )
    parser.add_argument(
        "--written",
        action="append",
        metavar="GLOB",
        help="learn from the files of written/ that fit only; may be given again",
    )
    parser.add_argument(
        "--written-share",
        type=float,
        default=WRITTEN_SHARE,
        metavar="SHARE",
        help="share of the questions written for training among all",
    )
    parser.add_argument(
        "--block-share",
        type=float,
        default=BLOCK_SHARE,
        metavar="SHARE",
        help="share of the questions with their rivals (rivals/) among all",
    )
    parser.add_argument(
        "--hard-sentences",
        action="store_true",
        help="put the sentences that the reader of --start takes for the answer beside the written"
        " questions, and ask more often what it finds hard",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--label", default="1", help="version written into reader.json")
    parser.add_argument(
        "--keep",
        type=float,
        metavar="SHARE",
        help="average the finished weights with this share of those of --start",
    )
    parser.add_argument(
        "--calibration-groups", type=int, default=GROUPS, help="held-out groups to calibrate on"
    )
    parser.add_argument(
        "--form", choices=FORMS, default="bytes", help="how numbers are kept, to compare with"
    )
    parser.add_argument(
        "--skip-training", action="store_true", help="export the checkpoint that is there"
    )
    return parser.parse_args(arguments)


def make_plan(options: argparse.Namespace) -> Plan:
    """What the options and the machine come to."""
    import torch

    cuda = options.device == "cuda" or (options.device == "auto" and torch.cuda.is_available())
    return Plan(
        seed=options.seed,
        budget_minutes=options.budget_minutes or (20.0 if cuda else 90.0),
        steps=options.steps or (8000 if cuda else 6000),
        tokens_a_batch=8192 if cuda else 2048,
        device="cuda" if cuda else "cpu",
        workers=options.workers or (1 if cuda else 2),
        loaders=8 if cuda else 0,
        peak_rate=options.peak_rate,
        warm_up_steps=options.warm_up_steps,
        dropout=options.dropout,
        written=tuple(options.written or ("*.txt",)),
        written_share=options.written_share,
        block_share=options.block_share,
        hard_sentences=options.hard_sentences,
        low_precision=cuda or is_faster_in_bfloat16(),
    )


def is_faster_in_bfloat16() -> bool:
    """Time one product in both formats: without the instructions, bfloat16 is far slower."""
    import torch

    def shortest(form: torch.dtype) -> float:
        left, right = torch.ones(512, 384, dtype=form), torch.ones(384, 1536, dtype=form)
        times = []
        for _ in range(4):
            began = time.perf_counter()
            left @ right
            times.append(time.perf_counter() - began)
        return min(times)

    return shortest(torch.bfloat16) < shortest(torch.float32)


def finish(options: argparse.Namespace) -> None:
    """Export the last checkpoint, calibrate it on held-out data and put the files in place."""
    staged = options.work / "finished"
    staged.mkdir(exist_ok=True)
    copy_tokenizer(start_files()[1], staged)
    checkpoint = options.work / "last.pt"
    if options.keep:
        from training.average import average

        checkpoint = options.work / "averaged.pt"
        average(options.work / "last.pt", options.start, options.keep, checkpoint)
    export(checkpoint, staged / "reader.onnx", options.form)
    written = (staged / "reader.onnx").stat().st_size
    if written > LARGEST_FILE and options.out == MODELS:
        raise ValueError(f"reader.onnx has {written} bytes, more than {LARGEST_FILE}")
    write_card(staged, *UNFITTED, version=options.label)
    answerable, support = calibrate(
        load_reader(staged), options.data, options.seed, options.calibration_groups
    )
    write_card(staged, answerable, support, version=options.label)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "reader.onnx", "reader.json"):
        shutil.copyfile(staged / name, options.out / name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, export, calibrate."""
    options = read_options(arguments)
    shares = options.written_share, options.block_share
    if min(shares) < 0 or sum(shares) >= 1:
        sys.stderr.write("--written-share and --block-share are at least 0, together below 1.\n")
        return 2
    if options.written and not read_all_written(patterns=options.written):
        sys.stderr.write(f"No file of training/written/ fits {' or '.join(options.written)}.\n")
        return 2
    for name in ("keep", "hard_sentences"):
        if getattr(options, name) and (options.start is None or options.start.suffix != ".onnx"):
            option = f"--{name.replace('_', '-')}"
            sys.stderr.write(f"{option} needs the reader.onnx to start from: --start FILE.\n")
            return 2
    weights, tokenizer = start_files()
    if not options.skip_training:
        train(options.data, options.start or weights, tokenizer, options.work, make_plan(options))
    finish(options)
    sys.stdout.write(
        json.dumps(json.loads((options.out / "reader.json").read_text("utf-8")), indent=1) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
