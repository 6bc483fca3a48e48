"""The camera: a shot's size and move -> the position of every layer of the scene on the frame.

Scene space: 1000 units are the height of the reference frame, y down, x = 0 and y = 500 its middle;
the subject is at depth 1. A layer at depth d is 1/d times as far away: 0 is infinity, above 1 is
between camera and subject. In this pinhole model a dolly differs from a zoom without extra rules.
"""

import math
import random
from dataclasses import dataclass, replace

import skia

from conte.easing import eased
from conte.vocabulary import CameraMove

REACH = 0.05
"""Share of the subject's distance below which a layer counts as behind the camera."""


@dataclass(frozen=True)
class Camera:
    """A camera position. `x`, `y`: the point of the subject plane in the middle of the frame;
    `near`: the subject's scale from distance alone; `lens`: the further scale from focal length.
    """

    x: float
    y: float
    near: float
    lens: float = 1.0
    turn_x: float = 0.0
    turn_y: float = 0.0
    """Shift of the whole picture by pan and tilt, in frame heights."""
    roll: float = 0.0
    """Roll in degrees."""

    def scale(self, depth: float) -> float | None:
        """Return frame heights per 1000 units at a depth; None: the layer is behind the camera."""
        away = 1 - depth + depth / self.near
        return self.lens / away if away > REACH else None

    def matrix(
        self, depth: float, width: int, height: int, drop: float = 0.0
    ) -> skia.Matrix | None:
        """Return the matrix from layer units to pixels; None if the layer is behind the camera.

        `drop`: shift of the layer downwards, in frame heights.
        """
        scale = self.scale(depth)
        if scale is None:
            return None
        pixels = scale * height / 1000
        matrix = skia.Matrix()
        matrix.setTranslate(-self.x * depth, -500 - (self.y - 500) * depth)
        matrix.postScale(pixels, pixels)
        matrix.postTranslate(self.turn_x * height, (self.turn_y + drop) * height)
        if self.roll:
            matrix.postRotate(self.roll)
        matrix.postTranslate(width / 2, height / 2)
        return matrix


def moved(
    start: Camera,
    move: CameraMove,
    share: float,
    seconds: float,
    seed: int,
    across: float = 1.0,
    reach: float = 1.0,
) -> Camera:
    """Return the camera at `share` (0..1) of the cut; at 0.5 it is at the framing's position.

    `across`: scale of sideways moves, below 1 for a frame narrower than 16:9. `reach`: scale of the
    move.
    """
    e = reach * (eased(share) - 0.5)
    visible = 1000 / (start.near * start.lens)
    match move:
        case CameraMove.PAN_LEFT | CameraMove.PAN_RIGHT:
            way = 1 if move is CameraMove.PAN_RIGHT else -1
            return replace(start, turn_x=start.turn_x - way * e * 0.26 * across)
        case CameraMove.TILT_UP | CameraMove.TILT_DOWN:
            way = 1 if move is CameraMove.TILT_UP else -1
            return replace(start, turn_y=start.turn_y + way * e * 0.26)
        case CameraMove.TRACK_LEFT | CameraMove.TRACK_RIGHT:
            way = 1 if move is CameraMove.TRACK_RIGHT else -1
            return replace(start, x=start.x + way * e * visible * 0.42 * across)
        case CameraMove.DOLLY_IN:
            return replace(start, near=start.near * (1 + 0.36 * e))
        case CameraMove.DOLLY_OUT:
            return replace(start, near=start.near * (1 - 0.36 * e))
        case CameraMove.CRANE_UP | CameraMove.CRANE_DOWN:
            way = 1 if move is CameraMove.CRANE_UP else -1
            rise = way * e * visible * 0.5
            # The camera tilts against its rise, so that the subject stays in place and the
            # background moves.
            return replace(start, y=start.y - rise, turn_y=start.turn_y - way * e * 0.32)
        case CameraMove.ZOOM_IN:
            return replace(start, lens=start.lens * (1 + 0.36 * e))
        case CameraMove.ZOOM_OUT:
            return replace(start, lens=start.lens * (1 - 0.36 * e))
        case CameraMove.HANDHELD:
            return _held_by_hand(start, seconds, seed)
        case CameraMove.STATIC:
            return start


def _held_by_hand(start: Camera, seconds: float, seed: int) -> Camera:
    rng = random.Random(seed)

    def wobble(size: float) -> float:
        waves = ((0.37, 1.0), (0.83, 0.55), (1.9, 0.22))
        return size * sum(
            share * math.sin(2 * math.pi * (rate * seconds + rng.random())) for rate, share in waves
        )

    return replace(
        start,
        turn_x=start.turn_x + wobble(0.013),
        turn_y=start.turn_y + wobble(0.011),
        roll=start.roll + wobble(0.5),
    )
