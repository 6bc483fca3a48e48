"""For the operator: is it alive, is it ready, and the figures of the house for Prometheus."""

import asyncio
import os
import socket
from collections.abc import Awaitable
from typing import Literal, TypeVar

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from serve.ingress.figures import BusinessFigures
from serve.ingress.front import Measured
from serve.ingress.problems import UNAVAILABLE, Problem, documented
from serve.ingress.tail import Tail
from serve.ledger.ledger import Ledger
from serve.telemetry import log
from serve.vault import Vault

_CHECK_TIMEOUT_S = 5
_T = TypeVar("_T")


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Each part as "ok", or what is wrong with it."""

    ledger: str = "ok"
    vault: str = "ok"
    directors: str = "ok"


class Meters:
    """The figures of one replica, and those of the house, which every replica tells alike."""

    def __init__(self, ledger: Ledger, tail: Tail) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "sian_http_request_seconds",
            "Until the answer began",
            ["method", "route", "status", "replica"],
            registry=self._registry,
        )
        # A scrape meets any one of the replicas: without its name the counts would jump about.
        self._replica = f"{socket.gethostname()}-{os.getpid()}"
        streams = Gauge(
            "sian_event_streams", "Event streams open", ["replica"], registry=self._registry
        )
        streams.labels(self._replica).set_function(lambda: tail.watched)
        self._registry.register(BusinessFigures(ledger))

    @property
    def measured(self) -> Measured:
        def observe(method: str, route: str, status: int, seconds: float) -> None:
            self._requests.labels(method, route, str(status), self._replica).observe(seconds)

        return observe

    def page(self) -> bytes:
        return generate_latest(self._registry)


def health(ledger: Ledger, vault: Vault, meters: Meters, director_seen_s: float) -> APIRouter:
    """`director_seen_s`: how long ago the last sign of a director may lie."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/healthz", summary="Is this replica alive?")
    async def healthz() -> Alive:
        return Alive()

    @routes.get("/readyz", responses=documented(503), summary="Can a brief be filmed now?")
    async def readyz() -> Ready:
        directors, stored = await asyncio.gather(
            _tried(run_in_threadpool(ledger.directors_alive, director_seen_s)),
            _tried(vault.reachable()),
        )
        ready = Ready(
            ledger="ok" if directors is not None else "cannot be reached",
            vault="ok" if stored is not None else "cannot be reached",
            directors="ok" if directors else "none has been seen lately",
        )
        wrong = [f"{part}: {state}" for part, state in ready if state != "ok"]
        if wrong:
            headers = {"Retry-After": "1"}
            raise Problem(UNAVAILABLE, "; ".join(wrong), headers=headers, parts=ready.model_dump())
        return ready

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={
            200: {
                "description": "Figures in Prometheus' text format.",
                "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}},
            },
            **documented(503),
        },
        summary="Figures for Prometheus",
    )
    def metrics() -> Response:
        return Response(meters.page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes


async def _tried(check: Awaitable[_T]) -> _T | None:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT_S):
            return await check
    except Exception as error:  # whatever it is, it is not ready, and the answer says which part
        log("ready.failed", error=error)
        return None
