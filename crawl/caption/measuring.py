"""The analysis stage: a video's file -> its clips and key frames, in a bounded child process."""

import asyncio
from collections.abc import Sequence

from crawl.analysis import Analysis
from crawl.caption.fetching import Unfetchable
from crawl.caption.looking import look_at
from crawl.caption.manifest import SourceVideo
from crawl.caption.rows import FoundClip, remarked, why_left_out
from crawl.caption.stage_end import SKIPPED, StageEnd, why
from crawl.caption.turn import Turns
from crawl.caption.work import CaptionWork
from crawl.filters import clips_of
from crawl.key_frames import KIND, SUFFIX, packed
from crawl.records.intended import intend
from serve.bounded import Unusable
from serve.vault.keys import key_of


class Measurer:
    """One worker; analyses one video at a time, in a child process that it reuses."""

    def __init__(self, work: CaptionWork) -> None:
        self._settings, self._context = work.settings, work.open()
        self._child = work.child()
        self._fetching = self._context.fetching(work.settings)
        self._turns = Turns(self._context, "waiting", work.settings.bounds)
        self._runner = asyncio.Runner()

    def __call__(self, videos: Sequence[str]) -> list[StageEnd]:
        """Analyse videos; return each one's state, reason and CPU seconds."""
        return [self._video(video) for video in videos]

    def _video(self, video: str) -> StageEnd:
        try:
            begun = self._turns.begin(video)
            return begun if isinstance(begun, StageEnd) else self._measured(video, begun.source)
        except Exception as error:
            return self._turns.broken(video, error)

    def _measured(self, video: str, source: SourceVideo) -> StageEnd:
        settings, rows = self._settings, self._context.rows
        try:
            with self._fetching.fetched(source.uri) as path:
                answer = self._child.call(
                    look_at, str(path), settings.analysis, settings.bounds.duration_s
                )
        except (Unfetchable, Unusable) as error:
            reason = why(error)
            rows.filtered(video, reason)
            return StageEnd("filtered", 0.0, reason)
        analysis = Analysis.model_validate_json(answer.text)
        found, frames = self._found(analysis, answer.blobs)
        key = key_of(KIND, frames, SUFFIX) if frames else ""
        if not intend(self._context.records, video, [key] if key else []):
            return StageEnd(SKIPPED, answer.cpu_s)
        if key:
            self._runner.run(self._context.vault.publish_bytes(key, frames))
        state = rows.analysed(video, analysis.stream, found, {"analyse": answer.cpu_s}, key)
        reason = why_left_out([clip.reason for clip in found]) if state == "filtered" else ""
        return StageEnd(state, answer.cpu_s, remarked(reason, analysis.stream))

    def _found(
        self, analysis: Analysis, pictures: Sequence[bytes]
    ) -> tuple[list[FoundClip], bytes]:
        """Return the clips, and the file with the key frames of those worth captioning; empty if
        there are none."""
        taken = dict(
            zip((n for shot in analysis.shots for n in shot.key_frames), pictures, strict=True)
        )
        clips = list(clips_of(analysis, self._settings.filters))
        shown = {n for clip, reason in clips if not reason for n in clip.key_frames}
        frames = packed({n: taken[n] for n in shown})
        found = [
            FoundClip(
                clip, reason, () if reason else tuple(frames.ranges[n] for n in clip.key_frames)
            )
            for clip, reason in clips
        ]
        return found, frames.data if shown else b""
