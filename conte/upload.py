"""Upload: a person's own video or picture for a cut, and how much of it becomes the clip."""

from typing import Annotated

from pydantic import Field

from conte.clip import EngineId
from conte.frozen import Frozen

SPARE_S = 2.0
"""Seconds of a longer video that are kept after the part that the cut shows, for trims and
dissolves.
"""

UPLOADED = EngineId(name="uploaded", revision="1", label="uploaded (a person's own video)")


class Moving(Frozen):
    """Properties of an uploaded video. Its frames are counted at a whole number per second."""

    num_frames: Annotated[int, Field(ge=1)]
    fps: Annotated[int, Field(ge=1)]
    width: int
    """Stored width in pixels, before rotation; so is `height`."""
    height: int
    duration_s: float
    sound: bool = False


def kept_frames(moving: Moving, cut_frames: int, fps: int) -> int:
    """Return how many frames of the clip are made of the upload, at the film's rate: at least 1."""
    there = max(1, moving.num_frames * fps // moving.fps)
    return min(there, cut_frames + round(SPARE_S * fps))
