"""What the ledger can say no with. Each message is one sentence that a person can act on."""


class NotFound(LookupError):
    """There is no such production, version, cut or video, or it is another tenant's."""


class IdempotencyConflict(ValueError):
    """The key was used before, with another body."""


class QueueFull(Exception):
    """Too many of a tenant's wait. `retry_after_s`: when the next place is expected."""

    def __init__(
        self, waiting: int, max_queued: int, retry_after_s: float, of: str = "productions"
    ) -> None:
        super().__init__(f"{waiting} {of} wait, at most {max_queued} may")
        self.retry_after_s = retry_after_s


class NotCancellable(ValueError):
    """The production has ended otherwise."""


class NotRetryable(ValueError):
    """The cut did not fail, or its production has not failed."""


class LeaseLost(Exception):
    """The production or video is another director's, or has ended: nothing was written."""


class VersionConflict(ValueError):
    """The version stands with another conte, and versions never change."""


class LedgerUnavailable(Exception):
    """The database cannot be reached, is full, or is not a ledger this code can read."""
