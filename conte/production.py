"""Production: one job. Its states, its versions, and the events that tell its story."""

from enum import StrEnum
from typing import Any, Literal

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Film
from conte.conte import Conte
from conte.frozen import Frozen


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
    CANCEL_ASKED = "production.cancel_asked"
    DONE = "production.done"
    FAILED = "production.failed"
    CANCELLED = "production.cancelled"

    @property
    def ends(self) -> bool:
        """True for the event after which a stream has nothing more to tell (until a retry)."""
        return self in (EventKind.DONE, EventKind.FAILED, EventKind.CANCELLED)


class Event(Frozen):
    """One line of a production's story. `id` counts from 1 within the production, without gaps."""

    id: int
    kind: EventKind
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    by: str
    """What made it: the ingress, a director, or an engine's name and revision."""
    data: dict[str, Any]


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
    """The engine that was asked first and could not write, and why: a fall back says so."""


class Version(Frozen):
    """An immutable conte of a production: 콘티 1, 2, 3, with the findings of the checks."""

    number: int
    conte: Conte
    findings: tuple[Finding, ...]
    provenance: Provenance
    created_at: float


class CutState(Frozen):
    """Where one cut of a version stands."""

    cut: int
    state: Literal["waiting", "rendering", "ready", "failed"]
    attempts: int = 0
    clip: Clip | None = None
    failure: Failure | None = None


class Production(Frozen):
    """A production as the ledger knows it. Times: seconds since the epoch, by its clock."""

    id: str
    tenant: str
    state: State
    brief: Brief
    seed: int
    created_at: float
    updated_at: float
    version: int
    """The number of the newest version; 0 until its conte is complete."""
    cuts: tuple[CutState, ...] = ()
    film: Film | None = None
    failure: Failure | None = None
    cancel_asked: bool = False
