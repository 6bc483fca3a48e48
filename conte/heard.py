"""Recordings of a conte as the film plays them: which frames of the film, which frames of their
files."""

from dataclasses import dataclass

from conte.conte import Conte
from conte.sound import RATE, Sound


@dataclass(frozen=True)
class HeardSound:
    """A recording on whole frames."""

    sound: Sound
    cut: str
    """Id of the cut in which it begins."""
    starts: int
    """Frame of the film on which it begins, from 0."""
    num_frames: int
    there: int
    """Number of frames that its file has."""


def heard_sounds(conte: Conte, fps: int) -> tuple[HeardSound, ...]:
    """Return the recordings in the film's order; those shorter than one frame are left out."""
    found: list[HeardSound] = []
    begins = 0
    for cut in conte.cuts:
        for sound in cut.sounds:
            starts = begins + min(sound.frame, cut.num_frames - 1)
            there = sound.num_samples * fps // RATE
            num = heard_frames(there, sound.skip, sound.lasts, conte.num_frames - starts)
            if num > 0:
                found.append(HeardSound(sound, cut.id, starts, num, there))
        begins += cut.num_frames
    return tuple(found)


def heard_frames(there: int, skip: int, lasts: int | None, left: int) -> int:
    """Return how many frames of a file with `there` frames are heard. `left`: frames from its
    beginning to the film's end."""
    return min(there - skip, left, lasts or there)
