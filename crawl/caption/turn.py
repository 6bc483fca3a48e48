"""Begins a video's stage if it may be processed, and handles its errors."""

import errno
from collections.abc import Iterator

from crawl.caption.dataset_run import LostRun
from crawl.caption.fetching import AwayForNow
from crawl.caption.rows import NO_PERMISSION, Begun, LostVideo
from crawl.caption.settings import BoundSettings
from crawl.caption.stage_end import SKIPPED, STOPPED, StageEnd
from crawl.caption.work import CaptionContext
from crawl.videos.still_permitted import still_permitted
from deployments.engines.chat import ModelAway
from deployments.engines.paid import BudgetSpent
from serve.bounded import Trouble
from serve.database.errors import DatabaseUnavailable
from serve.vault.errors import VaultUnavailable

_NO_VIDEOS = (ModelAway, BudgetSpent, VaultUnavailable, DatabaseUnavailable, LostRun)
"""Errors that no single video causes: they would affect every other video as well."""
_OF_ITS_OWN_WORDS = (AwayForNow, Trouble)


class Turns:
    """Begins videos for one worker, if they are in the state that its stage expects."""

    def __init__(self, context: CaptionContext, state: str, bounds: BoundSettings) -> None:
        self._context, self._state, self._bounds = context, state, bounds

    def begin(self, video: str) -> Begun | StageEnd:
        """Begin a video; return a StageEnd if nothing is left to do or its permission has ended."""
        rows = self._context.rows
        begun = rows.begin(video, self._bounds.max_interruptions, self._state)
        if begun is None:
            return StageEnd(SKIPPED, 0.0)
        if not still_permitted(self._context.records, [video]):
            rows.ended(video, "filtered", {}, NO_PERMISSION)
            return StageEnd("filtered", 0.0, NO_PERMISSION)
        return begun

    def broken(self, video: str, error: Exception) -> StageEnd:
        """Store a failure that the video caused; for any other error, return that the job stops."""
        try:
            found = list(_within(error))
            if any(isinstance(one, LostVideo) for one in found):
                return StageEnd(SKIPPED, 0.0)
            for one in found:
                if isinstance(one, _NO_VIDEOS) or _is_full(one):
                    self._context.rows.released(video)
                    return StageEnd(STOPPED, 0.0, str(one))
            first = found[0]
            reason = str(first)
            if not isinstance(first, _OF_ITS_OWN_WORDS):
                reason = f"{type(first).__name__}: {first}"
            state = self._context.rows.failed(video, reason, self._bounds.max_attempts)
            return StageEnd(state, getattr(first, "cpu_s", 0.0), reason)
        except LostVideo:
            return StageEnd(SKIPPED, 0.0)
        except (DatabaseUnavailable, LostRun) as gone:
            return StageEnd(STOPPED, 0.0, str(gone))


def _within(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _within(one)
    else:
        yield error


def _is_full(error: BaseException) -> bool:
    """True if this node's disk is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
