"""A manifest of videos -> a dataset of captioned clips. An interrupted job can be resumed.

read manifest -> rounds of: analyse -> near-duplicates -> caption -> cut -> publish
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from crawl.caption.dataset_run import DatasetRun, LostRun
from crawl.caption.manifest import ManifestError, read_manifest
from crawl.caption.progress import Progress
from crawl.caption.rows import REMOVED, Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.stage_end import SKIPPED, STOPPED, StageEnd
from crawl.caption.stages import Stage, StageWorkers
from crawl.caption.work import CaptionWork
from crawl.dataset import Published, publish
from crawl.dataset.outcomes import kind_of
from crawl.duplicates import DuplicateMarker
from serve.database.engine import Database

AHEAD = 1
"""Rounds whose analysis may begin before a round's has ended: otherwise all cores wait for the
longest videos of each round."""


class JobStopped(Exception):
    """The job was stopped, or cannot continue. Finished work is stored, and a new run continues."""


class CaptionJob:
    """One run over one dataset. `stop` ends it after the current video."""

    def __init__(
        self, settings: CaptionJobSettings, run: DatasetRun, records: Database, progress: Progress
    ) -> None:
        self._settings, self._run, self._records = settings, run, records
        self._progress = progress
        self._work = CaptionWork(settings, run.name, run.id)
        self._context = self._work.open()
        self._rows: Rows = self._context.rows
        self._told_to_stop = threading.Event()
        self._failures: list[BaseException] = []
        self._workers = StageWorkers(
            self._work, settings.workers, settings.worker_cpus, self._check
        )
        # A captioner waits for models, and computes next to nothing.
        self._captioners = StageWorkers(self._work, settings.captioners, 0, self._check)

    def stop(self) -> None:
        self._told_to_stop.set()

    def publish_videos(self, manifest: Path, retry: bool = False) -> Published:
        """Caption the manifest's videos and publish their dataset; see `caption_videos`."""
        self.caption_videos(manifest, retry)
        return publish(
            self._records,
            self._context.vault,
            self._settings.datasets,
            self._run.name,
            self._progress.published,
        )

    def caption_videos(self, manifest: Path, retry: bool = False) -> None:
        """Analyse, caption and cut the manifest's videos, in rounds.

        Args:
            retry: try the quarantined videos once more.

        Raises:
            ManifestError: if the manifest is wrong; no video is processed then.
            JobStopped: with the reason.
        """
        if retry:
            self._rows.retry("quarantined")
        self._enlist(manifest)
        marker = DuplicateMarker(self._records, self._run.name, self._settings.duplicates)
        try:
            self._caption_rounds(marker)
        finally:
            self._workers.close()
            self._captioners.close()

    def _caption_rounds(self, marker: DuplicateMarker) -> None:
        with (
            ThreadPoolExecutor(1 + AHEAD, thread_name_prefix="analysis") as analysis,
            ThreadPoolExecutor(1, thread_name_prefix="captions") as captions,
            ThreadPoolExecutor(1, thread_name_prefix="cuts") as cuts,
        ):
            try:
                self._pipeline(marker, analysis, captions, cuts)
            except BaseException as error:
                # All threads end after the video in hand; the first failure is why.
                self._failures.append(error)
                raise self._failures[0] from None

    def _pipeline(
        self, marker: DuplicateMarker, analysis: Executor, captions: Executor, cuts: Executor
    ) -> None:
        """Caption a round while the next ones are analysed and the one before is cut."""
        rounds = self._rounds()
        cutting: list[Future[None]] = []

        def begun(number: int) -> Iterator[tuple[int, int, Future[None]]]:
            for start, end in islice(rounds, number):
                yield start, end, analysis.submit(self._noted, self._analyse, start, end)

        def captioned(start: int, end: int) -> None:
            self._noted(self._caption, start, end)
            cutting.append(cuts.submit(self._noted, self._cut, start, end))

        analysed = deque(begun(1 + AHEAD))
        captioning: Future[None] | None = None
        while analysed:
            start, end, done = analysed.popleft()
            done.result()
            analysed += begun(1)
            if captioning is not None:
                captioning.result()
            # Duplicates are marked in the order of the manifest, once the whole round is analysed:
            # which of two near-duplicates stays must not depend on which was faster.
            self._mark_duplicates(marker, start, end)
            captioning = captions.submit(captioned, start, end)
        if captioning is not None:
            captioning.result()
        for one in cutting:
            one.result()

    def _noted(self, stage: Callable[[int, int], None], start: int, end: int) -> None:
        try:
            stage(start, end)
        except BaseException as error:
            self._failures.append(error)
            raise

    def _mark_duplicates(self, marker: DuplicateMarker, start: int, end: int) -> None:
        before = len(self._rows.left("analysed", start, end))
        marker.mark(self._rows, start, end)
        # Videos without a remaining clip.
        self._progress.filtered(before - len(self._rows.left("analysed", start, end)))

    def _enlist(self, manifest: Path) -> None:
        left_out, others = Counter[str](), list[str]()
        before = self._rows.last_position()
        try:
            for videos in read_manifest(manifest):
                left_out.update(kind_of(video.left_out) for video in videos if video.left_out)
                others += self._rows.known_as_others(videos)
                self._rows.enlist(videos)
                self._check()
        except ManifestError:
            # No video has been processed yet, and the rows before the wrong one are of no use.
            self._rows.unlist(before)
            raise
        self._progress.begun(self._rows.counts(), left_out, others)

    def _rounds(self) -> Iterator[tuple[int, int]]:
        last = self._rows.last_position()
        for start in range(0, last + 1, self._run.round):
            yield start, start + self._run.round

    def _analyse(self, start: int, end: int) -> None:
        # Repeat until no failed row has an attempt left.
        while left := self._rows.left("waiting", start, end):
            self._stage(self._workers, "analyse", left, start)

    def _caption(self, start: int, end: int) -> None:
        while left := self._rows.left("analysed", start, end):
            self._stage(self._captioners, "caption", left, start, at_once=8)

    def _cut(self, start: int, end: int) -> None:
        while left := self._rows.left("captioned", start, end):
            self._stage(self._workers, "cut", left, start)

    def _stage(
        self,
        workers: StageWorkers,
        stage: Stage,
        videos: Sequence[str],
        start: int,
        at_once: int = 1,
    ) -> None:
        ended = workers.run(stage, videos, at_once, start)
        for video, end in ended:
            if end.outcome == STOPPED:
                raise JobStopped(end.reason)
            if end.outcome == SKIPPED:
                end = self._found(video, end)
            self._progress.ended(stage, video, end)

    def _found(self, video: str, end: StageEnd) -> StageEnd:
        """Return the end that a worker stored before it died, and could not tell."""
        state, reason = self._rows.end_of(video) or (REMOVED, "")
        return StageEnd(state, end.seconds, reason)

    def _check(self) -> None:
        if self._run.lost.is_set():
            raise LostRun(f"dataset {self._run.name}: another run has taken over")
        if self._told_to_stop.is_set():
            raise JobStopped("told to stop; the same command goes on from here")
        if self._failures:
            raise JobStopped("another stage of this run has failed")
