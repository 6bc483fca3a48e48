"""The analysis stage: a video's file -> its clips and key frames, in a bounded child process."""

import asyncio
from collections.abc import Mapping, Sequence

from crawl.analysis import Analysis
from crawl.caption.fetching import Unfetchable
from crawl.caption.looking import look_at
from crawl.caption.manifest import SourceVideo
from crawl.caption.rows import FoundClip, remarked, why_left_out
from crawl.caption.stage_end import SKIPPED, StageEnd, why
from crawl.caption.turn import Turns
from crawl.caption.work import CaptionWork
from crawl.filters import clips_of
from crawl.records.intended import intend
from serve.bounded import Unusable
from serve.vault.keys import key_of

KIND = "frames"
"""The first part of a key frame's key in the vault."""


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
        found, pictures = self._found(analysis, answer.blobs)
        if not intend(self._context.records, video, list(pictures)):
            return StageEnd(SKIPPED, answer.cpu_s)
        self._runner.run(self._published(pictures))
        state = rows.analysed(video, analysis.stream, found, {"analyse": answer.cpu_s})
        reason = why_left_out([clip.reason for clip in found]) if state == "filtered" else ""
        return StageEnd(state, answer.cpu_s, remarked(reason, analysis.stream))

    def _found(
        self, analysis: Analysis, pictures: Sequence[bytes]
    ) -> tuple[list[FoundClip], dict[str, bytes]]:
        """Return the clips, and the key frames of the clips worth captioning by vault key."""
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
            await self._context.vault.publish_bytes(key, data)
