"""Edits of one field: of a cut, the treatment, its look, its sheet. Locks and picked takes too."""

from typing import Any

from conte.conte import SheetEntry
from conte.cut import Cut
from conte.frozen import Frozen
from conte.revision.cuts import check_unlocked, place_of, with_cut
from conte.revision.operations import (
    EDITABLE,
    LOCKABLE,
    Edit,
    EditLook,
    EditSheet,
    EditTreatment,
    Lock,
    PickTake,
    Unlock,
)
from conte.revision.phrase import (
    conte_field,
    cut_field,
    entry_field,
    look_field,
    phrase,
)
from conte.revision.refusals import Refused
from conte.revision.values import edited, taken
from conte.revision.working import Working

INSTEAD = ("num_frames", "number", "start", "take", "sounds", "locked")
"""Fields of a cut that another operation changes; the phrase `instead_...` names it."""
SAYS_WHAT_IS_SEEN = ("action", "place", "setting", "shows")
"""Fields about the picture. Editing one drops the cut's staging, which could contradict the new
words."""
TREATMENT = ("title", "structure", "concept", "slogan")
WHOLE_ENTRY = "entry"


class _Listed(Frozen):
    """A sheet entry as a field's value."""

    entry: SheetEntry | None


def edit(working: Working, op: Edit) -> Working:
    cut = working.conte.cuts[place_of(working, op.cut, "cut")]
    _check_field(op.field, EDITABLE)
    what = cut_field(cut.number, op.field)
    new = edited(cut, op.field, what, op.before, op.after)
    if new is cut:
        return working
    check_unlocked(cut, op.field, "field")
    if op.field in SAYS_WHAT_IS_SEEN and "staging" not in new.locked:
        new = new.model_copy(update={"staging": None})
    if op.field in ("shows", "staging"):
        known = [entry.id for entry in working.conte.sheet]
        if unknown := [entry for entry in new.entries if entry not in known]:
            got, ids = ", ".join(unknown), ", ".join(known)
            raise Refused("after", "not_of_the_sheet", what=what, got=got, known=ids)
    return with_cut(working, new)


def lock(working: Working, op: Lock) -> Working:
    _check_field(op.field, LOCKABLE)
    cut = working.conte.cuts[place_of(working, op.cut, "cut")]
    return _with_locks(working, cut, {*cut.locked, op.field})


def unlock(working: Working, op: Unlock) -> Working:
    cut = working.conte.cuts[place_of(working, op.cut, "cut")]
    return _with_locks(working, cut, {*cut.locked} - {op.field})


def pick_take(working: Working, op: PickTake) -> Working:
    """Pick a take; the caller checks that it exists."""
    cut = working.conte.cuts[place_of(working, op.cut, "cut")]
    if cut.take == op.take:
        return working
    check_unlocked(cut, "take", "take")
    return with_cut(working, cut.model_copy(update={"take": op.take}))


def edit_treatment(working: Working, op: EditTreatment) -> Working:
    _check_field(op.field, TREATMENT)
    conte = working.conte
    new = edited(conte.treatment, op.field, conte_field(op.field), op.before, op.after)
    return _with_conte(working, {op.field: getattr(new, op.field)})


def edit_look(working: Working, op: EditLook) -> Working:
    look = working.conte.look
    _check_field(op.field, tuple(type(look).model_fields))
    new = edited(look, op.field, look_field(op.field), op.before, op.after)
    return _with_conte(working, {"look": new})


def edit_sheet(working: Working, op: EditSheet) -> Working:
    sheet = list(working.conte.sheet)
    place = next((place for place, one in enumerate(sheet) if one.id == op.entry), None)
    if op.field == WHOLE_ENTRY:
        return _edit_entry(working, op, place)
    if place is None:
        known = ", ".join(entry.id for entry in sheet)
        raise Refused("entry", "no_entry", got=op.entry, known=known)
    entry = sheet[place]
    _check_field(op.field, tuple(n for n in type(entry).model_fields if n not in ("kind", "id")))
    what = entry_field(op.entry, entry.kind, op.field)
    sheet[place] = edited(entry, op.field, what, op.before, op.after)
    return _with_conte(working, {"sheet": tuple(sheet)})


def _edit_entry(working: Working, op: EditSheet, place: int | None) -> Working:
    """Add a sheet entry at the end, change it, or remove it if no cut shows it."""
    sheet = list(working.conte.sheet)
    what = phrase("sheet_entry", entry=op.entry)
    now = _Listed(entry=None if place is None else sheet[place])
    new = edited(now, "entry", what, op.before, op.after).entry
    if new == now.entry:
        return working
    if new is not None and new.id != op.entry:
        raise Refused("after", "another_entry", what=what, got=new.id, wanted=op.entry)
    if place is None:
        sheet += [new] if new is not None else []
    elif new is not None:
        sheet[place] = new
    else:
        shown = [str(cut.number) for cut in working.conte.cuts if op.entry in cut.entries]
        if shown:
            raise Refused("after", "entry_shown", what=what, cuts=", ".join(shown))
        del sheet[place]
    entries = taken(working.conte.treatment, "sheet", conte_field("sheet"), tuple(sheet), "after")
    return _with_conte(working, {"sheet": entries})


def _check_field(field: str, known: tuple[str, ...]) -> None:
    if field in known:
        return
    names = ", ".join(known)
    if field in INSTEAD:
        instead = phrase(f"instead_{field}")
        raise Refused("field", "no_field_instead", got=field, known=names, instead=instead)
    raise Refused("field", "no_field", got=field, known=names)


def _with_locks(working: Working, cut: Cut, names: set[str]) -> Working:
    # Sorted, so that unlocking and locking again gives the same cut.
    locked = tuple(sorted(names))
    return (
        working
        if locked == cut.locked
        else with_cut(working, cut.model_copy(update={"locked": locked}))
    )


def _with_conte(working: Working, changed: dict[str, Any]) -> Working:
    return working.model_copy(update={"conte": working.conte.model_copy(update=changed)})
