"""The ingress: settings, ledger and vault -> an ASGI application. No logic, no Ray."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.clip import Limits, Tier
from conte.formats.safe_zones import SafeZones
from conte.proposed import BriefEngine, IdeaEngine
from conte.revision.mending import Candidates
from conte.revision.working import Working
from serve.exporting import Exporting
from serve.ingress import problems
from serve.ingress.approvals import approvals
from serve.ingress.auth import by_key_or_cookie, reader_by_key, session_of, tenant_of
from serve.ingress.briefs import briefs
from serve.ingress.changes import change_tables
from serve.ingress.chat import ChatModel, chat
from serve.ingress.comments import comments
from serve.ingress.cut_poster import CutPosters
from serve.ingress.decoding import decoding_of_process
from serve.ingress.directions import directions
from serve.ingress.docs import docs
from serve.ingress.drafts import drafts
from serve.ingress.event_tail import EventTail
from serve.ingress.events import events
from serve.ingress.exports import exports
from serve.ingress.feedback import Proposing, feedback
from serve.ingress.formats import formats
from serve.ingress.guest_access import GuestAccess
from serve.ingress.guest_changes import guest_changes
from serve.ingress.guest_exports import guest_exports
from serve.ingress.guest_media import guest_media
from serve.ingress.guest_stream import guest_stream
from serve.ingress.guests import guests
from serve.ingress.health import Meters, health
from serve.ingress.house_figures import HouseFigures
from serve.ingress.ideas import ideas_for
from serve.ingress.images import images
from serve.ingress.imports import imports
from serve.ingress.long_answers import LongAnswers
from serve.ingress.media import media
from serve.ingress.middleware import RequestMiddleware
from serve.ingress.openapi import DESCRIPTION, openapi_of
from serve.ingress.operations import HouseOf, operations
from serve.ingress.productions import productions
from serve.ingress.readiness import Readiness
from serve.ingress.reviews import reviews
from serve.ingress.revising import CaptionsOf, Revising
from serve.ingress.safe_zones import safe_zones
from serve.ingress.session_token import SessionTokens
from serve.ingress.sessions import sessions
from serve.ingress.shares import shares
from serve.ingress.signed_urls import SignedUrls
from serve.ingress.signing import Signing
from serve.ingress.sounds import sounds
from serve.ingress.spending import spending
from serve.ingress.storyboards import storyboards
from serve.ingress.studio import studio
from serve.ingress.takes import take_media, takes
from serve.ingress.tenant_stream import TenantLogs, tenant_stream
from serve.ingress.upload_files import sweeping
from serve.ingress.uploads import uploads
from serve.ingress.versions import versions
from serve.ingress.video_order import models_of
from serve.ingress.videos import videos
from serve.ingress.viewers import viewer_of
from serve.ledger.ledger import Ledger
from serve.prices import ceilings_of
from serve.release import RELEASE
from serve.returned.reading import LIMITS as DOCUMENT_LIMITS
from serve.settings import Settings
from serve.storyboards.door import LIMITS as STORYBOARD_LIMITS
from serve.uploads.recordings import LIMITS as RECORDING_LIMITS
from serve.vault import Vault


def create_app(
    settings: Settings,
    ledger: Ledger,
    vault: Vault,
    models: Mapping[str, ChatModel] | None = None,
    limits: Mapping[Tier, Limits] | None = None,
    claims: Claims | None = None,
    feedback_engine: Proposing | None = None,
    ideas: IdeaEngine | None = None,
    covered: Callable[[Working], tuple[Finding, ...]] | None = None,
    captioned: CaptionsOf | None = None,
    exporting: Exporting | None = None,
    brief_engine: BriefEngine | None = None,
    mending: Candidates | None = None,
    zones: Callable[[], SafeZones | None] = lambda: None,
    house: HouseOf | None = None,
) -> FastAPI:
    """Build the application. Any number of applications on one ledger and vault give the same
    responses.

    `models`: chat models by name. `limits`: those of the tiers' video models, where known.
    `claims`: rules for revised contes, the same as the director applies to written ones. `covered`:
    finds lettering that platforms would cover. `captioned`: says how a film
    shows its captions. `mending`: operations that might solve a finding.
    `feedback_engine`: reads feedback in words. `ideas`: proposes ideas for a brief. `brief_engine`:
    proposes a brief for a sentence. `zones`: the safe zones of platforms. `house`: asks the cluster
    for its replicas and nodes. `exporting`: makes sheets, timelines and other files of a version.
    """
    ingress = settings.ingress
    signing = Signing.of(ledger)
    tokens = SessionTokens(signing, ingress.api_keys, ingress.session_s)
    authenticate = by_key_or_cookie(ingress.api_keys, tokens)
    tenant = tenant_of(authenticate)
    viewer = viewer_of(authenticate, ledger, SignedUrls(signing))
    tail = EventTail(ledger, ingress.poll_s)
    tenants_tail = EventTail(TenantLogs(ledger), ingress.poll_s)
    # A director writes a sign of life at least once a lease; after two leases it counts as gone.
    seen_s = 2 * settings.director.lease_s
    figures = HouseFigures(ledger, seen_s, house)
    meters = Meters(ledger, figures, ceilings_of(settings), tail, tenants_tail)
    decoding = decoding_of_process()
    documents = decoding_of_process(DOCUMENT_LIMITS)
    recordings = decoding_of_process(RECORDING_LIMITS)
    archived = decoding_of_process(STORYBOARD_LIMITS)
    answers = LongAnswers(ingress.streams_at_once, ingress.streams)
    place, viewed = answers.place(tenant), answers.place(viewer)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        sweeps = asyncio.create_task(sweeping(ledger, vault, settings.upload.keep_sounds_days))
        yield
        sweeps.cancel()
        await tail.close()
        await tenants_tail.close()

    app = FastAPI(
        title="Sian",
        summary="From a brief to a film.",
        description=DESCRIPTION,
        version=RELEASE,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(RequestMiddleware, measured=meters.measured)

    def add(part: APIRouter) -> None:
        # `include_router` would build each route once more: half of what a start costs.
        app.router.routes.extend(part.routes)

    add(productions(ledger, tenant, ingress, limits or {}))
    add(directions(ledger, tenant, ingress))
    add(ideas_for(ideas, tenant, ingress.max_body_bytes))
    add(briefs(brief_engine, tenant, ingress.max_body_bytes))
    revising = Revising.of(settings, claims, covered, mending, captioned)
    add(drafts(ledger, tenant, revising))
    add(versions(ledger, tenant, revising, ingress))
    add(formats(ledger, tenant, revising, ingress))
    add(safe_zones(zones))
    add(takes(ledger, tenant, revising, ingress))
    add(uploads(ledger, vault, tenant, settings, revising, decoding, place))
    links_s = settings.vault.links_s
    posters = CutPosters(decoding, vault)
    add(take_media(ledger, vault, viewer, posters, viewed, links_s))
    add(feedback(ledger, tenant, feedback_engine, place))
    add(imports(ledger, tenant, documents, place))
    add(storyboards(ledger, vault, tenant, revising, ingress.max_queued, archived, decoding, place))
    add(change_tables(ledger, tenant))
    add(events(ledger, tail, tenant, ingress.heartbeat_s, place))
    add(tenant_stream(ledger, tenants_tail, tenant, ingress.heartbeat_s, place))
    add(media(ledger, vault, viewer, posters, viewed, links_s))
    add(sessions(ingress.api_keys, tokens, session_of(authenticate), ingress.session_s))
    add(images(ledger, vault, tenant, decoding, place))
    add(sounds(ledger, vault, tenant, settings.upload, recordings, place))
    add(videos(ledger, vault, tenant, settings, limits or {}, decoding, place))
    names = models_of(settings)
    add(chat(settings.conte, models or {}, tenant, place, ingress.chats_at_once, names))
    add(comments(ledger, tenant))
    add(reviews(ledger, tenant))
    add(shares(ledger, tenant))
    add(approvals(ledger, vault, tenant, place))
    access = GuestAccess(ledger)
    add(guests(ledger, vault, access, answers))
    add(guest_changes(ledger, access))
    add(guest_stream(ledger, tail, access, answers, ingress.heartbeat_s))
    add(exports(ledger, vault, tenant, exporting, place))
    add(guest_exports(ledger, vault, access, answers, exporting))
    add(guest_media(ledger, vault, access, posters, answers))
    readiness = Readiness(ledger, vault, seen_s)
    reader = reader_by_key(ingress.api_keys, ingress.metrics_key)
    add(health(readiness, meters, reader))
    add(operations(ledger, reader, revising.renderers, house))
    add(spending(ledger, tenant, reader, ceilings_of(settings)))
    add(docs(app))
    add(studio())
    problems.install(app, ledger.language)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi_of(app, keys_wanted=bool(ingress.api_keys))
        return app.openapi_schema

    app.openapi = openapi
    return app
