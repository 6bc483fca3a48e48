"""A decoded frame -> a frame of the film's size: its window cropped, then scaled."""

import cv2
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from conte.window import Window
from deployments.encoding import planes_of

Size = tuple[int, int]
"""Width and height in pixels."""


def fitted(frame: VideoFrame, size: Size, window: Window | None, share: float = 0.5) -> VideoFrame:
    """Return the frame itself if there is nothing to do, else a new one.

    `share`: elapsed share of the cut, for a window that follows its subject. The window's
    proportions may differ from the film's by a pixel of rounding.
    """
    if window is None and (frame.width, frame.height) == size:
        return frame
    if window is not None and window.to is not None:
        return _followed(frame, size, window.at(share))
    left, top, across, down = (
        (0, 0, frame.width, frame.height)
        if window is None
        else window.pixels(frame.width, frame.height)
    )
    made = VideoFrame(*size, "yuv420p")
    for into, plane, half in zip(planes_of(made), planes_of(frame), (1, 2, 2), strict=True):
        part = plane[top // half : (top + down) // half, left // half : (left + across) // half]
        into[...] = _scaled(part, into.shape[1], into.shape[0])
    return made


def _followed(frame: VideoFrame, size: Size, window: Window) -> VideoFrame:
    """Crop at fractions of a pixel: in whole steps a slow move would visibly jump."""
    made = VideoFrame(*size, "yuv420p")
    for into, plane in zip(planes_of(made), planes_of(frame), strict=True):
        height, width = plane.shape
        grow_x, grow_y = (
            window.width * width / into.shape[1],
            window.height * height / into.shape[0],
        )
        # Pixel centres map to pixel centres.
        to_x = window.left * width + (grow_x - 1) / 2
        to_y = window.top * height + (grow_y - 1) / 2
        into[...] = cv2.warpAffine(
            np.ascontiguousarray(plane),
            np.array([[grow_x, 0, to_x], [0, grow_y, to_y]], np.float64),
            (into.shape[1], into.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return made


def _scaled(plane: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    if plane.shape == (height, width):
        return plane
    # INTER_AREA averages when shrinking, so that nothing flickers; Lanczos keeps edges sharp.
    by = cv2.INTER_AREA if width < plane.shape[1] else cv2.INTER_LANCZOS4
    scaled = cv2.resize(np.ascontiguousarray(plane), (width, height), interpolation=by)
    return scaled.astype(np.uint8, copy=False)
