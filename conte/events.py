"""Data of events: a frozen class for each kind. Fields are sent in the order of definition."""

from typing import ClassVar

from pydantic import ConfigDict, Field

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film, Source, Tier
from conte.conte import Treatment
from conte.cut import Cut, CutId
from conte.production import EventData, EventKind, Failure, Provenance, State, WaitsFor
from conte.revision.comments import Audience, CommentId, MaybeCommentId
from conte.revision.review import ReviewState


class ProductionAccepted(EventData):
    kind: ClassVar = EventKind.ACCEPTED
    brief: Brief
    seed: int


class ConteStarted(EventData):
    kind: ClassVar = EventKind.CONTE_STARTED
    provenance: Provenance
    attempt: int


class ConteTreated(EventData):
    kind: ClassVar = EventKind.CONTE_TREATED
    treatment: Treatment


class CutWritten(EventData):
    kind: ClassVar = EventKind.CUT_WRITTEN
    cut: Cut


class ConteReady(EventData):
    kind: ClassVar = EventKind.CONTE_READY
    version: int
    title: str
    num_cuts: int
    num_frames: int
    provenance: Provenance
    findings: tuple[Finding, ...]


class FinalWaiting(EventData):
    """An event: a cut's final waits for a renderer or for its tenant's budget, while its draft
    plays. `clip.started` ends the wait."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    kind: ClassVar = EventKind.FINAL_WAITING
    version: int
    cut: int
    reason: WaitsFor = Field(validation_alias="for", serialization_alias="for")
    """`gpu`: no renderer is free; `budget`: the tenant may not spend more before the next day."""
    eta_s: float | None
    """Estimated seconds until it begins; None: not known."""


class ClipStarted(EventData):
    kind: ClassVar = EventKind.CLIP_STARTED
    version: int
    cut: int
    tier: Tier
    attempt: int


class ClipProgress(EventData):
    kind: ClassVar = EventKind.CLIP_PROGRESS
    cut: int
    tier: Tier
    progress: float
    """Finished share, 0 to 1."""


class ClipRetried(EventData):
    kind: ClassVar = EventKind.CLIP_RETRIED
    cut: int
    tier: Tier
    attempt: int
    reason: str


class ClipReady(EventData):
    kind: ClassVar = EventKind.CLIP_READY
    version: int
    cut: int
    tier: Tier
    clip: Clip


class ClipFailed(EventData):
    kind: ClassVar = EventKind.CLIP_FAILED
    version: int
    cut: int
    tier: Tier
    failure: Failure


class FilmStarted(EventData):
    kind: ClassVar = EventKind.FILM_STARTED
    tier: Tier
    attempt: int


class FilmProgress(EventData):
    kind: ClassVar = EventKind.FILM_PROGRESS
    tier: Tier
    progress: float
    """Finished share, 0 to 1."""


class FilmReady(EventData):
    kind: ClassVar = EventKind.FILM_READY
    version: int
    tier: Tier
    film: Film


class ProductionTakenOver(EventData):
    """A director's lease ended before its work did, and another director went on."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    kind: ClassVar = EventKind.TAKEN_OVER
    # "from" is a keyword of Python. Not a plain `alias`: type checkers would require it of callers.
    previous: str = Field(validation_alias="from", serialization_alias="from")
    """Name of the director whose lease ended."""
    takeovers: int


class ProductionRetried(EventData):
    """A failed production is queued again, for this cut."""

    kind: ClassVar = EventKind.RETRIED
    version: int
    cut: int


class VersionSealed(EventData):
    """A draft became the next version; the production goes on with what it has to render."""

    kind: ClassVar = EventKind.SEALED
    version: int
    base: int
    """Number of the version it is based on; 0 for a format of another production."""
    message: str
    operations: int
    renders: int
    """Clips to render, of all tiers."""


class TakesOrdered(EventData):
    """Takes of a cut are to be made; the version and its film stay as they are."""

    kind: ClassVar = EventKind.TAKES_ORDERED
    version: int
    cut: int
    tier: Tier
    orders: tuple[int, ...]
    """Numbers of the orders, which later events name."""
    source: Source


class TakeProgress(EventData):
    kind: ClassVar = EventKind.TAKE_PROGRESS
    order: int
    cut: int
    tier: Tier
    progress: float
    """Finished share, 0 to 1."""


class TakeReady(EventData):
    """A take can be picked."""

    kind: ClassVar = EventKind.TAKE_READY
    order: int
    version: int
    cut: int
    tier: Tier
    clip: Clip


class TakeFailed(EventData):
    kind: ClassVar = EventKind.TAKE_FAILED
    order: int
    version: int
    cut: int
    tier: Tier
    failure: Failure


class DirectionPicked(EventData):
    """A team has agreed on this direction, or (`picked` false) on another one instead of it."""

    kind: ClassVar = EventKind.PICKED
    project: str
    picked: bool
    state: State
    """State of the production, which is not changed by the pick."""

    @property
    def ends(self) -> bool:
        return self.state.ended


class CommentAdded(EventData):
    """A person commented on a version; the text is with the version's comments."""

    kind: ClassVar = EventKind.COMMENTED
    version: int
    """Version that the comment is about."""
    comment: CommentId
    reply_to: MaybeCommentId
    """Id of the first comment of its thread; empty for that comment."""
    cut: CutId
    audience: Audience
    state: State
    """State of the production, which a comment does not change."""

    @property
    def ends(self) -> bool:
        return self.state.ended


class CommentChanged(EventData):
    """A comment was resolved, or opened again."""

    kind: ClassVar = EventKind.COMMENT_CHANGED
    version: int
    comment: CommentId
    audience: Audience
    resolved: bool
    state: State
    """State of the production, which a comment does not change."""

    @property
    def ends(self) -> bool:
        return self.state.ended


class VersionReviewed(EventData):
    """A version's review took a step; who took it and why is with the review."""

    kind: ClassVar = EventKind.REVIEWED
    version: int
    review: ReviewState
    state: State
    """State of the production, which a review does not change."""

    @property
    def ends(self) -> bool:
        return self.state.ended


class CancelAsked(EventData):
    kind: ClassVar = EventKind.CANCEL_ASKED


class ProductionDone(EventData):
    kind: ClassVar = EventKind.DONE
    version: int
    film: Film


class ProductionFailed(EventData):
    kind: ClassVar = EventKind.FAILED
    failure: Failure


class ProductionCancelled(EventData):
    kind: ClassVar = EventKind.CANCELLED


KINDS: tuple[type[EventData], ...] = (
    ProductionAccepted,
    ConteStarted,
    ConteTreated,
    CutWritten,
    ConteReady,
    FinalWaiting,
    ClipStarted,
    ClipProgress,
    ClipRetried,
    ClipReady,
    ClipFailed,
    FilmStarted,
    FilmProgress,
    FilmReady,
    ProductionTakenOver,
    ProductionRetried,
    VersionSealed,
    TakesOrdered,
    TakeProgress,
    TakeReady,
    TakeFailed,
    DirectionPicked,
    CommentAdded,
    CommentChanged,
    VersionReviewed,
    CancelAsked,
    ProductionDone,
    ProductionFailed,
    ProductionCancelled,
)
