"""The ledger's errors. Each message is one sentence that a person can act on."""

from conte.revision.phrase import phrase
from conte.revision.refusals import Refusal


class NotFound(LookupError):
    """There is no such production, version, cut or video, or it is another tenant's."""


class IdempotencyConflict(ValueError):
    """The key was used before with another body."""


def check_same_body(known: str | None, sent: str, otherwise: str) -> None:
    """Raises IdempotencyConflict if a key that is known was sent with another body.

    `known`, `sent`: hashes of bodies. `otherwise`: what the other body needs.
    """
    if known != sent:
        raise IdempotencyConflict(f"this Idempotency-Key was used with another body; {otherwise}")


class QueueFull(Refusal):
    """The tenant's queue is full. `retry_after_s`: when the next place is expected."""

    def __init__(
        self, waiting: int, max_queued: int, retry_after_s: float, of: str = "productions"
    ) -> None:
        super().__init__(phrase(f"{of}_wait", got=waiting, most=max_queued))
        self.retry_after_s = retry_after_s


class NotCancellable(Refusal):
    """The production has ended otherwise."""


class NotRetryable(Refusal):
    """The cut did not fail, or its production has not failed."""


class LeaseLost(Exception):
    """Another director holds the production or video, or it has ended: nothing was written."""


class VersionConflict(ValueError):
    """The version exists with another conte, and versions never change."""


class IllegalStep(Refusal):
    """A version's review cannot take this step now; the message names those that it can."""


class OfferLapsed(Refusal):
    """The content shown for approval has changed since, or the offer has expired."""


class LimitReached(Refusal):
    """The maximum number of these objects is reached."""


class NoDraft(Refusal):
    """There is nothing to revise, to undo or to seal, or the draft cannot be read."""


class TooManyOperations(Refusal):
    """The draft is full."""


class NotTakable(Refusal):
    """The newest version is still being made, there is none, or an upload took too long."""


class NotAsQuoted(Refusal):
    """The draft, or what it renders, differs from the quote."""


class NotSealable(Refusal):
    """The draft has another base than the newest version, or that version is still being made."""
