"""Versions over HTTP: seal a draft, list 콘티 1, 2, 3."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Text, digest
from conte.production import Version
from conte.revision.draft import WholeDraft
from conte.revision.fate import Fate
from conte.revision.operations import Sent
from conte.revision.phrase import phrase
from conte.revision.quote import hash_of, quote
from conte.revision.working import Working
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.drafts import MAX_BYTES, Causes, check_images
from serve.ingress.finding_views import Told
from serve.ingress.problems import NOT_YET, Problem, documented
from serve.ingress.productions import IdempotencyKey, ProductionId, VersionNumber, root_of
from serve.ingress.revising import Revising
from serve.ingress.revision_views import SealedView, VersionLine, VersionsView
from serve.ingress.views import PRODUCTIONS, Paths, ProductionView, VersionView
from serve.ledger.errors import NotAsQuoted
from serve.ledger.ledger import Ledger
from serve.ledger.sealing import Sealing
from serve.settings import IngressSettings
from serve.telemetry import log

VERSIONS = PRODUCTIONS + "/{id}/versions"


class Seal(Frozen):
    """Order to make the draft the next version."""

    message: Annotated[Text, StringConstraints(max_length=500)] = ""
    """Message for readers of the list of versions."""
    operations: Annotated[tuple[Sent, ...], Field(max_length=200)] = ()
    """Operations to apply to the draft first, in the same transaction."""
    causes: Causes = ()
    quote: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = None
    """`hash` of a quote; the order is refused if it would differ from that quote."""


def versions(
    ledger: Ledger, tenant: TenantOf, revising: Revising, settings: IngressSettings
) -> APIRouter:
    routes = APIRouter(tags=["versions"])

    @routes.post(
        VERSIONS,
        status_code=202,
        response_model=SealedView,
        responses={
            202: {
                "description": "The version stands, and its film is being made.",
                "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            },
            **documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=referenced_body(Seal),
        summary="Seal the draft: the next version",
    )
    def sealed(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        seal: Annotated[Seal, Depends(body_of(Seal, MAX_BYTES))],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one version"),
        ] = None,
    ) -> SealedView:
        # Read before the transaction, and only for a quote, which looks at hundreds of clips.
        measured = ledger.measured(revising.places) if seal.quote is not None else None
        check_images(ledger, tenant, seal.operations)

        def agreed(draft: WholeDraft, fates: tuple[Fate, ...]) -> dict[str, Any] | None:
            if measured is None:
                return None
            if seal.quote != hash_of(draft, fates):
                raise NotAsQuoted(phrase("not_as_quoted"))
            told = quote(draft, fates, measured, revising.renderers)
            return told.model_dump(mode="json", exclude={"cuts": {"__all__": {"clip"}}})

        asked = Sealing(
            message=seal.message,
            findings_of=revising.findings,
            tiers=revising.tiers,
            continues=revising.continues,
            operations=seal.operations,
            causes=seal.causes,
            idempotency_key=idempotency_key,
            body_hash=digest(seal.model_dump(mode="json", by_alias=True)),
            max_queued=settings.max_queued,
            agreed=agreed,
        )
        found, number, created = ledger.seal(production, asked, tenant)
        log("version.sealed" if created else "version.repeated", version=number)
        root = root_of(request)
        response.headers["Location"] = Paths(production, root).version(number)
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return SealedView(**dict(ProductionView.of(found, root)), sealed=number)

    @routes.get(
        VERSIONS,
        response_model=VersionsView,
        responses=documented(401, 404, 422, 503),
        summary="List the versions: 콘티 1, 2, 3",
    )
    def listed(
        request: Request, tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> VersionsView:
        found = ledger.versions(production, tenant)
        lines = [VersionLine.of(version, production, root_of(request)) for version in found]
        return VersionsView(versions=tuple(lines))

    @routes.get(
        VERSIONS + "/{n}",
        response_model=VersionView,
        responses=documented(401, 404, 422, 503),
        summary="Show a conte",
    )
    def conte(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
    ) -> VersionView:
        found = ledger.get(production, tenant, n)
        if found.version == 0 and n == 1 and not found.state.ended:
            raise Problem(NOT_YET, "the conte is still being written; its events tell when it is")
        version = ledger.version(production, n, tenant)
        base = version.revision.base if version.revision else 0
        before = ledger.version(production, base, tenant) if base else None
        told = findings_of(revising, version, before)
        actual = ledger.actual(production, n)
        return VersionView.of(version, found, told, actual, root_of(request))

    return routes


def findings_of(revising: Revising, version: Version, before: Version | None) -> Told:
    """Return a version's findings as stored, compared with those of the version before."""
    if version.brief is None:
        return Told()
    working = Working(conte=version.conte, brief=version.brief)
    base = None
    if before is not None and before.brief is not None:
        base = Working(conte=before.conte, brief=before.brief)
    stood = before.findings if before else ()
    return revising.told(working, base, version.findings, stood)
