"""A clip's middle frame as a small WebP, made when it is first asked for and then kept."""

import asyncio
from pathlib import Path
from typing import Any

import av
import cv2
from av.error import FFmpegError

from conte.frozen import digest
from serve.ingress.problems import NOT_FOUND, Problem
from serve.vault import Vault

LONG_SIDE = 640
QUALITY = 80


def thumbnail_key(clip: str) -> str:
    return f"thumbnails/{digest([clip, LONG_SIDE, QUALITY])}.webp"


async def thumbnail(vault: Vault, clip: str) -> str:
    """The vault's key of the thumbnail of a clip.

    Raises:
        Missing: if the clip is not there.
        Problem: 404, if it cannot be read.
    """
    key = thumbnail_key(clip)
    if not await vault.has(key):
        async with vault.local(clip) as path:
            try:
                data = await asyncio.to_thread(_webp, path)
            except (FFmpegError, LookupError) as error:
                raise Problem(NOT_FOUND, "the video's file cannot be read") from error
        await vault.publish_bytes(key, data)
    return key


def _webp(path: Path) -> bytes:
    with av.open(path) as file:
        stream = file.streams.video[0]
        # The key frame before the middle: there is one a second, and a film may open on black.
        file.seek((stream.duration or 0) // 2, stream=stream)
        frame = next(file.decode(stream), None)
    if frame is None:
        raise LookupError("it has no frames")
    pixels: Any = frame.to_ndarray(format="bgr24")
    height, width = pixels.shape[:2]
    if (scale := LONG_SIDE / max(width, height)) < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return data.tobytes()
