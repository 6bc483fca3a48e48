"""Takes over HTTP: list, quote, order, play. The ledger decides everything."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import Field, StringConstraints

from conte.clip import Clip, Tier
from conte.cut import Cut, CutId
from conte.frozen import Frozen, digest
from conte.revision.phrase import in_state, phrase
from conte.revision.take_quote import TakeQuote
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.cut_poster import CutPosters
from serve.ingress.fields import FieldError, shown
from serve.ingress.file_response import Ticket, heads, send
from serve.ingress.integers import JsonInteger
from serve.ingress.long_answers import Place
from serve.ingress.media import Wanted as FileWanted
from serve.ingress.media import documented_file
from serve.ingress.problems import INVALID, NOT_FOUND, Problem, documented
from serve.ingress.productions import IdempotencyKey, ProductionId, root_of
from serve.ingress.revising import Revising
from serve.ingress.take_views import OrderedView, TakeOrderView, TakesView
from serve.ingress.views import PRODUCTIONS, Paths, take_poster_tag
from serve.ledger.errors import NotFound, NotTakable
from serve.ledger.ledger import Ledger
from serve.ledger.taking import Wanted
from serve.settings import IngressSettings
from serve.telemetry import log
from serve.vault import Vault

OF_CUT = PRODUCTIONS + "/{id}/cuts/{cut}/takes"
MAX_NUM = 8
MAX_BYTES = 4096
DEFAULT_FPS = 30
"""Frames a second assumed for a version whose brief this release cannot read."""

TakeId = Annotated[str, StringConstraints(pattern=r"^t_[0-9a-f]{12}$")]
CutPath = Annotated[CutId, Path(alias="cut", description="A cut's id, such as `c_..`")]


class TakesWanted(Frozen):
    """Order of takes with new seeds for a cut as it stands in the newest version."""

    num: Annotated[JsonInteger, Field(ge=1, le=MAX_NUM)] = 1
    tier: Tier | None = None
    """Tier to render; null: the best one that is enabled."""


def takes(
    ledger: Ledger,
    tenant: TenantOf,
    revising: Revising,
    settings: IngressSettings,
) -> APIRouter:
    routes = APIRouter(tags=["takes"])

    @routes.get(
        PRODUCTIONS + "/{id}/takes",
        response_model=TakesView,
        responses=documented(401, 404, 422, 503),
        summary="Show every clip that its cuts have had, and those that were ordered",
    )
    def listed(
        request: Request, tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> TakesView:
        orders = ledger.take_orders(production, tenant)
        paths = Paths(production, root_of(request))
        return TakesView.of(ledger.takes(production, tenant), orders, paths)

    @routes.post(
        OF_CUT,
        status_code=202,
        response_model=OrderedView,
        responses={
            202: {
                "description": "They are made beside the version, which stays as it is.",
                "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            },
            **documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=referenced_body(TakesWanted),
        summary="Make other takes of a cut",
    )
    def ordered(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        cut: CutPath,
        asked: Annotated[TakesWanted, Depends(body_of(TakesWanted, MAX_BYTES))],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make no other takes"),
        ] = None,
    ) -> OrderedView:
        order = Wanted(
            cut=cut,
            tier=tier_of(asked.tier, revising),
            num=asked.num,
            idempotency_key=idempotency_key,
            body_hash=digest([cut, asked.model_dump(mode="json")]),
            max_queued=settings.max_queued,
        )
        orders, created = ledger.order_takes(production, order, tenant)
        log("take.ordered" if created else "take.repeated", cut=cut, num=asked.num)
        response.headers["Location"] = f"{Paths(production, root_of(request)).production}/takes"
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return OrderedView(orders=tuple(TakeOrderView.of(one) for one in orders))

    @routes.post(
        OF_CUT + "/quote",
        response_model=TakeQuote,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=referenced_body(TakesWanted),
        summary="Say what other takes of a cut render, take and cost",
    )
    def quoted(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        cut: CutPath,
        asked: Annotated[TakesWanted, Depends(body_of(TakesWanted, MAX_BYTES))],
    ) -> TakeQuote:
        tier = tier_of(asked.tier, revising)
        num_frames = cut_of(ledger, tenant, production, cut).cut.num_frames
        measured = ledger.measured(revising.places)
        return TakeQuote.of(asked.num, num_frames, tier, measured, revising.renderers)

    return routes


def take_media(
    ledger: Ledger,
    vault: Vault,
    viewer: TenantOf,
    posters: CutPosters,
    place: Place,
    links_s: int = 0,
) -> APIRouter:
    """Return the routes. `viewer`: a dependency for the tenant whose production is shown.

    `links_s`: seconds for which a link to the bucket is valid; 0: the bytes come from here.
    """
    routes = APIRouter(tags=["takes"], dependencies=[Depends(place)])

    def found(
        tenant: Annotated[str, Depends(viewer)],
        production: ProductionId,
        take: Annotated[TakeId, Path()],
    ) -> Clip:
        clip = ledger.takes(production, tenant).get(take)
        if clip is None:
            raise Problem(NOT_FOUND, f"production {production} has no take {take}")
        return clip

    @routes.api_route(
        PRODUCTIONS + "/{id}/takes/{take}/clip",
        **documented_file("The clip of a take", "video/mp4"),
    )
    async def clip(clip: Annotated[Clip, Depends(found)], asked: FileWanted) -> Response:
        name = f"{clip.cut_id} {clip.take}.mp4"
        return await send(vault, Ticket(clip.key, "video/mp4", name), asked, links_s)

    @routes.api_route(
        PRODUCTIONS + "/{id}/takes/{take}/poster.png",
        **documented_file("A still of a take", "image/png"),
    )
    async def poster(
        tenant: Annotated[str, Depends(viewer)],
        clip: Annotated[Clip, Depends(found)],
        asked: FileWanted,
    ) -> Response:
        key = await posters.key_of(clip, None, tenant)
        name = f"{clip.cut_id} {clip.take}.png"
        ticket = Ticket(key, "image/png", name, take_poster_tag(clip))
        return await send(vault, ticket, asked, links_s)

    routes.routes.extend(heads(routes.routes))
    return routes


def tier_of(asked: Tier | None, revising: Revising) -> Tier:
    """Return the requested tier, by default the best one that is enabled."""
    if asked is None:
        return revising.tiers[-1]
    if asked not in revising.tiers:
        known = " or ".join(revising.tiers)
        error = FieldError(field="tier", wanted=f"{known}: it is on", got=shown(asked))
        raise Problem(INVALID, f"tier: got {asked}, wanted {known}", errors=[error])
    return asked


@dataclass(frozen=True)
class FoundCut:
    """A cut of the newest version, as it stood when it was read."""

    version: int
    cut: Cut
    fps: int


def cut_of(ledger: Ledger, tenant: str, production: str, cut: CutId) -> FoundCut:
    """Return a cut of the newest version.

    Raises:
        NotFound, NotTakable
    """
    newest = ledger.get(production, tenant).version
    if not newest:
        raise NotTakable(phrase("no_takes_yet", number=1, state=in_state("writing")))
    version = ledger.version(production, newest, tenant)
    found = next((one for one in version.conte.cuts if one.id == cut), None)
    if found is None:
        raise NotFound(f"version {newest} has no cut {cut}")
    return FoundCut(newest, found, version.brief.fps if version.brief else DEFAULT_FPS)


def frames_of(ledger: Ledger, production: str, found: FoundCut, tier: Tier) -> int:
    """Return the frames of another take of the cut: as many as its clip has, with the handles."""
    states = ledger.clips(production, found.version)
    clips = [state.clip for state in states if state.cut == found.cut.number]
    known = [clip.num_frames for clip in clips if clip is not None and clip.tier == tier]
    return known[0] if known else found.cut.num_frames
