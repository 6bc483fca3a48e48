"""Shot -> Clip -> Film: what is asked of a renderer, and the claim tickets for what it made.

A shot's key is the hash of everything that shapes its pixels and of nothing else: the same shot is
never rendered twice, and a change of caption renders nothing.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from conte.brief import AspectRatio, Brief
from conte.conte import Look, SheetEntry, Treatment
from conte.cut import Cut
from conte.frozen import Frozen, digest, seed_of
from conte.vocabulary import Angle, CameraMove, ScreenDirection, Setting, ShotSize, TimeOfDay

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


def cut_seed(seed: int, number: int) -> int:
    """The seed of a cut: one family for a conte, 31 bits, stable over versions and machines."""
    return seed_of([seed, number])


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
    num_frames: int = Field(ge=1)
    width: int = Field(ge=64, multiple_of=2)
    height: int = Field(ge=64, multiple_of=2)
    fps: int
    seed: int
    reference: str | None = None
    """Vault key of a picture that conditions it: a product photo, a character."""
    follows: str | None = None
    """Vault key of the clip whose last frame it starts from."""
    adapter: str | None = None
    """The LoRA adapter to render it with, as name@revision."""
    video: str | None = None
    """The video that it is, where it was asked for without a conte around it: its prompt is all
    there is to say, and its clip is that video's alone and goes with it."""

    @classmethod
    def of(cls, cut: Cut, treatment: Treatment, brief: Brief, seed: int, short_side: int) -> Self:
        """The shot of a cut; `seed` is the production's, from which the cut's is derived."""
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
            shows=tuple(sheet[entry] for entry in cut.shows if entry in sheet),
            num_frames=cut.num_frames,
            width=width,
            height=height,
            fps=brief.fps,
            seed=cut_seed(seed, cut.number),
            reference=_reference(cut, sheet, brief),
        )

    def key(self, engine: EngineId) -> str:
        """Where the vault keeps the clip of this shot by this engine."""
        made_by = {"name": engine.name, "revision": engine.revision}
        spec = self.model_dump(mode="json")
        # What is not there shapes nothing: a shot without it has the key it always had.
        for name in ("reference", "follows", "adapter", "video"):
            if not spec[name]:
                del spec[name]
        # A picture shapes the cut that starts from it, as its reference, and no other.
        for entry in spec["shows"]:
            entry.pop("image", None)
        return f"clips/{digest([spec, made_by])}.mp4"


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
    """Of the model, for people."""
    needs_picture: bool = False
    """True: it makes nothing of words alone."""


class Clip(Frozen):
    """A claim ticket for the rendered video of one cut."""

    cut: int
    tier: Tier
    key: str
    num_frames: int
    engine: EngineId
    seed: int
    render_s: Annotated[float, Field(ge=0)]
    """Seconds of slot time it took; 0 if it was found in the vault."""
    reused: bool
    adapter: str | None = None
    """The LoRA adapter it was rendered with, as name@revision."""
    remarks: tuple[str, ...] = ()
    """What a person should know, such as "out of memory: decoded in tiles"."""


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
