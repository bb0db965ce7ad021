"""Health and readiness, for whatever watches over the server."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from summitqa.api.service import Service


def health_routes(service: Service) -> APIRouter:
    """Return ``/healthz`` (the process lives) and ``/readyz`` (it can answer)."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @routes.get("/readyz", responses={503: {"description": "Not ready yet."}})
    def readyz() -> JSONResponse:
        """Say whether questions can be answered."""
        readiness = service.readiness
        ready = readiness.phase == "ready"
        return JSONResponse({"status": readiness.phase}, 200 if ready else 503)

    return routes
