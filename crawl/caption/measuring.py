"""The analysis stage: a video's file -> its clips and key frames, by a child that it may kill."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from crawl.analysis import Analysis
from crawl.bounded import Bounded, Limits, Trouble, Unusable
from crawl.caption.ended import SKIPPED, STOPPED, Ended, told, why
from crawl.caption.fetching import AwayForNow, Fetching, Unfetchable
from crawl.caption.looking import look_at
from crawl.caption.rows import NO_PERMISSION, FoundClip, why_left_out
from crawl.caption.work import Work
from crawl.filters import clips_of
from serve.vault.errors import VaultFull


class Measurer:
    """One worker: a video at a time, and a child process that lasts from one to the next."""

    def __init__(self, work: Work) -> None:
        self._settings, self._desk = work.settings, work.open()
        bounds = work.settings.bounds
        self._child = Bounded(
            Limits(memory_bytes=bounds.memory_bytes, cpu_s=bounds.cpu_s, wall_s=bounds.wall_s)
        )
        self._fetching = Fetching(self._desk.vault, self._desk.records, bounds.file_bytes)
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
        try:
            found = self._found(analysis, answer.blobs)
        except VaultFull as error:
            return Ended(STOPPED, answer.cpu_s, str(error))
        state = rows.analysed(video, analysis.stream, found, {"analyse": answer.cpu_s})
        reason = why_left_out([clip.reason for clip in found]) if state == "filtered" else ""
        return Ended(state, answer.cpu_s, reason)

    def _found(self, analysis: Analysis, pictures: Sequence[bytes]) -> list[FoundClip]:
        """The clips, and the key frames of those that are worth captioning in the vault."""
        shown = dict(
            zip((n for shot in analysis.shots for n in shot.key_frames), pictures, strict=True)
        )
        found: list[FoundClip] = []
        for clip, reason in clips_of(analysis, self._settings.filters):
            keys = () if reason else self._published([shown[n] for n in clip.key_frames])
            found.append(FoundClip(clip, reason, keys))
        return found

    def _published(self, pictures: Sequence[bytes]) -> tuple[str, ...]:
        async def publish() -> list[str]:
            vault = self._desk.vault
            return [await vault.publish_content("frames", data, ".jpg") for data in pictures]

        return tuple(self._runner.run(publish()))
