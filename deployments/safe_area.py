"""Area for lettering: title-safe, and clear of apps' controls over a vertical film."""

from dataclasses import dataclass
from typing import Self

TITLE_SAFE = 0.05
"""Share of width and height that stays clear on each side (the central 90 % is used)."""

# The largest published margins of the platforms in knowledge/safe_zones.yaml. The larger side is
# used on both, so that letters stay centred.
SCREEN = 1080, 1920
COVERED_TOP, COVERED_BOTTOM, COVERED_SIDE = 288.0, 672.0, 192.0
UPRIGHT_EDITION = 2
"""Edition of these margins; raise it with every change: films taller than wide look different."""


@dataclass(frozen=True)
class SafeArea:
    """A rectangle within a frame, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    short_side: int
    frame_width: int

    @property
    def width(self) -> float:
        return self.right - self.left

    @classmethod
    def of(cls, width: int, height: int) -> Self:
        """Return the safe area of a frame. A film taller than wide counts as shown on a phone.

        There it fills the width of a 9:16 screen, vertically centred; the area that apps cover is
        left out.
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
        return cls(left, top, right, bottom, min(width, height), width)
