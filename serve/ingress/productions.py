"""Productions over HTTP: accept, list, show, cancel, retry. The ledger decides everything."""

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import StringConstraints

from conte.clip import Limits, Tier
from conte.frozen import seed_of
from conte.production import State
from conte.timing import MAX_CUTS
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import referenced_body
from serve.ingress.fields import FieldError
from serve.ingress.integers import TextInteger
from serve.ingress.limits import check_brief
from serve.ingress.order import MAX_SEED, Order, read_order
from serve.ingress.problems import INVALID, NOT_FOUND, Problem, documented
from serve.ingress.views import (
    PRODUCTIONS,
    ProductionPage,
    ProductionView,
)
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.settings import IngressSettings
from serve.telemetry import log, production_id

IdempotencyKey = Annotated[
    str, StringConstraints(pattern=r"^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$")
]
VersionNumber = Annotated[TextInteger, Path(ge=1, le=10_000, description="콘티 1, 2, 3")]
CutNumber = Annotated[TextInteger, Path(ge=1, le=MAX_CUTS)]

_LOCATION = {"Location": {"schema": {"type": "string"}, "required": True}}


def known_id(
    production: Annotated[
        str, Path(alias="id", description="As `POST /v1/productions` gave it", max_length=200)
    ],
) -> str:
    """Return the id from the path if it is well-formed; others need no query."""
    if not production.isascii() or not production.replace("_", "").replace("-", "").isalnum():
        raise Problem(NOT_FOUND, "there is no such production")
    production_id.set(production)
    return production


ProductionId = Annotated[str, Depends(known_id)]


def productions(
    ledger: Ledger,
    tenant: TenantOf,
    settings: IngressSettings,
    limits: Mapping[Tier, Limits],
) -> APIRouter:
    routes = APIRouter(tags=["productions"])

    async def order(request: Request) -> Order:
        return await read_order(request, settings.max_body_bytes)

    @routes.post(
        PRODUCTIONS,
        status_code=202,
        response_model=ProductionView,
        responses={
            202: {"description": "Accepted: it will not be forgotten.", "headers": _LOCATION},
            **documented(400, 401, 413, 415, 422, 429, 503),
        },
        openapi_extra=referenced_body(Order),
        summary="Film a brief",
    )
    def create(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        order: Annotated[Order, Depends(order)],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one production"),
        ] = None,
    ) -> ProductionView:
        check_brief(order.brief, limits.values())
        for field, image in order.brief.images.items():
            if not ledger.owns_image(tenant, image):
                place = f"brief.{field}"
                wanted = FieldError(field=place, wanted="a picture of POST /v1/images", got=image)
                raise Problem(INVALID, f"{place}: there is no such picture", errors=[wanted])
        production, created = ledger.accept(
            tenant=tenant,
            brief=order.brief,
            seed=_seed(order, tenant, idempotency_key),
            idempotency_key=idempotency_key,
            body_hash=order.body_hash,
            max_queued=settings.max_queued,
            directions=order.directions,
        )
        production_id.set(production.id)
        log("production.accepted" if created else "production.repeated", production=production.id)
        view = ProductionView.of(production, root_of(request))
        response.headers["Location"] = view.links.production
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return view

    @routes.get(
        PRODUCTIONS,
        response_model=ProductionPage,
        responses=documented(401, 422, 503),
        summary="List productions, newest first",
    )
    def listed(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        limit: Annotated[TextInteger, Query(ge=1, le=100)] = 20,
        after: Annotated[
            str | None,
            Query(description="`next` of the page before", pattern=r"^[A-Za-z0-9_.:=-]{1,200}$"),
        ] = None,
        state: State | None = None,
    ) -> ProductionPage:
        # Read before the list: what happens in between is told again, and nothing is missed.
        last = ledger.last_tenant_events((tenant,))[tenant]
        try:
            page, following = ledger.list(tenant, limit=limit, after=after, state=state)
        except NotFound as error:
            wanted = FieldError(field="after", wanted="`next` of the page before", got=after)
            raise Problem(INVALID, "after: there is no such page", errors=[wanted]) from error
        views = tuple(ProductionView.of(production, root_of(request)) for production in page)
        return ProductionPage(productions=views, next=following, last_event=last)

    @routes.get(
        PRODUCTIONS + "/{id}",
        response_model=ProductionView,
        responses=documented(401, 404, 422, 503),
        summary="Show a production",
    )
    def shown(
        request: Request, tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ProductionView:
        return ProductionView.of(ledger.get(production, tenant), root_of(request))

    @routes.delete(
        PRODUCTIONS + "/{id}",
        status_code=202,
        response_model=ProductionView,
        responses={
            202: {"description": "It is being cancelled, or has been."},
            **documented(401, 404, 409, 422, 503),
        },
        summary="Cancel a production",
    )
    def cancelled(
        request: Request, tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ProductionView:
        found = ledger.ask_cancel(production, tenant)
        log("production.cancel_asked")
        return ProductionView.of(found, root_of(request))

    @routes.post(
        PRODUCTIONS + "/{id}/versions/{n}/cuts/{k}/retry",
        status_code=202,
        response_model=ProductionView,
        responses={
            202: {"description": "The cut is queued again.", "headers": _LOCATION},
            **documented(401, 404, 409, 422, 503),
        },
        summary="Render a failed cut again",
        tags=["versions"],
    )
    def retried(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        k: CutNumber,
    ) -> ProductionView:
        view = ProductionView.of(ledger.retry_cut(production, n, k, tenant), root_of(request))
        log("cut.retry_asked", cut=k)
        response.headers["Location"] = view.links.production
        return view

    return routes


def root_of(request: Request) -> str:
    """Return the mount point of the app: links start at the root of the server."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def _seed(order: Order, tenant: str, idempotency_key: str | None) -> int:
    """Return the requested seed or choose one; a repeated request gets the same."""
    if order.seed is not None:
        return order.seed
    if idempotency_key is None:
        return secrets.randbelow(MAX_SEED + 1)
    return seed_of(["seed", tenant, idempotency_key])
