"""Share links over HTTP, for the owner: make, list, revoke."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, Field, StringConstraints

from conte.frozen import Frozen, Text, visible_if_any
from conte.revision.share import Right
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.integers import JsonInteger
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId, root_of
from serve.ingress.review_views import SHARED, NewShareView, SharePage, ShareView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger

_SHARES = PRODUCTIONS + "/{id}/shares"
_DAY_S = 24 * 3600.0
_RightName = Annotated[str, StringConstraints(pattern="^(" + "|".join(Right) + ")$")]


class ShareBody(Frozen):
    version: Annotated[JsonInteger, Field(ge=1, le=10_000)] | None = None
    """Version that the link leads to; null: always the newest one that was put into review."""
    rights: Annotated[tuple[_RightName, ...], Field(min_length=1, max_length=len(Right))]
    """Rights of the link; no right includes another."""
    label: Annotated[Text, StringConstraints(max_length=60), AfterValidator(visible_if_any)] = ""
    """Label for the owner, such as the client's name."""
    days: Annotated[JsonInteger, Field(ge=1, le=365)] = 14
    """Days until it expires."""


def shares(ledger: Ledger, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["shares"])

    @routes.post(
        _SHARES,
        status_code=201,
        response_model=NewShareView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=documented_body(ShareBody),
        summary="Make a link for guests",
    )
    def made(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        asked: Annotated[ShareBody, Depends(body_of(ShareBody))],
    ) -> NewShareView:
        rights = tuple(Right(name) for name in asked.rights)
        valid_s = asked.days * _DAY_S
        share, token = ledger.reviewing.share(
            production, asked.version, rights, asked.label, valid_s, tenant
        )
        url = f"{root_of(request)}{SHARED}/{token}"
        return NewShareView(share=ShareView.of(share), token=token, url=url)

    @routes.get(
        _SHARES,
        response_model=SharePage,
        responses=documented(401, 404, 422, 503),
        summary="List the links, newest first",
    )
    def listed(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> SharePage:
        return SharePage(
            shares=tuple(map(ShareView.of, ledger.reviewing.shares(production, tenant)))
        )

    @routes.delete(
        _SHARES + "/{share}",
        response_model=ShareView,
        responses=documented(401, 404, 422, 503),
        summary="Revoke a link",
    )
    def revoked(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        share: Annotated[str, StringConstraints(pattern=r"^shr_[0-9a-z]{26}$")],
    ) -> ShareView:
        return ShareView.of(ledger.reviewing.revoke(production, share, tenant))

    return routes
