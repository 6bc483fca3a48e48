"""Operation -> a new working state. The rules of the language hold after each operation."""

from collections.abc import Iterable

from conte.revision.borrowing import borrow
from conte.revision.briefs import edit_brief
from conte.revision.cuts import place_of, with_cuts
from conte.revision.fields import (
    edit,
    edit_look,
    edit_sheet,
    edit_treatment,
    lock,
    pick_take,
    unlock,
)
from conte.revision.halves import merge, split
from conte.revision.lengths import add, remove, retime
from conte.revision.operations import (
    Add,
    Borrowed,
    Edit,
    EditBrief,
    EditLook,
    EditSheet,
    EditTreatment,
    Lock,
    Merge,
    Move,
    Operation,
    PickTake,
    PlaceSound,
    Remove,
    RemoveSound,
    Restore,
    Retime,
    Split,
    Unlock,
)
from conte.revision.refusals import NotApplied, Refused
from conte.revision.restoring import restore
from conte.revision.sounds import place_sound, remove_sound
from conte.revision.working import Working


def apply_all(working: Working, operations: Iterable[Operation]) -> Working:
    """Apply all of them in order, or none.

    Raises:
        NotApplied: with the `index` of the operation that cannot be applied.
    """
    for index, op in enumerate(operations):
        try:
            working = apply(working, op)
        except NotApplied as error:
            error.index = index
            raise
    return working


def apply(working: Working, op: Operation) -> Working:
    """Apply one settled operation; the same gives the same, wherever and whenever.

    Raises:
        Refused: if a rule would be broken, or the field does not accept the value.
        UnknownCut: if there is no cut with an id that it names.
        Conflict: if `before` is not the current value.
        ValueError: if it is not settled; see `conte.revision.settling`.
    """
    match op:
        case Edit():
            return edit(working, op)
        case Add():
            return add(working, op)
        case Remove():
            return remove(working, op)
        case Move():
            return move(working, op)
        case Retime():
            return retime(working, op)
        case Split():
            return split(working, op)
        case Merge():
            return merge(working, op)
        case Lock():
            return lock(working, op)
        case Unlock():
            return unlock(working, op)
        case PickTake():
            return pick_take(working, op)
        case PlaceSound():
            return place_sound(working, op)
        case RemoveSound():
            return remove_sound(working, op)
        case EditTreatment():
            return edit_treatment(working, op)
        case EditLook():
            return edit_look(working, op)
        case EditSheet():
            return edit_sheet(working, op)
        case EditBrief():
            return edit_brief(working, op)
        case Borrowed():
            return borrow(working, op)
        case Restore():
            return restore(working, op)


def move(working: Working, op: Move) -> Working:
    """Move a cut unchanged.

    It keeps `transition` and `continues` even at the beginning of the film, where engines ignore
    them: moved back, it is what it was.
    """
    cuts = list(working.conte.cuts)
    cut = cuts.pop(place_of(working, op.cut, "cut"))
    if op.after == op.cut:
        raise Refused("after", "after_itself")
    if op.after is None:
        return with_cuts(working, [cut, *cuts], "after")
    place_of(working, op.after, "after")
    place = next(place for place, one in enumerate(cuts, 1) if one.id == op.after)
    return with_cuts(working, [*cuts[:place], cut, *cuts[place:]], "after")
