"""Where letters may stand: title-safe, and clear of what apps lay over an upright film."""

from dataclasses import dataclass
from typing import Self

TITLE_SAFE = 0.05
"""Kept clear on each side, of width and height (the central 90 %)."""

# TikTok covers 150 px of the top, 440 of the bottom and 150 of the right of 1080x1920; Reels the
# upper 14 %, the lower 35 % and 6 % at the sides. The wider of the two counts, on both sides, so
# that letters stay centred.
SCREEN = 1080, 1920
COVERED_TOP, COVERED_BOTTOM, COVERED_SIDE = 0.14 * 1920, 0.35 * 1920, 150.0


@dataclass(frozen=True)
class SafeArea:
    """A rectangle within a frame, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    short_side: int

    @property
    def width(self) -> float:
        return self.right - self.left

    @classmethod
    def of(cls, width: int, height: int) -> Self:
        """The safe area of a frame. A film taller than wide is taken to be shown on a phone.

        There it fills the width of a 9:16 screen and stands in its middle; what the apps cover of
        the screen is left clear of the film.
        """
        left, top = TITLE_SAFE * width, TITLE_SAFE * height
        right, bottom = width - left, height - top
        if height > width:
            scale = SCREEN[0] / width
            margin = (SCREEN[1] - height * scale) / 2
            side = COVERED_SIDE / scale
            left, right = max(left, side), min(right, width - side)
            top = max(top, (COVERED_TOP - margin) / scale)
            bottom = min(bottom, (SCREEN[1] - COVERED_BOTTOM - margin) / scale)
        return cls(left, top, right, bottom, min(width, height))
