"""Flicker, smoothness and amount of motion, by dense optical flow (Farnebäck, 2003). No model.

VBench has them by models: interpolation by AMT, flow by RAFT. What is measured is the same; the
figures are not comparable with its leaderboard.
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
"""Pixels of the shorter side that flow is found on."""
_MOST = 24
"""Pairs or threes of neighbours that are looked at, evenly over the clip."""
_PER_S = 8
"""Frames a second that motion is measured between, as in VBench."""
_THRESHOLD = 6 / 256
"""Share of the shorter side by which the fastest twentieth of the picture has to move ..."""
_FAST = 0.05
_OFTEN = 4 / 16
"""... in so many of the pairs of frames."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Movement:
    """0 (worst) to 1; None where there are too few frames."""

    temporal_flickering: float | None
    """1: nothing flickers."""
    motion_smoothness: float | None
    dynamic_degree: float | None
    """1 if it moves, 0 if it is as good as still. A still flickers least: read them together."""
    flow: float | None
    """Shorter sides a second by which the fastest twentieth of the picture moves."""


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
    """How well two frames predict the one between them, in the mean; 1 is best."""
    errors: list[float] = []
    for at in spread(max(0, len(grey) - 2), _MOST):
        before, middle, after = grey[at : at + 3]
        half = _flow(before, after) * np.float32(0.5)
        # Halfway on from the first, halfway back from the last: both see the middle.
        first, last = _moved(before, -half), _moved(after, half)
        errors.append(_error(middle, cv2.addWeighted(first, 0.5, last, 0.5, 0)))
    return 1 - float(np.mean(errors)) if errors else None


def _flows(grey: list[Grey], fps: float) -> list[float]:
    """Pixels that the fastest twentieth moves by, between frames an eighth of a second apart."""
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
    """[height, width, 2] float32, pixels right and down."""
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
    """Mean difference, 0 to 1."""
    return float(np.abs(one.astype(np.float32) - other.astype(np.float32)).mean()) / 255
