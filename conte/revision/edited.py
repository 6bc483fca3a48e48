"""EditedVersion: the content of a file that was edited outside, as values. Knows no file format.

The readers of timelines, workbooks and decks make it. `conte.revision.merging` compares it with the
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
    """Return the hash of a version's conte, which the files exported from it carry."""
    return digest(conte.model_dump(mode="json"))


class ExportedCut(Frozen):
    """A cut as it was exported into a timeline, to compare the edited timeline with."""

    cut: CutId
    first: Frames
    """Index of the first shown frame in the cut's media file."""
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    dissolve: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frames on either side of the dissolve into the next cut; 0: no dissolve was exported."""


class Base(Frozen):
    """The exported version, as a reference that the file carries."""

    format: Literal[1] = 1
    production: Annotated[str, Field(max_length=64)]
    """Id of the production; empty in a file that was exported for a guest."""
    version: Annotated[int, Field(ge=1, le=10_000)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    cuts: Annotated[tuple[ExportedCut, ...], Field(max_length=MAX_CUTS)] = ()
    """Exported cuts; empty in a file without media."""

    @property
    def text(self) -> str:
        """The reference as one line, which readers find in any comment or note."""
        return MARK + canonical(self.model_dump(mode="json"))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the first reference in a text; None if it has none that can be read."""
        at = text.find(MARK)
        if at < 0:
            return None
        try:
            value, _ = json.JSONDecoder().raw_decode(text[at + len(MARK) :].lstrip())
            return cls.model_validate(value, strict=False)
        except (ValueError, ValidationError, RecursionError):
            return None


class EditedCut(Frozen):
    """A cut as the file has it; fields that the file does not have are None or absent."""

    cut: Annotated[str, Field(max_length=200)]
    """Id of the cut, or the name of its media file if the program has dropped the id."""
    num_frames: Annotated[int, Field(ge=0, le=MAX_FRAMES)] | None = None
    shift: Frames | None = None
    """Frames by which its in point has moved on its own timeline."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=40)
    """Changed fields; `dialogue` may be a text, see `conte.dialogue`."""
    cells: dict[FieldName, str | float] = Field(default_factory=dict, max_length=40)
    """Cells of a sheet by column, as people read them; see `conte.revision.cells`."""


class EditedSound(Frozen):
    """A recording as the file has it. Times in frames."""

    sound: Annotated[str, Field(max_length=200)]
    """Id of the recording, or the name of its media file if the program has dropped the id."""
    cut: Annotated[str, Field(max_length=200)] = ""
    """The cut on which it begins, as in `EditedCut.cut`; empty: the file has the recording, but its
    place was not understood."""
    at: Frames = 0
    """Offset of its beginning from that cut's first frame in the exported version."""
    starts: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frame of the file's film on which it begins."""
    skip: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frames left out at the recording's beginning."""
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)] = 1
    gain_db: Annotated[float, Field(ge=-1000, le=1000)] | None = None
    """Level in dB; None: the file has none."""


class Unread(Frozen):
    """Something in the file that could not become an operation, and the reason."""

    place: Line
    """Place in the file, such as a cut's id, a row or a clip's name."""
    reason: Line


class EditedVersion(Frozen):
    base: Base | None
    """The exported version; None if the program has dropped the reference."""
    cuts: Annotated[tuple[EditedCut, ...], Field(max_length=64)]
    """Cuts in the order of the file."""
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Frames per second in which the file counts; None: as the film."""
    sounds: Annotated[tuple[EditedSound, ...], Field(max_length=MAX_SOUNDS_READ)] | None = None
    """Recordings in the file; None: a file of this kind has none."""
    ordered: bool = False
    """True if the order is the film's, so that a missing cut was removed."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=8)
    """Fields of the treatment, such as `title`."""
    unread: Annotated[tuple[Unread, ...], Field(max_length=MAX_LISTED)] = ()
