"""Flicker, smoothness and amount of motion, by dense optical flow (Farnebäck, 2003), without
models.

VBench uses models: AMT for interpolation, RAFT for flow. The quantities are the same, but the
figures cannot be compared with its leaderboard.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.films.clip_frames import Frames, small, spread

METHODS = {
    "temporal_flickering": "classical: change of brightness that optical flow does not explain",
    "motion_smoothness": "classical: each frame against the one that flow puts between neighbours",
    "dynamic_degree": "classical: VBench's rule on Farnebäck's flow in place of RAFT's",
}
_SIDE = 128
"""Shorter side in pixels of the frames between which flow is computed."""
_MOST = 24
"""Largest number of pairs or triples of frames that are measured, spread evenly over the clip."""
_PER_S = 8
"""Rate of the frames between which motion is measured, in frames per second, as in VBench."""
_THRESHOLD = 6 / 256
"""Least speed of the fastest twentieth of the picture, as a share of the shorter side, ..."""
_FAST = 0.05
_OFTEN = 4 / 16
"""... in at least this share of the pairs of frames, for a clip with motion."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Movement:
    """Scores from 0 (worst) to 1; None if there are too few frames."""

    temporal_flickering: float | None
    """1 means no flicker."""
    motion_smoothness: float | None
    dynamic_degree: float | None
    """1 if the clip moves, 0 if it is nearly still. A still clip flickers least: read both
    together."""
    flow: float | None
    """Speed of the fastest twentieth of the picture, in shorter sides per second."""


def movement_in(frames: Frames, fps: float) -> Movement:
    grey = [_grey(small(frame, _SIDE)) for frame in frames]
    flows = _flows(grey, fps)
    side = min(grey[0].shape) if grey else 1
    return Movement(
        temporal_flickering=_flickering(grey),
        motion_smoothness=_smoothness(grey),
        dynamic_degree=_dynamic(flows, side),
        flow=float(np.mean(flows)) / side * _PER_S if flows else None,
    )


def _flickering(grey: list[Grey]) -> float | None:
    errors = [
        _error(grey[at], _moved(grey[at + 1], _flow(grey[at], grey[at + 1])))
        for at in spread(len(grey) - 1, _MOST)
    ]
    return 1 - float(np.mean(errors)) if errors else None


def _smoothness(grey: list[Grey]) -> float | None:
    """Return how well two frames predict the one between them, as a mean; 1 is best."""
    errors: list[float] = []
    for at in spread(max(0, len(grey) - 2), _MOST):
        before, middle, after = grey[at : at + 3]
        half = _flow(before, after) * np.float32(0.5)
        # Halfway forward from the first frame, halfway back from the last one: both predict the
        # middle.
        first, last = _moved(before, -half), _moved(after, half)
        errors.append(_error(middle, cv2.addWeighted(first, 0.5, last, 0.5, 0)))
    return 1 - float(np.mean(errors)) if errors else None


def _flows(grey: list[Grey], fps: float) -> list[float]:
    """Return the pixels by which the fastest twentieth moves, between frames an eighth of a second
    apart."""
    step = max(1, round(fps / _PER_S))
    seen = grey[::step] if len(grey) > step else grey
    found: list[float] = []
    for at in spread(len(seen) - 1, _MOST):
        speed = np.sort(np.hypot(*np.moveaxis(_flow(seen[at], seen[at + 1]), -1, 0)), axis=None)
        found.append(float(speed[-max(1, int(speed.size * _FAST)) :].mean()))
    return found


def _dynamic(flows: list[float], side: int) -> float | None:
    if not flows:
        return None
    fast = sum(flow > _THRESHOLD * side for flow in flows)
    return float(fast >= max(1, round(_OFTEN * (len(flows) + 1))))


def _grey(frame: NDArray[np.uint8]) -> Grey:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)


def _flow(before: Grey, after: Grey) -> NDArray[np.float32]:
    """Return [height, width, 2] float32: motion in pixels to the right and down."""
    start = np.zeros((*before.shape, 2), np.float32)
    found = cv2.calcOpticalFlowFarneback(before, after, start, 0.5, 4, 15, 3, 5, 1.2, 0)
    return np.asarray(found, np.float32)


def _moved(picture: Grey, flow: NDArray[np.float32]) -> Grey:
    """Warp the picture by its flow."""
    height, width = picture.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    there = cv2.remap(
        picture, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(there, np.uint8)


def _error(one: Grey, other: NDArray[np.generic]) -> float:
    """Return the mean absolute difference, 0 to 1."""
    return float(np.abs(one.astype(np.float32) - other.astype(np.float32)).mean()) / 255
