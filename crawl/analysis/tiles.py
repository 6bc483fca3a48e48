"""Tiles: the mean luma of a frame's 48 x 27 fields, the only input of the search for joints."""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from crawl.analysis.whole_frames import Damage, whole_frames
from deployments.display.light import grey_curve, light_of

Pixels = NDArray[np.uint8]

COLUMNS, ROWS = 48, 27
_EIGHT_BIT = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray")
FULL_RANGE = 2
"""Value of `color_range` for the full range (FFmpeg's AVCOL_RANGE_JPEG)."""
_STRETCHED = np.clip((np.arange(256) - 16) * 255 / 219, 0, 255).round().astype(np.uint8)
"""Lookup table from luma 16..235 to 0..255."""


class SeenFrame(NamedTuple):
    """A decoded frame, counted from 0; `luma` is a view, valid until the next frame is decoded."""

    number: int
    at_s: float
    """Seconds since the first frame."""
    in_order: bool
    """Whether the frame's own timestamp is later than that of the frame before."""
    tiles: Pixels
    """[27, 48] uint8, 0..255 for every range and transfer curve."""
    luma: Pixels
    """[height, width] uint8, as coded."""
    frame: VideoFrame


def decoded(container: InputContainer, stream: VideoStream, damage: Damage) -> Iterator[SeenFrame]:
    """Yield every frame once, decoded on one thread without the loop filter.

    The filter's smoothing is finer than a tile. Its omission causes an error that adds up between
    two key frames, to some two levels of 255 in ten seconds.

    Raises:
        UnreadableVideo: if not even one frame can be decoded.
        Encrypted: as soon as a packet needs a key.
    """
    context = stream.codec_context
    stream.thread_type = "NONE"
    context.thread_count = 1
    context.options = {**context.options, "skip_loop_filter": "all"}
    began_s, last_s, curve = 0.0, 0.0, None
    for number, frame in enumerate(whole_frames(container, stream, damage)):
        told = frame.pts is not None
        at_s = frame.time if told else last_s
        if number == 0:
            began_s, curve = at_s, grey_curve(light_of(frame.color_trc))
        in_order = told and (number == 0 or at_s - began_s > last_s)
        # A wrong time from the muxer must not change the decoder's frame order.
        at_s = last_s = max(at_s - began_s, last_s)
        luma = luma_of(frame)
        # FFmpeg's grey is of the full range, whatever it was made from.
        full = frame.color_range == FULL_RANGE or frame.format.name not in _EIGHT_BIT
        tiles = tiles_of(luma, full=full)
        if curve is not None:
            tiles = cast("Pixels", cv2.LUT(tiles, curve))
        yield SeenFrame(number, at_s, in_order, tiles, luma, frame)


def luma_of(frame: VideoFrame) -> Pixels:
    """[height, width] uint8, without a copy where the format allows it."""
    if frame.format.name not in _EIGHT_BIT:
        frame = frame.reformat(format="gray")
    plane = frame.planes[0]
    flat = np.frombuffer(cast("Any", plane), np.uint8).reshape(plane.height, plane.line_size)
    return flat[: frame.height, : frame.width]


def tiles_of(luma: Pixels, *, full: bool) -> Pixels:
    # Sixteen bilinear samples a tile: the mean of all its pixels costs up to 70 times as much.
    grid = cv2.resize(luma, (4 * COLUMNS, 4 * ROWS), interpolation=cv2.INTER_LINEAR)
    small = cv2.resize(grid, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return cast("Pixels", small if full else cv2.LUT(small, _STRETCHED))
