"""Recordings of a conte as the film has them: which frames of the film, which of their files."""

from dataclasses import dataclass

from conte.conte import Conte
from conte.sound import RATE, Sound


@dataclass(frozen=True)
class HeardSound:
    """A recording on whole frames."""

    sound: Sound
    cut: str
    """The id of the cut that it begins in."""
    starts: int
    """In the film."""
    num_frames: int
    there: int
    """Frames that its file has."""


def heard_sounds(conte: Conte, fps: int) -> tuple[HeardSound, ...]:
    """Return them in the film's order; less than a whole frame is left out."""
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
    """Return how many frames of a file of `there` are heard; `left`: the film's to its end."""
    return min(there - skip, left, lasts or there)
