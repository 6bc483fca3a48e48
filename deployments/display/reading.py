"""Display: a file's display metadata, read from its stream and one decoded frame."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import atan2, degrees
from typing import Literal, Self, cast

import numpy as np
from av import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deployments.display.light import Light, light_of

Rotation = Literal[0, 90, 180, 270]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Display:
    """Display metadata of a file, in order of application: deinterlace, scale, mirror, rotate."""

    interlaced: bool = False
    """True: each frame holds two fields of different moments."""
    pixel: Fraction = Fraction(1)
    """Pixel aspect ratio: width of a stored pixel over its height."""
    mirrored: bool = False
    """True: mirrored left to right, before the rotation."""
    rotation: Rotation = 0
    """Rotation in degrees, clockwise."""
    light: Light = "sdr"

    @classmethod
    def of(cls, stream: VideoStream, frame: VideoFrame, *, interlaced: bool = False) -> Self:
        """Read the metadata.

        Args:
            frame: a decoded frame of the stream.
            interlaced: True if another frame was interlaced: not all frames need be.
        """
        mirrored, rotation = _orientation(frame)
        return cls(
            interlaced=interlaced or frame.interlaced_frame,
            # The container takes precedence over the codec, as in players.
            pixel=Fraction(stream.sample_aspect_ratio or 1),
            mirrored=mirrored,
            rotation=rotation,
            light=light_of(frame.color_trc),
        )

    @property
    def as_stored(self) -> bool:
        """True if the stored frames are displayed unchanged."""
        return self == Display()

    def with_fields(self) -> Self:
        return replace(self, interlaced=True)

    def square(self, width: int, height: int) -> tuple[int, int]:
        """Return the size of a stored frame once its pixels are square, before rotation. Never
        smaller.
        """
        if self.pixel >= 1:
            return round(width * self.pixel), height
        return width, round(height / self.pixel)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the displayed size of a stored frame."""
        across, down = self.square(width, height)
        return (down, across) if self.rotation % 180 else (across, down)

    def turned(self, pixels: Pixels) -> Pixels:
        """Mirror and rotate [height, width, ...] square pixels."""
        if self.mirrored:
            pixels = pixels[:, ::-1]
        if self.rotation:
            pixels = np.rot90(pixels, k=-self.rotation // 90)
        return np.ascontiguousarray(pixels)


def _orientation(frame: VideoFrame) -> tuple[bool, Rotation]:
    """Read the display matrix itself: FFmpeg's angle is wrong for a mirrored one.

    A point (x, y) is shown at (a x + c y, b x + d y), y downwards (ISO/IEC 14496-12, 6.2.2).
    """
    found = frame.side_data.get("DISPLAYMATRIX")
    if found is None:
        return False, 0
    a, b, _, c, d, *_ = np.frombuffer(found, np.int32).astype(np.float64)
    mirrored = bool(a * d < b * c)
    if mirrored:
        a, b = -a, -b
    return mirrored, cast(Rotation, round(degrees(atan2(b, a)) / 90) * 90 % 360)
