"""Reads facts from clips' files: bytes, display size, number of frames."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

import av
from av.error import FFmpegError

from deployments.display import Display
from serve.vault.errors import Missing
from serve.vault.vault import Vault

_HEAD_BYTES = 256 * 1024
_AT_ONCE = 16


@dataclass(frozen=True)
class StoredClip:
    num_bytes: int
    width: int
    height: int
    num_frames: int


class NoClipFile(Exception):
    """A clip's file is missing, or cannot be read."""


async def looked_at(vault: Vault, keys: Sequence[str]) -> list[StoredClip | NoClipFile]:
    """Read the facts of the files at `keys`, in order, several files at once.

    Raises:
        VaultUnavailable: if the vault cannot be read now.
    """
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(key: str) -> StoredClip | NoClipFile:
        async with turns:
            try:
                return await _look(vault, key)
            except (Missing, NoClipFile) as error:
                return NoClipFile(f"{key}: {error}")

    return list(await asyncio.gather(*map(one, keys)))


async def read(vault: Vault, key: str) -> bytes:
    return b"".join([chunk async for chunk in vault.stream(key)])


async def _look(vault: Vault, key: str) -> StoredClip:
    num_bytes = (await vault.stat(key)).size
    end = min(_HEAD_BYTES, num_bytes)
    head = b"".join([chunk async for chunk in vault.stream(key, 0, end)])
    found = _of(head)
    if found is None and end < num_bytes:
        # The MP4's index is at the end of the file.
        found = _of(await read(vault, key))
    if found is None:
        raise NoClipFile("no video can be read from it")
    return StoredClip(num_bytes, *found)


def _of(data: bytes) -> tuple[int, int, int] | None:
    """Return display width, display height and number of frames; None if the bytes lack them."""
    try:
        with av.open(io.BytesIO(data), "r", format="mp4") as file:
            stream = file.streams.video[0]
            stream.codec_context.thread_count = 1
            first = next(file.decode(stream))
            width, height = Display.of(stream, first).size(first.width, first.height)
            frames = stream.frames
    except (FFmpegError, AttributeError, IndexError, StopIteration, ValueError):
        # AttributeError: a stream has no codec if the index is cut short.
        return None
    return (width, height, frames) if min(width, height, frames) > 0 else None
