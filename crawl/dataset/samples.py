"""Chooses a few sample clips for the report, always the same ones, with small pictures."""

import asyncio
import base64
import hashlib
import heapq
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from conte.frozen import Frozen
from crawl.dataset.outcomes import Outcomes
from crawl.key_frames import KeyFrame, read_frames
from serve.vault.errors import Missing
from serve.vault.vault import Vault

MOST = 24
_WIDTH = 320
_QUALITY = 78


class SampleClip(Frozen):
    clip: str
    video: str
    language: str
    short: str
    long: str
    size: str | None
    move: str | None
    style: str
    subjects: tuple[str, ...]
    duration_s: float
    width: int
    height: int
    picture: str
    """A small JPEG of the clip in base64."""


_TAKEN = ("video", "language", "short", "long", "size", "move", "style", "subjects")


class Samples:
    """Keeps the clips with the smallest hashes of their ids: a deterministic random sample."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: list[tuple[int, str, dict[str, Any], KeyFrame]] = []

    def offer(self, row: Mapping[str, Any], frames: Sequence[KeyFrame]) -> None:
        if not frames:
            return
        rank = -int(hashlib.sha256(row["clip"].encode()).hexdigest()[:16], 16)
        held = (rank, row["clip"], dict(row), frames[len(frames) // 2])
        if len(self._held) < self._most:
            heapq.heappush(self._held, held)
        elif rank > self._held[0][0]:
            heapq.heapreplace(self._held, held)

    async def shown(self, vault: Vault) -> list[SampleClip]:
        """Return the samples in the order of their ids, without those whose picture no longer
        exists."""
        found: list[SampleClip] = []
        for _, clip, row, frame in sorted(self._held, key=lambda held: held[1]):
            if picture := await _small(vault, frame):
                found.append(
                    SampleClip(
                        clip=clip,
                        picture=picture,
                        duration_s=round(row["end_s"] - row["start_s"], 2),
                        width=row["width"],
                        height=row["height"],
                        **{name: row[name] for name in _TAKEN},
                    )
                )
        return found


async def pictured(vault: Vault, outcomes: Outcomes) -> Outcomes:
    """Add pictures of the clips that have duplicates, where the pictures still exist."""
    repeated = [
        one.model_copy(update={"picture": await _small(vault, one.frame) if one.frame else ""})
        for one in outcomes.repeated
    ]
    return outcomes.model_copy(update={"repeated": tuple(repeated)})


async def _small(vault: Vault, frame: KeyFrame) -> str:
    try:
        (data,) = await read_frames(vault, [frame])
    except Missing:
        return ""
    return await asyncio.to_thread(_jpeg, data)


def _jpeg(data: bytes) -> str:
    """Return the picture as a JPEG `_WIDTH` wide, in base64; empty if it cannot be decoded."""
    frame = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if frame is None:
        return ""
    height = max(1, round(frame.shape[0] * _WIDTH / frame.shape[1]))
    small = cv2.resize(frame, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    done, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return base64.b64encode(jpeg.tobytes()).decode() if done else ""
