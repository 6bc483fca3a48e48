"""Drafts over HTTP: show, change, undo, redo, quote, drop. The ledger decides everything."""

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Text
from conte.revision.operations import AnyOperation, SentOperations
from conte.revision.quote import quote
from conte.revision.refusals import Refused
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId
from serve.ingress.revising import Revising
from serve.ingress.revision_views import ChangedDraftView, DraftView, QuoteView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger

DRAFT = PRODUCTIONS + "/{id}/draft"
_IMAGE = re.compile(r"images/[0-9a-f]{64}\.png")
MAX_BYTES = 1024 * 1024
"""Bytes of a body with operations: 200 of them, with long texts."""


Cause = Annotated[Text, StringConstraints(max_length=500)]
Causes = Annotated[
    tuple[Cause, ...],
    Field(
        max_length=200,
        description="The comment or the feedback that each operation answers, in their order",
    ),
]


class Changes(Frozen):
    """Operations to apply to the draft, in order: all of them, or none."""

    operations: SentOperations
    causes: Causes = ()


def drafts(ledger: Ledger, tenant: TenantOf, revising: Revising) -> APIRouter:
    routes = APIRouter(tags=["drafts"])

    @routes.get(
        DRAFT,
        response_model=DraftView,
        responses=documented(401, 404, 409, 422, 503),
        summary="Show the draft of the next version",
    )
    def shown(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> DraftView:
        draft = ledger.whole_draft(production, tenant)
        stands = ledger.standing(draft, revising.tiers, revising.continues)
        told = revising.told(draft.working, stands.before)
        captions = revising.captions(draft.working, stands.fates)
        return DraftView.of(draft, told, stands.fates, revising.rates, captions)

    @routes.post(
        DRAFT + "/operations",
        response_model=ChangedDraftView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=referenced_body(Changes),
        summary="Change the draft",
    )
    def operated(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        changes: Annotated[Changes, Depends(body_of(Changes, MAX_BYTES))],
    ) -> ChangedDraftView:
        check_images(ledger, tenant, changes.operations)
        return ChangedDraftView.of(
            ledger.operate(production, changes.operations, tenant, changes.causes)
        )

    @routes.post(
        DRAFT + "/undo",
        response_model=ChangedDraftView,
        responses=documented(401, 404, 409, 422, 503),
        summary="Take the last operation back",
    )
    def undone(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ChangedDraftView:
        return ChangedDraftView.of(ledger.undo(production, tenant))

    @routes.post(
        DRAFT + "/redo",
        response_model=ChangedDraftView,
        responses=documented(401, 404, 409, 422, 503),
        summary="Apply again what was taken back last",
    )
    def redone(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ChangedDraftView:
        return ChangedDraftView.of(ledger.redo(production, tenant))

    @routes.post(
        DRAFT + "/quote",
        response_model=QuoteView,
        responses=documented(401, 404, 409, 422, 503),
        summary="Say what sealing the draft renders, takes and costs",
    )
    def quoted(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> QuoteView:
        draft = ledger.whole_draft(production, tenant)
        stands = ledger.standing(draft, revising.tiers, revising.continues)
        measured = ledger.measured(revising.places)
        return QuoteView.of(quote(draft, stands.fates, measured, revising.renderers))

    @routes.delete(
        DRAFT,
        status_code=204,
        response_class=Response,
        responses={204: {"description": "It is gone."}, **documented(401, 404, 422, 503)},
        summary="Drop the draft",
    )
    def dropped(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> Response:
        ledger.drop_draft(production, tenant)
        return Response(status_code=204)

    return routes


def check_images(ledger: Ledger, tenant: str, operations: Sequence[AnyOperation]) -> None:
    """Raises Refused if an operation names a picture that the tenant has not uploaded."""
    for at, operation in enumerate(operations):
        for image in _IMAGE.findall(operation.model_dump_json(include={"after"})):
            if not ledger.owns_image(tenant, image):
                error = Refused("after", "no_picture", image=image)
                error.index = at
                raise error
