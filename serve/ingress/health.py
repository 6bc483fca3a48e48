"""Liveness, readiness and Prometheus metrics, for the operator."""

import os
import socket
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from conte.spending import Ceilings
from serve.ingress.auth import ReaderOf
from serve.ingress.event_tail import EventTail
from serve.ingress.figures import BusinessFigures
from serve.ingress.house_figures import HouseFigures
from serve.ingress.middleware import Measured
from serve.ingress.problems import UNAVAILABLE, Problem, documented
from serve.ingress.readiness import Readiness, Ready
from serve.ingress.waiting import Outage
from serve.ledger.ledger import Ledger


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Meters:
    """Metrics of one replica, and the shared ones, which are the same at every replica."""

    def __init__(
        self, ledger: Ledger, house: HouseFigures, ceilings: Ceilings, *tails: EventTail[Any]
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "sian_http_request_seconds",
            "Until the answer began",
            ["method", "route", "status", "replica"],
            registry=self._registry,
        )
        # Consecutive scrapes may reach different replicas: without this label counters would jump.
        self._replica = f"{socket.gethostname()}-{os.getpid()}"
        streams = Gauge(
            "sian_event_streams", "Event streams open", ["replica"], registry=self._registry
        )
        streams.labels(self._replica).set_function(lambda: sum(tail.watched for tail in tails))
        self._registry.register(BusinessFigures(ledger, ceilings))
        self._registry.register(house)
        self._ledger, self._ceilings = ledger, ceilings

    @property
    def measured(self) -> Measured:
        def observe(method: str, route: str, status: int, seconds: float) -> None:
            self._requests.labels(method, route, str(status), self._replica).observe(seconds)

        return observe

    def page(self, tenant: str | None) -> bytes:
        """Render the metrics of all tenants, or of one without those of requests and streams."""
        if tenant is None:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        registry.register(BusinessFigures(self._ledger, self._ceilings, tenant))
        return generate_latest(registry)


def health(readiness: Readiness, meters: Meters, reader: ReaderOf) -> APIRouter:
    routes = APIRouter(tags=["operation"])
    outage = Outage()

    @routes.get("/healthz", summary="Is this replica alive?")
    async def healthz() -> Alive:
        return Alive()

    @routes.get("/readyz", responses=documented(503), summary="Can a brief be filmed now?")
    async def readyz() -> Ready:
        ready = await readiness.look()
        if ready.wrong:
            after = {"Retry-After": str(outage.seen())}
            told = "; ".join(ready.wrong)
            raise Problem(UNAVAILABLE, told, headers=after, parts=ready.model_dump())
        outage.over()
        return ready

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={
            200: {
                "description": "Figures in Prometheus' text format.",
                "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}},
            },
            **documented(401, 503),
        },
        summary="Figures for Prometheus",
    )
    def metrics(tenant: Annotated[str | None, Depends(reader)]) -> Response:
        return Response(meters.page(tenant), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes
