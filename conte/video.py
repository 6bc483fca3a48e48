"""A video ordered by its prompt alone, outside of any production: one shot, one clip."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints

from conte.clip import Clip, Shot, Tier
from conte.conte import Look
from conte.frozen import Frozen, Text, visible
from conte.production import Failure
from conte.vocabulary import (
    Angle,
    CameraMove,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
)

FPS = 24
MAX_PROMPT = 4000
MAX_S = 60
MIN_SIDE, MAX_SIDE = 64, 2160
MAX_RATIO = 3
"""Largest ratio of the longer to the shorter side: films have at most 2.39, and models were trained
up to 3.
"""

_NO_LOOK = Look(
    style="", lighting="", lens="", palette=("#202428", "#8a9096", "#f2f4f6"), prompt=""
)


Prompt = Annotated[
    Text, StringConstraints(min_length=1, max_length=MAX_PROMPT), AfterValidator(visible)
]


class VideoOrder(Frozen):
    """The order of a video. Sizes in pixels, both even."""

    prompt: Prompt
    model: str
    seconds: int = Field(ge=1, le=MAX_S)
    width: int = Field(ge=MIN_SIDE, le=MAX_SIDE, multiple_of=2)
    height: int = Field(ge=MIN_SIDE, le=MAX_SIDE, multiple_of=2)
    seed: int
    reference: str | None = None
    """Vault key of the picture to start from; None: none."""
    remix_of: str | None = None
    """Id of the video whose order this repeats with another prompt. Does not affect pixels."""


class VideoState(StrEnum):
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (VideoState.COMPLETED, VideoState.FAILED)


class OrderedVideo(Frozen):
    """A video as the ledger stores it. Times in seconds since the epoch, by the ledger's clock."""

    id: str
    tenant: str
    state: VideoState
    order: VideoOrder | None
    """The order; None if this release cannot read the stored one: `failure` says why."""
    tier: Tier
    progress: Annotated[float, Field(ge=0, le=1)] = 0
    created_at: float
    completed_at: float | None = None
    clip: Clip | None = None
    failure: Failure | None = None

    def shot(self) -> Shot:
        """Return a shot with its prompt only; framing and place are defaults that only the animatic
        uses.

        Raises:
            ValueError: if its order could not be read.
        """
        order = self.order
        if order is None:
            raise ValueError(f"{self.id} has no order that could be read")
        return Shot(
            size=ShotSize.MS,
            angle=Angle.EYE_LEVEL,
            move=CameraMove.STATIC,
            direction=ScreenDirection.NEUTRAL,
            setting=Setting.STUDIO,
            place="",
            time_of_day=TimeOfDay.DAY,
            action=order.prompt,
            video_prompt=order.prompt,
            look=_NO_LOOK,
            shows=(),
            num_frames=order.seconds * FPS,
            width=order.width,
            height=order.height,
            fps=FPS,
            seed=order.seed,
            reference=order.reference,
            video=self.id,
        )

    def at(self, progress: float) -> Self:
        return self.model_copy(update={"progress": progress})
