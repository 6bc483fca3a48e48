"""EditedVersion: what a file that came back says of a version's cuts. Knows no file format.

The readers of timelines, workbooks and decks make it; `conte.revision.merging` compares it with the
version that the file was exported from and with the draft.
"""

import json
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError

from conte.conte import Conte
from conte.cut import CutId
from conte.frozen import Frozen, Line, canonical, digest
from conte.revision.json_value import JsonValue
from conte.revision.operations import MAX_FRAMES, FieldName
from conte.timing import MAX_CUTS

MARK = "sian-export "
MAX_LISTED = 200
MAX_SOUNDS_READ = 200
Frames = Annotated[int, Field(ge=-MAX_FRAMES, le=MAX_FRAMES)]


def conte_hash(conte: Conte) -> str:
    """Return the hash of what a version says, which files that were made of it name."""
    return digest(conte.model_dump(mode="json"))


class ExportedCut(Frozen):
    """A cut as a timeline was given it, to compare what comes back with."""

    cut: CutId
    first: Frames
    """The first frame shown, counted in its media."""
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    dissolve: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frames on either side of the dissolve into the next cut; 0: there is none in the file."""


class Base(Frozen):
    """The version that a file was made of, as the file names it: the way back."""

    format: Literal[1] = 1
    production: Annotated[str, Field(max_length=64)]
    """Empty in a file that was made for a guest."""
    version: Annotated[int, Field(ge=1, le=10_000)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    cuts: Annotated[tuple[ExportedCut, ...], Field(max_length=MAX_CUTS)] = ()
    """Empty in a file that has no media."""

    @property
    def text(self) -> str:
        """One line, which a reader finds in any comment or note."""
        return MARK + canonical(self.model_dump(mode="json"))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the first one that a text has; None if there is none that can be read."""
        at = text.find(MARK)
        if at < 0:
            return None
        try:
            value, _ = json.JSONDecoder().raw_decode(text[at + len(MARK) :].lstrip())
            return cls.model_validate(value, strict=False)
        except (ValueError, ValidationError, RecursionError):
            return None


class EditedCut(Frozen):
    """What the file says of a cut; what it does not say is None or absent."""

    cut: Annotated[str, Field(max_length=200)]
    """Its id, or the name of its media where the program has dropped the id."""
    num_frames: Annotated[int, Field(ge=0, le=MAX_FRAMES)] | None = None
    shift: Frames | None = None
    """Frames by which its beginning has moved on its own timeline."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=40)
    """`dialogue` may be a text; see `conte.dialogue`."""
    cells: dict[FieldName, str | float] = Field(default_factory=dict, max_length=40)
    """What a sheet shows of it, by column, as people read it; see `conte.revision.cells`."""


class EditedSound(Frozen):
    """A recording as the file has it. Frames."""

    sound: Annotated[str, Field(max_length=200)]
    """Its id, or the name of its media where the program has dropped the id."""
    cut: Annotated[str, Field(max_length=200)] = ""
    """The cut that it begins on, as `EditedCut` names it. Empty: the file has the recording, and
    where is not understood."""
    at: Frames = 0
    """From that cut's first frame in the exported version to where it begins."""
    starts: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """In the file's film."""
    skip: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Left out at the recording's beginning."""
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)] = 1
    gain_db: Annotated[float, Field(ge=-1000, le=1000)] | None = None
    """None: the file does not say it."""


class Unread(Frozen):
    """Something in the file that became no operation, and why."""

    place: Line
    """Such as a cut's id, a row or a clip's name."""
    reason: Line


class EditedVersion(Frozen):
    base: Base | None
    """None if the program has dropped it."""
    cuts: Annotated[tuple[EditedCut, ...], Field(max_length=64)]
    """In the file's order."""
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Frames a second of its lengths; None: those of the film."""
    sounds: Annotated[tuple[EditedSound, ...], Field(max_length=MAX_SOUNDS_READ)] | None = None
    """The recordings that it has; None: a file of this kind has none."""
    ordered: bool = False
    """True if that order is the film's, and a cut that is not there was removed."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=8)
    """Fields of the treatment, such as `title`."""
    unread: Annotated[tuple[Unread, ...], Field(max_length=MAX_LISTED)] = ()
