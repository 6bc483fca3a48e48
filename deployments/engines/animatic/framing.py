"""Shot size and angle -> a camera on a person, on the product, or on the place."""

from dataclasses import dataclass, replace

from conte.proportions import GOODS_SEEN, HEAD_AT, HEADS_SEEN
from conte.vocabulary import Angle, CameraMove, ShotSize
from deployments.engines.animatic.camera import Camera

HEAD = 131.0
"""Height of a head in scene units: a full shot shows 7.6 heads of 131 in a frame of 1000."""

_PLACE_SEEN = {
    ShotSize.ECU: 260.0,
    ShotSize.CU: 400.0,
    ShotSize.MCU: 520.0,
    ShotSize.MS: 640.0,
    ShotSize.MLS: 760.0,
    ShotSize.FS: 900.0,
    ShotSize.LS: 1150.0,
    ShotSize.ELS: 1500.0,
}
_UPRIGHT, _PORTRAIT = 0.7, 0.95
"""Aspect ratios below which apps' controls cover a film's top and bottom, and its bottom alone."""
NEAREST = 8.0
"""Largest `near` of a camera: even the smallest product is not framed from closer."""
WIDEST = 1950.0
"""Largest frame height in scene units: a higher frame would show the end of the set."""


@dataclass(frozen=True)
class Band:
    """Top and bottom of a part of the frame, in shares of its height."""

    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def grown_by(move: CameraMove) -> float:
    """Return the factor by which a move enlarges what it shows, at its nearest."""
    near = (CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT, CameraMove.ZOOM_IN, CameraMove.ZOOM_OUT)
    return 1.18 if move in near else 1.0


def faces_within(aspect: float) -> Band:
    """Return where faces are clear of the AI label, of a line of caption and subtitles, and of
    apps' controls."""
    if aspect < _UPRIGHT:
        return Band(0.185, 0.555)
    return Band(0.09, 0.6) if aspect < _PORTRAIT else Band(0.085, 0.79)


def goods_within(aspect: float) -> Band:
    """Return where a product alone is clear of captions and of an end card."""
    if aspect < _UPRIGHT:
        return Band(0.19, 0.515)
    return Band(0.095, 0.55) if aspect < _PORTRAIT else Band(0.06, 0.74)


@dataclass(frozen=True)
class Slant:
    """Effects of the angle besides the framing: the horizon's drop, taper, squash and roll."""

    drop: float = 0.0
    """Downward shift of the background, in frame heights."""
    taper: float = 0.0
    """Share by which the subject's top is narrower; below 0: its feet."""
    squash: float = 1.0
    roll: float = 0.0


SLANTS = {
    Angle.EYE_LEVEL: Slant(),
    Angle.LOW: Slant(drop=0.19, taper=0.26),
    Angle.HIGH: Slant(drop=-0.19, taper=-0.22, squash=0.94),
    Angle.TOP: Slant(),
    Angle.DUTCH: Slant(roll=-7.5),
    Angle.OVER_SHOULDER: Slant(),
}


def on_person(size: ShotSize, x: float, floor_y: float, head_y: float, apart: float) -> Camera:
    """Frame a person at `x`.

    `head_y`: height of the head's middle above the floor, in heads; `apart`: share by which the
    frame is widened for a second person.
    """
    seen = HEADS_SEEN[size] * HEAD * (1 + apart)
    seen = min(seen, WIDEST)
    if size in HEAD_AT:
        y = floor_y - head_y * HEAD + (0.5 - HEAD_AT[size]) * seen
    else:
        y = floor_y - 0.46 * seen if size is ShotSize.FS else floor_y - 0.36 * seen
    return Camera(x=x, y=y, near=1000 / seen)


def on_goods(size: ShotSize, base_y: float, width: float, height: float, aspect: float) -> Camera:
    """Frame a product drawn with this width and height, in scene units, at (0, base_y)."""
    fits = max(height, width * 0.86 / max(aspect, 0.75))
    seen = min(fits * GOODS_SEEN[size], WIDEST)
    y = base_y - height * (0.62 if size is ShotSize.ECU else 0.5) + seen * 0.03
    # Small things fill the frame by a longer lens: a nearer camera would be inside the set.
    near = min(1000 / seen, NEAREST)
    return Camera(x=0.0, y=y, near=near, lens=1000 / seen / near)


def above_words(
    camera: Camera, size: ShotSize, base_y: float, height: float, aspect: float, move: CameraMove
) -> Camera:
    """Return the camera, further away and lower if words would cover the product at (0, base_y).

    They would cover it at the nearest point of the move, too. A detail stays a detail.
    """
    grows = grown_by(move)
    if size is ShotSize.ECU:
        return camera
    band = goods_within(aspect)
    seen = max(1000 / (camera.near * camera.lens), height * grows / band.height)
    share = height * grows / seen
    now = 0.5 + (base_y - height / 2 - camera.y) / seen
    middle = min(max(now, band.top + share / 2), band.bottom - share / 2)
    near = min(1000 / seen, NEAREST)
    y = base_y - height / 2 + (0.5 - middle) * seen
    return replace(camera, y=y, near=near, lens=1000 / seen / near)


def grounded(camera: Camera, size: ShotSize, angle: Angle) -> Camera:
    """Lower what stands on the ground as far as a low angle lowers the horizon.

    Without it wheels hang in the sky. Closer sizes show no ground.
    """
    if angle is not Angle.LOW or size in (ShotSize.ECU, ShotSize.CU, ShotSize.MCU):
        return camera
    return replace(camera, y=camera.y - SLANTS[angle].drop * 1000 / camera.near)


def on_place(size: ShotSize) -> Camera:
    """Frame scenery without a subject; closer sizes use a longer lens."""
    seen = min(_PLACE_SEEN[size], WIDEST)
    return Camera(x=0.0, y=500.0, near=min(1.0, 1000 / seen), lens=max(1.0, 1000 / seen))
