"""Retime, add, remove: which cuts give time and which take it. The film's length never changes."""

from collections.abc import Sequence

from conte.cut import Cut
from conte.revision.cuts import check_unlocked, place_of, with_cuts
from conte.revision.operations import Add, Remove, Retime
from conte.revision.phrase import locked_in
from conte.revision.refusals import Refused
from conte.revision.working import Working
from conte.sound import shifted
from conte.timing import min_cut_frames, share_frames

MAX_SEED = 0x7FFF_FFFF
MAX_START = 100_000
"""Largest `start` in frames, on either side: more than the longest film has."""


def retime(working: Working, op: Retime) -> Working:
    """Change a cut's length. Between neighbours their boundary moves; otherwise the end of each
    does.

    A cut whose beginning moves shows another part of its own timeline: its `start` moves too, so
    that the remaining frames are the same ones.
    """
    place = place_of(working, op.cut, "cut")
    source = place_of(working, op.source, "from")
    if place == source:
        raise Refused("from", "gives_itself")
    cuts = list(working.conte.cuts)
    more = op.frames - cuts[place].num_frames
    if not more:
        return working
    check_unlocked(cuts[place], "num_frames", "cut")
    check_unlocked(cuts[source], "num_frames", "from")
    cuts[place] = lasting(cuts[place], more, at_its_beginning=source == place - 1)
    cuts[source] = lasting(cuts[source], -more, at_its_beginning=source == place + 1)
    return with_cuts(working, cuts, "frames")


def add(working: Working, op: Add) -> Working:
    """Add a cut; the others give its time at their ends, their beginnings stay."""
    cuts = list(working.conte.cuts)
    new = _checked(working, op.cut)
    place = 0 if op.after is None else place_of(working, op.after, "after") + 1
    if op.giving is None:
        left = working.conte.num_frames - new.num_frames
        cuts = shared(cuts, left, working.brief.fps, "cut.num_frames")
    else:
        giver = place_of(working, op.giving, "giving")
        check_unlocked(cuts[giver], "num_frames", "giving")
        cuts[giver] = lasting(cuts[giver], -new.num_frames)
    return with_cuts(working, [*cuts[:place], new, *cuts[place:]], "cut.num_frames")


def remove(working: Working, op: Remove) -> Working:
    """Remove a cut; the others take its time at their ends, their beginnings stay."""
    cuts = list(working.conte.cuts)
    gone = cuts.pop(place_of(working, op.cut, "cut"))
    if gone.locked:
        raise Refused("cut", "locked_fields", number=gone.number, fields=locked_in(gone))
    if op.taking is None:
        cuts = shared(cuts, working.conte.num_frames, working.brief.fps, "cut")
        return with_cuts(working, cuts, "cut")
    if op.taking == op.cut:
        raise Refused("taking", "takes_itself")
    place_of(working, op.taking, "taking")
    taker = next(place for place, cut in enumerate(cuts) if cut.id == op.taking)
    check_unlocked(cuts[taker], "num_frames", "taking")
    cuts[taker] = lasting(cuts[taker], gone.num_frames)
    return with_cuts(working, cuts, "cut")


def lasting(cut: Cut, more: int, at_its_beginning: bool = False) -> Cut:
    """Return the cut, longer by `more` frames at its end or at its beginning."""
    start = cut.start - more if at_its_beginning else cut.start
    num_frames = cut.num_frames + more
    # They stay with the picture that they begin on.
    sounds = shifted(cut.sounds, cut.start - start, max(num_frames, 1))
    return cut.model_copy(update={"num_frames": num_frames, "start": start, "sounds": sounds})


def _checked(working: Working, new: Cut) -> Cut:
    if not new.id or new.seed is None:
        raise ValueError("the operation is not settled: its cut has no id or no seed")
    if new.id in (cut.id for cut in working.conte.cuts):
        raise Refused("cut.id", "cut_exists", cut=new.id)
    known = [entry.id for entry in working.conte.sheet]
    if unknown := [entry for entry in new.entries if entry not in known]:
        raise Refused("cut.shows", "shows_unknown", got=", ".join(unknown), known=", ".join(known))
    if new.num_frames > working.conte.num_frames:
        raise Refused(
            "cut.num_frames",
            "longer_than_film",
            got=new.num_frames,
            frames=working.conte.num_frames,
        )
    if not 0 <= new.seed <= MAX_SEED:
        raise Refused("cut.seed", "out_of_range", least=0, most=MAX_SEED)
    if abs(new.start) > MAX_START:
        raise Refused("cut.start", "start_out_of_range", least=-MAX_START, most=MAX_START)
    return new


def shared(cuts: Sequence[Cut], num_frames: int, fps: int, field: str) -> list[Cut]:
    """Return the cuts, sharing `num_frames` in proportion to their lengths; locked lengths stay."""
    open_ = [cut for cut in cuts if "num_frames" not in cut.locked]
    left = num_frames - sum(cut.num_frames for cut in cuts if "num_frames" in cut.locked)
    if not open_:
        raise Refused(field, "lengths_locked")
    try:
        shares = share_frames(left, [cut.num_frames for cut in open_], min_cut_frames(fps))
    except ValueError:
        least = len(open_) * min_cut_frames(fps)
        raise Refused(
            field, "share_too_little", cuts=len(open_), left=left / fps, least=least / fps
        ) from None
    given = iter(shares)
    return [
        cut if "num_frames" in cut.locked else lasting(cut, next(given) - cut.num_frames)
        for cut in cuts
    ]
