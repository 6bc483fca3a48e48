"""Optical flow between two neighbouring frames: the camera's motion, and the remaining motion."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH = 192
"""Width in pixels that frames are scaled to; motion below a fifth of a pixel is noise."""
_CORNERS, _FEW = 60, 8
_ENOUGH = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 15, 0.03)
"""Stopping rule of the corner search: 15 iterations, or a move of less than 0.03 pixels."""


@dataclass(frozen=True)
class Flow:
    """Motion from one frame to the next; lengths in frame widths (pan, rest) and heights (tilt)."""

    pan: float
    """Positive where the camera turns or goes right: the picture goes left."""
    tilt: float
    """Positive where the camera turns or goes up: the picture goes down."""
    zoom: float
    """Change of scale; positive where the picture grows."""
    rest: float
    """Mean length of the motion that the camera's does not explain."""


def narrowed(luma: NDArray[np.uint8], ratio: float) -> NDArray[np.uint8]:
    """Scale luma to [?, 192] uint8. `ratio`: height over width of the picture as displayed."""
    height = min(max(16, round(WIDTH * ratio)), WIDTH * 16)
    return cv2.resize(luma, (WIDTH, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def flow(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Flow | None:
    """Return the flow; None if the frames have no trackable corners."""
    # OpenCV's stubs do not know that both may be None.
    corners: Any = cv2.goodFeaturesToTrack(before, _CORNERS, 0.01, 5)
    if corners is None or len(corners) < _FEW:
        return None
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        corners,
        np.empty(0, np.float32),
        winSize=(13, 13),
        maxLevel=3,
        criteria=_ENOUGH,
    )
    kept = found.reshape(-1) == 1
    start, end = corners.reshape(-1, 2)[kept], moved.reshape(-1, 2)[kept]
    if len(start) < _FEW:
        return None
    cv2.setRNGSeed(0)
    fitted: Any = cv2.estimateAffinePartial2D(start, end, ransacReprojThreshold=0.5)[0]
    if fitted is None:
        return None
    height, width = before.shape
    middle = np.array([width / 2, height / 2])
    scale = float(np.hypot(fitted[0, 0], fitted[1, 0]))
    shift = fitted[:, :2] @ middle + fitted[:, 2] - middle
    rest = np.linalg.norm(end - (start @ fitted[:, :2].T + fitted[:, 2]), axis=1)
    return Flow(
        pan=float(-shift[0] / width),
        tilt=float(shift[1] / height),
        zoom=scale - 1,
        rest=float(rest.mean() / width),
    )
