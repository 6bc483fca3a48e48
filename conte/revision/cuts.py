"""The cuts of a working state: found by id, and replaced within the rules."""

from collections.abc import Mapping, Sequence

from conte.cut import Cut
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
        wanted = f"at least {MIN_CUTS}" if len(cuts) < MIN_CUTS else f"at most {MAX_CUTS}"
        raise Refused(field, f"the film would have {len(cuts)} cuts, wanted {wanted}")
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
        raise Refused(field, f"cut {cut.number}'s {name} is locked, unlock it first")


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
        raise Refused(
            field,
            f"cut {number} lasts {was.num_frames / fps:.3g} s and cannot give {gives / fps:.3g} s,"
            f" wanted at least {MIN_CUT_S:g} s left",
        )
    raise Refused(
        field,
        f"cut {number} would last {cut.num_frames / fps:.3g} s, wanted at least {MIN_CUT_S:g} s",
    )
