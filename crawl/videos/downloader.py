"""Downloads one video: claim -> download -> vault -> record. Knows no Ray."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from crawl.polite import Why
from crawl.polite.pace import Pace
from crawl.records.intended import intend, settle
from crawl.videos.candidate import Described, printable
from crawl.videos.reasons import reason_of
from crawl.videos.unused import remove_unused
from crawl.videos.video_list import DOWNLOADED, FAILED, PERMITTED, ClaimedVideo
from crawl.videos.work_folder import FolderTaken, alone_in
from crawl.videos.worker_context import WorkerContext
from crawl.videos.ytdlp.bounded import TaskDropped, run_task
from crawl.videos.ytdlp.task import DownloadTask, Gone, Got, Later, NoRoom
from serve.vault.errors import VaultFull, VaultUnavailable

KIND = "videos"
"""The first part of a video's key in the vault."""
SKIPPED = "skipped"
STOPPED = "stopped"
"""State: the run has to stop for the given reason; the video has not ended."""
_SUFFIXES = frozenset({"mp4", "m4v", "mov", "webm", "mkv", "ts", "avi", "mpg", "flv", "ogv", "3gp"})
_BEATS = 3
"""Renewals per lease, so that some may be late."""


@dataclass(frozen=True)
class Done:
    """End of the work on a video: its state, `SKIPPED` or `STOPPED`, and the reason if there is
    one."""

    video: str
    state: str
    reason: str = ""
    num_bytes: int = 0


class Downloader:
    """Downloads one video at a time, for one worker."""

    def __init__(self, context: WorkerContext) -> None:
        self._context, self._settings = context, context.settings.download
        self._pace = Pace(context.records, context.manners)

    def download(self, video: str) -> Done:
        """Download a video's rendition for analysis, unless another worker has claimed the
        video."""
        seen, given = self._context.seen, self._settings
        claimed = seen.claim(video, uuid.uuid4().hex, given.lease_s, given.max_attempts)
        if claimed is None:
            return Done(video, SKIPPED)
        try:
            with alone_in(self._context.folder(video)) as held:
                return self._download(claimed, held)
        except FolderTaken as error:
            return self._wait(claimed, str(error), seen.now() + given.lease_s)
        except (VaultFull, VaultUnavailable) as error:
            seen.later(claimed, "stopped", 0.0, 0)
            return Done(video, STOPPED, str(error))

    def _download(self, claimed: ClaimedVideo, held: int) -> Done:
        try:
            task = task_for(self._context, claimed.id, claimed.url, "analysis")
            outcome = run_task(task, self._beating(claimed), held)
        except TaskDropped:
            return self._dropped(claimed)
        except BaseException:
            # The process is being stopped: release the video, so that the next run need not wait
            # for the end of the lease.
            self._context.seen.later(claimed, "stopped", 0.0, 0)
            raise
        match outcome:
            case Got():
                return self._keep(claimed, outcome)
            case Gone(why=why, reason=reason):
                return self._gone(claimed, why, reason_of(reason))
            case Later(reason=reason, at=at):
                return self._later(claimed, reason_of(reason), at)
            case NoRoom(reason=reason):
                self._context.seen.later(claimed, "stopped", 0.0, 0)
                return Done(claimed.id, STOPPED, reason)
            case _:
                raise TypeError(f"a download ended with {outcome}")

    def _keep(self, claimed: ClaimedVideo, got: Got) -> Done:
        key = publish(self._context, claimed.id, got.path)
        if not key:
            return self._dropped(claimed)
        # If there was only one rendition, it is also the best, and is not downloaded again.
        best = key if got.only_one else ""
        size = got.path.stat().st_size
        described = claimed.described.model_copy(update=_known_now(claimed.described, got, size))
        if not self._context.seen.downloaded(claimed, key, best, described):
            remove_unused(self._context, [key])
            return self._dropped(claimed)
        publish_again(self._context, claimed.id, key, got.path)
        self._context.forget(claimed.id)
        return Done(claimed.id, DOWNLOADED, num_bytes=size)

    def _dropped(self, claimed: ClaimedVideo) -> Done:
        """End a download whose claim is lost: another worker took it over, or the permission
        ended."""
        if self._context.seen.state(claimed.id) == PERMITTED:
            return Done(claimed.id, SKIPPED, "it was taken over by another worker")
        self._context.forget(claimed.id)
        return Done(claimed.id, SKIPPED, "it was removed, or its permission withdrawn")

    def _gone(self, claimed: ClaimedVideo, why: str, reason: str) -> Done:
        if why == Why.STOPPED:
            # The host refuses the crawler, not this video, which waits until a person has cleared
            # the host.
            host = urlsplit(claimed.url).hostname or ""
            self._pace.stop(host, reason)
            return self._wait(claimed, reason, self._context.seen.now() + self._settings.retry_s)
        if not self._context.seen.given_up(claimed, reason):
            return self._dropped(claimed)
        self._context.forget(claimed.id)
        return Done(claimed.id, FAILED, reason)

    def _later(self, claimed: ClaimedVideo, reason: str, at: float) -> Done:
        if at:  # the host's pace or back-off, which does not count as a failure of the video
            return self._wait(claimed, reason, at)
        at = self._context.seen.now() + self._settings.retry_s * 2**claimed.attempts
        return self._wait(claimed, reason, at, self._settings.max_attempts)

    def _wait(self, claimed: ClaimedVideo, reason: str, at: float, max_attempts: int = 0) -> Done:
        state = self._context.seen.later(claimed, reason, at, max_attempts)
        if state == PERMITTED:
            return Done(claimed.id, state, reason)
        if state != FAILED:
            return self._dropped(claimed)
        self._context.forget(claimed.id)
        return Done(claimed.id, state, reason)

    def _beating(self, claimed: ClaimedVideo) -> Callable[[], bool]:
        every_s = self._settings.lease_s / _BEATS
        beat_at = time.monotonic()

        def wanted() -> bool:
            nonlocal beat_at
            if time.monotonic() - beat_at < every_s:
                return True
            beat_at = time.monotonic()
            return self._context.seen.alive(claimed, self._settings.lease_s)

        return wanted


def task_for(
    context: WorkerContext, video: str, url: str, rendition: Literal["analysis", "best"]
) -> DownloadTask:
    return DownloadTask(
        records=context.settings.records_url,
        manners=context.manners,
        bounds=context.bounds(),
        extractors=context.settings.download.extractors,
        url=url,
        folder=context.folder(video),
        rendition=rendition,
        height=context.settings.download.height,
    )


def publish(context: WorkerContext, video: str, path: Path) -> str:
    """Put a file into the vault under its content's key, unless it is there; return the key.

    Returns "" if the video was removed, and nothing was stored.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    suffix = path.suffix.removeprefix(".").lower()
    key = f"{KIND}/{digest}.{suffix if suffix in _SUFFIXES else 'video'}"
    if not intend(context.records, video, [key]):
        return ""
    asyncio.run(context.vault.publish(key, path))
    return key


def publish_again(context: WorkerContext, video: str, key: str, path: Path) -> None:
    """Store the file again once a row names it, in case a removal of another video with the same
    content deleted it meanwhile."""
    asyncio.run(context.vault.publish(key, path))
    with context.records.writing() as connection:
        settle(connection, video, [key])


def _known_now(described: Described, got: Got, size: int) -> dict[str, object]:
    return {
        "title": described.title or printable(got.title, 300),
        "licence": described.licence or printable(got.licence, 100),
        "duration_s": got.duration_s,
        "width": got.width,
        "height": got.height,
        "has_audio": got.has_audio,
        "size_bytes": size,
        "renditions": got.renditions,
    }
