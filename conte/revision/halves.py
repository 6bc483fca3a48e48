"""Split and merge: one cut becomes two, two become one. A split alone changes nothing visible.

Both halves keep the picture, the take, and what applies to the whole cut: caption, legal notices,
music. What is said or sounds once (narration, dialogue, sound effect) stays with the first half.
The first half ends with a plain cut, and the second continues it as one take. A recording stays
with the half that has its frame.

A merge joins the words of both in order, and keeps the first one's picture and the second one's
transition. Merging the halves of a split gives back the cut that was split.
"""

from typing import Any

from conte.cut import Cut
from conte.frozen import seed_of
from conte.revision.cuts import check_unlocked, place_of, with_cuts
from conte.revision.operations import Merge, Split
from conte.revision.phrase import phrase, together
from conte.revision.refusals import Conflict, Refused
from conte.revision.values import taken
from conte.revision.working import Working
from conte.sound import Sound, in_order, shifted
from conte.timing import MIN_CUT_S
from conte.vocabulary import Transition

ONCE = ("narration", "dialogue", "sound_effect")
JOINTS = {"narration": " ", "caption": " ", "sound_effect": ", ", "music": ", ", "legal": "\n"}
"""Separator between two merged texts that differ."""


def split(working: Working, op: Split) -> Working:
    place = place_of(working, op.cut, "cut")
    cuts = list(working.conte.cuts)
    cut = cuts[place]
    if op.into is None:
        raise ValueError("the operation is not settled: the second half has no id")
    if op.into in (one.id for one in cuts):
        raise Refused("into", "cut_exists", cut=op.into)
    check_unlocked(cut, "num_frames", "cut")
    if op.at >= cut.num_frames:
        last = cut.num_frames - 1
        raise Refused(
            "at", "no_such_split", number=cut.number, last=last, got=op.at, least=MIN_CUT_S
        )
    first = cut.model_copy(
        update={
            "num_frames": op.at,
            "transition": Transition.CUT,
            "locked": tuple(name for name in cut.locked if name != "transition"),
            "sounds": tuple(one for one in cut.sounds if one.frame < op.at),
        }
    )
    said_once = {name: type(cut).model_fields[name].default for name in ONCE}
    later = tuple(one for one in cut.sounds if one.frame >= op.at)
    second = cut.model_copy(
        update={
            "id": op.into,
            "number": cut.number + 1,
            "seed": seed_of([op.into]),
            "num_frames": cut.num_frames - op.at,
            "start": cut.start + op.at,
            "split_from": cut.split_from or cut.id,
            "continues": True,
            "sounds": shifted(later, -op.at, cut.num_frames - op.at),
            "locked": tuple(name for name in cut.locked if name not in (*ONCE, "continues")),
            **said_once,
        }
    )
    return with_cuts(working, [*cuts[:place], first, second, *cuts[place + 1 :]], "at")


def merge(working: Working, op: Merge) -> Working:
    place = place_of(working, op.cut, "cut")
    next_place = place_of(working, op.next, "next")
    cuts = list(working.conte.cuts)
    if next_place != place + 1:
        stands = cuts[place + 1].id if place + 1 < len(cuts) else None
        what = phrase("next_cut", number=cuts[place].number)
        raise Conflict("next", what, op.next, stands)
    first, second = cuts[place], cuts[next_place]
    check_unlocked(first, "num_frames", "cut")
    check_unlocked(second, "num_frames", "next")
    words = {name: _joined(first, second, name) for name in JOINTS}
    words["dialogue"] = _dialogue(first, second)
    merged = first.model_copy(
        update={
            **words,
            "num_frames": first.num_frames + second.num_frames,
            "transition": second.transition,
            "sounds": _sounds(first, second),
            "locked": tuple(sorted({*first.locked, *second.locked})),
        }
    )
    _check_locks(first, merged, "cut", "transition")
    _check_locks(second, merged, "next", "continues")
    return with_cuts(working, [*cuts[:place], merged, *cuts[next_place + 1 :]], "next")


def _joined(first: Cut, second: Cut, name: str) -> str:
    one, other = getattr(first, name), getattr(second, name)
    if not one or not other or one == other:
        return one or other
    what = together(first.number, second.number, name)
    return taken(first, name, what, f"{one}{JOINTS[name]}{other}", "next")


def _dialogue(first: Cut, second: Cut) -> Any:
    what = together(first.number, second.number, "dialogue")
    lines = first.dialogue + second.dialogue
    return taken(first, "dialogue", what, lines, "next") if second.dialogue else first.dialogue


def _sounds(first: Cut, second: Cut) -> tuple[Sound, ...]:
    num_frames = first.num_frames + second.num_frames
    sounds = in_order((*first.sounds, *shifted(second.sounds, first.num_frames, num_frames)))
    what = together(first.number, second.number, "sounds")
    return taken(first, "sounds", what, sounds, "next") if second.sounds else first.sounds


def _check_locks(cut: Cut, merged: Cut, field: str, at_the_joint: str) -> None:
    """Raise `Refused` if a locked field of the cut is lost, other than `at_the_joint`."""
    for name in cut.locked:
        if name != at_the_joint and getattr(cut, name) != getattr(merged, name):
            check_unlocked(cut, name, field)
