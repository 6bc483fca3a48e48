"""A video's turn at a stage: whether it may begin, and what becomes of it at an error."""

import errno
from collections.abc import Iterator

from crawl.bounded import Trouble
from crawl.caption.dataset_run import LostRun
from crawl.caption.ended import SKIPPED, STOPPED, Ended
from crawl.caption.fetching import AwayForNow
from crawl.caption.rows import NO_PERMISSION, Begun
from crawl.caption.settings import BoundSettings
from crawl.caption.work import Desk
from crawl.videos.still_permitted import still_permitted
from deployments.engines.chat import ModelAway
from deployments.engines.refine import BudgetSpent
from serve.ledger.errors import LedgerUnavailable
from serve.vault.errors import VaultUnavailable

_NO_VIDEOS = (ModelAway, BudgetSpent, VaultUnavailable, LedgerUnavailable, LostRun)
"""No video's own: what was away or used up for one would be for all of them."""
_OF_ITS_OWN_WORDS = (AwayForNow, Trouble)


class Turns:
    """Of one worker, over videos in the state that its stage begins with."""

    def __init__(self, desk: Desk, state: str, bounds: BoundSettings) -> None:
        self._desk, self._state, self._bounds = desk, state, bounds

    def begin(self, video: str) -> Begun | Ended:
        """Ended: there is nothing to do for it, or it may not be used any more."""
        rows = self._desk.rows
        begun = rows.begin(video, self._bounds.max_interruptions, self._state)
        if begun is None:
            return Ended(SKIPPED, 0.0)
        if not still_permitted(self._desk.records, [video]):
            rows.ended(video, "filtered", {}, NO_PERMISSION)
            return Ended("filtered", 0.0, NO_PERMISSION)
        return begun

    def broken(self, video: str, error: Exception) -> Ended:
        """A failure of the video's own is counted; any other has the job stop, and tell it."""
        try:
            found = list(_within(error))
            for one in found:
                if isinstance(one, _NO_VIDEOS) or _is_full(one):
                    self._desk.rows.released(video)
                    return Ended(STOPPED, 0.0, str(one))
            first = found[0]
            reason = str(first)
            if not isinstance(first, _OF_ITS_OWN_WORDS):
                reason = f"{type(first).__name__}: {first}"
            state = self._desk.rows.failed(video, reason, self._bounds.max_attempts)
            return Ended(state, getattr(first, "cpu_s", 0.0), reason)
        except (LedgerUnavailable, LostRun) as gone:
            return Ended(STOPPED, 0.0, str(gone))


def _within(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _within(one)
    else:
        yield error


def _is_full(error: BaseException) -> bool:
    """Whether this node's disk is."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
