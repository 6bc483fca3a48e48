"""Shot -> Clip -> Film: a renderer's input, and references to its results.

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
    """Return width and height in pixels, both even (yuv420p halves them)."""
    across, down = _RATIOS[aspect_ratio]
    unit = short_side / min(across, down)
    return 2 * round(across * unit / 2), 2 * round(down * unit / 2)


class EngineId(Frozen):
    """Name and revision of an engine. The label of a default engine says what it is."""

    name: str
    revision: str
    label: str
    """Label for people, such as "animatic (drawn panels, not a video model)"."""


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
    """Frames to render, including the handles."""
    width: int = Field(ge=64, multiple_of=2)
    height: int = Field(ge=64, multiple_of=2)
    fps: int
    seed: int
    reference: str | None = None
    """Vault key of a picture to start from: a product photo, a character. None: no picture."""
    follows: str | None = None
    """Vault key of the clip whose last frame this shot starts from; None: it starts anew."""
    follows_frame: int | None = None
    """Index of the frame of that clip to start from; None: its last one."""
    follows_window: Window | None = None
    """Part of that frame that the film shows; None: all of it."""
    head: int = 0
    """Handles: frames beyond those that the cut shows, before it and (`tail`) after it, so that it
    can be trimmed and dissolved without a new render.
    """
    tail: int = 0
    adapter: str | None = None
    """LoRA adapter to render with, as name@revision."""
    video: str | None = None
    """Id of the video, if it was ordered without a conte: only its prompt describes it, and its
    clip is shared with no other video and deleted with it.
    """

    @classmethod
    def of(cls, cut: Cut, treatment: Treatment, brief: Brief, seed: int, short_side: int) -> Self:
        """Return the shot of a cut, without handles.

        `seed`: the production's, used if the cut has none.
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
        """Return the hash of the content: what is seen, without engine, length and size.

        A clip is stale if its basis differs from its cut's. Engine, adapter, seed, resolution and
        length only affect the next render, and make no clip stale.
        """
        return basis_from(self.content)

    @property
    def content(self) -> dict[str, Any]:
        """Return what is seen, as JSON values by field."""
        spec = self.model_dump(mode="json", include=_CONTENT)
        for entry in spec["shows"]:
            entry.pop("image", None)  # the picture that shapes the cut is its reference
        return spec

    def key(self, engine: EngineId) -> str:
        """Return the vault key of this shot's clip by this engine."""
        made_by = {"name": engine.name, "revision": engine.revision}
        spec = self.model_dump(mode="json")
        # Absent fields are left out of the hash, so that shots without them keep their keys.
        for name in ("reference", "follows", "adapter", "video", "head", "tail"):
            if not spec[name]:
                del spec[name]
        for name in ("follows_frame", "follows_window"):
            if spec[name] is None:
                del spec[name]
        # A picture shapes only the cut that starts from it, where it is the reference.
        for entry in spec["shows"]:
            entry.pop("image", None)
        return f"clips/{digest([spec, made_by])}.mp4"


_CONTENT = {
    "size", "angle", "move", "direction", "setting", "place", "time_of_day", "action",
    "video_prompt", "look", "shows", "staging", "reference",
}  # fmt: skip


def basis_from(content: Mapping[str, Any]) -> str:
    """Return the hash of the visible content, `Shot.content`."""
    return digest({name: value for name, value in content.items() if value is not None})


def basis_of(cut: Cut, treatment: Treatment, brief: Brief) -> str:
    """Return the basis that the cut's clips should have; see `Shot.basis`."""
    return Shot.of(cut, treatment, brief, 0, 720).basis


def _reference(cut: Cut, sheet: Mapping[str, SheetEntry], brief: Brief) -> str | None:
    """Return the picture that a cut starts from: that of the most prominent entry that has one.

    The product's photo counts only if the product is the most prominent of all: a cut led by a
    person does not begin with a packshot, whether there is a picture of that person or not.
    """
    for at, shown in enumerate(cut.shows):
        entry = sheet.get(shown)
        if entry is not None and entry.kind == "cast" and entry.image:
            return entry.image
        if entry is not None and entry.kind == "product" and at == 0 and brief.product.image:
            return brief.product.image
    return None


class Limits(Frozen):
    """Limits of a tier's video model, as far as known before the model is loaded."""

    label: str
    """Name of the model, for people."""
    needs_picture: bool = False
    """True: the model cannot work from words alone."""
    longest_s: float | None = None
    """Seconds that the model renders in one piece; longer clips are made of several."""


Source = Literal["rendered", "uploaded"]


class Clip(Frozen):
    """A reference to the video of one cut: a take."""

    cut: int
    tier: Tier
    key: str
    num_frames: int
    """Frames in the file, including the handles."""
    engine: EngineId
    seed: int
    render_s: Annotated[float, Field(ge=0)]
    """Seconds of slot time that the render took; 0 if the clip was found in the vault."""
    reused: bool
    took_s: Annotated[float, Field(ge=0), unset(0.0)] = 0.0
    """Seconds of slot time that rendering took, for a clip found in the vault (whose `render_s` is
    0); 0: not known, or rendered now."""
    adapter: str | None = None
    """LoRA adapter that it was rendered with, as name@revision."""
    remarks: tuple[str, ...] = ()
    """Remarks for people, such as "out of memory: decoded in tiles"."""
    cut_id: Annotated[MaybeCutId, unset("")] = ""
    """Id of the cut; empty if it was stored before cuts had ids."""
    basis: Annotated[str, unset("")] = ""
    """`Shot.basis` of its shot; empty if it was stored before this field existed."""
    start: Annotated[int, unset(0)] = 0
    """`Cut.start` of the cut that it was made for; its frames are counted on that cut's timeline.
    """
    head: Annotated[int, unset(0)] = 0
    """Handles before and (`tail`) after the frames that the cut had."""
    tail: Annotated[int, unset(0)] = 0
    source: Annotated[Source, unset("rendered")] = "rendered"
    width: Annotated[int, unset(0)] = 0
    """Width of the picture in the file, in pixels, as is `height`; 0 if stored before these
    existed.
    """
    height: Annotated[int, unset(0)] = 0
    window: Annotated[Window | None, unset(None)] = None
    """Part of the picture that a film shows; None: all of it."""

    @property
    def take(self) -> str:
        """Id by which a person picks the take: the same for the same file of the same cut."""
        return f"t_{digest([self.cut_id, self.tier, self.key])[:12]}"

    def first_frame(self, cut: Cut) -> int:
        """Return the index of the cut's first frame in the file; it may lie outside."""
        return self.head + cut.start - self.start

    def covers(self, cut: Cut) -> bool:
        """Return whether the clip has every frame that the cut shows."""
        first = self.first_frame(cut)
        return first >= 0 and first + cut.num_frames <= self.num_frames


class Film(Frozen):
    """A reference to the joined clips, with the pictures made beside them."""

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
    """Label of the temporary track, for people, such as "temporary music and effects"; empty:
    silent.
    """
