"""The caption stage: an analysed video's clips -> captions, each stored as soon as it is made."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from conte.clip_caption import CaptionProvenance, ClipCaption
from conte.vocabulary import Language
from crawl.analysis.analysis import Stream
from crawl.caption.answers import is_removed
from crawl.caption.films_first import POLL_S
from crawl.caption.manifest import SourceVideo
from crawl.caption.rows import KeptClip, remarked
from crawl.caption.stage_end import StageEnd
from crawl.caption.turn import Turns
from crawl.caption.work import CaptionWork
from crawl.key_frames import read_frames
from deployments.engines.captioning import captioning
from deployments.engines.chat import ModelAway
from deployments.engines.paid import Purse, purse_for
from deployments.engines.protocols import CaptionError, Footage

AWAY_WAITS_S = (1, 2, 4, 8, 16, 32, 60)
"""Seconds of successive waits for an unavailable model before the job stops."""


class Captioner:
    """One worker; captions any number of clips concurrently on its event loop."""

    def __init__(self, work: CaptionWork) -> None:
        self._work, self._context = work, work.open()
        self._runner = asyncio.Runner()
        self._settings = work.settings
        self._turns = Turns(self._context, "analysed", work.settings.bounds)

        async def opened() -> Any:
            slots = asyncio.Semaphore(work.settings.captions_at_once)
            return captioning(work.settings.caption, self._purse()), slots

        self._at_work = 0
        self._captioning, self._slots = self._runner.run(opened())

    def __call__(self, videos: Sequence[str]) -> list[StageEnd]:
        """Caption videos; return each one's state, reason and seconds."""
        return self._runner.run(self._all(videos))

    def _purse(self) -> Purse | None:
        refine, records = self._settings.caption.refine, self._context.records
        if refine is None:
            return None
        return purse_for(refine, records, "caption.refine.budget", removed=is_removed)

    async def _all(self, videos: Sequence[str]) -> list[StageEnd]:
        # A video that was begun before may have killed its worker, so it is processed alone.
        before = await asyncio.to_thread(self._context.rows.begun_before, videos)
        fresh = [video for video in videos if video not in before]
        tasks = (self._video(video, len(fresh)) for video in fresh)
        ended = dict(zip(fresh, await asyncio.gather(*tasks), strict=True))
        for video in videos:
            if video in before:
                ended[video] = await self._video(video, 1)
        return [ended[video] for video in videos]

    async def _video(self, video: str, beside: int) -> StageEnd:
        try:
            begun = await asyncio.to_thread(self._turns.begin, video)
            if isinstance(begun, StageEnd):
                return begun
            assert begun.stream is not None  # it was analysed
            return await self._captioned(video, begun.source, begun.stream, beside)
        except Exception as error:
            # Captions made so far are stored; the rest waits for another attempt, or another run.
            return await asyncio.to_thread(self._turns.broken, video, error)

    async def _captioned(
        self, video: str, source: SourceVideo, stream: Stream, beside: int
    ) -> StageEnd:
        began = time.monotonic()
        rows = self._context.rows
        left = await asyncio.to_thread(rows.kept_clips, video, "analysed")
        async with asyncio.TaskGroup() as group:
            for clip in left:
                group.create_task(self._clip(clip, stream, source.subject, source.language))
        # The videos of a batch are captioned together, so each is charged an equal share of the
        # time.
        seconds = (time.monotonic() - began) / beside
        captioned = await asyncio.to_thread(rows.kept_clips, video, "captioned")
        state = "captioned" if captioned else "filtered"
        reason = remarked("" if captioned else "no clip could be captioned", stream)
        await asyncio.to_thread(rows.ended, video, state, {"caption": seconds}, reason)
        return StageEnd(state, seconds, reason)

    async def _clip(self, clip: KeptClip, stream: Stream, subject: str, language: Language) -> None:
        async with self._slots:
            frames = await read_frames(self._context.vault, clip.frames)
            span = clip.shot.span
            footage = Footage(
                frames=tuple(frames),
                measures=clip.shot.measures,
                width=stream.width,
                height=stream.height,
                duration_s=span.end_s - span.start_s,
                subject=subject,
                clip=clip.id,
            )
            try:
                caption, made_by = await self._asked(footage, language)
            except CaptionError as error:
                caption, made_by, reason = None, None, f"caption: {error}"
            else:
                reason = ""
            await asyncio.to_thread(
                self._context.rows.captioned_clip, clip.id, caption, made_by, reason
            )

    async def _asked(
        self, footage: Footage, language: Language
    ) -> tuple[ClipCaption, CaptionProvenance]:
        for wait_s in AWAY_WAITS_S:
            try:
                async with self._beside_films():
                    return await self._captioning.caption(footage, language)
            except ModelAway:
                await asyncio.sleep(wait_s)
        return await self._captioning.caption(footage, language)

    @asynccontextmanager
    async def _beside_films(self) -> AsyncGenerator[None]:
        """Wait while finals wait for GPUs, unless less than the floor is captioned."""
        floor, films = self._settings.captions_floor, self._context.films
        while self._settings.gives_way and self._at_work >= floor:
            if not await asyncio.to_thread(films.short_of_gpus):
                break
            await asyncio.sleep(POLL_S)
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
