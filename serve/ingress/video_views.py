"""Videos as OpenAI's API shows them. Knows the language, not the ledger."""

from typing import Literal, Self

from pydantic import BaseModel

from conte.video import Video, VideoState


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
            remixed_from_video_id=order.remix_of,
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
