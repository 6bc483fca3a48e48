"""Stored recordings -> their stems: NA, BGM and SE, as long as the film.

A stem is the plain sum at the requested gains; `soundtrack` mixes the stems.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from conte.conte import Conte
from conte.sound import SOUND_KINDS, SoundKind
from deployments.sound.signals import RATE, Stereo

JOINT_S = 0.005
"""Seconds of the ramp where a recording is cut: a step in the samples is heard as a click."""


@dataclass(frozen=True)
class Placed:
    """A part of a recording on the film's timeline, in samples at 48 kHz."""

    kind: SoundKind
    upload: str
    at: int
    skip: int
    num_samples: int
    gain_db: float
    whole: int
    """Length of the whole recording: its own beginning and end need no ramp."""


def placed_of(conte: Conte, fps: int) -> tuple[Placed, ...]:
    """Return the audible part of each recording, in the order of the film."""
    found: list[Placed] = []
    begins = 0
    for cut in conte.cuts:
        for sound in cut.sounds:
            at = _samples(begins + min(sound.frame, cut.num_frames - 1), fps)
            skip = _samples(sound.skip, fps)
            num = sound.num_samples - skip
            if sound.lasts is not None:
                num = min(num, _samples(sound.lasts, fps))
            num = min(num, _samples(conte.num_frames, fps) - at)
            if num > 0:
                whole = sound.num_samples
                one = Placed(sound.kind, sound.upload, at, skip, num, sound.gain_db, whole)
                found.append(one)
        begins += cut.num_frames
    return tuple(sorted(found, key=lambda one: one.at))


def stems_of(
    placed: Sequence[Placed], files: Mapping[str, Path], num_samples: int
) -> dict[SoundKind, Stereo]:
    """Return a stem of each kind, [2, num_samples]. `files`: by upload.

    Raises:
        LookupError: if a file is not there.
    """
    stems: dict[SoundKind, Stereo] = {
        kind: np.zeros((2, num_samples), np.float32) for kind in SOUND_KINDS
    }
    for one in placed:
        heard = samples_of(files[one.upload], one.skip, one.num_samples)
        _soften(heard, begins=one.skip > 0, ends=one.skip + one.num_samples < one.whole)
        heard *= np.float32(10 ** (one.gain_db / 20))
        stems[one.kind][:, one.at : one.at + heard.shape[1]] += heard
    return stems


def samples_of(path: Path, first: int, num_samples: int) -> Stereo:
    """Decode a part of a stored recording, [2, samples]; samples outside of it are silent."""
    heard = np.zeros((2, num_samples), np.float32)
    at = -first
    for block in blocks_of(path):
        start, stop = max(at, 0), min(at + block.shape[1], num_samples)
        if stop > start:
            heard[:, start:stop] = block[:, start - at : stop - at]
        at += block.shape[1]
        if at >= num_samples:
            break
    return heard


def blocks_of(path: Path) -> Iterator[Stereo]:
    """Decode a stored recording, some thousand samples at 48 kHz at a time."""
    with av.open(path) as source:
        for frame in source.decode(audio=0):
            whole = frame.to_ndarray().reshape(-1, 2)
            yield (whole.T / np.float32(2**31)).astype(np.float32)


def _soften(heard: Stereo, *, begins: bool, ends: bool) -> None:
    num = min(round(JOINT_S * RATE), heard.shape[1] // 2)
    if not num:
        return
    ramp = np.linspace(0, 1, num, endpoint=False, dtype=np.float32)
    if begins:
        heard[:, :num] *= ramp
    if ends:
        heard[:, -num:] *= ramp[::-1]


def _samples(num_frames: int, fps: int) -> int:
    # An integer: 48,000 is a multiple of 24, 25 and 30.
    return num_frames * RATE // fps
