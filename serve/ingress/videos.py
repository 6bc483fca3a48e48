"""`/v1/videos`: OpenAI's videos API on the ledger, so that any replica serves any video."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from conte.clip import Limits, Tier
from conte.frozen import digest
from conte.video import OrderedVideo, VideoOrder
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.file_response import LINKED, Ticket, heads, send
from serve.ingress.forms import read_form
from serve.ingress.images import ROOM, decoded, keep
from serve.ingress.integers import TextInteger
from serve.ingress.limits import check_order
from serve.ingress.long_answers import Place
from serve.ingress.media import Wanted
from serve.ingress.openai_face import documented
from serve.ingress.order import read_json
from serve.ingress.problems import BAD_FIELD, NOT_FOUND, NOT_YET, Problem
from serve.ingress.productions import IdempotencyKey
from serve.ingress.thumbnail import thumbnail, thumbnail_key
from serve.ingress.video_order import (
    BODY,
    REFERENCE,
    REMIX_BODY,
    asked_of,
    models_of,
    order_of,
    remixed,
)
from serve.ingress.video_views import VideoDeleted, VideoPage, VideoView
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.pictures.header import MAX_BYTES
from serve.settings import Settings
from serve.vault import Vault

VIDEOS = "/v1/videos"


def known_video(
    video: Annotated[
        str, Path(alias="id", description="As `POST /v1/videos` gave it", max_length=200)
    ],
) -> str:
    """Return the id from the path if it is well-formed; others need no query."""
    if not video.isascii() or not video.replace("_", "").isalnum():
        raise Problem(NOT_FOUND, "there is no such video")
    return video


VideoId = Annotated[str, Depends(known_video)]


def videos(
    ledger: Ledger,
    vault: Vault,
    tenant: TenantOf,
    settings: Settings,
    limits: Mapping[Tier, Limits],
    decoding: Decoding,
    place: Place,
) -> APIRouter:
    routes = APIRouter(tags=["videos"])
    long = [Depends(place)]
    links_s = settings.vault.links_s
    models = models_of(settings)
    max_queued = settings.ingress.max_queued

    @routes.post(
        VIDEOS,
        response_model=VideoView,
        summary="Make a video of a prompt",
        dependencies=long,
        responses=documented(400, 401, 413, 415, 429, 503),
        openapi_extra=BODY,
    )
    async def create(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
    ) -> VideoView:
        form = await read_form(request, MAX_BYTES + ROOM)
        asked = asked_of(form)
        order, tier = order_of(asked, models, tenant, idempotency_key)
        if (data := form.files.get(REFERENCE)) is not None:
            picture = await decoded(decoding, tenant, data, REFERENCE)
            key = await keep(picture, ledger, vault, tenant)
            order = order.model_copy(update={"reference": key})
        return await accepted(
            tenant, order, tier, idempotency_key, [asked.model_dump(mode="json"), order.reference]
        )

    async def accepted(
        tenant: str, order: VideoOrder, tier: Tier, key: str | None, body: list[Any]
    ) -> VideoView:
        check_order(order, limits.get(tier))
        video, _ = await asyncio.to_thread(
            ledger.accept_video,
            tenant=tenant,
            order=order,
            tier=tier,
            idempotency_key=key,
            body_hash=digest(body),
            max_queued=max_queued,
        )
        return VideoView.of(video)

    @routes.get(
        VIDEOS,
        response_model=VideoPage,
        summary="List videos",
        responses=documented(400, 401, 503),
    )
    def listed(
        tenant: Annotated[str, Depends(tenant)],
        limit: Annotated[TextInteger, Query(ge=1, le=100)] = 20,
        after: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_]{1,40}$")] = None,
        order: Literal["asc", "desc"] = "desc",
    ) -> VideoPage:
        try:
            found, more = ledger.videos(
                tenant, limit=limit, after=after, newest_first=order == "desc"
            )
        except NotFound as error:
            raise Problem(BAD_FIELD, f"after: {error}", param="after") from error
        views = tuple(VideoView.of(video) for video in found)
        return VideoPage(
            data=views,
            first_id=views[0].id if views else None,
            last_id=views[-1].id if views else None,
            has_more=more,
        )

    @routes.get(
        VIDEOS + "/{id}",
        response_model=VideoView,
        summary="Show a video",
        responses=documented(400, 401, 404, 503),
    )
    def shown(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> VideoView:
        return VideoView.of(ledger.video(video, tenant))

    @routes.delete(
        VIDEOS + "/{id}",
        response_model=VideoDeleted,
        summary="Delete a video, and stop making it",
        responses=documented(400, 401, 404, 503),
    )
    async def deleted(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> VideoDeleted:
        clip = (await asyncio.to_thread(ledger.video, video, tenant)).clip
        if clip is not None:
            # Files first: they belong to this video alone, and an interrupted client can repeat the
            # request.
            await vault.remove(thumbnail_key(clip.key))
            await vault.remove(clip.key)
        gone = await asyncio.to_thread(ledger.delete_video, video, tenant)
        return VideoDeleted(id=gone.id)

    def found(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> OrderedVideo:
        return ledger.video(video, tenant)

    @routes.post(
        VIDEOS + "/{id}/remix",
        response_model=VideoView,
        summary="Make a video again with another prompt: its seed, size, length and picture stay",
        responses=documented(400, 401, 404, 413, 415, 429, 503),
        openapi_extra=REMIX_BODY,
    )
    async def remix(
        request: Request,
        source: Annotated[OrderedVideo, Depends(found)],
        idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
    ) -> VideoView:
        order = remixed(source, await read_json(request, ROOM), models)
        body = [source.id, order.prompt]
        return await accepted(source.tenant, order, source.tier, idempotency_key, body)

    async def content(
        video: Annotated[OrderedVideo, Depends(found)],
        asked: Wanted,
        variant: Annotated[str, Query(description="`video` or `thumbnail`")] = "video",
    ) -> Response:
        if variant not in ("video", "thumbnail"):
            detail = f"variant: there is video and thumbnail, no {variant[:40]}"
            raise Problem(BAD_FIELD, detail, param="variant")
        if video.clip is None:
            # Not 409: OpenAI's clients would retry at once, repeatedly.
            raise Problem(NOT_YET, f"the video is {video.state}, it has no content")
        if variant == "thumbnail":
            key = await thumbnail(decoding, video.tenant, vault, video.clip.key)
            return await send(vault, Ticket(key, "image/webp", f"{video.id}.webp"), asked, links_s)
        ticket = Ticket(video.clip.key, "video/mp4", f"{video.id}.mp4")
        return await send(vault, ticket, asked, links_s)

    text = {"schema": {"type": "string"}}
    headers = {"ETag": text, "Content-Disposition": text}
    ranged = headers | {"Content-Range": text | {"required": True}}
    routes.add_api_route(
        VIDEOS + "/{id}/content",
        content,
        methods=["GET"],
        dependencies=long,
        summary="The video's file",
        response_class=StreamingResponse,
        responses={
            200: {"description": "The file.", "content": _FILES, "headers": headers},
            206: {"description": "The range asked for.", "content": _FILES, "headers": ranged},
            304: {"description": "It is what you have (`If-None-Match`)."},
            307: LINKED,
            **documented(400, 401, 404, 416, 429, 503),
        },
    )
    routes.routes.extend(heads(routes.routes[-1:]))
    return routes


_BINARY = {"type": "string", "format": "binary"}
_FILES: dict[str, Any] = {"video/mp4": {"schema": _BINARY}, "image/webp": {"schema": _BINARY}}
