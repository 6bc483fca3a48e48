"""Approvals over HTTP, for the owner: ask, confirm, list, prove."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import StringConstraints

from conte.brief import Name
from conte.frozen import Frozen
from conte.revision.approval import Approver
from serve.ingress import approving
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.long_answers import Place
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId, VersionNumber
from serve.ingress.review_views import ApprovalPage, ApprovalView, OfferView, ProofView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger
from serve.vault import Vault

_VERSION = PRODUCTIONS + "/{id}/versions/{n}"

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{32}$")]


class GuestConfirmBody(Frozen):
    hash: Hash
    """Hash from the offer of the approval."""
    confirm: Token


class ConfirmBody(GuestConfirmBody):
    name: Name
    """Name of the person who approves."""


def approvals(ledger: Ledger, vault: Vault, tenant: TenantOf, place: Place) -> APIRouter:
    """`place`: a dependency that holds a place among the long answers: files are read whole."""
    routes = APIRouter(tags=["approvals"])
    long = [Depends(place)]

    @routes.post(
        _VERSION + "/approval",
        response_model=OfferView,
        responses=documented(401, 404, 409, 422, 429, 503),
        dependencies=long,
        summary="Show what is to be approved",
    )
    async def offered(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId, n: VersionNumber
    ) -> OfferView:
        return await approving.offer(ledger, vault, production, n, tenant)

    @routes.post(
        _VERSION + "/approval/confirm",
        response_model=ApprovalView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=documented_body(ConfirmBody),
        summary="Approve what was shown, for good",
    )
    def confirmed(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        body: Annotated[ConfirmBody, Depends(body_of(ConfirmBody))],
    ) -> ApprovalView:
        by = Approver(name=body.name)
        found = ledger.reviewing.confirm(production, n, body.hash, body.confirm, by, tenant)
        return ApprovalView.of(found)

    @routes.get(
        PRODUCTIONS + "/{id}/approvals",
        response_model=ApprovalPage,
        responses=documented(401, 404, 422, 503),
        summary="List the approvals, oldest first",
    )
    def listed(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> ApprovalPage:
        found = ledger.reviewing.approvals(production, tenant)
        return ApprovalPage(approvals=tuple(map(ApprovalView.of, found)))

    @routes.get(
        _VERSION + "/manifest",
        response_model=ProofView,
        responses=documented(401, 404, 422, 429, 503),
        dependencies=long,
        summary="Prove an approval: compare it with the vault and the ledger now",
    )
    async def proved(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId, n: VersionNumber
    ) -> ProofView:
        return await approving.proof(ledger, vault, production, n, tenant)

    @routes.get(
        _VERSION + "/manifest.json",
        response_class=Response,
        responses={
            200: {
                "description": "The manifest as it was frozen; its SHA-256 is the approval's hash.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **documented(401, 404, 422, 503),
        },
        summary="The frozen manifest, byte for byte",
    )
    def frozen(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId, n: VersionNumber
    ) -> Response:
        return Response(
            ledger.reviewing.manifest(production, n, tenant), media_type="application/json"
        )

    return routes
