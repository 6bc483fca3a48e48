"""Shot -> its start picture: a picture from the vault, or a frame of another clip."""

import asyncio
from functools import cache
from pathlib import Path

import numpy as np
from av.error import FFmpegError

from conte.clip import Shot
from conte.window import Window
from deployments.encoding import frames_of, rgb_of
from deployments.engines.protocols import CannotRender, Frame, RenderError
from serve.bounded import AwaitedBounded, Trouble, Unusable
from serve.pictures.reading import LIMITS, as_rgb
from serve.vault import Missing, Vault
from serve.vault.errors import BadKey


async def start_frame(vault: Vault, shot: Shot) -> Frame | None:
    """Return [height, width, 3] uint8 RGB of any size; None: the shot has no start picture.

    `follows` takes precedence over `reference`.

    Raises:
        CannotRender: naming what is missing or cannot be read.
        RenderError: if the picture was not read; another attempt may succeed.
    """
    if shot.follows is not None:
        return _shown(await _frame(vault, shot.follows, shot.follows_frame), shot.follows_window)
    if shot.reference is not None:
        return await _picture(vault, shot.reference)
    return None


def _shown(frame: Frame, window: Window | None) -> Frame:
    if window is None:
        return frame
    left, top, across, down = window.pixels(frame.shape[1], frame.shape[0])
    return frame[top : top + down, left : left + across].copy()


async def _frame(vault: Vault, key: str, index: int | None) -> Frame:
    what = "the clip that the shot follows"
    try:
        async with vault.local(key) as path:
            # Rendered by Sian itself.
            return await asyncio.to_thread(_at, path, index)
    except (Missing, BadKey) as error:
        raise CannotRender(f"{what} is not in the vault: {key}") from error
    except (FFmpegError, ValueError) as error:
        raise CannotRender(f"{what} cannot be read: {key}: {error}") from error


async def _picture(vault: Vault, key: str) -> Frame:
    what = "the shot's reference picture"
    try:
        async with vault.local(key) as path:
            answer = await _child().call(as_rgb, str(path))
    except (Missing, BadKey) as error:
        raise CannotRender(f"{what} is not in the vault: {key}") from error
    except Unusable as error:
        raise CannotRender(f"{what} cannot be read: {key}: {error}") from error
    except Trouble as error:
        raise RenderError(f"{what} cannot be read: {key}: {error}") from error
    height, width = map(int, answer.text.split())
    # A copy, because the child's bytes are read-only.
    return np.frombuffer(answer.blobs[0], np.uint8).reshape(height, width, 3).copy()


@cache
def _child() -> AwaitedBounded:
    """Return the process's decoder child, which is reused."""
    return AwaitedBounded(LIMITS, foreground=True)


def _at(path: Path, index: int | None) -> Frame:
    """Return the frame with this index; the last one if it is None or the clip is shorter."""
    last = None
    for count, frame in enumerate(frames_of(path)):
        last = frame
        if count == index:
            break
    if last is None:
        raise ValueError("it has no frames")
    return rgb_of(last)
