"""Recordings in a three-way merge. A recording is one value: its place, its part that is heard, its
level."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conte.cut import Cut
from conte.revision.operations import PlaceSound, RemoveSound
from conte.revision.phrase import Phrase, phrase
from conte.revision.sounds import sound_of
from conte.revision.sounds_read import AnchoredSound, anchored
from conte.revision.value_text import Reader, sound_text
from conte.revision.working import Working


@dataclass(frozen=True)
class SoundClash:
    """A recording that draft and file have changed differently. The versions are texts; None:
    removed."""

    key: str
    cut: Cut | None
    """Cut of the draft in which it begins; None: removed there."""
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass
class SoundsMerged:
    operations: list[PlaceSound | RemoveSound] = field(
        default_factory=list[PlaceSound | RemoveSound]
    )
    clashes: list[SoundClash] = field(default_factory=list[SoundClash])
    unread: list[tuple[str, Phrase]] = field(default_factory=list[tuple[str, Phrase]])
    """Place and reason of each change that no operation can express."""


def merged_sounds(
    base: Working,
    ours: Working,
    working: Working,
    changed: Mapping[str, AnchoredSound | None],
    choices: Mapping[str, str],
) -> SoundsMerged:
    """Merge the file's changes of recordings.

    `working`: the draft after the file's cuts were merged, to which the operations apply.
    """
    merged = SoundsMerged()
    was, now = anchored(base.conte), anchored(ours.conte)
    for id, theirs in changed.items():  # noqa: A001
        key, standing = f"{id}.sound", now.get(id)
        if standing == theirs:
            continue
        if standing != was[id] and key not in choices:
            texts = (_text(one, base, working) for one in (was[id], standing, theirs))
            cut = None if standing is None else _cut(standing.cut, ours)
            merged.clashes.append(SoundClash(key, cut, *texts))
        elif standing == was[id] or choices[key] == "theirs":
            _take(merged, working, id, theirs)
    return merged


def _take(merged: SoundsMerged, working: Working, id: str, theirs: AnchoredSound | None) -> None:  # noqa: A002
    standing = sound_of(working, id)
    if theirs is None:
        if standing is not None:  # its cut may have taken it along
            merged.operations.append(RemoveSound(sound=id))
        return
    cut = _cut(theirs.cut, working)
    frame = 0 if cut is None else theirs.anchor - cut.start
    if cut is None or not 0 <= frame < cut.num_frames:
        why = (
            phrase("no_place_for_sound")
            if cut is None
            else phrase("no_frame_for_sound", frame=frame, number=cut.number)
        )
        merged.unread.append((theirs.sound.name or id, why))
        return
    sound = theirs.sound.model_copy(update={"frame": frame})
    if standing != (cut, sound):
        merged.operations.append(PlaceSound(cut=cut.id, sound=sound))


def _text(one: AnchoredSound | None, base: Working, working: Working) -> str | None:
    if one is None:
        return None
    cut = _cut(one.cut, working) or _cut(one.cut, base)
    assert cut is not None
    sound = one.sound.model_copy(update={"frame": max(0, one.anchor - cut.start)})
    return sound_text(sound, cut.number, Reader.of(base, base.brief.language))


def _cut(id: str, version: Working) -> Cut | None:  # noqa: A002
    return next((cut for cut in version.conte.cuts if cut.id == id), None)
