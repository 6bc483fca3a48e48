"""Shot -> Clip. Knows an engine, the vault and an optional encoder, not Ray."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from conte.clip import Clip, Shot, Tier
from deployments import took
from deployments.clip_encoder import NEAR_LOSSLESS_CRF, Encoding, published, write_clip
from deployments.conforming import checked, closed_after, frames_wanted
from deployments.engines.protocols import Cancelled, Frame, OnStep, RenderError, Video, VideoEngine
from deployments.slot import Slot
from deployments.start_frame import start_frame
from serve.vault import Vault

DENOISED = 0.9
"""Progress of a clip, 0..1, when its frames have left the engine."""


class ClipRenderer:
    """Renders one shot at a time and publishes the clip; reuses a clip that exists.

    With an encoder the next shot starts as soon as the frames of the one before have left the
    engine; without one a shot is rendered and encoded in one pass.
    """

    def __init__(
        self,
        engine: VideoEngine,
        vault: Vault,
        tier: Tier,
        crf: int = NEAR_LOSSLESS_CRF,
        encoder: Encoding | None = None,
    ) -> None:
        self._engine, self._vault, self._crf, self._encoder = engine, vault, crf, encoder
        self._tier: Tier = tier
        self._slot = Slot(f"{tier}-render")
        self._at_work: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def render(self, shot: Shot, cut: int) -> AsyncGenerator[float | Clip]:
        """Yield 0.0 once it has the slot, fractions that never fall, then exactly one `Clip`.

        Yields nothing while it waits for the slot. Closing the generator stops the work.

        Raises:
            RenderError: if the engine fails or its video is wrong, the shot's start picture is
                missing, or the disk is full.
        """
        key = shot.key(self._engine.id)
        clip = Clip(
            cut=cut,
            tier=self._tier,
            key=key,
            num_frames=shot.num_frames,
            engine=self._engine.id,
            seed=shot.seed,
            render_s=0,
            reused=True,
            adapter=shot.adapter,
            width=shot.width,
            height=shot.height,
        )
        # A second request for a shot in progress waits, and then finds the clip.
        async with self._at_work.setdefault(key, asyncio.Lock()):
            if not await self._vault.has(key):
                made = _Made()
                async with aclosing(self._make(shot, cut, key, made)) as steps:
                    async for step in steps:
                        yield step
                clip = clip.model_copy(
                    update={"render_s": made.slot_s, "reused": False, "remarks": made.remarks}
                )
                if self._tier == "final":
                    await took.keep(self._vault, key, made.slot_s)
            elif self._tier == "final":
                clip = clip.model_copy(update={"took_s": await took.kept(self._vault, key)})
        yield clip

    async def _make(self, shot: Shot, cut: int, key: str, made: "_Made") -> AsyncGenerator[float]:
        start = await start_frame(self._vault, shot)
        if self._encoder is None:
            async with self._slot, aclosing(self._draw(shot, cut, key, start, made)) as steps:
                async for step in steps:
                    yield step
            return
        async with self._slot, aclosing(self._denoise(shot, start, made)) as steps:
            async for step in steps:
                yield DENOISED * step
        video, made.video = made.video, None
        if video is None:
            raise RenderError(f"{self._engine.id.name} made no video")
        encoding = self._encoder.encode(video, shot, key)
        del video  # a few hundred megabytes that only the encoder holds now
        async with aclosing(encoding) as steps:
            async for step in steps:
                yield DENOISED + (1 - DENOISED) * step

    async def _draw(
        self, shot: Shot, cut: int, key: str, start: Frame | None, made: "_Made"
    ) -> AsyncGenerator[float]:
        def work(path: Path, on_step: OnStep, should_stop: Callable[[], bool]) -> None:
            video = self._video(shot, start, on_step, should_stop)
            made.remarks = video.remarks
            preset = "panels" if self._tier == "draft" else "ultrafast"
            write_clip(video, shot, path, self._crf, should_stop, preset=preset)

        started, what = time.monotonic(), f"the clip of cut {cut}"
        async with aclosing(published(self._vault, key, self._slot, work, what)) as steps:
            async for step in steps:
                yield step
        made.slot_s = time.monotonic() - started

    async def _denoise(
        self, shot: Shot, start: Frame | None, made: "_Made"
    ) -> AsyncGenerator[float]:
        def work(on_step: OnStep, should_stop: Callable[[], bool]) -> Video:
            video = self._video(shot, start, on_step, should_stop)
            return _materialised(video, frames_wanted(video, shot), should_stop)

        started = time.monotonic()
        async with aclosing(self._slot.run(work)) as steps:
            async for step in steps:
                if isinstance(step, Video):
                    made.video, made.remarks = step, step.remarks
                else:
                    yield step
        made.slot_s = time.monotonic() - started

    def _video(
        self,
        shot: Shot,
        start: Frame | None,
        on_step: OnStep,
        should_stop: Callable[[], bool],
    ) -> Video:
        video = self._engine.render(shot, on_step, should_stop, start)
        return checked(video, self._engine.id.name)


@dataclass
class _Made:
    """Facts about a rendered clip."""

    slot_s: float = 0.0
    remarks: tuple[str, ...] = ()
    video: Video | None = None


def _materialised(video: Video, wanted: int, should_stop: Callable[[], bool]) -> Video:
    """Copy the first `wanted` frames into one array [wanted, height, width, 3]."""
    pixels = np.empty((wanted, video.height, video.width, 3), np.uint8)
    with closed_after(video) as frames:
        # If the video should end here, one more frame is requested, so that a missing end is
        # reported.
        for index, frame in enumerate(frames):
            if should_stop():
                raise Cancelled
            pixels[index] = frame
            if index + 1 == wanted < video.num_frames:
                break
    return replace(video, frames=pixels, num_frames=wanted)
