"""Evaluation: which suites there are, a run with progress, and its report."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from summitqa.api.jobs import Job, Jobs
from summitqa.api.schemas import JSON_PROBLEM, PROBLEMS, Problem
from summitqa.api.service import STEPS, Service
from summitqa.errors import SummitQAError
from summitqa.settings import Settings

SUFFIXES = (".yaml", ".yml", ".jsonl")
# The report is a page of its own: it may draw its inline plots, and nothing else.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


class RunRequest(BaseModel):
    """Which suite to run, and how much of it."""

    model_config = ConfigDict(extra="forbid")

    suite: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    sample: Annotated[int, Field(ge=1, le=100_000)] | None = None


def suite_files(settings: Settings) -> dict[str, Path]:
    """Return the suites in the folder, by name."""
    folder = settings.evals_dir / "suites"
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES}


def describe_suite(name: str, path: Path, settings: Settings) -> dict[str, Any]:
    """Say what a suite is, or what is wrong with it."""
    from summitqa.evaluation.suite_file import read_suite

    try:
        suite = read_suite(path).suite
    except SummitQAError as error:
        return {"name": name, "problem": str(error).replace(str(path), path.name)}
    return {
        "name": name,
        "description": suite.description,
        "cases": len(suite.cases),
        "baseline": (settings.evals_dir / "baselines" / f"{suite.suite}.json").is_file(),
        "problem": None,
    }


def summarise_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return of a report what the page lists: metrics, gate, comparison, cases gone wrong."""
    suite = record["suites"][0]
    wrong = [
        {
            "id": one["case"]["id"],
            "question": one["case"].get("question") or one["case"]["turns"][-1],
            "earlier": one["case"].get("turns", [])[:-1],
            "answer": (one["answer"] or {}).get("text"),
            "problem": one["failure"],
        }
        for one in suite["results"]
        if one["failure"] or one["measures"].get("correct", 1.0) < 1.0
    ]
    kept = ("suite", "description", "cases", "metrics", "gate", "comparison", "index_digest")
    return {**{name: suite[name] for name in kept}, "passed": record["passed"], "wrong": wrong}


def evaluation_routes(service: Service, jobs: Jobs) -> APIRouter:
    """Return the routes that run suites."""
    settings = service.settings
    routes = APIRouter(prefix="/api", tags=["evaluation"], responses=PROBLEMS)
    pages: dict[str, str] = {}

    @routes.get("/evaluation")
    def suites() -> dict[str, Any]:
        """List the suites that can be run."""
        files = suite_files(settings)
        return {"suites": [describe_suite(name, path, settings) for name, path in files.items()]}

    @routes.post("/evaluation", status_code=202, responses={404: {"model": Problem}})
    def run(request: RunRequest) -> dict[str, Any]:
        """Run a suite; follow the job under ``/api/jobs``."""
        path = suite_files(settings).get(request.suite)
        if path is None:
            raise HTTPException(404, "There is no such suite in the folder for evaluation.")

        def work(job: Job) -> None:
            record = run_suite_file(job, path, request.sample, settings)
            from summitqa.evaluation.page import make_page

            pages[job.id] = make_page(record)
            while len(pages) > 20:
                pages.pop(next(iter(pages)))
            job.report = summarise_record(record)
            job.message = "Done."

        return jobs.start("evaluate", work).to_json()

    @routes.get(
        "/evaluation/report/{job_id}",
        response_class=Response,
        responses={
            200: {"content": {"text/html": {}}},
            **dict.fromkeys((400, 404, 422, 429, 500, 503), JSON_PROBLEM),
        },
    )
    def report(job_id: str) -> HTMLResponse:
        """Return the whole report of a run as a page, with its plots and every case."""
        if job_id not in pages:
            raise HTTPException(404, "There is no such report; run the suite again.")
        return HTMLResponse(pages[job_id], headers={"Content-Security-Policy": REPORT_POLICY})

    return routes


def run_suite_file(job: Job, path: Path, sample: int | None, settings: Settings) -> dict[str, Any]:
    """Run a suite, compare it with its baseline if there is one, and tell how far it is."""
    from summitqa.evaluation import job as evaluation
    from summitqa.evaluation.report import report_to_json
    from summitqa.evaluation.suite_file import read_suite

    def indexing(progress: Any) -> None:
        job.check_cancelled()
        job.message = STEPS.get(progress.step, job.message)
        job.done, job.total = progress.done, progress.total

    def start(name: str, cases: int) -> Any:
        job.message, job.done, job.total = f"Asking the questions of {name}.", 0, cases

        def one_done() -> None:
            job.check_cancelled()
            job.done += 1

        return one_done

    name = read_suite(path).suite.suite
    baselines = settings.evals_dir / "baselines"
    known = (baselines / f"{name}.json").is_file() and sample is None
    started = time.perf_counter()
    what = evaluation.Job(path, sample=sample, baseline=baselines if known else None)
    watcher = evaluation.Watcher(say=lambda _: None, indexing=indexing, start=start)
    done = evaluation.run_job(what, settings, watcher, {})
    return report_to_json(done, settings, time.perf_counter() - started)
