"""Videos as OpenAI's API shows them. Knows the language, not the ledger.

If a video's order cannot be read, its fields are empty and `error` says why.
"""

from typing import Literal, Self

from pydantic import BaseModel

from conte.clip import EngineId
from conte.video import OrderedVideo, VideoState


class VideoError(BaseModel):
    code: str
    message: str


class VideoView(BaseModel):
    """OpenAI's video object; `engine`, `remarks` and `seed` are additions."""

    id: str
    object: Literal["video"] = "video"
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    """Always null: a video stays until it is deleted."""
    engine: EngineId | None = None
    """Engine that made it, null until then. Its label says what the engine is."""
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
    def of(cls, video: OrderedVideo) -> Self:
        order, failure = video.order, video.failure
        code = "render_failed" if order else "unreadable"
        return cls(
            id=video.id,
            created_at=int(video.created_at),
            completed_at=int(video.completed_at) if video.completed_at else None,
            engine=video.clip.engine if video.clip else None,
            error=VideoError(code=code, message=failure.reason) if failure else None,
            model=order.model if order else "",
            progress=int(100 * video.progress),
            prompt=order.prompt if order else "",
            seconds=str(order.seconds if order else 0),
            size=f"{order.width}x{order.height}" if order else "",
            status=video.state,
            remixed_from_video_id=order.remix_of if order else None,
            remarks=video.clip.remarks if video.clip else (),
            seed=order.seed if order else 0,
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
