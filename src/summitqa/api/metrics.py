"""Numbers for Prometheus at ``/metrics``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from summitqa.errors import IndexStateError

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """The numbers of one server, in a registry of their own."""

    def __init__(self) -> None:
        """Start at zero."""
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "summitqa_request_seconds",
            "Time from a request to the end of its answer.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.answers = Counter(
            "summitqa_answers",
            "Answers given.",
            ("status", "mode"),
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "summitqa_answer_seconds",
            "Time an answer took, without waiting for its turn.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.unverified = Counter(
            "summitqa_unverified_citations",
            "Citations whose words were not found at their place.",
            registry=self.registry,
        )
        self.documents = Gauge(
            "summitqa_documents", "Documents in the index.", registry=self.registry
        )
        self.passages = Gauge("summitqa_passages", "Passages in the index.", registry=self.registry)
        self.ready = Gauge(
            "summitqa_ready", "Whether questions can be answered.", registry=self.registry
        )

    def observe_request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under its route's pattern, so that the series stay few.

        Any word can come as a method, so unknown ones are counted as one.
        """
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "other")
        self.requests.labels(method, route, str(status)).observe(seconds)

    def observe_answer(self, answer: dict[str, Any]) -> None:
        """Count an answer."""
        self.answers.labels(answer["status"], answer["mode"]).inc()
        self.answer_seconds.observe(answer["timings_ms"]["total"] / 1000)
        self.unverified.inc(sum(not one["verified"] for one in answer["citations"]))


def metrics_routes(metrics: Metrics, service: Any) -> APIRouter:
    """Return ``/metrics``."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/metrics", response_class=Response)
    def read() -> Response:
        """Give the numbers in Prometheus' text format."""
        metrics.ready.set(service.readiness.phase == "ready")
        try:
            status = service.assistant().status()
        except IndexStateError:
            metrics.ready.set(0)
        else:
            metrics.documents.set(status.documents)
            metrics.passages.set(status.passages)
        return Response(generate_latest(metrics.registry), media_type="text/plain; version=0.0.4")

    return routes
