"""Review of a version: its states, and the steps between them."""

from collections.abc import Mapping
from enum import StrEnum

from conte.frozen import Frozen


class ReviewState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"


STEPS: Mapping[ReviewState, tuple[ReviewState, ...]] = {
    ReviewState.DRAFT: (ReviewState.IN_REVIEW,),
    ReviewState.IN_REVIEW: (
        ReviewState.DRAFT,
        ReviewState.CHANGES_REQUESTED,
        ReviewState.APPROVED,
    ),
    ReviewState.CHANGES_REQUESTED: (ReviewState.IN_REVIEW,),
    # A later change needs a new version.
    ReviewState.APPROVED: (),
}
"""State -> the states that may follow it."""


class ReviewStep(Frozen):
    """One step of a version's review."""

    state: ReviewState
    by: str
    """Name of the person, or empty."""
    note: str
    at: float
    """Seconds since the epoch, by the ledger's clock."""


class Review(Frozen):
    """State of a version's review, and its steps, the oldest first."""

    state: ReviewState
    history: tuple[ReviewStep, ...] = ()

    @property
    def allowed(self) -> tuple[ReviewState, ...]:
        return STEPS[self.state]
