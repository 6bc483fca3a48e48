"""A clip of the vault -> its first frame as a PNG beside it, made when somebody first asks."""

from pathlib import Path

import av
import cv2
from av.error import FFmpegError
from starlette.concurrency import run_in_threadpool

from conte.frozen import digest
from serve.vault import Missing, Vault


async def first_frame(vault: Vault, clip: str) -> str:
    """The key of the picture. Raises Missing if the clip is not there, or shows nothing."""
    key = f"thumbnails/{digest(['first frame', clip])}.png"
    if not await vault.has(key):
        async with vault.local(clip) as path:
            png = await run_in_threadpool(_png, path)
        await vault.publish_bytes(key, png)
    return key


def _png(path: Path) -> bytes:
    try:
        with av.open(str(path)) as file:
            frame = next(file.decode(video=0))
            pixels = frame.to_ndarray(format="bgr24")
    except (FFmpegError, StopIteration, IndexError) as error:
        raise Missing("the clip shows nothing") from error
    _, png = cv2.imencode(".png", pixels)
    return png.tobytes()
