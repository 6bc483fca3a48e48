"""The cuts of a working state: found by id, and replaced within the rules."""

from collections.abc import Mapping, Sequence

from conte.cut import Cut
from conte.revision.phrase import cut_field
from conte.revision.refusals import Refused, UnknownCut
from conte.revision.working import Working
from conte.timing import MAX_CUTS, MIN_CUT_S, MIN_CUTS, min_cut_frames


def place_of(working: Working, cut: str, field: str) -> int:
    """Return the cut's index, from 0. `field`: the field of the operation that names the cut."""
    for place, one in enumerate(working.conte.cuts):
        if one.id == cut:
            return place
    raise UnknownCut(field, cut)


def with_cut(working: Working, cut: Cut) -> Working:
    """Return the state with this cut in place of the one with its number and length."""
    cuts = list(working.conte.cuts)
    if cuts[cut.number - 1] is cut:
        return working
    cuts[cut.number - 1] = cut
    return _with(working, tuple(cuts))


def with_cuts(working: Working, cuts: Sequence[Cut], field: str) -> Working:
    """Return the state with these cuts in this order, renumbered. `field`: the field of the
    operation that decided it.

    Raises:
        Refused: if there are too few or too many, or a changed one would be too short.
    """
    if not MIN_CUTS <= len(cuts) <= MAX_CUTS:
        too_few = len(cuts) < MIN_CUTS
        name, most = ("too_few_cuts", MIN_CUTS) if too_few else ("too_many_cuts", MAX_CUTS)
        raise Refused(field, name, got=len(cuts), most=most)
    before = {cut.id: cut for cut in working.conte.cuts}
    placed = tuple(
        cut if cut.number == number else cut.model_copy(update={"number": number})
        for number, cut in enumerate(cuts, 1)
    )
    for cut in placed:
        _check_length(cut, before, working.brief.fps, field)
    if placed == working.conte.cuts:
        return working
    changed = _with(working, placed)
    if working.brief.cuts in (None, len(placed)):
        return changed
    # What was ordered once is no reason to refuse what is asked for now.
    brief = working.brief.model_copy(update={"cuts": len(placed)})
    return changed.model_copy(update={"brief": brief})


def check_unlocked(cut: Cut, name: str, field: str) -> None:
    """Raise `Refused` if the cut's field `name` is locked."""
    if name in cut.locked:
        raise Refused(field, "locked", what=cut_field(cut.number, name))


def _with(working: Working, cuts: tuple[Cut, ...]) -> Working:
    conte = working.conte.model_copy(update={"cuts": cuts})
    return working.model_copy(update={"conte": conte})


def _check_length(cut: Cut, before: Mapping[str, Cut], fps: int, field: str) -> None:
    was = before.get(cut.id)
    if cut.num_frames >= min_cut_frames(fps) or (was and was.num_frames == cut.num_frames):
        return
    number = was.number if was else cut.number
    if was and cut.num_frames < 1:
        gives = was.num_frames - cut.num_frames
        lasts, gives_s = was.num_frames / fps, gives / fps
        raise Refused(
            field, "cannot_give", number=number, lasts=lasts, gives=gives_s, least=MIN_CUT_S
        )
    lasts = cut.num_frames / fps
    raise Refused(field, "too_short", number=number, lasts=lasts, least=MIN_CUT_S)
