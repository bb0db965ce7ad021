"""The library: add by upload or address, remove, re-index; with progress and cancel."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import APIRouter, File, HTTPException, Query, UploadFile
from pydantic import BaseModel, ConfigDict, HttpUrl

from summitqa.api.jobs import Job, Jobs
from summitqa.api.problems import hide_paths
from summitqa.api.schemas import PROBLEMS, Problem
from summitqa.api.service import STEPS, Service
from summitqa.errors import SummitQAError, UsageError

if TYPE_CHECKING:
    from summitqa.indexing.corpus import Added
    from summitqa.indexing.report import IndexReport, Progress, ReportProgress
    from summitqa.settings import Settings

UPLOADS = "uploads"
MOST_FILES = 500


class Librarian(Protocol):
    """Changes the corpus and the index; the real one is ``IndexLibrarian``."""

    def add(self, target: str, folder: str, *, replace: bool) -> Added:
        """Bring one file or address into the corpus."""
        ...

    def remove(self, documents: list[str]) -> tuple[str, ...]:
        """Take documents out of the corpus."""
        ...

    def index(self, report: ReportProgress) -> IndexReport:
        """Bring the index up to date."""
        ...


class AddressRequest(BaseModel):
    """An address whose document is wanted."""

    model_config = ConfigDict(extra="forbid")

    address: HttpUrl


def safe_name(name: str) -> PurePosixPath:
    """Return an uploaded file's path with nothing that leads elsewhere or hides it.

    A folder that was dropped keeps its structure.

    Raises:
        UsageError: Nothing is left of the name.
    """
    parts = [
        "".join(letter for letter in part if letter.isprintable()).lstrip(". ").strip()
        for part in name.replace("\\", "/").split("/")
    ]
    kept = [part[-120:] for part in parts if part]
    if not kept:
        raise UsageError("The file has no usable name; rename it.")
    return PurePosixPath(*kept[-8:])


def library_routes(service: Service, librarian: Librarian, jobs: Jobs) -> APIRouter:
    """Return the routes that change the library; all are refused in read-only mode."""
    routes = APIRouter(
        prefix="/api",
        tags=["library"],
        responses={**PROBLEMS, 403: {"model": Problem}, 413: {"model": Problem}},
    )
    settings = service.settings

    def check_writable() -> None:
        if settings.read_only:
            raise HTTPException(403, "This server is read-only; its documents cannot be changed.")

    def index(job: Job) -> None:
        def follow(progress: Progress) -> None:
            job.check_cancelled()
            if progress.step in STEPS:
                job.message = STEPS[progress.step]
                job.done, job.total = progress.done, progress.total

        report = librarian.index(follow).as_json()
        for failure in report["failed"]:
            failure["reason"] = hide_paths(failure["reason"], settings)
        failed = {one["document"]: one["reason"] for one in report["failed"]}
        for file in job.files:
            if file.get("document") in failed:
                file.update(state="refused", reason=failed[file["document"]])
            elif file["state"] == "copied":
                file["state"] = "indexed"
        job.report = report
        job.message = "Done."

    def add(job: Job, targets: list[tuple[str, str, str]]) -> None:
        """Add (shown name, target, folder) and index; take all out again when cancelled."""
        known = set(service.assistant().snapshot().summaries())
        added: list[str] = []
        job.total = len(targets)
        try:
            for number, (name, target, folder) in enumerate(targets):
                job.check_cancelled()
                job.message, job.done = f"Reading {name}", number
                entry: dict[str, Any] = {"name": name, "state": "refused"}
                job.files.append(entry)
                try:
                    taken = librarian.add(target, folder, replace=False)
                except SummitQAError as error:
                    entry["reason"] = hide_paths(str(error), settings)
                    continue
                if taken.documents:
                    entry.update(state="copied", document=taken.documents[0])
                    added += [one for one in taken.documents if one not in known]
                else:
                    entry["reason"] = hide_paths(taken.refused[0][1], settings)
            index(job)
        except BaseException:
            if added:
                librarian.remove(added)
            raise

    @routes.post("/documents", status_code=202)
    async def upload(files: Annotated[list[UploadFile], File()]) -> dict[str, Any]:
        """Add uploaded files and index them; follow the job under ``/api/jobs``."""
        check_writable()
        if len(files) > MOST_FILES:
            raise HTTPException(413, f"At most {MOST_FILES} files can be added at once.")
        holder = tempfile.TemporaryDirectory(prefix="summitqa-upload-")
        targets = []
        for number, file in enumerate(files):
            name = safe_name(file.filename or "")
            folder = PurePosixPath(UPLOADS) / name.parent
            path = Path(holder.name) / str(number) / name.name
            path.parent.mkdir()
            with path.open("wb") as opened:
                while block := await file.read(1 << 20):
                    opened.write(block)
            targets.append((str(name), str(path), str(folder)))

        def work(job: Job) -> None:
            with holder:
                add(job, targets)

        return jobs.start("add", work).to_json()

    @routes.post("/documents/address", status_code=202)
    def fetch(request: AddressRequest) -> dict[str, Any]:
        """Fetch an address, add its document and index it."""
        check_writable()
        targets = [(str(request.address), str(request.address), "")]
        return jobs.start("add", lambda job: add(job, targets)).to_json()

    @routes.delete("/documents", status_code=202, responses={404: {"model": Problem}})
    def remove(
        document: Annotated[list[str], Query(min_length=1, max_length=1000)],
    ) -> dict[str, Any]:
        """Take documents out of the corpus and the index."""
        check_writable()
        unknown = set(document) - set(service.assistant().snapshot().summaries())
        if unknown:
            raise HTTPException(404, "There is no such document; it may be removed already.")

        def work(job: Job) -> None:
            librarian.remove(document)
            index(job)

        return jobs.start("remove", work).to_json()

    @routes.post("/index", status_code=202)
    def reindex() -> dict[str, Any]:
        """Bring the index up to date with the corpus folder."""
        check_writable()
        return jobs.start("index", index).to_json()

    @routes.get("/jobs/{job_id}", responses={404: {"model": Problem}})
    def follow_job(job_id: str) -> dict[str, Any]:
        """Say how far a job is."""
        return _found(jobs, job_id).to_json()

    @routes.delete("/jobs/{job_id}", responses={404: {"model": Problem}})
    def cancel_job(job_id: str) -> dict[str, Any]:
        """Cancel a job; what it had added is taken out again."""
        job = _found(jobs, job_id)
        job.cancelled.set()
        return job.to_json()

    return routes


def _found(jobs: Jobs, name: str) -> Job:
    job = jobs.find(name)
    if job is None:
        raise HTTPException(404, "There is no such job; it may be long done.")
    return job


class IndexLibrarian:
    """Changes the real corpus and index."""

    def __init__(self, settings: Settings) -> None:
        """Remember where the corpus and the index are."""
        self.settings = settings

    def add(self, target: str, folder: str, *, replace: bool) -> Added:
        """Bring one file or address into the corpus."""
        from summitqa.indexing.corpus import add_paths

        return add_paths(self.settings, [target], folder=folder, replace=replace)

    def remove(self, documents: list[str]) -> tuple[str, ...]:
        """Take documents out of the corpus."""
        from summitqa.indexing.corpus import remove_documents

        return remove_documents(self.settings, documents)

    def index(self, report: ReportProgress) -> IndexReport:
        """Bring the index up to date."""
        from summitqa.embed import load_embedder
        from summitqa.index import update_index

        return update_index(
            self.settings, lambda: load_embedder(self.settings), report, allow_empty=True
        )
