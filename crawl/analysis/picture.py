"""Picture: a small 4:2:0 copy of a frame, [3/2 height, width], with square pixels. Most are never
used, so they are rotated and converted to RGB or JPEG only on request."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from crawl.analysis.tiles import FULL_RANGE
from deployments.display import Display, as_shown

Pixels = NDArray[np.uint8]

_PLANAR = ("yuv420p", "yuvj420p")
_NARROW_LUMA = (np.arange(256) * 219 / 255 + 16).round().astype(np.uint8)
_NARROW_CHROMA = ((np.arange(256) - 128) * 224 / 255 + 128).round().astype(np.uint8)
_JPEG_QUALITY = 85


@dataclass(frozen=True)
class Picture:
    planes: Pixels
    """I420 as [3/2 height, width] uint8, with luma 16..235."""
    display: Display

    @staticmethod
    def of(frame: VideoFrame, longest: int, display: Display) -> "Picture":
        """Copy a frame, scaled to at most `longest` pixels wide or high."""
        sides = display.square(frame.width, frame.height)
        scale = min(1.0, longest / max(sides))
        width, height = (max(2, round(side * scale / 2) * 2) for side in sides)
        if display.light != "sdr":
            frame = frame.reformat(width, height)
            (frame,) = as_shown(iter((frame,)), Display(light=display.light))
        if frame.format.name not in _PLANAR:
            frame = frame.reformat(format="yuv420p")
        sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
        parts = [
            cv2.resize(field_of(_pixels(plane), display), size, interpolation=cv2.INTER_LINEAR)
            for plane, size in zip(frame.planes, sizes, strict=True)
        ]
        if frame.color_range == FULL_RANGE:
            tables = (_NARROW_LUMA, _NARROW_CHROMA, _NARROW_CHROMA)
            parts = [cv2.LUT(part, table) for part, table in zip(parts, tables, strict=True)]
        planes = np.concatenate([part.reshape(-1) for part in parts]).reshape(-1, width)
        return Picture(cast(Pixels, planes), display)

    def luma(self) -> Pixels:
        """Return [height, width] uint8, upright."""
        return self.display.turned(self.planes[: self.planes.shape[0] * 2 // 3])

    def rgb(self) -> Pixels:
        """Return [height, width, 3] uint8, upright."""
        rgb = cv2.cvtColor(self.planes, cv2.COLOR_YUV2RGB_I420)
        return self.display.turned(cast(Pixels, rgb))

    def jpeg(self) -> bytes:
        bgr = self.display.turned(cast(Pixels, cv2.cvtColor(self.planes, cv2.COLOR_YUV2BGR_I420)))
        return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()


def _pixels(plane: VideoPlane) -> Pixels:
    """Return a plane as [height, width] uint8, without a copy."""
    flat = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
    return flat[: plane.height, : plane.width]


def field_of(pixels: Pixels, display: Display) -> Pixels:
    """Return the upper field of an interlaced frame, which is half as high; otherwise all lines."""
    return pixels[::2] if display.interlaced else pixels
