"""Review states of a version over HTTP, for its owner."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, StringConstraints

from conte.frozen import Frozen, Text, visible_if_any
from conte.revision.review import ReviewState
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId, VersionNumber
from serve.ingress.review_views import ReviewView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger

_REVIEW = PRODUCTIONS + "/{id}/versions/{n}/review"
_States = Annotated[str, StringConstraints(pattern="^(" + "|".join(ReviewState) + ")$")]


class StepBody(Frozen):
    to: _States
    by: Annotated[Text, StringConstraints(max_length=60), AfterValidator(visible_if_any)] = ""
    """Name of the person."""
    note: Annotated[Text, StringConstraints(max_length=1000), AfterValidator(visible_if_any)] = ""


def reviews(ledger: Ledger, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["reviews"])

    @routes.get(
        _REVIEW,
        response_model=ReviewView,
        responses=documented(401, 404, 422, 503),
        summary="Show where a version's review stands",
    )
    def shown(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId, n: VersionNumber
    ) -> ReviewView:
        return ReviewView.of(ledger.reviewing.review(production, n, tenant), n)

    @routes.post(
        _REVIEW,
        response_model=ReviewView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=documented_body(StepBody),
        summary="Put a version into review, withdraw it or ask for changes",
    )
    def stepped(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        step: Annotated[StepBody, Depends(body_of(StepBody))],
    ) -> ReviewView:
        to = ReviewState(step.to)
        return ReviewView.of(
            ledger.reviewing.step(production, n, to, step.by, step.note, tenant), n
        )

    return routes
