"""`/v1/videos`: OpenAI's videos API in front of the clip renderers. Asks the ledger, renders nothing."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from conte.clip import Tier
from conte.frozen import digest
from conte.production import Failure
from conte.video import Video, VideoOrder, VideoState
from serve.ingress.auth import TenantOf
from serve.ingress.first_frame import first_frame
from serve.ingress.images import Pictures, bad_field
from serve.ingress.media import Wanted
from serve.ingress.openai_face import documented
from serve.ingress.order import MAX_SEED
from serve.ingress.problems import NOT_FOUND, Kind, Problem
from serve.ingress.productions import IdempotencyKey
from serve.ingress.sending import Ticket, send
from serve.ingress.video_order import BODY, VideoAsked, read_asked, sides_of
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from serve.telemetry import log
from serve.vault import Vault

VIDEOS = "/v1/videos"

_NOT_READY = Kind("video_not_ready", 409, "The video is not made yet")
_FAILED = Kind("video_failed", 404, "The video could not be made")


class VideoErrorView(BaseModel):
    code: str
    message: str


class VideoView(BaseModel):
    """A video as OpenAI's API shows it, and `remarks`. Times in seconds since the epoch."""

    id: str
    object: Literal["video"] = "video"
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    """Never: it stays until it is deleted."""
    status: VideoState
    progress: int
    """0 to 100."""
    model: str
    prompt: str
    seconds: str
    size: str
    error: VideoErrorView | None
    remixed_from_video_id: str | None = None
    remarks: tuple[str, ...] = ()
    """What a person should know of how it was made."""

    @classmethod
    def of(cls, video: Video) -> Self:
        order = video.order
        return cls(
            id=video.id,
            created_at=int(video.created_at),
            completed_at=int(video.completed_at) if video.completed_at is not None else None,
            status=video.state,
            progress=int(100 * video.progress),
            model=order.model,
            prompt=order.prompt,
            seconds=str(order.seconds),
            size=f"{order.width}x{order.height}",
            error=_error(video.failure),
            remarks=video.clip.remarks if video.clip else (),
        )


class VideoPage(BaseModel):
    """`last_id` goes into `?after=` for the page that follows."""

    object: Literal["list"] = "list"
    data: tuple[VideoView, ...]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(BaseModel):
    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: Literal[True] = True


def known_id(
    video: Annotated[
        str, Path(alias="id", description="As `POST /v1/videos` gave it", max_length=200)
    ],
) -> str:
    """The id from the path, if it can be one: a database need not be asked about any other."""
    if not video.isascii() or not video.replace("_", "").replace("-", "").isalnum():
        raise Problem(NOT_FOUND, "there is no such video")
    return video


VideoId = Annotated[str, Depends(known_id)]


def models_of(settings: Settings) -> dict[str, Tier]:
    """The names that videos are asked for by: the engines, the best one last."""
    tiers: tuple[Tier, Tier] = ("draft", "final")
    clips = {tier: getattr(settings, tier) for tier in tiers}
    return {clip.engine: tier for tier, clip in clips.items() if clip.enabled}


def videos(
    ledger: Ledger,
    vault: Vault,
    pictures: Pictures,
    models: Mapping[str, Tier],
    max_queued: int,
    tenant: TenantOf,
) -> APIRouter:
    """`models`: the names that are served, and the renderer behind each; the last by default."""
    routes = APIRouter(tags=["videos"])

    async def ordered(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one video"),
        ] = None,
    ) -> VideoOrder:
        asked, picture = await read_asked(request)
        model = _model(asked.model, models)
        reference = asked.input_reference.file_id if asked.input_reference else None
        if reference is not None and not await run_in_threadpool(
            ledger.owns_image, tenant, reference
        ):
            raise bad_field("input_reference.file_id", _NOT_YOURS, reference)
        if picture is not None:
            reference = (await pictures.keep(picture, "input_reference")).key
        width, height = sides_of(asked.size)
        return VideoOrder(
            prompt=asked.prompt,
            model=model,
            seconds=asked.seconds,
            width=width,
            height=height,
            seed=_seed(asked, tenant, idempotency_key),
            reference=reference,
        )

    @routes.post(
        VIDEOS,
        response_model=VideoView,
        responses=documented(400, 401, 413, 415, 429, 503),
        openapi_extra=BODY,
        summary="Render a video from a prompt",
    )
    def create(
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        order: Annotated[VideoOrder, Depends(ordered)],
        idempotency_key: Annotated[IdempotencyKey | None, Header(include_in_schema=False)] = None,
    ) -> VideoView:
        video, created = ledger.accept_video(
            tenant=tenant,
            order=order,
            tier=models[order.model],
            idempotency_key=idempotency_key,
            body_hash=digest(order.model_dump(mode="json")),
            max_queued=max_queued,
        )
        log("video.accepted" if created else "video.repeated", video=video.id)
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return VideoView.of(video)

    @routes.get(
        VIDEOS,
        response_model=VideoPage,
        responses=documented(400, 401, 503),
        summary="List videos, newest first",
    )
    def listed(
        tenant: Annotated[str, Depends(tenant)],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        after: Annotated[
            str | None,
            Query(description="`last_id` of the page before", pattern=r"^[A-Za-z0-9_.:=-]{1,200}$"),
        ] = None,
        order: Literal["asc", "desc"] = "desc",
    ) -> VideoPage:
        try:
            page, has_more = ledger.videos(
                tenant, limit=limit, after=after, newest_first=order == "desc"
            )
        except NotFound as error:
            raise bad_field("after", "`last_id` of the page before", after) from error
        views = tuple(map(VideoView.of, page))
        return VideoPage(
            data=views,
            first_id=views[0].id if views else None,
            last_id=views[-1].id if views else None,
            has_more=has_more,
        )

    def found(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> Video:
        return ledger.video(video, tenant)

    Found = Annotated[Video, Depends(found)]  # noqa: N806

    @routes.get(
        VIDEOS + "/{id}",
        response_model=VideoView,
        responses=documented(400, 401, 404, 503),
        summary="Show a video",
    )
    def shown(video: Found) -> VideoView:
        return VideoView.of(video)

    @routes.delete(
        VIDEOS + "/{id}",
        response_model=VideoDeleted,
        responses=documented(400, 401, 404, 503),
        summary="Delete a video; one that is being made is stopped",
    )
    def deleted(tenant: Annotated[str, Depends(tenant)], video: VideoId) -> VideoDeleted:
        ledger.delete_video(video, tenant)
        log("video.deleted", video=video)
        return VideoDeleted(id=video)

    async def content(
        video: Found,
        asked: Wanted,
        variant: Annotated[
            Literal["video", "thumbnail"], Query(description="The film as MP4, or a PNG of it")
        ] = "video",
    ) -> Response:
        if video.clip is None:
            raise _nothing_yet(video)
        if variant == "thumbnail":
            key = await first_frame(vault, video.clip.key)
            return await send(vault, Ticket(key, "image/png", f"{video.id}.png"), asked)
        return await send(vault, Ticket(video.clip.key, "video/mp4", f"{video.id}.mp4"), asked)

    path = VIDEOS + "/{id}/content"
    routes.add_api_route(path, content, methods=["GET"], **_CONTENT)
    # HEAD by its own route: FastAPI gives one route one operation id.
    routes.add_api_route(path, content, methods=["HEAD"], include_in_schema=False)
    return routes


def _model(asked: str | None, models: Mapping[str, Tier]) -> str:
    name = asked if asked is not None else next(reversed([*models]), "")
    if name not in models:
        there = ", ".join(models) or "none, as no renderer is enabled"
        raise bad_field("model", f"there is no {name!r}; there is {there}")
    return name


def _seed(asked: VideoAsked, tenant: str, idempotency_key: str | None) -> int:
    """The seed asked for, or one of the server's choice; a repeated request chooses the same."""
    if asked.seed is not None:
        return asked.seed
    if idempotency_key is None:
        return secrets.randbelow(MAX_SEED + 1)
    return int(digest(["video", tenant, idempotency_key])[:8], 16) & MAX_SEED


def _error(failure: Failure | None) -> VideoErrorView | None:
    if failure is None:
        return None
    return VideoErrorView(code="render_failed", message=failure.reason)


def _nothing_yet(video: Video) -> Problem:
    if video.failure is not None:
        return Problem(_FAILED, f"the video could not be made: {video.failure.reason}")
    percent = int(100 * video.progress)
    return Problem(_NOT_READY, f"the video is {video.state} ({percent} %); come back")


_NOT_YOURS = "`image` of a picture that you uploaded to POST /v1/images"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"video/mp4": _BINARY, "image/png": _BINARY}
_TEXT = {"schema": {"type": "string"}}
_TAGGED = {"ETag": _TEXT, "Content-Disposition": _TEXT}
_CONTENT: dict[str, Any] = {
    "response_class": StreamingResponse,
    "summary": "The video's file",
    "responses": {
        200: {"description": "The file.", "content": _FILE, "headers": _TAGGED},
        206: {
            "description": "The range asked for.",
            "content": _FILE,
            "headers": _TAGGED | {"Content-Range": _TEXT | {"required": True}},
        },
        304: {"description": "It is what you have (`If-None-Match`)."},
        **documented(400, 401, 404, 409, 416, 503),
    },
}
