"""The cutting stage: the captioned clips of a video -> files in the vault, exact to the frame."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawl.bounded import Bounded, Limits, Trouble, Unusable
from crawl.caption.best_rendition import BestRendition
from crawl.caption.ended import SKIPPED, STOPPED, Ended, told, why
from crawl.caption.fetching import AwayForNow, Fetching, Unfetchable
from crawl.caption.looking import cut_out
from crawl.caption.rows import NO_PERMISSION
from crawl.caption.work import Work
from crawl.records.intended import intend
from crawl.videos.still_permitted import still_permitted
from crawl.videos.work_folder import scratch, sweep
from serve.vault.errors import VaultFull

KIND = "clips"
"""The first part of a clip's key in the vault."""


class Cutter:
    """One worker: a video at a time, from its best rendition."""

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
        self._best = BestRendition(work.settings, self._desk.records, self._desk.vault)
        self._runner = asyncio.Runner()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """`batch`: {"id": videos}. Told of each: how it ended and why, and seconds of processor."""
        videos = [str(video) for video in batch["id"]]
        return told(videos, [self._video(video) for video in videos])

    def _video(self, video: str) -> Ended:
        rows, max_attempts = self._desk.rows, self._settings.bounds.max_attempts
        known = rows.source_and_stream(video)
        if known is None:
            return Ended(SKIPPED, 0.0)
        source, stream = known
        if not still_permitted(self._desk.records, [video]):
            rows.ended(video, "filtered", {}, NO_PERMISSION)
            return Ended("filtered", 0.0, NO_PERMISSION)
        kept = rows.kept_clips(video, "captioned")
        try:
            best = self._best.uri(source)
            with (
                self._fetching.fetched(best) as whole,
                scratch(self._settings.scratch) as folder,
            ):
                spans = [clip.shot.span for clip in kept]
                answer = self._child.call(
                    cut_out, str(whole), spans, str(folder), stream, best == source.uri
                )
                made = json.loads(answer.text)
                files: dict[str, tuple[str, Path]] = {}
                reason = "no clip could be cut"
                for clip, file in zip(kept, made, strict=True):
                    if "reason" in file:
                        reason = f"cut: {file['reason']}"
                        rows.captioned_clip(clip.id, None, None, reason)
                    else:
                        path = folder / file["name"]
                        files[clip.id] = f"{KIND}/{_digest(path)}.mp4", path
                keys = {clip: key for clip, (key, _) in files.items()}
                if not intend(self._desk.records, video, list(keys.values())):
                    return Ended(SKIPPED, answer.cpu_s)
                self._runner.run(self._published(files.values()))
        except (Unfetchable, Unusable) as error:
            reason = why(error)
            rows.ended(video, "quarantined", {}, reason)
            return Ended("quarantined", 0.0, reason)
        except (AwayForNow, Trouble) as error:
            state = rows.failed(video, str(error), max_attempts)
            return Ended(state, getattr(error, "cpu_s", 0.0), str(error))
        except VaultFull as error:
            return Ended(STOPPED, 0.0, str(error))
        spent = {"cut": answer.cpu_s}
        if not files:
            rows.ended(video, "filtered", spent, reason)
            return Ended("filtered", answer.cpu_s, reason)
        rows.cut(video, keys, spent)
        return Ended("done", answer.cpu_s)

    async def _published(self, files: Iterable[tuple[str, Path]]) -> None:
        for key, path in files:
            await self._desk.vault.publish(key, path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
