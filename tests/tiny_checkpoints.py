"""Tiny video checkpoints, made once a session, and shots that they render in a second or two."""

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from conte.clip import Shot
from deployments.engines.protocols import Frame, Video
from deployments.engines.tiny.video import TinyFamily, make_tiny_video
from serve.settings import DiffusersSettings
from tests.sound_conte import a_brief, a_conte

if TYPE_CHECKING:
    from deployments.engines.diffusion import DiffusersEngine

_HELD = tempfile.TemporaryDirectory(prefix="sian-tiny-")


@functools.cache
def checkpoint(family: TinyFamily) -> Path:
    """The folder of a family's tiny checkpoint; one for the whole session."""
    return make_tiny_video(Path(_HELD.name) / f"tiny-{family}", family)


def settings(family: TinyFamily, **changes: Any) -> DiffusersSettings:
    """Settings that keep a tiny checkpoint quick: 64 lines, 2 steps."""
    quick: dict[str, Any] = {
        "checkpoint": str(checkpoint(family)),
        "short_side": 64,
        "num_inference_steps": 2,
        "device": "cpu",
    }
    return DiffusersSettings(**(quick | changes))


def shot(cut: int = 1, seconds: float = 1.0, **changes: Any) -> Shot:
    """A shot of the sound conte at 30 frames a second."""
    brief, conte = a_brief("en"), a_conte("en")
    made = Shot.of(conte.cuts[cut - 1], conte.treatment, brief, 7, 128)
    return made.model_copy(update={"num_frames": round(seconds * made.fps), **changes})


def never() -> bool:
    return False


def ignore(_fraction: float) -> None:
    pass


def frames_of(video: Video) -> list[Frame]:
    return [frame.copy() for frame in video.frames]


def stops_after(asked: int) -> Callable[[], bool]:
    """Says no so many times, then yes."""
    left = iter([False] * asked)
    return lambda: next(left, True)


def checkered(width: int = 200, height: int = 120, square: int = 20) -> Frame:
    """A picture of black and white squares."""
    down, across = np.indices((height, width)) // square
    board = ((down + across) % 2 * 255).astype(np.uint8)
    return np.repeat(board[:, :, None], 3, axis=2)


@functools.cache
def engine(family: TinyFamily) -> "DiffusersEngine":
    """An engine for tests that leave it as it was. CogVideoX makes its one size only."""
    from deployments.engines.diffusion import DiffusersEngine

    one_size = family in ("cogvideox", "cogvideox_i2v")
    return DiffusersEngine(settings(family, short_side=0 if one_size else 64))
