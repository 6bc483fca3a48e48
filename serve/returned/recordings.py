"""Audio clips of a timeline -> the recordings of an edited version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from conte.revision.edited import MAX_SOUNDS_READ, EditedSound

OUT_OF_STEP = "it does not lie on whole frames"
MAX_GAIN_DB = 1000.0
"""Largest gain, in dB, that is read."""
Place = Callable[[int], tuple[str, int] | None]
"""A frame of the film -> the cut there, and the frame within the cut, in the exported version."""
List = Callable[[str, str], None]


@dataclass(frozen=True)
class ReadSound:
    """An audio clip. Times in frames; None: not on a whole frame."""

    ids: tuple[str, ...]
    """Possible names of its recording, the most reliable first: its id, its media's file name."""
    name: str
    starts: int | None
    """Frame of the film on which it begins."""
    first: int | None
    """First audible frame of its media."""
    num_frames: int | None
    gain_db: float | None = None


def edited_sounds(
    sounds: Sequence[ReadSound], place: Place, unread: List
) -> tuple[EditedSound, ...]:
    """Return each recording once; if its place was not understood, only its presence."""
    by_id: dict[str, list[ReadSound]] = {}
    for one in sounds[:MAX_SOUNDS_READ]:
        by_id.setdefault(next(filter(None, one.ids), one.name)[:200], []).append(one)
    return tuple(_edited(name, _joined(own), place, unread) for name, own in by_id.items())


def _joined(pieces: Sequence[ReadSound]) -> list[ReadSound]:
    """Return the clips without duplicates, such as the second channel of a file; adjacent parts are
    joined.
    """
    found: list[ReadSound] = []
    for one in dict.fromkeys(replace(one, ids=()) for one in pieces):
        before = found[-1] if found else None
        if before is not None and _goes_on(before, one):
            frames = (before.num_frames or 0) + (one.num_frames or 0)
            found[-1] = replace(before, num_frames=frames)
        else:
            found.append(one)
    return found


def _goes_on(before: ReadSound, one: ReadSound) -> bool:
    if before.starts is None or before.first is None or before.num_frames is None:
        return False
    ends = before.starts + before.num_frames, before.first + before.num_frames
    return ends == (one.starts, one.first) and before.gain_db == one.gain_db


def _edited(id: str, pieces: Sequence[ReadSound], place: Place, unread: List) -> EditedSound:  # noqa: A002
    one = pieces[0]
    there = EditedSound(sound=id)
    if len(pieces) > 1:
        unread(one.name, "it was divided or copied; place it in the draft instead")
        return there
    if one.starts is None or one.first is None or not one.num_frames:
        unread(one.name, OUT_OF_STEP)
        return there
    if one.starts < 0 or one.first < 0:
        unread(one.name, "it begins before the film, or before its recording")
        return there
    if (found := place(one.starts)) is None:
        unread(one.name, "it begins where there is no picture")
        return there
    cut, at = found
    return EditedSound(
        sound=id,
        cut=cut[:200],
        at=at,
        starts=one.starts,
        skip=one.first,
        num_frames=one.num_frames,
        gain_db=one.gain_db,
    )
