"""Operations: one edit each, in the domain's words, on cut ids. A version is what they make.

`before` is what the caller saw: the optimistic lock, and the change table's column. Types only;
`conte.revision.applying` knows what each does.
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
"""A field within a look, a sheet entry or a brief, such as `product.name` or `palette`."""

_OTHERWISE = (
    "number", "num_frames", "id", "seed", "start", "split_from", "take", "sounds", "locked",
)  # fmt: skip
EDITABLE: tuple[str, ...] = tuple(name for name in Cut.model_fields if name not in _OTHERWISE)
"""Fields of a cut that `edit` changes; a cut's length is `retime`'s, its place `move`'s."""
LOCKABLE: tuple[str, ...] = (*EDITABLE, "num_frames", "take")
"""A cut whose `num_frames` is locked neither gives time nor takes any."""

MAX_FRAMES = 100_000
"""More than the longest film has: keeps numbers at a size that can be reckoned with."""


class Edit(Frozen):
    op: Literal["edit"] = "edit"
    cut: CutId
    field: Annotated[str, Field(max_length=64, json_schema_extra={"enum": list(EDITABLE)})]
    before: JsonValue
    after: JsonValue


class Add(Frozen):
    """A new cut of `cut.num_frames`, which the cuts beside it give; see `giving`."""

    op: Literal["add"] = "add"
    after: CutId | None
    """The cut it comes after; null: it comes first."""
    cut: Cut
    """Its number is ignored; an empty id and seed are filled in where the operation is accepted."""
    giving: CutId | None = None
    """The cut that gives the time; null: all, in proportion."""


class Remove(Frozen):
    op: Literal["remove"] = "remove"
    cut: CutId
    taking: CutId | None = None
    """The cut that takes its time; null: all, in proportion."""


class Move(Frozen):
    op: Literal["move"] = "move"
    cut: CutId
    after: CutId | None


class Retime(Frozen):
    """A cut is to last `frames`; the cut `source` gives or takes the difference."""

    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    op: Literal["retime"] = "retime"
    cut: CutId
    frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    source: Annotated[CutId, Field(alias="from")]


class Split(Frozen):
    """A cut becomes two, the second with frame `at` as its first; it gets the id `into`."""

    op: Literal["split"] = "split"
    cut: CutId
    at: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    into: CutId | None = None
    """None: filled in where the operation is accepted."""


class Merge(Frozen):
    """A cut takes the time of the next one, which is removed."""

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
    """Empty: no pick, the newest that is rendered."""


class PlaceSound(Frozen):
    """A recording begins on a frame of a cut. One that stands already is changed, or moved."""

    op: Literal["place_sound"] = "place_sound"
    cut: CutId
    sound: Sound
    """Its name and length are those of the upload; an empty id is filled in where the operation is
    accepted."""


class RemoveSound(Frozen):
    op: Literal["remove_sound"] = "remove_sound"
    sound: SoundId


class EditTreatment(Frozen):
    """Title, concept, slogan or structure; the look and the sheet have operations of their own."""

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
    """A field of a sheet entry; the field `entry` is all of it, null before it is added or after
    it is removed."""

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
    """Cuts of another direction of the same project, such as C's ending for A.

    In place of the cuts `replacing`, whose time they share in proportion to their lengths; in place
    of none they keep their lengths, and all other cuts give the time in proportion.
    """

    op: Literal["borrow"] = "borrow"
    production: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
    """The other direction's."""
    version: Annotated[int, Field(ge=1, le=10_000)]
    cuts: Annotated[tuple[CutId, ...], Field(min_length=1, max_length=MAX_CUTS)]
    """Ids of cuts of that version, in the order they are to stand in."""
    after: CutId | None
    """The cut they come after; null: they come first."""
    replacing: Annotated[tuple[CutId, ...], Field(max_length=MAX_CUTS)] = ()


class Borrowed(Borrow):
    """A borrow with what it brings: made where it is accepted, so that it applies for ever."""

    letter: str
    """The other direction's: A, B, C."""
    numbers: Annotated[tuple[int, ...], Field(max_length=MAX_CUTS)]
    """The places the cuts have there."""
    written: Annotated[tuple[Cut, ...], Field(min_length=1, max_length=MAX_CUTS)]
    """The cuts as they are there, with ids of this production. Lengths are of its frame rate."""
    sheet: Annotated[tuple[SheetEntry, ...], Field(max_length=8)] = ()
    """The entries that they show, as the other sheet has them."""


class Restore(Frozen):
    """The exact cuts and order of before: the inverse of what no other operation undoes alone.

    Made where an operation is undone, never accepted from a caller.
    """

    op: Literal["restore"] = "restore"
    onto: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Hash of the cuts and sheet that it undoes; see `conte.revision.restoring`."""
    cuts: Annotated[tuple[Cut, ...], Field(min_length=1, max_length=16)]
    """Every cut, in order, as it was."""
    sheet: Annotated[tuple[SheetEntry, ...], unset(()), Field(max_length=8)] = ()
    """The sheet as it was; empty: as it is."""


Sent = Annotated[
    Edit | Add | Remove | Move | Retime | Split | Merge | Lock | Unlock | PickTake
    | PlaceSound | RemoveSound | EditTreatment | EditLook | EditSheet | EditBrief | Borrow,
    Field(discriminator="op"),
]  # fmt: skip
"""What callers may send."""
Operation = Annotated[
    Edit | Add | Remove | Move | Retime | Split | Merge | Lock | Unlock | PickTake
    | PlaceSound | RemoveSound | EditTreatment | EditLook | EditSheet | EditBrief | Borrowed
    | Restore,
    Field(discriminator="op"),
]  # fmt: skip
AnyOperation = Operation | Borrow
"""What callers may send, or what is stored of it."""
MAX_OPERATIONS = 200
SentOperations = Annotated[tuple[Sent, ...], Field(min_length=1, max_length=MAX_OPERATIONS)]
Operations = Annotated[tuple[Operation, ...], Field(min_length=1, max_length=MAX_OPERATIONS)]
