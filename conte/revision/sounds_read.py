"""Compares the recordings of an edited file with the exported version: moved, trimmed, level
changed, removed.

A recording's place is the picture on which it begins, so that trimming or moving its cut does not
change it. A missing recording counts as removed only if the file has any other one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from conte.conte import Conte
from conte.heard import HeardSound, heard_frames, heard_sounds
from conte.media_name import named, sound_media_in, sound_media_name
from conte.revision.edited import EditedSound
from conte.revision.phrase import Phrase, phrase
from conte.sound import LEAST_GAIN_DB, MOST_GAIN_DB, Sound

_SAME_DB = 0.05
"""Tolerance in dB, because programs round levels."""


@dataclass(frozen=True)
class AnchoredSound:
    """A recording with its place on a cut's own timeline, which trims do not move."""

    cut: str
    anchor: int
    sound: Sound
    """The recording with frame 0; its place is `anchor`."""


@dataclass
class SoundsRead:
    changed: dict[str, AnchoredSound | None] = field(
        default_factory=dict[str, AnchoredSound | None]
    )
    """Changed recordings by id, in the version's order; None: removed."""
    unread: list[tuple[str, Phrase]] = field(default_factory=list[tuple[str, Phrase]])
    """Place and reason of what was not understood."""


def anchored(conte: Conte) -> dict[str, AnchoredSound]:
    """Return the recordings of a conte by id."""
    return {
        one.id: AnchoredSound(
            cut.id,
            cut.start + min(one.frame, cut.num_frames - 1),
            one.model_copy(update={"frame": 0}),
        )
        for cut in conte.cuts
        for one in cut.sounds
    }


def read_sounds(base: Conte, fps: int, sounds: Sequence[EditedSound]) -> SoundsRead:
    """Compare the file's recordings with those of the exported version."""
    read, was = SoundsRead(), anchored(base)
    heard = {one.sound.id: one for one in heard_sounds(base, fps)}
    found = _resolved(heard.values(), sounds, read)
    if heard and not found:
        read.unread.append(("sounds", phrase("none_of_the_recordings")))
        return read
    for id, one in heard.items():  # noqa: A001
        there = found.get(id)
        if there is None:
            read.changed[id] = None
        elif there.cut and (theirs := _theirs(base, one, was[id], there, read)) != was[id]:
            read.changed[id] = theirs
    return read


def _resolved(
    heard: Iterable[HeardSound], sounds: Sequence[EditedSound], read: SoundsRead
) -> dict[str, EditedSound]:
    """Return the file's recordings by id; a file name counts as an id if only one recording
    has it."""
    ids = {one.sound.id for one in heard}
    found = {one.sound: one for one in sounds if one.sound in ids}
    media = {
        one.sound.id: sound_media_name(one.sound.kind, one.sound.upload)
        for one in heard
        if one.sound.id not in found
    }
    nameless = [one for one in sounds if one.sound not in ids]
    times = Counter(sound_media_in(one.sound) for one in nameless)
    for one in nameless:
        name = sound_media_in(one.sound)
        own = [one_of for one_of, known in media.items() if known == name]
        if name and len(own) == times[name] == 1:
            found[own[0]] = one
        else:
            # It may be any of those: none of them is taken for removed.
            found |= {one_of: EditedSound(sound=one_of) for one_of in own}
            read.unread.append((one.sound, phrase("no_exported_recording")))
    return found


def _theirs(
    base: Conte, heard: HeardSound, was: AnchoredSound, there: EditedSound, read: SoundsRead
) -> AnchoredSound:
    """Return the recording as the file has it; unchanged if that is not understood."""

    def unread(name: str, /, **values: float) -> AnchoredSound:
        read.unread.append((heard.sound.name or heard.sound.id, phrase(name, **values)))
        return was

    cut = next(
        (c for c in base.cuts if there.cut == c.id or named(there.cut, c.number, c.id)), None
    )
    left = base.num_frames - there.starts
    if cut is None:
        return unread("begins_on_no_cut")
    if left <= 0:
        return unread("begins_after_the_end")
    num = min(there.num_frames, left)
    if there.skip + num > heard.there:
        return unread("longer_than_recording")
    sound = was.sound
    gain = sound.gain_db if there.gain_db is None else there.gain_db
    if there.gain_db is None and sound.gain_db:
        unread("level_not_there")
    if abs(gain - sound.gain_db) < _SAME_DB:
        gain = sound.gain_db
    elif not LEAST_GAIN_DB <= gain <= MOST_GAIN_DB:
        unread("level_out_of_range", got=gain, least=LEAST_GAIN_DB, most=MOST_GAIN_DB)
        gain = sound.gain_db
    lasts = num
    for unsaid in (sound.lasts, None):
        if heard_frames(heard.there, there.skip, unsaid, left) == num:
            lasts = unsaid
            break
    changes = {"skip": there.skip, "lasts": lasts, "gain_db": round(gain, 2)}
    return AnchoredSound(cut.id, cut.start + there.at, sound.model_copy(update=changes))
