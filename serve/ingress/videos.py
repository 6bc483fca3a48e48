"""`/v1/videos`: OpenAI's videos API on the ledger, so that any replica answers for any video."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.responses import StreamingResponse

from conte.clip import Tier
from conte.frozen import digest
from conte.video import MAX_PROMPT, MAX_S, MAX_SIDE, MIN_SIDE, Video, VideoOrder, VideoState
from serve.ingress.auth import TenantOf
from serve.ingress.forms import Form, read_form
from serve.ingress.images import ROOM, decoded, keep
from serve.ingress.media import Wanted
from serve.ingress.openai_face import documented
from serve.ingress.order import MAX_SEED, Seed
from serve.ingress.picture import MAX_BYTES
from serve.ingress.problems import BAD_FIELD, NOT_FOUND, NOT_YET, Problem
from serve.ingress.productions import IdempotencyKey
from serve.ingress.sending import Ticket, send
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.vault import Vault

VIDEOS = "/v1/videos"
REFERENCE = "input_reference"


class VideoRequest(BaseModel):
    """What `videos.create` of OpenAI's client sends, and a seed."""

    model_config = ConfigDict(extra="forbid")

    prompt: Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROMPT)]
    model: str | None = None
    seconds: int = Field(default=4, ge=1, le=MAX_S)
    size: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}x[0-9]{2,4}$")] = "1280x720"
    seed: Seed | None = None


class VideoError(BaseModel):
    code: str
    message: str


class VideoView(BaseModel):
    """OpenAI's video object; `remarks` and `seed` are ours."""

    id: str
    object: Literal["video"] = "video"
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    """Never: it stays until it is deleted."""
    error: VideoError | None
    model: str
    progress: int
    prompt: str
    seconds: str
    size: str
    status: VideoState
    remixed_from_video_id: str | None = None
    remarks: tuple[str, ...] = ()
    seed: int

    @classmethod
    def of(cls, video: Video) -> Self:
        order, failure = video.order, video.failure
        return cls(
            id=video.id,
            created_at=int(video.created_at),
            completed_at=int(video.completed_at) if video.completed_at else None,
            error=VideoError(code="render_failed", message=failure.reason) if failure else None,
            model=order.model,
            progress=int(100 * video.progress),
            prompt=order.prompt,
            seconds=str(order.seconds),
            size=f"{order.width}x{order.height}",
            status=video.state,
            remarks=video.clip.remarks if video.clip else (),
            seed=order.seed,
        )


class VideoPage(BaseModel):
    object: Literal["list"] = "list"
    data: tuple[VideoView, ...]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(BaseModel):
    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: bool = True


def known_video(
    video: Annotated[
        str, Path(alias="id", description="As `POST /v1/videos` gave it", max_length=200)
    ],
) -> str:
    """The id from the path, if it can be one: a database need not be asked about any other."""
    if not video.isascii() or not video.replace("_", "").isalnum():
        raise Problem(NOT_FOUND, "there is no such video")
    return video


VideoId = Annotated[str, Depends(known_video)]


def videos(ledger: Ledger, vault: Vault, tenant: TenantOf, settings: Settings) -> APIRouter:
    routes = APIRouter(tags=["videos"])
    models = models_of(settings)
    max_queued = settings.ingress.max_queued

    @routes.post(
        VIDEOS,
        response_model=VideoView,
        summary="Make a video of a prompt",
        responses=documented(400, 401, 413, 415, 429, 503),
        openapi_extra=_BODY,
    )
    async def create(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
    ) -> VideoView:
        form = await read_form(request, MAX_BYTES + ROOM)
        asked = _asked(form)
        order, tier = _order(asked, models, tenant, idempotency_key)
        if (data := form.files.get(REFERENCE)) is not None:
            picture = await decoded(data, REFERENCE)
            key = await keep(picture, ledger, vault, tenant)
            order = order.model_copy(update={"reference": key})
        video, _ = await asyncio.to_thread(
            ledger.accept_video,
            tenant=tenant,
            order=order,
            tier=tier,
            idempotency_key=idempotency_key,
            body_hash=digest([asked.model_dump(mode="json"), order.reference]),
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
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
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
    def deleted(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> VideoDeleted:
        return VideoDeleted(id=ledger.delete_video(video, tenant).id)

    def found(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> Video:
        return ledger.video(video, tenant)

    async def content(
        video: Annotated[Video, Depends(found)],
        asked: Wanted,
        variant: Annotated[str, Query(description="`video` is the only one there is")] = "video",
    ) -> Response:
        if variant != "video":
            raise Problem(BAD_FIELD, f"variant: there is video, no {variant[:40]}", param="variant")
        if video.clip is None:
            # Not 409: OpenAI's clients would ask again at once, and again.
            raise Problem(NOT_YET, f"the video is {video.state}, it has no content")
        return await send(vault, Ticket(video.clip.key, "video/mp4", f"{video.id}.mp4"), asked)

    path = VIDEOS + "/{id}/content"
    routes.add_api_route(path, content, methods=["HEAD"], include_in_schema=False)
    text = {"schema": {"type": "string"}}
    headers = {"ETag": text, "Content-Disposition": text}
    ranged = headers | {"Content-Range": text | {"required": True}}
    routes.add_api_route(
        path,
        content,
        methods=["GET"],
        summary="The video's file",
        response_class=StreamingResponse,
        responses={
            200: {"description": "The video.", "content": _MP4, "headers": headers},
            206: {"description": "The range asked for.", "content": _MP4, "headers": ranged},
            304: {"description": "It is what you have (`If-None-Match`)."},
            **documented(400, 401, 404, 416, 503),
        },
    )
    return routes


def models_of(settings: Settings) -> dict[str, Tier]:
    """Engines of the tiers that are switched on; the last one is the default."""
    found: dict[str, Tier] = {}
    if settings.draft.enabled:
        found[settings.draft.engine] = "draft"
    if settings.final.enabled:
        found.pop(settings.final.engine, None)
        found[settings.final.engine] = "final"
    return found


def _asked(form: Form) -> VideoRequest:
    try:
        return VideoRequest.model_validate({k: v for k, v in form.fields.items() if v is not None})
    except ValidationError as error:
        raise _field(error) from error


def _order(
    asked: VideoRequest, models: Mapping[str, Tier], tenant: str, key: str | None
) -> tuple[VideoOrder, Tier]:
    model = asked.model if asked.model is not None else list(models)[-1]
    if model not in models:
        detail = f"model: there is no {model[:100]!r}, there is {', '.join(models)}"
        raise Problem(BAD_FIELD, detail, param="model")
    width, height = (int(side) for side in asked.size.split("x"))
    if any(side % 2 or not MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        detail = f"size: got {asked.size}, wanted even sides of {MIN_SIDE} to {MAX_SIDE} pixels"
        raise Problem(BAD_FIELD, detail, param="size")
    seed = asked.seed
    if seed is None:
        # A repeated request chooses the same.
        seed = int(digest([tenant, key])[:8], 16) & MAX_SEED if key else secrets.randbelow(MAX_SEED)
    try:
        order = VideoOrder(
            prompt=asked.prompt,
            model=model,
            seconds=asked.seconds,
            width=width,
            height=height,
            seed=seed,
        )
    except ValidationError as error:
        raise _field(error) from error
    return order, models[model]


def _field(error: ValidationError) -> Problem:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(step) for step in first["loc"])[:100]
    return Problem(BAD_FIELD, f"{name}: {first['msg']}", param=name)


_MP4: dict[str, Any] = {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}
_FIELDS: dict[str, Any] = VideoRequest.model_json_schema()
_FILE = {REFERENCE: {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _FIELDS},
            "multipart/form-data": {
                "schema": _FIELDS | {"properties": _FIELDS["properties"] | _FILE}
            },
        },
    }
}
