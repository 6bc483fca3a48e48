"""The analysis stage: a video's file -> its clips and key frames, by a child that it may kill."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from crawl.analysis import Analysis
from crawl.bounded import Bounded, Limits, Trouble, Unusable
from crawl.caption.ended import SKIPPED, STOPPED, Ended, told, why
from crawl.caption.fetching import AwayForNow, Fetching, Unfetchable
from crawl.caption.looking import look_at
from crawl.caption.rows import NO_PERMISSION, FoundClip, why_left_out
from crawl.caption.work import Work
from crawl.filters import clips_of
from crawl.records.intended import intend
from crawl.videos.work_folder import sweep
from serve.vault.errors import VaultFull
from serve.vault.keys import key_of

KIND = "frames"
"""The first part of a key frame's key in the vault."""


class Measurer:
    """One worker: a video at a time, and a child process that lasts from one to the next."""

    def __init__(self, work: Work) -> None:
        self._settings, self._desk = work.settings, work.open()
        bounds = work.settings.bounds
        self._child = Bounded(
            Limits(memory_bytes=bounds.memory_bytes, cpu_s=bounds.cpu_s, wall_s=bounds.wall_s)
        )
        sweep(work.settings.scratch)
        self._fetching = Fetching(
            self._desk.vault, self._desk.records, bounds.file_bytes, work.settings.scratch
        )
        self._runner = asyncio.Runner()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """`batch`: {"id": videos}. Told of each: how it ended and why, and seconds of processor."""
        videos = [str(video) for video in batch["id"]]
        return told(videos, [self._video(video) for video in videos])

    def _video(self, video: str) -> Ended:
        bounds, rows = self._settings.bounds, self._desk.rows
        source = rows.begin(video, bounds.max_interruptions)
        if source is None:
            return Ended(SKIPPED, 0.0)
        if source.permission is None or not source.permission.holds(time.time()):
            rows.filtered(video, NO_PERMISSION)
            return Ended("filtered", 0.0, NO_PERMISSION)
        try:
            with self._fetching.fetched(source.uri) as path:
                answer = self._child.call(
                    look_at, str(path), self._settings.analysis, bounds.duration_s
                )
        except (Unfetchable, Unusable) as error:
            reason = why(error)
            rows.filtered(video, reason)
            return Ended("filtered", 0.0, reason)
        except (AwayForNow, Trouble) as error:
            state = rows.failed(video, str(error), bounds.max_attempts)
            return Ended(state, getattr(error, "cpu_s", 0.0), str(error))
        analysis = Analysis.model_validate_json(answer.text)
        found, pictures = self._found(analysis, answer.blobs)
        if not intend(self._desk.records, video, list(pictures)):
            return Ended(SKIPPED, answer.cpu_s)
        try:
            self._runner.run(self._published(pictures))
        except VaultFull as error:
            return Ended(STOPPED, answer.cpu_s, str(error))
        state = rows.analysed(video, analysis.stream, found, {"analyse": answer.cpu_s})
        reason = why_left_out([clip.reason for clip in found]) if state == "filtered" else ""
        return Ended(state, answer.cpu_s, reason)

    def _found(
        self, analysis: Analysis, pictures: Sequence[bytes]
    ) -> tuple[list[FoundClip], dict[str, bytes]]:
        """The clips, and by their keys the key frames of those that are worth captioning."""
        shown = dict(
            zip((n for shot in analysis.shots for n in shot.key_frames), pictures, strict=True)
        )
        found: list[FoundClip] = []
        wanted: dict[str, bytes] = {}
        for clip, reason in clips_of(analysis, self._settings.filters):
            mine = (
                {}
                if reason
                else {key_of(KIND, shown[n], ".jpg"): shown[n] for n in clip.key_frames}
            )
            found.append(FoundClip(clip, reason, tuple(mine)))
            wanted |= mine
        return found, wanted

    async def _published(self, pictures: Mapping[str, bytes]) -> None:
        for key, data in pictures.items():
            await self._desk.vault.publish_bytes(key, data)
