"""Inverses: the operations that undo one exactly. Undo and redo are operations like any other."""

from collections.abc import Iterable

from conte.revision.applying import apply, apply_all
from conte.revision.cuts import place_of
from conte.revision.fields import SAYS_WHAT_IS_SEEN
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
from conte.revision.refusals import NotApplied
from conte.revision.restoring import restorer
from conte.revision.sounds import sound_of
from conte.revision.working import Working

Operations = tuple[Operation, ...]


def inverse_all(before: Working, operations: Iterable[Operation]) -> Operations:
    """Return the operations that undo all of them, the last one first."""
    undoing: Operations = ()
    for op in operations:
        undoing = inverse(before, op) + undoing
        before = apply(before, op)
    return undoing


def inverse(before: Working, op: Operation) -> Operations:
    """Return the operations that restore the state before `op`, byte for byte.

    Empty if `op` changes nothing. A `Restore` if no other operation can do it, for example after
    time was shared in proportion, or words were joined.

    Raises:
        NotApplied: if `op` cannot be applied.
    """
    after = apply(before, op)
    if after == before:
        return ()
    undoing = _opposite(before, op)
    if isinstance(op, Edit | EditTreatment | EditLook | EditBrief):
        return undoing
    try:
        if undoing and apply_all(after, undoing) == before:
            return undoing
    except (NotApplied, ValueError):
        # A cut that was stored under other rules cannot be added, and can be restored.
        pass
    return (restorer(before, after),)


def _opposite(before: Working, op: Operation) -> Operations:
    """Return the opposite operations, which may not restore everything."""
    match op:
        case Edit(field=field) if field in SAYS_WHAT_IS_SEEN:
            cut = before.conte.cuts[place_of(before, op.cut, "cut")]
            undoing = op.model_copy(update={"before": op.after, "after": op.before})
            if cut.staging is None or "staging" in cut.locked:
                return (undoing,)
            # The edit has dropped it.
            staging = cut.staging.model_dump(mode="json")
            return (undoing, Edit(cut=op.cut, field="staging", before=None, after=staging))
        case Edit() | EditTreatment() | EditLook() | EditSheet() | EditBrief():
            return (op.model_copy(update={"before": op.after, "after": op.before}),)
        case Add():
            unlocking = (Unlock(cut=op.cut.id, field=field) for field in op.cut.locked)
            return (*unlocking, Remove(cut=op.cut.id, taking=op.giving))
        case Remove():
            gone = before.conte.cuts[place_of(before, op.cut, "cut")]
            return (Add(after=_before(before, op.cut), cut=gone, giving=op.taking),)
        case Move():
            return (Move(cut=op.cut, after=_before(before, op.cut)),)
        case Retime():
            frames = before.conte.cuts[place_of(before, op.cut, "cut")].num_frames
            return (op.model_copy(update={"frames": frames}),)
        case Split():
            return () if op.into is None else (Merge(cut=op.cut, next=op.into),)
        case Merge():
            frames = before.conte.cuts[place_of(before, op.cut, "cut")].num_frames
            return (Split(cut=op.cut, at=frames, into=op.next),)
        case Lock():
            return (Unlock(cut=op.cut, field=op.field),)
        case Unlock():
            return (Lock(cut=op.cut, field=op.field),)
        case PickTake():
            take = before.conte.cuts[place_of(before, op.cut, "cut")].take
            return (op.model_copy(update={"take": take}),)
        case PlaceSound():
            found = sound_of(before, op.sound.id)
            if found is None:
                return (RemoveSound(sound=op.sound.id),)
            return (PlaceSound(cut=found[0].id, sound=found[1]),)
        case RemoveSound():
            found = sound_of(before, op.sound)
            return (PlaceSound(cut=found[0].id, sound=found[1]),) if found else ()
        case Borrowed() | Restore():
            return ()


def _before(working: Working, cut: str) -> str | None:
    """Return the id of the cut in front of `cut`; None: it is the first."""
    place = place_of(working, cut, "cut")
    return working.conte.cuts[place - 1].id if place else None
