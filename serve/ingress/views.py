"""The ledger's records as JSON. The client reads the same types; no HTTP here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from conte.brief import Brief
from conte.clip import Clip, EngineId, Film, Tier
from conte.conte import Conte
from conte.frozen import digest, unset
from conte.likeness import likeness
from conte.production import (
    Actual,
    CutState,
    Failure,
    Place,
    Production,
    Provenance,
    Revision,
    State,
    Version,
    Wait,
    WaitsFor,
)
from conte.window import Window
from serve.ingress.finding_views import FindingView, Told

PRODUCTIONS = "/v1/productions"
PROJECTS = "/v1/projects"
IMAGES = "/v1/images"


class Paths:
    """URLs of one production's resources, relative to the root of the server."""

    def __init__(self, production: str, root: str = "") -> None:
        self.production = f"{root}{PRODUCTIONS}/{production}"
        self.events = f"{self.production}/events"

    def version(self, number: int) -> str:
        return f"{self.production}/versions/{number}"

    def media(self, number: int, name: str, key: str) -> str:
        """Return a URL with the tag of the current file, so that its content never changes."""
        return f"{self.version(number)}/{name}?tag={tag_of(key)}"

    def take(self, take: str, key: str) -> str:
        return f"{self.production}/takes/{take}/clip?tag={tag_of(key)}"

    def take_poster(self, take: str, clip: Clip) -> str:
        return f"{self.production}/takes/{take}/poster.png?tag={take_poster_tag(clip)}"

    def retry(self, number: int, cut: int) -> str:
        return f"{self.version(number)}/cuts/{cut}/retry"


def tag_of(key: str) -> str:
    """Return a short tag of the bytes under a vault key, which never change."""
    return digest(key)[:20]


def poster_tag(clip: Clip, number: int) -> str:
    """Return a short tag of a cut's poster, which is the same for a cut and its clip."""
    return tag_of(f"poster {number} {clip.key}")


def take_poster_tag(clip: Clip) -> str:
    """Return a short tag of a take's poster, which shows the middle of its clip."""
    return tag_of(f"poster {clip.key}")


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ImageView(View):
    """An uploaded picture."""

    image: str
    """Name for the field `image` of a brief's product or character."""
    width: int
    height: int


class ClipView(View):
    """The video of a cut: a take. The engine's label says what made it."""

    tier: Tier
    url: str
    num_frames: int
    engine: EngineId
    seed: int
    render_s: float
    reused: bool
    """True: it was found in the vault and not rendered again."""
    adapter: str | None = None
    """LoRA adapter that it was rendered with, as name@revision."""
    remarks: tuple[str, ...] = ()
    """Notes for people on how it was made."""
    take: str | None = None
    """Id by which it is picked; null if it was stored before takes had one."""
    head: int = 0
    """Handles: frames before and (`tail`) after what the cut showed when it was rendered."""
    tail: int = 0
    window: Window | None = None
    """Part of its picture that the film shows, in shares of width and height; null: all of it."""


class WaitView(View):
    """A wait of a cut's final before it begins."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    reason: WaitsFor = Field(validation_alias="for", serialization_alias="for")
    """`gpu`: no renderer is free; `budget`: the tenant may not spend more before the next day."""
    eta_s: float | None
    """Estimated seconds from `since` until it begins; null: not known."""
    since: datetime

    @classmethod
    def of(cls, wait: Wait) -> Self:
        return cls(reason=wait.reason, eta_s=wait.eta_s, since=time_of(wait.since))


class CutView(View):
    cut: int
    state: Literal["waiting", "rendering", "ready", "failed"]
    attempts: int
    clip: ClipView | None
    failure: Failure | None
    poster: str | None = None
    """URL of a still of its clip; null until it has one."""
    retry: str | None
    """URL to POST to, to render a failed cut again."""
    waiting: WaitView | None = None
    """Wait of its final; null if it has begun, or none was ordered."""


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
    sound: Annotated[str, unset("")] = ""
    """Description of its temporary sound track; absent if the film is silent."""


class ProgressView(View):
    """Progress in counts; the events have more detail."""

    cuts: int | None
    """Number of cuts in the conte; null until known."""
    cuts_ready: int
    cuts_failed: int


class LinksView(View):
    """URLs of the other resources, from the root of the server; null until they exist."""

    production: str
    events: str
    conte: str | None
    film: str | None
    sheet: str | None
    poster: str | None


class DirectionView(View):
    """Place of a production among the directions of an order."""

    project: str
    """URL of all directions."""
    letter: str
    """A, B, C and so on."""
    like: str | None = None
    """Letter of the direction that it should be like; null for one of the original order."""
    differ: str | None = None
    """What should differ from that one; null for one of the original order."""
    picked: bool = False
    """True: it was picked to go on; others stay and can be picked later."""

    @classmethod
    def of(cls, place: Place, root: str = "") -> Self:
        variation = place.variation
        return cls(
            project=f"{root}{PROJECTS}/{place.project}",
            letter=place.letter,
            like=variation.letter if variation else None,
            differ=variation.differ if variation else None,
            picked=place.picked,
        )


class ProductionView(View):
    id: str
    state: State
    brief: Brief | None
    """Brief; null if the server cannot read what another release stored: `failure` says why."""
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
    direction: DirectionView | None = None
    """Place among the directions of its order; null if it is the only one."""
    links: LinksView
    last_event: int = 0
    """Id of the newest event that is included here: follow the events from there."""

    @classmethod
    def of(cls, production: Production, root: str = "") -> Self:
        paths = Paths(production.id, root)
        # While version 1 is being written, its first clips exist already.
        number = max(production.version, 1)
        cuts = tuple(_cut_view(state, paths, number) for state in production.cuts)
        film = film_view(production.film, paths, number) if production.film else None
        states = [cut.state for cut in cuts]
        return cls(
            id=production.id,
            state=production.state,
            brief=production.brief,
            seed=production.seed,
            version=production.version,
            created_at=time_of(production.created_at),
            updated_at=time_of(production.updated_at),
            cancel_asked=production.cancel_asked,
            progress=ProgressView(
                cuts=len(cuts) if production.version else _cuts_wanted(production),
                cuts_ready=states.count("ready"),
                cuts_failed=states.count("failed"),
            ),
            cuts=cuts,
            film=film,
            failure=production.failure,
            direction=DirectionView.of(production.direction, root)
            if production.direction
            else None,
            last_event=production.last_event,
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
    """Newest first. Pass `next` as `?after=` for the following page; null on the last."""

    productions: tuple[ProductionView, ...]
    next: str | None
    last_event: int = 0
    """Number from which to follow `GET /v1/events`: later events are not included here."""


class AlikeView(View):
    """Measured similarity of the first contes of two directions."""

    letters: tuple[str, str]
    shared: int
    """Number of the shorter conte's picture sentences that both have; `of`: number of its
    sentences. At most a quarter is shared."""
    of: int
    structure: bool
    """True: both have the same advertising structure."""


class ProjectView(View):
    """The directions of one order, A first: different ideas for one brief."""

    id: str
    directions: tuple[ProductionView, ...]
    alike: tuple[AlikeView, ...] = ()
    """Similarity of every pair of written directions, except variants of each other."""

    @classmethod
    def of(
        cls,
        project: str,
        productions: Sequence[Production],
        ideas: Mapping[str, Conte],
        root: str = "",
    ) -> Self:
        views = tuple(ProductionView.of(production, root) for production in productions)
        brief = productions[0].brief
        pairs = combinations(ideas.items(), 2) if brief is not None else ()
        alike = tuple(
            AlikeView(letters=(a, b), **likeness(one, other, brief).model_dump())
            for (a, one), (b, other) in pairs
            if brief is not None
        )
        return cls(id=project, directions=views, alike=alike)


class VersionView(View):
    """An immutable conte, its author, and the findings of the checks."""

    production: str
    number: int
    created_at: datetime
    provenance: Provenance
    conte: Conte
    findings: tuple[FindingView, ...]
    solved: tuple[FindingView, ...] = ()
    """Findings that the version before had, and this one has not."""
    brief: Brief | None = None
    """Brief that it was made for; null if the server cannot read it."""
    revision: Revision | None = None
    """How it was made from another version; null if a writer made it from the brief."""
    actual: Actual | None = None
    """Renders and time that it took, to compare with `revision.quote`."""
    cuts: tuple[CutView, ...] = ()
    """Cuts with their clips and URLs; they stay, whatever version comes after it."""
    film: FilmView | None = None

    @classmethod
    def of(
        cls,
        version: Version,
        shown: Production,
        told: Told,
        actual: Actual | None = None,
        root: str = "",
    ) -> Self:
        """Convert a version. `shown`: the production with this version's clips and film."""
        paths, number = Paths(shown.id, root), version.number
        cuts = tuple(_cut_view(state, paths, number) for state in shown.cuts)
        if number < shown.version:
            # Only the newest version's cuts are rendered again.
            cuts = tuple(cut.model_copy(update={"retry": None}) for cut in cuts)
        return cls(
            cuts=cuts,
            film=film_view(shown.film, paths, number) if shown.film else None,
            production=shown.id,
            number=version.number,
            created_at=time_of(version.created_at),
            provenance=version.provenance,
            conte=version.conte,
            findings=told.findings,
            solved=told.solved,
            brief=version.brief,
            revision=version.revision,
            actual=actual,
        )


def _cuts_wanted(production: Production) -> int | None:
    return production.brief.cuts if production.brief else None


def time_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def clip_view(clip: Clip, paths: Paths, number: int) -> ClipView:
    # Left unset where there is none: events are sent with the fields they were stored with.
    known = {"take": clip.take} if clip.cut_id else {}
    return ClipView(
        url=paths.media(number, f"cuts/{clip.cut}/clip", clip.key),
        **known,
        **clip.model_dump(exclude={"cut", "key"}),
    )


def take_clip_view(clip: Clip, paths: Paths, number: int) -> ClipView:
    """Return the view of a take that no version has picked yet: its video has its own URL."""
    view = clip_view(clip, paths, number)
    return view.model_copy(update={"url": paths.take(clip.take, clip.key)})


def _cut_view(state: CutState, paths: Paths, number: int) -> CutView:
    return CutView(
        cut=state.cut,
        state=state.state,
        attempts=state.attempts,
        clip=clip_view(state.clip, paths, number) if state.clip else None,
        failure=state.failure,
        poster=poster_url(paths, number, state.cut, state.clip) if state.clip else None,
        retry=paths.retry(number, state.cut) if state.state == "failed" else None,
        waiting=WaitView.of(state.wait) if state.wait else None,
    )


def poster_url(paths: Paths, number: int, cut: int, clip: Clip) -> str:
    """Return the URL of a still of a cut's clip."""
    return f"{paths.version(number)}/cuts/{cut}/poster.png?tag={poster_tag(clip, number)}"


def film_view(film: Film, paths: Paths, number: int) -> FilmView:
    return FilmView(
        url=paths.media(number, "film", film.key),
        sheet_url=paths.media(number, "sheet.png", film.sheet_key),
        poster_url=paths.media(number, "poster.png", film.poster_key),
        duration_s=film.num_frames / film.fps,
        **film.model_dump(exclude={"key", "sheet_key", "poster_key"}),
    )
