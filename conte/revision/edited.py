"""EditedVersion: an edited file's content, cut by cut. Knows no file format.

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
Frames = Annotated[int, Field(ge=-MAX_FRAMES, le=MAX_FRAMES)]


def conte_hash(conte: Conte) -> str:
    """Return the hash of a conte, which exported files carry."""
    return digest(conte.model_dump(mode="json"))


class ExportedCut(Frozen):
    """A cut as it was exported in a timeline, to compare the edited file with."""

    cut: CutId
    first: Frames
    """First frame shown, counted in its media."""
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    dissolve: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frames on either side of the dissolve into the next cut; 0: the file has none."""


class Base(Frozen):
    """Identifies the version that a file was exported from. The file carries it."""

    format: Literal[1] = 1
    production: Annotated[str, Field(max_length=64)]
    """Id of the production; empty in a file for a guest."""
    version: Annotated[int, Field(ge=1, le=10_000)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    cuts: Annotated[tuple[ExportedCut, ...], Field(max_length=MAX_CUTS)] = ()
    """Cuts as exported; empty in a file without media."""

    @property
    def text(self) -> str:
        """Return it as one line, which a reader finds in any comment or note."""
        return MARK + canonical(self.model_dump(mode="json"))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the first one in a text; None if there is none that can be read."""
        at = text.find(MARK)
        if at < 0:
            return None
        try:
            value, _ = json.JSONDecoder().raw_decode(text[at + len(MARK) :].lstrip())
            return cls.model_validate(value, strict=False)
        except (ValueError, ValidationError, RecursionError):
            return None


class EditedCut(Frozen):
    """Edits of one cut; whatever the file does not say is None or absent."""

    cut: Annotated[str, Field(max_length=200)]
    """Id of the cut, or the name of its media if the program has dropped the id."""
    num_frames: Annotated[int, Field(ge=0, le=MAX_FRAMES)] | None = None
    shift: Frames | None = None
    """Frames by which its beginning has moved on its own timeline."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=40)
    """Values by field. `dialogue` may be a text; see `conte.dialogue`."""
    cells: dict[FieldName, str | float] = Field(default_factory=dict, max_length=40)
    """Cells of a sheet, by column, as people read them; see `conte.revision.cells`."""


class Unread(Frozen):
    """Part of the file that became no operation, and why."""

    place: Line
    """Place in the file, such as a cut's id, a row or a clip's name."""
    reason: Line


class EditedVersion(Frozen):
    base: Base | None
    """Origin of the file; None if the program has dropped it."""
    cuts: Annotated[tuple[EditedCut, ...], Field(max_length=64)]
    """Cuts in the file's order."""
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Frames a second of its lengths; None: the film's."""
    ordered: bool = False
    """True: the order is the film's, and missing cuts were removed."""
    fields: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=8)
    """Fields of the treatment, such as `title`."""
    unread: Annotated[tuple[Unread, ...], Field(max_length=MAX_LISTED)] = ()
