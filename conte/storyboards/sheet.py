"""StoryboardSheet: the content of an agency's own sheet, with each value's place and certainty.

A field that was not read is None, and what was not understood is listed; nothing is guessed.
"""

from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from conte.brief import AspectRatio
from conte.frozen import Frozen
from conte.vocabulary import Angle, CameraMove, Language, ShotSize, TimeOfDay, Transition

MAX_CUTS_READ = 64
MAX_LISTED = 200
MAX_SAID = 2000
T = TypeVar("T")

Said = Annotated[str, Field(max_length=MAX_SAID)]
Place = Annotated[str, Field(max_length=200)]
Kind = Literal["pptx", "xlsx", "pdf", "csv", "docx"]


class Sure(StrEnum):
    """Certainty of a reading."""

    CERTAIN = "certain"
    """Its heading or label names the field."""
    LIKELY = "likely"
    """Its position or notation implies the field."""
    GUESSED = "guessed"
    """Another reading is possible; a person should check it."""


class Layout(StrEnum):
    ONE_TABLE = "one_table"
    """One row per cut."""
    COLUMNS = "columns"
    """One column per cut."""
    TABLE_A_CUT = "table_a_cut"
    LABELLED = "labelled"
    """Texts with labels, one slide or heading per cut."""


class Seen(Frozen, Generic[T]):
    """A value, and the words from which it was read."""

    value: T
    place: Place
    """Place in the file, such as `콘티 D7`, `slide 3 row 2` or `page 1 row 4`."""
    sure: Sure
    said: Said = ""
    """Original text."""


class SheetLength(Frozen):
    """A length as it was written: seconds, frames, or seconds and frames."""

    seconds: Annotated[float, Field(ge=0, le=600)] = 0.0
    frames: Annotated[int, Field(ge=0, le=36_000)] = 0

    def in_frames(self, fps: int) -> float:
        """Return the frames, which need not be whole."""
        return self.seconds * fps + self.frames

    def minus(self, other: "SheetLength", fps: int) -> "SheetLength":
        seconds, frames = self.seconds - other.seconds, self.frames - other.frames
        if frames < 0:
            seconds, frames = seconds - 1, frames + fps
        return SheetLength(seconds=round(max(0.0, seconds), 3), frames=frames)


class SpokenLine(Frozen):
    """A line of dialogue. The speaker is empty where the sheet names none."""

    speaker: Said
    text: Said


class SheetCut(Frozen):
    """One cut as the sheet has it."""

    place: Place
    """Place in the file at which it begins."""
    number: Seen[str] | None = None
    """Number as written, such as `3` or `S#2-1`."""
    picture: Seen[int] | None = None
    """Index of its panel among the file's pictures."""
    size: Seen[ShotSize] | None = None
    angle: Seen[Angle] | None = None
    move: Seen[CameraMove] | None = None
    location: Seen[str] | None = None
    time_of_day: Seen[TimeOfDay] | None = None
    action: Seen[str] | None = None
    """Description of the picture."""
    narration: Seen[str] | None = None
    dialogue: Seen[tuple[SpokenLine, ...]] | None = None
    sound_effect: Seen[str] | None = None
    music: Seen[str] | None = None
    caption: Seen[str] | None = None
    legal: Seen[str] | None = None
    transition: Seen[Transition] | None = None
    length: Seen[SheetLength] | None = None


FIELDS = (
    "number", "picture", "size", "angle", "move", "location", "time_of_day", "action", "narration",
    "dialogue", "sound_effect", "music", "caption", "legal", "transition", "length",
)  # fmt: skip


class NotRead(Frozen):
    """Something in the file that became no value, and the reason."""

    place: Place
    reason: Said


class StoryboardSheet(Frozen):
    kind: Kind
    layout: Layout
    language: Language
    """Language of most of its words."""
    title: Seen[str] | None = None
    advertiser: Seen[str] | None = None
    product: Seen[str] | None = None
    fps: Seen[int] | None = None
    ratio: Seen[AspectRatio] | None = None
    total: Seen[SheetLength] | None = None
    """Length of the film; None if the sheet has none."""
    cuts: Annotated[tuple[SheetCut, ...], Field(min_length=1, max_length=MAX_CUTS_READ)]
    unread: Annotated[tuple[NotRead, ...], Field(max_length=MAX_LISTED)] = ()
