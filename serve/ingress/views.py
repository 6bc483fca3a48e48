"""The JSON faces of what the ledger knows. The client reads the same types; no HTTP here."""

from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Film, Tier
from conte.conte import Conte
from conte.frozen import digest
from conte.production import (
    CutState,
    Event,
    EventKind,
    Failure,
    Production,
    Provenance,
    State,
    Version,
)

PRODUCTIONS = "/v1/productions"
IMAGES = "/v1/images"


class Paths:
    """Where things of one production are found, relative to the root of the server."""

    def __init__(self, production: str, root: str = "") -> None:
        self.production = f"{root}{PRODUCTIONS}/{production}"
        self.events = f"{self.production}/events"

    def version(self, number: int) -> str:
        return f"{self.production}/versions/{number}"

    def media(self, number: int, name: str, key: str) -> str:
        """With the tag of the file that is there now: what such a URL shows never changes."""
        return f"{self.version(number)}/{name}?tag={tag_of(key)}"

    def retry(self, number: int, cut: int) -> str:
        return f"{self.version(number)}/cuts/{cut}/retry"


def tag_of(key: str) -> str:
    """A short name for the bytes under a vault key, which never change."""
    return digest(key)[:20]


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ImageView(View):
    """An uploaded picture."""

    image: str
    """What the `image` of a brief's product or character names it by."""
    width: int
    height: int


class ClipView(View):
    """The rendered video of a cut. The engine's label says what it is."""

    tier: Tier
    url: str
    num_frames: int
    engine: EngineId
    seed: int
    render_s: float
    reused: bool
    """Found in the vault, not rendered again."""
    adapter: str | None = None
    """The LoRA adapter it was rendered with, as name@revision."""
    remarks: tuple[str, ...] = ()
    """What a person should know of how it was made."""


class CutView(View):
    cut: int
    state: Literal["waiting", "rendering", "ready", "failed"]
    attempts: int
    clip: ClipView | None
    failure: Failure | None
    retry: str | None
    """Where to POST to render a failed cut again."""


class FilmView(View):
    """The clips joined. Sizes in pixels; `duration_s` is exactly `num_frames / fps`."""

    tier: Tier
    url: str
    sheet_url: str
    poster_url: str
    num_frames: int
    fps: int
    width: int
    height: int
    duration_s: float
    edit_s: float
    labelled_ai: bool


class ProgressView(View):
    """How far a production is; the events tell it in more detail."""

    cuts: int | None
    """How many cuts the conte has; null until they are known."""
    cuts_ready: int
    cuts_failed: int


class LinksView(View):
    """Where the rest is found, from the root of the server; null where it is not made yet."""

    production: str
    events: str
    conte: str | None
    film: str | None
    sheet: str | None
    poster: str | None


class ProductionView(View):
    id: str
    state: State
    brief: Brief
    seed: int
    version: int
    """The newest version; 0 until its conte is complete."""
    created_at: datetime
    updated_at: datetime
    cancel_asked: bool
    progress: ProgressView
    cuts: tuple[CutView, ...]
    film: FilmView | None
    failure: Failure | None
    links: LinksView

    @classmethod
    def of(cls, production: Production, root: str = "") -> Self:
        paths = Paths(production.id, root)
        # While version 1 is being written its first clips are there already.
        number = max(production.version, 1)
        cuts = tuple(_cut_view(state, paths, number) for state in production.cuts)
        film = _film_view(production.film, paths, number) if production.film else None
        states = [cut.state for cut in cuts]
        return cls(
            id=production.id,
            state=production.state,
            brief=production.brief,
            seed=production.seed,
            version=production.version,
            created_at=_time(production.created_at),
            updated_at=_time(production.updated_at),
            cancel_asked=production.cancel_asked,
            progress=ProgressView(
                cuts=len(cuts) if production.version else production.brief.cuts,
                cuts_ready=states.count("ready"),
                cuts_failed=states.count("failed"),
            ),
            cuts=cuts,
            film=film,
            failure=production.failure,
            links=LinksView(
                production=paths.production,
                events=paths.events,
                conte=paths.version(number) if production.version else None,
                film=film.url if film else None,
                sheet=film.sheet_url if film else None,
                poster=film.poster_url if film else None,
            ),
        )


class ProductionPage(View):
    """Newest first. `next` goes into `?after=` for the page that follows; null on the last."""

    productions: tuple[ProductionView, ...]
    next: str | None


class VersionView(View):
    """An immutable conte, what wrote it, and what the checks found."""

    production: str
    number: int
    created_at: datetime
    provenance: Provenance
    conte: Conte
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, version: Version, production: str) -> Self:
        return cls(
            production=production,
            number=version.number,
            created_at=_time(version.created_at),
            provenance=version.provenance,
            conte=version.conte,
            findings=version.findings,
        )


class EventView(View):
    """One line of a production's story; `id` counts from 1 without gaps."""

    id: int
    event: EventKind
    production: str
    at: datetime
    by: str
    """What made it: the ingress, a director, or an engine's name and revision."""
    data: dict[str, Any]

    @classmethod
    def of(cls, event: Event, production: str, root: str = "") -> Self:
        return cls(
            id=event.id,
            event=event.kind,
            production=production,
            at=_time(event.at),
            by=event.by,
            data=_faces(event.data, Paths(production, root)),
        )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _clip_view(clip: Clip, paths: Paths, number: int) -> ClipView:
    return ClipView(
        url=paths.media(number, f"cuts/{clip.cut}/clip", clip.key),
        **clip.model_dump(exclude={"cut", "key"}),
    )


def _cut_view(state: CutState, paths: Paths, number: int) -> CutView:
    return CutView(
        cut=state.cut,
        state=state.state,
        attempts=state.attempts,
        clip=_clip_view(state.clip, paths, number) if state.clip else None,
        failure=state.failure,
        retry=paths.retry(number, state.cut) if state.state == "failed" else None,
    )


def _film_view(film: Film, paths: Paths, number: int) -> FilmView:
    return FilmView(
        url=paths.media(number, "film", film.key),
        sheet_url=paths.media(number, "sheet.png", film.sheet_key),
        poster_url=paths.media(number, "poster.png", film.poster_key),
        duration_s=film.num_frames / film.fps,
        **film.model_dump(exclude={"key", "sheet_key", "poster_key"}),
    )


def _faces(data: dict[str, Any], paths: Paths) -> dict[str, Any]:
    """An event's data with clips and films as the production's view shows them: URLs, no keys."""
    if isinstance(data.get("clip"), dict):
        clip = _clip_view(Clip.model_validate(data["clip"]), paths, data["version"])
        data = data | {"clip": clip.model_dump(mode="json")}
    if isinstance(data.get("film"), dict):
        film = _film_view(Film.model_validate(data["film"]), paths, data["version"])
        data = data | {"film": film.model_dump(mode="json")}
    return data
