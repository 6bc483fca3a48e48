"""Directions over HTTP: show A안, B안, C안, order another like one of them, pick one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import AfterValidator, Field, StringConstraints

from conte.frozen import Frozen, Line, digest, visible
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.integers import JsonInteger
from serve.ingress.problems import documented
from serve.ingress.productions import IdempotencyKey, ProductionId, root_of
from serve.ingress.views import PRODUCTIONS, PROJECTS, ProductionView, ProjectView
from serve.ledger.directions import Another
from serve.ledger.ledger import Ledger
from serve.settings import IngressSettings
from serve.telemetry import log


class DirectionOrder(Frozen):
    """Order of another direction that is like this one, with what should differ."""

    differ: Annotated[
        Line, StringConstraints(min_length=1, max_length=300), AfterValidator(visible)
    ]
    """What should differ, in words such as "더 웃기게" or "at night"."""
    version: Annotated[JsonInteger, Field(ge=1, le=10_000)] | None = None
    """Number of the version that it should be like; null: the newest."""


def directions(ledger: Ledger, tenant: TenantOf, settings: IngressSettings) -> APIRouter:
    routes = APIRouter(tags=["directions"])

    @routes.get(
        PROJECTS + "/{id}",
        response_model=ProjectView,
        responses=documented(401, 404, 422, 503),
        summary="Show the directions of an order: A안, B안, C안",
    )
    def shown(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        project: Annotated[str, Path(alias="id", max_length=200)],
    ) -> ProjectView:
        found = ledger.project(project, tenant)
        return ProjectView.of(project, found, ledger.ideas_of(project), root_of(request))

    @routes.post(
        PRODUCTIONS + "/{id}/directions",
        status_code=202,
        response_model=ProductionView,
        responses={
            202: {
                "description": "It is a direction of its own, and is being made.",
                "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            },
            **documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=documented_body(DirectionOrder),
        summary="Order another direction like this one",
    )
    def ordered(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        order: Annotated[DirectionOrder, Depends(body_of(DirectionOrder))],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one direction"),
        ] = None,
    ) -> ProductionView:
        asked = Another(
            differ=order.differ,
            version=order.version,
            idempotency_key=idempotency_key,
            body_hash=digest([production, order.model_dump(mode="json")]),
            max_queued=settings.max_queued,
        )
        found, created = ledger.add_direction(production, tenant, asked)
        log("direction.ordered" if created else "direction.repeated", production=found.id)
        view = ProductionView.of(found, root_of(request))
        response.headers["Location"] = view.links.production
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return view

    @routes.post(
        PRODUCTIONS + "/{id}/pick",
        response_model=ProjectView,
        responses=documented(401, 404, 409, 422, 503),
        summary="Pick this direction: it goes on as 콘티 1",
    )
    def picked(
        request: Request, tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ProjectView:
        found = ledger.pick_direction(production, tenant)
        log("direction.picked")
        place = found[0].direction
        assert place is not None  # all of a project have one
        ideas = ledger.ideas_of(place.project)
        return ProjectView.of(place.project, found, ideas, root_of(request))

    return routes
