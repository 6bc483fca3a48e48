"""`GET /v1/operations`: cluster, queue, failures and worth, for who may read `/metrics`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from conte.revision.quote import Renderers
from serve.ingress.auth import ReaderOf
from serve.ingress.operation_views import (
    HouseView,
    LineView,
    OperationsView,
    ServingView,
    WorthsView,
    queue_of,
    stages_of,
    use_of,
)
from serve.ingress.problems import documented
from serve.ingress.views import time_of
from serve.ledger.ledger import Ledger

OPERATIONS = "/v1/operations"
MOST_TENANTS = 200
"""Largest number of listed tenants: those with the most GPU-seconds."""

HouseOf = Callable[[], HouseView | None]


def operations(
    ledger: Ledger, reader: ReaderOf, renderers: Renderers, house: HouseOf | None
) -> APIRouter:
    """Return the routes. `house`: reads the cluster's replicas and nodes; None: no cluster."""
    routes = APIRouter(tags=["operation"])

    @routes.get(
        OPERATIONS,
        response_model=OperationsView,
        responses=documented(401, 503),
        summary="Show the queue, the stages, the cluster, and what failed or took long",
    )
    def shown(tenant: Annotated[str | None, Depends(reader)]) -> OperationsView:
        figures = ledger.figures()
        most = sorted(figures.gpu_s, key=lambda name: (-figures.gpu_s[name], name))
        names = tuple(name for name in most if tenant in (None, name))[:MOST_TENANTS]
        past = ledger.operating.looked_back(tenant)
        return OperationsView(
            tenant=tenant,
            house=house() if tenant is None and house is not None else None,
            queue=queue_of(figures, names),
            stages=stages_of(figures, names),
            use=use_of(figures, names),
            failed=tuple(LineView.of(line) for line in past.failed),
            slowest=tuple(LineView.of(line) for line in past.slowest),
            models=_models(ledger) if tenant is None else (),
        )

    @routes.get(
        OPERATIONS + "/worth",
        response_model=WorthsView,
        responses=documented(401, 503),
        summary="Show by month how long approvals took and what reuse saved",
    )
    def worth(tenant: Annotated[str | None, Depends(reader)]) -> WorthsView:
        return WorthsView.of(ledger.operating.worth(tenant), renderers)

    return routes


def _models(ledger: Ledger) -> tuple[ServingView, ...]:
    return tuple(
        ServingView(
            slot=one.slot,
            entry=one.entry,
            share=one.share,
            other=one.other,
            since=time_of(one.at),
        )
        for _, one in sorted(ledger.operating.serving().items())
    )
