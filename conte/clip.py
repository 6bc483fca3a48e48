"""Shot -> Clip -> Film: a renderer's input, and references to what it made.

A shot's key is the hash of everything that shapes its pixels and of nothing else: the same shot is
never rendered twice, and a change of caption renders nothing.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from conte.brief import AspectRatio, Brief
from conte.conte import Look, SheetEntry, Treatment
from conte.cut import Cut, MaybeCutId, cut_seed
from conte.frozen import Frozen, digest, unset
from conte.staging import Staging
from conte.vocabulary import Angle, CameraMove, ScreenDirection, Setting, ShotSize, TimeOfDay
from conte.window import Window

Tier = Literal["draft", "final"]

_RATIOS: dict[AspectRatio, tuple[int, int]] = {
    "16:9": (16, 9),
    "9:16": (9, 16),
    "1:1": (1, 1),
    "4:5": (4, 5),
}


def frame_size(aspect_ratio: AspectRatio, short_side: int = 720) -> tuple[int, int]:
    """Width and height in pixels, both even (yuv420p halves them)."""
    across, down = _RATIOS[aspect_ratio]
    unit = short_side / min(across, down)
    return 2 * round(across * unit / 2), 2 * round(down * unit / 2)


class EngineId(Frozen):
    """What made a thing: name and revision. The embedded engines say what they are."""

    name: str
    revision: str
    label: str
    """For people, such as "animatic (drawn panels, not a video model)"."""


class Shot(Frozen):
    """Everything that shapes a clip's pixels. Sizes in pixels, length in frames."""

    size: ShotSize
    angle: Angle
    move: CameraMove
    direction: ScreenDirection
    setting: Setting
    place: str
    time_of_day: TimeOfDay
    action: str
    video_prompt: str
    look: Look
    shows: tuple[SheetEntry, ...]
    staging: Annotated[Staging | None, unset(None)] = None
    num_frames: int = Field(ge=1)
    """With the handles."""
    width: int = Field(ge=64, multiple_of=2)
    height: int = Field(ge=64, multiple_of=2)
    fps: int
    seed: int
    reference: str | None = None
    """Vault key of a picture that conditions it: a product photo, a character."""
    follows: str | None = None
    """Vault key of the clip whose last frame it starts from."""
    follows_frame: int | None = None
    """Which frame of that clip; None: its last one."""
    follows_window: Window | None = None
    """What the film shows of that frame; None: all of it."""
    head: int = 0
    """Handles: frames more than the cut shows, before it and (`tail`) after it, so that it can be
    trimmed and dissolved without a new render."""
    tail: int = 0
    adapter: str | None = None
    """The LoRA adapter to render it with, as name@revision."""
    video: str | None = None
    """The video that it is, where it was asked for without a conte around it: its prompt is all
    there is to say, and its clip is that video's alone and goes with it."""

    @classmethod
    def of(cls, cut: Cut, treatment: Treatment, brief: Brief, seed: int, short_side: int) -> Self:
        """The shot of a cut, without handles.

        `seed` is the production's, for a cut that has none of its own yet.
        """
        sheet = {entry.id: entry for entry in treatment.sheet}
        width, height = frame_size(brief.aspect_ratio, short_side)
        return cls(
            size=cut.size,
            angle=cut.angle,
            move=cut.move,
            direction=cut.direction,
            setting=cut.setting,
            place=cut.place,
            time_of_day=cut.time_of_day,
            action=cut.action,
            video_prompt=cut.video_prompt,
            look=treatment.look,
            shows=tuple(sheet[entry] for entry in cut.entries if entry in sheet),
            staging=cut.staging,
            num_frames=cut.num_frames,
            width=width,
            height=height,
            fps=brief.fps,
            seed=cut_seed(seed, cut.number) if cut.seed is None else cut.seed,
            reference=_reference(cut, sheet, brief),
        )

    def with_handles(self, head: int, tail: int) -> Self:
        more = {"num_frames": self.num_frames + head + tail, "head": head, "tail": tail}
        return self.model_copy(update=more)

    @property
    def basis(self) -> str:
        """Hash of the content: what is to be seen, whatever renders it, how long and how large.

        A clip whose basis is not that of its cut is stale. Engine, adapter, seed, resolution and
        length say how the next clip is made, and make none stale.
        """
        return basis_from(self.content)

    @property
    def content(self) -> dict[str, Any]:
        """What is to be seen, as JSON values by field."""
        spec = self.model_dump(mode="json", include=_CONTENT)
        for entry in spec["shows"]:
            entry.pop("image", None)  # the one that shapes the cut is its reference
        return spec

    def key(self, engine: EngineId) -> str:
        """Where the vault keeps the clip of this shot by this engine."""
        made_by = {"name": engine.name, "revision": engine.revision}
        spec = self.model_dump(mode="json")
        # Absent fields are left out of the hash, so that shots without them keep their keys.
        for name in ("reference", "follows", "adapter", "video", "head", "tail"):
            if not spec[name]:
                del spec[name]
        for name in ("follows_frame", "follows_window"):
            if spec[name] is None:
                del spec[name]
        # A picture shapes the cut that starts from it, as its reference, and no other.
        for entry in spec["shows"]:
            entry.pop("image", None)
        return f"clips/{digest([spec, made_by])}.mp4"


_CONTENT = {
    "size", "angle", "move", "direction", "setting", "place", "time_of_day", "action",
    "video_prompt", "look", "shows", "staging", "reference",
}  # fmt: skip


def basis_from(content: Mapping[str, Any]) -> str:
    """The basis of what is to be seen, `Shot.content`."""
    return digest({name: value for name, value in content.items() if value is not None})


def basis_of(cut: Cut, treatment: Treatment, brief: Brief) -> str:
    """The basis of the clips that this cut is to have; see `Shot.basis`."""
    return Shot.of(cut, treatment, brief, 0, 720).basis


def _reference(cut: Cut, sheet: Mapping[str, SheetEntry], brief: Brief) -> str | None:
    """The picture that a cut starts from: that of the most prominent entry that has one.

    The product's photo counts where the product is the most prominent of all: a cut that somebody
    leads does not begin with a packshot, whether there is a picture of them or not.
    """
    for at, shown in enumerate(cut.shows):
        entry = sheet.get(shown)
        if entry is not None and entry.kind == "cast" and entry.image:
            return entry.image
        if entry is not None and entry.kind == "product" and at == 0 and brief.product.image:
            return brief.product.image
    return None


class Limits(Frozen):
    """What a tier's video model can make, as far as it is known before the model is loaded."""

    label: str
    """The name of the model, for people."""
    needs_picture: bool = False
    """True: it makes nothing of words alone."""
    longest_s: float | None = None
    """Seconds that it renders in one piece; longer clips are made of several."""


Source = Literal["rendered", "uploaded"]


class Clip(Frozen):
    """A claim ticket for the video of one cut: a take."""

    cut: int
    tier: Tier
    key: str
    num_frames: int
    """Frames in the file, with the handles."""
    engine: EngineId
    seed: int
    render_s: Annotated[float, Field(ge=0)]
    """Seconds of slot time it took; 0 if it was found in the vault."""
    reused: bool
    adapter: str | None = None
    """The LoRA adapter it was rendered with, as name@revision."""
    remarks: tuple[str, ...] = ()
    """What a person should know, such as "out of memory: decoded in tiles"."""
    cut_id: Annotated[MaybeCutId, unset("")] = ""
    """Empty if it was stored before cuts had an id."""
    basis: Annotated[str, unset("")] = ""
    """`Shot.basis` of what it was made from; empty if it was stored before there was one."""
    start: Annotated[int, unset(0)] = 0
    """`Cut.start` of the cut that it was made for, on whose timeline its frames lie."""
    head: Annotated[int, unset(0)] = 0
    """Handles before and (`tail`) after the frames that the cut had."""
    tail: Annotated[int, unset(0)] = 0
    source: Annotated[Source, unset("rendered")] = "rendered"
    width: Annotated[int, unset(0)] = 0
    """Size of the picture in the file, in pixels; 0 if it was stored before that was kept."""
    height: Annotated[int, unset(0)] = 0
    window: Annotated[Window | None, unset(None)] = None
    """What a film shows of the picture; None: all of it."""

    @property
    def take(self) -> str:
        """The id that a person picks it by: the same for the same file of the same cut."""
        return f"t_{digest([self.cut_id, self.tier, self.key])[:12]}"

    def first_frame(self, cut: Cut) -> int:
        """The frame of the file with which the cut begins; it may lie outside."""
        return self.head + cut.start - self.start

    def covers(self, cut: Cut) -> bool:
        """True if it has every frame that the cut shows."""
        first = self.first_frame(cut)
        return first >= 0 and first + cut.num_frames <= self.num_frames


class Film(Frozen):
    """A claim ticket for the clips joined, with the pictures made beside it."""

    tier: Tier
    key: str
    sheet_key: str
    poster_key: str
    num_frames: int
    fps: int
    width: int
    height: int
    edit_s: Annotated[float, Field(ge=0)]
    labelled_ai: bool
    sound: Annotated[str, unset("")] = ""
    """Label of its temporary track, for people, such as "temporary music and effects"; empty: it is
    silent."""
