"""Production: one job. Its states, its versions and its events."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, InstanceOf

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
    FINAL_WAITING = "final.waiting"
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
    REVIEWED = "version.reviewed"
    CANCEL_ASKED = "production.cancel_asked"
    DONE = "production.done"
    FAILED = "production.failed"
    CANCELLED = "production.cancelled"

    @property
    def ends(self) -> bool:
        """True for an event that ends the stream (until a retry)."""
        return self in (EventKind.DONE, EventKind.FAILED, EventKind.CANCELLED)


AnyKind = Annotated[EventKind | str, Field(union_mode="left_to_right")]
"""A kind of event, or the name of one that only a newer release knows."""


class EventData(Frozen):
    """Data of events of one kind: conte/events.py has a class for each."""

    kind: ClassVar[EventKind]

    @property
    def ends(self) -> bool:
        """True for an event that ends the stream (until the production continues)."""
        return self.kind.ends


class Event(Frozen):
    """One event of a production. `id` counts from 1 within the production, without gaps."""

    id: int
    kind: AnyKind
    at: float
    """Time in seconds since the epoch, by the ledger's clock."""
    by: str
    """Origin: the ingress, a director, or an engine's name and revision."""
    data: InstanceOf[EventData] | dict[str, Any]
    """Data of the event; a dictionary if this release does not know the kind, or cannot read it."""

    @property
    def ends(self) -> bool:
        if isinstance(self.data, EventData):
            return self.data.ends
        return isinstance(self.kind, EventKind) and self.kind.ends


class TenantEvent(Frozen):
    """An event in the common order of all events of its tenant's productions."""

    number: int
    """Number within the tenant, from 1, without gaps."""
    production: str
    event: Event

    @property
    def id(self) -> int:
        """Number after which a reader resumes."""
        return self.number

    @property
    def ends(self) -> bool:
        """False: a tenant's events have no end."""
        return False


class Failure(Frozen):
    """Reason why a production ended without a film, in words for a person."""

    stage: Literal["conte", "clip", "film", "production"]
    reason: str
    cut: int | None = None
    attempts: int = 1


class Sampling(Frozen):
    """Sampling parameters of a language model."""

    temperature: float
    top_p: float
    max_tokens: int


class Provenance(Frozen):
    """Origin of a version: engine, seed, prompt and adapter."""

    engine: EngineId
    seed: int
    prompt_version: str | None = None
    """Version of the prompt; None: no prompt was used."""
    sampling: Sampling | None = None
    adapter: str | None = None
    """Name of the LoRA adapter; None: none."""
    instead_of: str | None = None
    """The engine that was tried first, and why it could not write; set by a fallback."""
    direction: Annotated[int, unset(0)] = 0
    """Index of the direction in its brief, from 0; `seed` is the same for all of them."""
    variation: Annotated[Variation | None, unset(None)] = None
    """The direction that it varies, and the requested difference; None: it varies none."""
    remarks: Annotated[tuple[str, ...], unset(())] = ()
    """Remarks for people on how it was written, such as "no English for 편의점"."""


class FormatOf(Frozen):
    """The version that a film in another format was made of."""

    production: str
    version: int
    quote: str = ""
    """Hash of the quote with which it was ordered; empty: no quote was made."""


class Revision(Frozen):
    """Origin of a version in the one before: operations, their causes and the quote."""

    base: int
    """Number of the version before; 0 if it comes from another production (`format_of`)."""
    message: str = ""
    """The author's message about the version."""
    operations: tuple[dict[str, Any], ...] = ()
    """Operations as in `conte.revision.operations`; as dictionaries they outlive their types."""
    causes: tuple[str, ...] = ()
    """Comment or feedback that each operation answers; empty: none."""
    renders: int = 0
    """Clips that had to be rendered when the version was sealed."""
    quote: dict[str, Any] | None = None
    """The quote of the revision; None: no quote was made."""
    format_of: Annotated[FormatOf | None, unset(None)] = None


class Actual(Frozen):
    """Renders and time that a version took."""

    renders: int
    """Clips rendered for the version, without those found in the vault."""
    render_s: float
    """Seconds of renderers' time."""
    seconds: float | None
    """Seconds from sealing to the film; None: there is no film yet."""


class Version(Frozen):
    """An immutable conte of a production: 콘티 1, 2, 3, with the findings of the checks."""

    number: int
    conte: Conte
    findings: tuple[Finding, ...]
    provenance: Provenance
    created_at: float
    brief: Brief | None = None
    """Brief of the version; None if this release cannot read it."""
    revision: Revision | None = None
    """Revision that made the version; None: a writer made it from the brief."""


WaitsFor = Literal["gpu", "budget"]


class Wait(Frozen):
    """A wait of a cut's final before it begins."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    # "for" is a keyword of Python.
    reason: WaitsFor = Field(validation_alias="for", serialization_alias="for")
    """`gpu`: no renderer is free; `budget`: the tenant may not spend more before the next day."""
    eta_s: float | None
    """Estimated seconds from `since` until it begins; None: not known."""
    since: float
    """Time of the report, in seconds since the epoch."""


class CutState(Frozen):
    """State of one cut of a version."""

    cut: int
    state: Literal["waiting", "rendering", "ready", "failed"]
    attempts: int = 0
    clip: Clip | None = None
    """The best clip so far; while a changed cut is rendered again, its earlier clip."""
    failure: Failure | None = None
    wait: Wait | None = None
    """Wait of its final; None: it has begun, or none was ordered."""


class Place(Frozen):
    """Place of a production among several directions: A안, B안, C안 of one order."""

    project: str
    """Id shared by all directions of an order."""
    index: int
    """Index of the direction, from 0."""
    variation: Variation | None = None
    """The direction that it varies; None for a direction of the order itself."""
    picked: bool = False
    """True: work continues on this direction; the others are kept."""

    @property
    def letter(self) -> str:
        return LETTERS[self.index]


class Production(Frozen):
    """A production as the ledger stores it. Times in seconds since the epoch, by the ledger's
    clock.
    """

    id: str
    tenant: str
    state: State
    brief: Brief | None
    """The brief; None if this release cannot read the stored one: `failure` says why."""
    seed: int
    created_at: float
    updated_at: float
    version: int
    """Number of the newest version; 0 until its conte is complete."""
    cuts: tuple[CutState, ...] = ()
    film: Film | None = None
    failure: Failure | None = None
    cancel_asked: bool = False
    takes_only: bool = False
    """True: the version is finished, and only ordered takes are being made."""
    last_event: int = 0
    """Id of the newest event at the time of reading; events above it are new."""
    direction: Place | None = None
    """Place among the directions of its order; None: it is the only one."""
