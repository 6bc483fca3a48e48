"""Sound: a person's own recording in a film (NA, BGM, SE), placed on a frame of a cut."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from conte.bilingual import BilingualText
from conte.frozen import Frozen, Line, unset

SoundKind = Literal["na", "bgm", "se"]
SOUND_KINDS: tuple[SoundKind, ...] = get_args(SoundKind)
SOUND_WORDS: Mapping[SoundKind, BilingualText] = {
    "na": BilingualText(ko="내레이션", en="Narration"),
    "bgm": BilingualText(ko="배경 음악", en="Music"),
    "se": BilingualText(ko="효과음", en="Sound effect"),
}
SoundId = Annotated[str, StringConstraints(pattern=r"^s_[0-9a-z]{4,32}$")]
SoundFile = Annotated[str, StringConstraints(pattern=r"^sounds/[0-9a-f]{64}\.flac$")]
"""Vault key of an uploaded recording, as `POST .../sounds` names it."""
RATE = 48_000
"""Samples a second of every stored recording."""
Loudness = Literal["broadcast_kr", "web"]
"""Target loudness: -24 LKFS for Korean broadcasts, or -14 LUFS for the web."""
MAX_SOUNDS = 8
"""Most sounds that begin in one cut."""
MAX_FRAMES = 100_000
LEAST_GAIN_DB, MOST_GAIN_DB = -60.0, 12.0


class Sound(Frozen):
    """A recording that begins on a frame of a cut, and rings on into the cuts after it."""

    id: Annotated[str, StringConstraints(pattern=r"^(s_[0-9a-z]{4,32})?$"), unset("")] = ""
    """Permanent id, kept when the sound is moved; empty: filled in when it is placed."""
    kind: SoundKind
    upload: SoundFile
    frame: Annotated[int, Field(ge=0, le=MAX_FRAMES)] = 0
    """Frame of the cut on which it begins, from 0."""
    gain_db: Annotated[float, Field(ge=LEAST_GAIN_DB, le=MOST_GAIN_DB), unset(0.0)] = 0.0
    skip: Annotated[int, Field(ge=0, le=MAX_FRAMES), unset(0)] = 0
    """Frames of the film's rate that are left out at the recording's beginning."""
    lasts: Annotated[int | None, Field(ge=1, le=MAX_FRAMES), unset(None)] = None
    """Frames that are heard; null: to the recording's end, or the film's."""
    name: Annotated[Line, unset("")] = ""
    """Name of the uploaded file; filled in when it is placed."""
    num_samples: Annotated[int, Field(ge=0, le=RATE * 3600), unset(0)] = 0
    """Length of the recording in samples at 48 kHz; filled in when it is placed."""

    @property
    def duration_s(self) -> float:
        return self.num_samples / RATE


class Recording(Frozen):
    """An uploaded recording as it is stored: 48 kHz, stereo, FLAC."""

    key: SoundFile
    name: Line
    num_samples: int
    created_at: float = 0
    """Seconds since the epoch, by the ledger's clock."""


def in_order(sounds: tuple[Sound, ...]) -> tuple[Sound, ...]:
    """Return the sounds sorted by frame, in one defined order, so that an undo is exact."""
    return tuple(sorted(sounds, key=lambda one: (one.frame, one.id)))


def shifted(sounds: tuple[Sound, ...], by: int, num_frames: int) -> tuple[Sound, ...]:
    """Return the sounds `by` frames later, within a cut of `num_frames`.

    A sound whose frame was trimmed away begins on the nearest remaining frame, as comments do.
    """
    if not sounds:
        return sounds
    return in_order(
        tuple(
            one.model_copy(update={"frame": min(max(one.frame + by, 0), num_frames - 1)})
            for one in sounds
        )
    )


class Levels(Frozen):
    """Measured levels of a file's sound."""

    lufs: float
    """Integrated loudness (BS.1770), in LUFS, which Korean rules call LKFS."""
    dbtp: float
    """Highest true peak, in dBTP."""
