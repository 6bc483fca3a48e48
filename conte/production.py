"""Production: one job. Its states, its versions and its events."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, InstanceOf

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Film
from conte.conte import Conte
from conte.direction import LETTERS, Variation
from conte.frozen import Frozen, unset


class State(StrEnum):
    QUEUED = "queued"
    WRITING = "writing"
    RENDERING = "rendering"
    EDITING = "editing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class EventKind(StrEnum):
    ACCEPTED = "production.accepted"
    CONTE_STARTED = "conte.started"
    CONTE_TREATED = "conte.treated"
    CUT_WRITTEN = "cut.written"
    CONTE_READY = "conte.ready"
    CLIP_STARTED = "clip.started"
    CLIP_PROGRESS = "clip.progress"
    CLIP_RETRIED = "clip.retried"
    CLIP_READY = "clip.ready"
    CLIP_FAILED = "clip.failed"
    FILM_STARTED = "film.started"
    FILM_PROGRESS = "film.progress"
    FILM_READY = "film.ready"
    TAKEN_OVER = "production.taken_over"
    RETRIED = "production.retried"
    SEALED = "version.sealed"
    TAKES_ORDERED = "take.ordered"
    TAKE_PROGRESS = "take.progress"
    TAKE_READY = "take.ready"
    TAKE_FAILED = "take.failed"
    PICKED = "direction.picked"
    COMMENTED = "comment.added"
    COMMENT_CHANGED = "comment.changed"
    CANCEL_ASKED = "production.cancel_asked"
    DONE = "production.done"
    FAILED = "production.failed"
    CANCELLED = "production.cancelled"

    @property
    def ends(self) -> bool:
        """True for the event that ends a stream (until a retry)."""
        return self in (EventKind.DONE, EventKind.FAILED, EventKind.CANCELLED)


AnyKind = Annotated[EventKind | str, Field(union_mode="left_to_right")]
"""A kind, or the name of one that only a newer release knows."""


class EventData(Frozen):
    """What events of one kind say: conte/events.py has a class for each."""

    kind: ClassVar[EventKind]

    @property
    def ends(self) -> bool:
        """True for the event that ends a stream (until the production goes on)."""
        return self.kind.ends


class Event(Frozen):
    """One line of a production's story. `id` counts from 1 within the production, without gaps."""

    id: int
    kind: AnyKind
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    by: str
    """What made it: the ingress, a director, or an engine's name and revision."""
    data: InstanceOf[EventData] | dict[str, Any]
    """A dictionary if this release does not know the kind, or cannot read the data."""

    @property
    def ends(self) -> bool:
        if isinstance(self.data, EventData):
            return self.data.ends
        return isinstance(self.kind, EventKind) and self.kind.ends


class TenantEvent(Frozen):
    """An event among those of all of its tenant's productions, in one order for all of them."""

    number: int
    """Counts from 1 within the tenant, without gaps."""
    production: str
    event: Event

    @property
    def id(self) -> int:
        """What a reader resumes after."""
        return self.number

    @property
    def ends(self) -> bool:
        """False: what a tenant does has no end."""
        return False


class Failure(Frozen):
    """Why a production ended without a film, in words for a person."""

    stage: Literal["conte", "clip", "film", "production"]
    reason: str
    cut: int | None = None
    attempts: int = 1


class Sampling(Frozen):
    """How a language model was asked to choose its words."""

    temperature: float
    top_p: float
    max_tokens: int


class Provenance(Frozen):
    """What wrote a version."""

    engine: EngineId
    seed: int
    prompt_version: str | None = None
    """None where no prompt was used."""
    sampling: Sampling | None = None
    adapter: str | None = None
    """The LoRA adapter, by its name."""
    instead_of: str | None = None
    """The engine that was tried first, and why it could not write: set by a fall back."""
    direction: Annotated[int, unset(0)] = 0
    """Which of the brief's directions it is, counted from 0; `seed` is the same for all of them."""
    variation: Annotated[Variation | None, unset(None)] = None
    """The direction that it was to be like, and what was to differ."""
    remarks: Annotated[tuple[str, ...], unset(())] = ()
    """What a person should know of how it was written, such as "no English for 편의점"."""


class FormatOf(Frozen):
    """The version that a film in another format was made of."""

    production: str
    version: int
    quote: str = ""
    """Hash of the quote that it was ordered by, if somebody asked."""


class Revision(Frozen):
    """How a version was made of the one before."""

    base: int
    """That version's number; 0 if it was made of another production's (`format_of`)."""
    message: str = ""
    """What its author says about it."""
    operations: tuple[dict[str, Any], ...] = ()
    """As `conte.revision.operations` has them; a dictionary, because they outlive their types."""
    causes: tuple[str, ...] = ()
    """The comment or the feedback that each operation answers; empty: none."""
    renders: int = 0
    """Clips that it was to have rendered when it was sealed."""
    quote: dict[str, Any] | None = None
    """What was said before it ran, if somebody asked."""
    format_of: Annotated[FormatOf | None, unset(None)] = None


class Actual(Frozen):
    """What a version took."""

    renders: int
    """Clips that were made for it, not found."""
    render_s: float
    """Seconds of renderers' time."""
    seconds: float | None
    """From its sealing to its film; None until the film is there."""


class Version(Frozen):
    """An immutable conte of a production: 콘티 1, 2, 3, with the findings of the checks."""

    number: int
    conte: Conte
    findings: tuple[Finding, ...]
    provenance: Provenance
    created_at: float
    brief: Brief | None = None
    """What it was made for; None if this release cannot read it."""
    revision: Revision | None = None
    """None where a writer made it of the brief."""


class CutState(Frozen):
    """Where one cut of a version stands."""

    cut: int
    state: Literal["waiting", "rendering", "ready", "failed"]
    attempts: int = 0
    clip: Clip | None = None
    """The best there is; while another one is being made for changed content, the one before."""
    failure: Failure | None = None


class Place(Frozen):
    """Which of several directions a production is: A안, B안, C안 of one order."""

    project: str
    """The same for all of an order."""
    index: int
    """From 0."""
    variation: Variation | None = None
    """None for a direction of the order itself."""
    picked: bool = False
    """It is the one that goes on; the others stay."""

    @property
    def letter(self) -> str:
        return LETTERS[self.index]


class Production(Frozen):
    """A production as the ledger knows it. Times: seconds since the epoch, by its clock."""

    id: str
    tenant: str
    state: State
    brief: Brief | None
    """None if this release cannot read the stored brief: `failure` says why."""
    seed: int
    created_at: float
    updated_at: float
    version: int
    """The number of the newest version; 0 until its conte is complete."""
    cuts: tuple[CutState, ...] = ()
    film: Film | None = None
    failure: Failure | None = None
    cancel_asked: bool = False
    takes_only: bool = False
    """Its version stands; what is being made are takes that were ordered."""
    last_event: int = 0
    """The id of its newest event when it was read: what is above is news."""
    direction: Place | None = None
    """None if it is the only one of its order."""
