"""A clip's file -> one of its frames as a small picture. Runs in the bounded child."""

from collections.abc import Callable
from typing import Any

import av
import cv2
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from conte.window import Window
from serve.bounded.outcome import FunctionResult, Unusable

LONG_SIDE = 640
QUALITY = 80


def still(path: str) -> FunctionResult:
    """Return a frame near the middle as WebP.

    Raises:
        Unusable: if the file is not an MP4 with frames.
    """
    return _picture(path, _near_the_middle, ".webp", [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


def frame_png(
    path: str, number: int, window: tuple[float, float, float, float] | None = None
) -> FunctionResult:
    """Return the frame with this number, from 0, as PNG; the last one if there are fewer.

    `window`: left, top, width and height of the shown part, as shares of the picture; None: all.

    Raises:
        Unusable: if the file is not an MP4 with frames.
    """
    return _picture(path, lambda file: _frame(file, number), ".png", [], window)


def _picture(
    path: str,
    choose: Callable[[Any], VideoFrame | None],
    suffix: str,
    options: list[int],
    window: tuple[float, float, float, float] | None = None,
) -> FunctionResult:
    cv2.setNumThreads(1)
    try:
        # With a fixed format FFmpeg opens no other file that this one may name.
        with av.open(path, format="mp4") as file:
            frame = choose(file)
        if frame is None:
            raise LookupError("it has no frames")
        return FunctionResult(blobs=[_encoded(frame, suffix, options, window)])
    except (FFmpegError, LookupError, cv2.error) as error:
        raise Unusable(f"no still of it: {error}") from error


def _near_the_middle(file: Any) -> VideoFrame | None:
    stream = _stream(file)
    # The key frame before the middle: there is one every second, and a film may open on black.
    file.seek((stream.duration or 0) // 2, stream=stream)
    return next(file.decode(stream), None)


def _frame(file: Any, number: int) -> VideoFrame | None:
    stream = _stream(file)
    if stream.average_rate and stream.time_base:
        # Seek to the key frame before, and decode from there.
        begins = stream.start_time or 0
        wanted = begins + round(number / stream.average_rate / stream.time_base)
        file.seek(wanted, stream=stream)
    else:
        wanted = 0
    found: VideoFrame | None = None
    for frame in file.decode(stream):
        found = frame
        if frame.pts is None or frame.pts >= wanted:
            break
    return found


def _stream(file: Any) -> VideoStream:
    stream: VideoStream = file.streams.video[0]
    stream.codec_context.thread_count = 1
    return stream


def _encoded(
    frame: VideoFrame,
    suffix: str,
    options: list[int],
    window: tuple[float, float, float, float] | None,
) -> bytes:
    pixels: Any = frame.to_ndarray(format="bgr24")
    if window is not None:
        part = Window(left=window[0], top=window[1], width=window[2], height=window[3])
        left, top, across, down = part.pixels(frame.width, frame.height)
        pixels = pixels[top : top + down, left : left + across]
    height, width = pixels.shape[:2]
    if (scale := LONG_SIDE / max(width, height)) < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(suffix, pixels, options)
    return data.tobytes()
