"""The cutting stage: the captioned clips of a video -> files in the vault, exact to the frame."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawl.analysis.analysis import Stream
from crawl.caption.best_rendition import BestRendition
from crawl.caption.fetching import Unfetchable
from crawl.caption.looking import cut_out
from crawl.caption.manifest import SourceVideo
from crawl.caption.rows import remarked
from crawl.caption.stage_end import SKIPPED, StageEnd, why
from crawl.caption.turn import Turns
from crawl.caption.work import CaptionWork
from crawl.records.intended import intend
from crawl.videos.work_folder import scratch
from serve.bounded import Unusable

KIND = "clips"
"""The first part of a clip's key in the vault."""


class Cutter:
    """One worker; cuts one video at a time, from its best rendition."""

    def __init__(self, work: CaptionWork) -> None:
        self._settings, self._context = work.settings, work.open()
        self._child = work.child()
        self._fetching = self._context.fetching(work.settings)
        self._best = BestRendition(work.settings, self._context.records, self._context.vault)
        self._turns = Turns(self._context, "captioned", work.settings.bounds)
        self._runner = asyncio.Runner()

    def __call__(self, videos: Sequence[str]) -> list[StageEnd]:
        """Cut videos; return each one's state, reason and CPU seconds."""
        return [self._video(video) for video in videos]

    def _video(self, video: str) -> StageEnd:
        try:
            begun = self._turns.begin(video)
            if isinstance(begun, StageEnd):
                return begun
            assert begun.stream is not None  # it was analysed
            return self._cut(video, begun.source, begun.stream)
        except Exception as error:
            return self._turns.broken(video, error)

    def _cut(self, video: str, source: SourceVideo, stream: Stream) -> StageEnd:
        rows = self._context.rows
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
                if not intend(self._context.records, video, list(keys.values())):
                    return StageEnd(SKIPPED, answer.cpu_s)
                self._runner.run(self._published(files.values()))
        except (Unfetchable, Unusable) as error:
            reason = why(error)
            rows.ended(video, "quarantined", {}, reason)
            return StageEnd("quarantined", 0.0, reason)
        spent = {"cut": answer.cpu_s}
        if not files:
            reason = remarked(reason, stream)
            rows.ended(video, "filtered", spent, reason)
            return StageEnd("filtered", answer.cpu_s, reason)
        rows.cut(video, keys, spent, stream.remark)
        return StageEnd("done", answer.cpu_s, stream.remark)

    async def _published(self, files: Iterable[tuple[str, Path]]) -> None:
        for key, path in files:
            await self._context.vault.publish(key, path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
