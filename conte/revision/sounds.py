"""Sounds of a working state: placed at a frame of a cut, moved, removed."""

from conte.cut import Cut
from conte.revision.cuts import place_of, with_cut
from conte.revision.operations import PlaceSound, RemoveSound
from conte.revision.refusals import Refused
from conte.revision.working import Working
from conte.sound import MAX_SOUNDS, Sound, in_order


def place_sound(working: Working, op: PlaceSound) -> Working:
    """Place a sound; one with the same id is removed first.

    Raises:
        Refused: if the cut has no such frame, or too many sounds begin in it.
    """
    sound = op.sound
    if not sound.id:
        raise ValueError("the operation is not settled: the sound has no id")
    cut = working.conte.cuts[place_of(working, op.cut, "cut")]
    if sound.frame >= cut.num_frames:
        last = cut.num_frames - 1
        raise Refused("sound.frame", "no_such_frame", got=sound.frame, number=cut.number, last=last)
    found = sound_of(working, sound.id)
    if found is not None:
        if found == (cut, sound):
            return working
        working = _without(working, found[0], sound.id)
        cut = working.conte.cuts[cut.number - 1]
    if len(cut.sounds) >= MAX_SOUNDS:
        raise Refused("cut", "too_many_sounds", most=MAX_SOUNDS, number=cut.number)
    sounds = in_order((*cut.sounds, sound))
    return with_cut(working, cut.model_copy(update={"sounds": sounds}))


def remove_sound(working: Working, op: RemoveSound) -> Working:
    """Remove a sound.

    Raises:
        Refused: if there is none with this id.
    """
    found = sound_of(working, op.sound)
    if found is None:
        raise Refused("sound", "no_sound", sound=op.sound)
    return _without(working, found[0], op.sound)


def sound_of(working: Working, sound: str) -> tuple[Cut, Sound] | None:
    """Return a sound and the cut that it begins in; None if there is none with this id."""
    for cut in working.conte.cuts:
        for one in cut.sounds:
            if one.id == sound:
                return cut, one
    return None


def _without(working: Working, cut: Cut, sound: str) -> Working:
    left = tuple(one for one in cut.sounds if one.id != sound)
    return with_cut(working, cut.model_copy(update={"sounds": left}))
