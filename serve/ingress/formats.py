"""Formats over HTTP: quote and make films of other lengths and ratios from one version."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import AfterValidator, Field, StringConstraints

from conte.clip import Clip
from conte.cut import CutId
from conte.formats.fates import fates
from conte.formats.format import Format
from conte.formats.plan import plan
from conte.formats.quote import PlannedFormat, hash_of_formats, priced_format
from conte.frozen import Frozen, digest
from conte.revision.phrase import phrase
from conte.revision.working import Working
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.fields import FieldError
from serve.ingress.format_views import FormatsView, FormatView, MadeFormatsView
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import IdempotencyKey, ProductionId, VersionNumber, root_of
from serve.ingress.revising import Revising
from serve.ingress.versions import VERSIONS
from serve.ingress.views import ProductionView
from serve.ledger.errors import NotAsQuoted
from serve.ledger.formats import Formats, Source
from serve.ledger.ledger import Ledger
from serve.settings import IngressSettings
from serve.telemetry import log

FORMATS = VERSIONS + "/{n}/formats"


def _each_once(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    if len(set(formats)) != len(formats):
        raise ValueError("each format once")
    return formats


class FormatsOrder(Frozen):
    """Order of films of other lengths and aspect ratios, made from a version."""

    formats: Annotated[
        tuple[Format, ...], Field(min_length=1, max_length=12), AfterValidator(_each_once)
    ]
    quote: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = None
    """`hash` of a quote; the order is refused if it would differ from that quote."""


def formats(
    ledger: Ledger, tenant: TenantOf, revising: Revising, settings: IngressSettings
) -> APIRouter:
    routes = APIRouter(tags=["formats"])

    def planned(source: Source, wanted: Sequence[Format]) -> tuple[PlannedFormat, ...]:
        return tuple(
            plan_format(source, one, revising, f"formats[{at}]") for at, one in enumerate(wanted)
        )

    @routes.post(
        FORMATS + "/quote",
        response_model=FormatsView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=referenced_body(FormatsOrder),
        summary="Say what formats of a version are made of, render, take and cost",
    )
    def quoted(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        order: Annotated[FormatsOrder, Depends(body_of(FormatsOrder, settings.max_body_bytes))],
    ) -> FormatsView:
        made = planned(ledger.format_source(production, n, tenant), order.formats)
        measured = ledger.measured(revising.places)
        views = [
            FormatView.of(one, priced_format(one, measured, revising.renderers)) for one in made
        ]
        told = hash_of_formats(production, n, made)
        return FormatsView(production=production, version=n, hash=told, formats=tuple(views))

    @routes.post(
        FORMATS,
        status_code=202,
        response_model=MadeFormatsView,
        responses={
            202: {"description": "Each format is a production, and its film is being made."},
            **documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=referenced_body(FormatsOrder),
        summary="Make films of other lengths and ratios from a version",
    )
    def made(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        order: Annotated[FormatsOrder, Depends(body_of(FormatsOrder, settings.max_body_bytes))],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make them once"),
        ] = None,
    ) -> MadeFormatsView:
        def agreed(made: Sequence[PlannedFormat]) -> str:
            if order.quote not in (None, hash_of_formats(production, n, made)):
                raise NotAsQuoted(phrase("formats_not_as_quoted"))
            return order.quote or ""

        asked = Formats(
            plan=lambda source: planned(source, order.formats),
            agreed=agreed,
            idempotency_key=idempotency_key,
            body_hash=digest([production, n, order.model_dump(mode="json")]),
            max_queued=settings.max_queued,
        )
        found, created = ledger.accept_formats(production, n, tenant, asked)
        log("formats.accepted" if created else "formats.repeated", formats=len(found))
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        root = root_of(request)
        return MadeFormatsView(productions=tuple(ProductionView.of(one, root) for one in found))

    @routes.get(
        FORMATS,
        response_model=MadeFormatsView,
        responses=documented(401, 404, 422, 503),
        summary="List the films that were made of a version in other formats",
    )
    def listed(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
    ) -> MadeFormatsView:
        root = root_of(request)
        found = ledger.formats(production, n, tenant)
        return MadeFormatsView(productions=tuple(ProductionView.of(one, root) for one in found))

    return routes


def plan_format(source: Source, wanted: Format, revising: Revising, field: str) -> PlannedFormat:
    """Plan a format: its cuts, what happens to the clips, and the findings of the checks.

    Raises:
        Problem: if the version cannot be made into it, naming the field.
    """
    version = source.version
    if version.brief is None:
        raise ValueError("a version without a brief has no formats")
    working = Working(conte=version.conte, brief=version.brief)
    try:
        found = plan(working, wanted, _best(source, working), revising.rates)
    except ValueError as error:
        told = FieldError(field=field, wanted=str(error))
        raise Problem(INVALID, f"{field}: {error}", errors=[told]) from error
    becomes = fates(working, found, source.clips, revising.tiers, revising.continues)
    findings = (
        *found.findings,
        *revising.findings(found.working),
        *revising.covered(found.working),
    )
    return PlannedFormat(plan=found, fates=becomes, findings=findings)


def _best(source: Source, working: Working) -> dict[CutId, Clip]:
    """Return each cut's clip of the best tier that it has, by cut id."""
    ids = {cut.number: cut.id for cut in working.conte.cuts}
    found: dict[CutId, Clip] = {}
    for clip in sorted(source.clips, key=lambda clip: clip.tier == "final"):
        if clip.cut in ids:
            found[ids[clip.cut]] = clip
    return found
