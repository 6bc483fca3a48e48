"""Operations: one edit each, in the domain's words, on cut ids. Operations make a version.

`before` is the value that the caller saw: for optimistic locking, and for the change table. Types
only; `conte.revision.applying` applies them.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from conte.conte import SheetEntry
from conte.cut import Cut, CutId, EntryId
from conte.frozen import Frozen, unset
from conte.revision.json_value import JsonValue
from conte.sound import Sound, SoundId
from conte.timing import MAX_CUTS

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
Place = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,3}$")]
"""Path of a field within a look, a sheet entry or a brief, such as `product.name` or `palette`."""

_OTHERWISE = (
    "number", "num_frames", "id", "seed", "start", "split_from", "take", "sounds", "locked",
)  # fmt: skip
EDITABLE: tuple[str, ...] = tuple(name for name in Cut.model_fields if name not in _OTHERWISE)
"""Fields of a cut that `edit` changes; `retime` changes its length, `move` its place."""
LOCKABLE: tuple[str, ...] = (*EDITABLE, "num_frames", "take")
"""Fields that can be locked. With `num_frames` locked, a cut neither gives time nor takes any."""

MAX_FRAMES = 100_000
"""Largest number of frames: more than the longest film has."""


class Edit(Frozen):
    op: Literal["edit"] = "edit"
    cut: CutId
    field: Annotated[str, Field(max_length=64, json_schema_extra={"enum": list(EDITABLE)})]
    before: JsonValue
    after: JsonValue


class Add(Frozen):
    """Adds a cut of `cut.num_frames`; other cuts give the time, see `giving`."""

    op: Literal["add"] = "add"
    after: CutId | None
    """Id of the cut that it follows; null: it comes first."""
    cut: Cut
    """The cut. Its number is ignored; an empty id and seed are filled in on acceptance."""
    giving: CutId | None = None
    """Id of the cut that gives the time; null: all, in proportion."""


class Remove(Frozen):
    op: Literal["remove"] = "remove"
    cut: CutId
    taking: CutId | None = None
    """Id of the cut that takes its time; null: all, in proportion."""


class Move(Frozen):
    op: Literal["move"] = "move"
    cut: CutId
    after: CutId | None


class Retime(Frozen):
    """Makes a cut last `frames`; the cut `source` gives or takes the difference."""

    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    op: Literal["retime"] = "retime"
    cut: CutId
    frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    source: Annotated[CutId, Field(alias="from")]


class Split(Frozen):
    """Splits a cut in two. The second begins with frame `at` and gets the id `into`."""

    op: Literal["split"] = "split"
    cut: CutId
    at: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    into: CutId | None = None
    """Id of the second cut; null: filled in when the operation is accepted."""


class Merge(Frozen):
    """Merges the next cut into a cut, which takes its time."""

    op: Literal["merge"] = "merge"
    cut: CutId
    next: CutId


class Lock(Frozen):
    op: Literal["lock"] = "lock"
    cut: CutId
    field: FieldName


class Unlock(Frozen):
    op: Literal["unlock"] = "unlock"
    cut: CutId
    field: FieldName


class PickTake(Frozen):
    op: Literal["take"] = "take"
    cut: CutId
    take: Annotated[str, StringConstraints(pattern=r"^(t_[0-9a-f]{12})?$")]
    """Id of the take; empty: no pick, so the newest render is shown."""


class PlaceSound(Frozen):
    """Places a recording at a frame of a cut; changes or moves one that is placed already."""

    op: Literal["place_sound"] = "place_sound"
    cut: CutId
    sound: Sound
    """The recording. Its name and length are the upload's; an empty id is filled in when the
    operation is accepted.
    """


class RemoveSound(Frozen):
    op: Literal["remove_sound"] = "remove_sound"
    sound: SoundId


class EditTreatment(Frozen):
    """Edits title, concept, slogan or structure; look and sheet have their own operations."""

    op: Literal["edit_treatment"] = "edit_treatment"
    field: FieldName
    before: JsonValue
    after: JsonValue


class EditLook(Frozen):
    op: Literal["edit_look"] = "edit_look"
    field: FieldName
    before: JsonValue
    after: JsonValue


class EditSheet(Frozen):
    """Edits a field of a sheet entry. The field `entry` is the whole entry, null before it is added
    or after it is removed.
    """

    op: Literal["edit_sheet"] = "edit_sheet"
    entry: EntryId
    field: FieldName
    before: JsonValue
    after: JsonValue


class EditBrief(Frozen):
    op: Literal["edit_brief"] = "edit_brief"
    field: Place
    before: JsonValue
    after: JsonValue


class Borrow(Frozen):
    """Copies cuts of another direction of the same project, such as C's ending for A.

    They replace the cuts `replacing`, whose time they share in proportion to their lengths. If they
    replace none they keep their lengths, and all other cuts give the time in proportion.
    """

    op: Literal["borrow"] = "borrow"
    production: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
    """Id of the other direction's production."""
    version: Annotated[int, Field(ge=1, le=10_000)]
    cuts: Annotated[tuple[CutId, ...], Field(min_length=1, max_length=MAX_CUTS)]
    """Ids of cuts of that version, in the order in which they are inserted."""
    after: CutId | None
    """Id of the cut that they follow; null: they come first."""
    replacing: Annotated[tuple[CutId, ...], Field(max_length=MAX_CUTS)] = ()


class Borrowed(Borrow):
    """A borrow with copies of the cuts, made on acceptance, so that it applies for ever."""

    letter: str
    """Letter of the other direction: A, B, C."""
    numbers: Annotated[tuple[int, ...], Field(max_length=MAX_CUTS)]
    """Numbers of the cuts there."""
    written: Annotated[tuple[Cut, ...], Field(min_length=1, max_length=MAX_CUTS)]
    """The cuts as they are there, with ids of this production. Lengths are at its frame rate."""
    sheet: Annotated[tuple[SheetEntry, ...], Field(max_length=8)] = ()
    """Sheet entries that they show, as in the other sheet."""


class Restore(Frozen):
    """Restores exact cuts and their order: the inverse of operations that no other operation can
    undo.

    Made when an operation is undone, never accepted from a caller.
    """

    op: Literal["restore"] = "restore"
    onto: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Hash of the cuts and the sheet that it replaces; see `conte.revision.restoring`."""
    cuts: Annotated[tuple[Cut, ...], Field(min_length=1, max_length=16)]
    """All cuts, in order, to restore."""
    sheet: Annotated[tuple[SheetEntry, ...], unset(()), Field(max_length=8)] = ()
    """Sheet to restore; empty: unchanged."""


Sent = Annotated[
    Edit | Add | Remove | Move | Retime | Split | Merge | Lock | Unlock | PickTake
    | PlaceSound | RemoveSound | EditTreatment | EditLook | EditSheet | EditBrief | Borrow,
    Field(discriminator="op"),
]  # fmt: skip
"""Operations that callers may send."""
Operation = Annotated[
    Edit | Add | Remove | Move | Retime | Split | Merge | Lock | Unlock | PickTake
    | PlaceSound | RemoveSound | EditTreatment | EditLook | EditSheet | EditBrief | Borrowed
    | Restore,
    Field(discriminator="op"),
]  # fmt: skip
AnyOperation = Operation | Borrow
"""All operations: those that callers send, and those that are only stored."""
MAX_OPERATIONS = 200
SentOperations = Annotated[tuple[Sent, ...], Field(min_length=1, max_length=MAX_OPERATIONS)]
Operations = Annotated[tuple[Operation, ...], Field(min_length=1, max_length=MAX_OPERATIONS)]
