"""A video file -> its frames, small and bounded in number."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deployments.display import Display, PictureChanged, as_shown, moving_pictures

Frames = NDArray[np.uint8]
"""[frames, height, width, 3] uint8, RGB."""

SHORT_SIDE = 256
"""Pixels of the shorter side: VBench's thresholds assume it, and no vision model here reads
more."""
MOST_FRAMES = 300
_MOST_PIXELS = 4096 * 2304


class UnreadableClip(ValueError):
    """The file is no video that can be judged; the message says why."""


@dataclass(frozen=True)
class Shown:
    frames: Frames
    fps: float
    cut_off: bool = False
    """Whether the clip has more frames than `MOST_FRAMES`."""


def shown_in(path: Path) -> Shown:
    """Read a clip's frames, scaled to `SHORT_SIDE`, and at most `MOST_FRAMES`.

    Raises:
        UnreadableClip: if it is no video, has no frame, or is larger than any model's output.
    """
    found: list[NDArray[np.uint8]] = []
    cut_off = False
    try:
        with av.open(str(path)) as file:
            stream = moving_pictures(file)
            if stream is None:
                raise UnreadableClip(f"{path.name}: it has no picture")
            stream.thread_count = 1
            fps = float(stream.average_rate or stream.guessed_rate or 0)
            for frame in _shown(file, stream, path.name):
                if len(found) == MOST_FRAMES:
                    cut_off = True
                    break
                pixels = small(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), SHORT_SIDE)
                if found and pixels.shape != found[0].shape:
                    raise UnreadableClip(f"{path.name}: its picture changes its size")
                found.append(pixels)
    except PictureChanged as error:
        raise UnreadableClip(f"{path.name}: {error}") from None
    except (FFmpegError, OSError) as error:
        raise UnreadableClip(f"{path.name}: it cannot be decoded: {error.strerror}") from None
    if not found:
        raise UnreadableClip(f"{path.name}: it has no frame")
    return Shown(np.stack(found), fps if 1 <= fps <= 240 else 24.0, cut_off)


def _shown(file: InputContainer, stream: VideoStream, name: str) -> Iterator[VideoFrame]:
    decoded = _checked(file.decode(stream), name)
    for first in decoded:
        display = Display.of(stream, first)
        width, height = display.size(first.width, first.height)
        if width * height > _MOST_PIXELS:
            raise UnreadableClip(f"{name}: {width}x{height} is too large")
        yield from as_shown(chain((first,), decoded), display)


def _checked(frames: Iterator[VideoFrame], name: str) -> Iterator[VideoFrame]:
    for frame in frames:
        if frame.width * frame.height > _MOST_PIXELS:
            raise UnreadableClip(f"{name}: {frame.width}x{frame.height} is too large")
        yield frame


def small(picture: NDArray[np.uint8], short_side: int) -> NDArray[np.uint8]:
    """Scale a frame down to `short_side`; smaller frames stay unchanged."""
    height, width = picture.shape[:2]
    scale = short_side / min(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def spread(num: int, most: int) -> list[int]:
    """Return at most `most` evenly spread indices below `num`, including the first and the last."""
    if num <= most:
        return list(range(num))
    return sorted({round(at * (num - 1) / (most - 1)) for at in range(most)})
