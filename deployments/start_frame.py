"""Shot -> the picture it starts from: a picture of the vault, or the last frame of another clip."""

import asyncio
import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from av.error import FFmpegError

from conte.clip import Shot
from deployments.encoding import frames_of, rgb_of
from deployments.engines.protocols import CannotRender, Frame
from serve.vault import Missing, Vault
from serve.vault.errors import BadKey

MAX_PIXELS = 50_000_000
"""A picture that says it has more is not opened: its pixels would fill the memory."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


async def start_frame(vault: Vault, shot: Shot) -> Frame | None:
    """[height, width, 3] uint8 RGB of any size; `follows` wins over `reference`.

    Raises:
        CannotRender: naming what is missing or cannot be read.
    """
    if shot.follows is not None:
        return await _of(vault, shot.follows, "the clip that the shot follows", _last_frame)
    if shot.reference is not None:
        return await _of(vault, shot.reference, "the shot's reference picture", _picture)
    return None


async def _of(vault: Vault, key: str, what: str, read: Callable[[Path], Frame]) -> Frame:
    try:
        async with vault.local(key) as path:
            return await asyncio.to_thread(read, path)
    except (Missing, BadKey) as error:
        raise CannotRender(f"{what} is not in the vault: {key}") from error
    except (FFmpegError, cv2.error, ValueError) as error:
        raise CannotRender(f"{what} cannot be read: {key}: {error}") from error


def _last_frame(path: Path) -> Frame:
    last = None
    for frame in frames_of(path):
        last = frame
    if last is None:
        raise ValueError("it has no frames")
    return rgb_of(last)


def _picture(path: Path) -> Frame:
    with path.open("rb") as file:
        head = file.read(24)
    if len(head) < 24 or not head.startswith(PNG_SIGNATURE):
        raise ValueError("it is no PNG")
    width, height = struct.unpack(">II", head[16:24])
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width}x{height} are more than {MAX_PIXELS} pixels")
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("it is broken")
    if pixels.dtype == np.uint16:
        pixels = pixels // 257
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels.astype(np.uint8), cv2.COLOR_GRAY2RGB).astype(np.uint8)
    if pixels.shape[2] == 4:
        # A product that was cut out stands on white, as in a catalogue.
        seen = pixels[..., 3:].astype(np.float32) / 255
        pixels = pixels[..., :3] * seen + 255 * (1 - seen)
    return np.ascontiguousarray(pixels[..., ::-1].round().astype(np.uint8))
