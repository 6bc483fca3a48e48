"""Buckets: clips that may share a training batch, by aspect ratio, length and size."""

from dataclasses import dataclass
from math import log

ASPECTS: tuple[tuple[int, int], ...] = (
    (21, 9), (16, 9), (3, 2), (4, 3), (5, 4), (1, 1), (4, 5), (3, 4), (2, 3), (9, 16), (9, 21),
)  # fmt: skip
FRAMES = (1, 17, 33, 49, 81, 121, 161, 241, 361)
"""Lengths of 4n+1 frames, as current video VAEs require for their temporal compression."""
SIDES = (1, 144, 240, 360, 480, 720, 1080, 1440, 2160)
"""Pixels of the shorter side."""


@dataclass(frozen=True, order=True)
class SizeBucket:
    """A bucket: the nearest aspect ratio, and the least number of frames and of the shorter side's
    pixels."""

    across: int
    down: int
    frames: int
    side: int

    @property
    def name(self) -> str:
        return f"{self.across}x{self.down}-{self.frames}f-{self.side}p"


def bucket_of(width: int, height: int, num_frames: int) -> SizeBucket:
    """Return the bucket of a clip.

    Raises:
        ValueError: if there is no picture.
    """
    if min(width, height, num_frames) < 1:
        raise ValueError(f"{num_frames} frames of {width}x{height}, wanted at least one pixel")
    across, down = min(ASPECTS, key=lambda aspect: abs(log(width * aspect[1] / height / aspect[0])))
    return SizeBucket(
        across,
        down,
        max(frames for frames in FRAMES if frames <= num_frames),
        max(side for side in SIDES if side <= min(width, height)),
    )
