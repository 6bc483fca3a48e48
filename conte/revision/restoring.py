"""Restore: puts back the cuts and the sheet of the state before an operation, onto exactly the
state after it.
"""

from conte.conte import Conte
from conte.frozen import digest
from conte.revision.cuts import with_cuts
from conte.revision.operations import Restore
from conte.revision.phrase import phrase
from conte.revision.refusals import Conflict, Refused
from conte.revision.working import Working


def restorer(before: Working, after: Working) -> Restore:
    """Return the operation that turns the cuts and the sheet of `after` into those of `before`."""
    same = before.conte.sheet == after.conte.sheet
    return Restore(
        onto=cuts_hash(after.conte),
        cuts=before.conte.cuts,
        sheet=() if same else before.conte.sheet,
    )


def restore(working: Working, op: Restore) -> Working:
    stands = cuts_hash(working.conte)
    if stands != op.onto:
        raise Conflict("onto", phrase("cuts_or_sheet"), op.onto, stands)
    frames = sum(cut.num_frames for cut in op.cuts)
    if frames != working.conte.num_frames:
        raise Refused("cuts", "not_the_films_length", got=frames, frames=working.conte.num_frames)
    ids = [cut.id for cut in op.cuts]
    if len(set(ids)) != len(ids) or not all(ids):
        raise Refused("cuts", "ids_alike", got=", ".join(ids))
    restored = with_cuts(working, op.cuts, "cuts")
    if op.sheet:
        conte = restored.conte.model_copy(update={"sheet": op.sheet})
        restored = restored.model_copy(update={"conte": conte})
    known = {entry.id for entry in restored.conte.sheet}
    for cut in restored.conte.cuts:
        if unknown := [entry for entry in cut.entries if entry not in known]:
            got = ", ".join(unknown)
            raise Refused("cuts", "cut_shows_unknown", number=cut.number, got=got)
    return restored


def cuts_hash(conte: Conte) -> str:
    return digest(conte.model_dump(mode="json", include={"cuts", "sheet"}))
