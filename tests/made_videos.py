"""Videos of every make, whose frames say which one they are: drawn here, encoded by PyAV."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av import Packet, VideoFrame
from numpy.typing import NDArray

WIDTH, HEIGHT = 192, 112
BITS, BLOCK = 12, 16
FPS = 25
CUT = 60

Draw = Callable[[int, int, int], NDArray[np.uint8]]
"""Number, width, height -> [height, width, 3]."""


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """[height, width, 3]. Above, the number as black and white blocks; below, things that move."""
    small = width * height <= _SMALL
    return (_drawn_once if small else _drawn)(number, width, height).copy()


def still(_number: int, width: int, height: int) -> NDArray[np.uint8]:
    """Always the first picture: for what is about times, and quick to encode."""
    return picture(0, width, height)


def _drawn(number: int, width: int, height: int) -> NDArray[np.uint8]:
    y, x = np.ogrid[:height, :width]
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = (128 + 100 * np.sin((x + 3 * number) / 17)).astype(np.uint8)
    pixels[..., 1] = (128 + 100 * np.sin((y - 2 * number + x / 2) / 11)).astype(np.uint8)
    pixels[..., 2] = (x * 2 + y * 3 + number * 5) % 200 + 20
    pixels += np.random.default_rng(number).integers(0, 24, (height, width, 1), np.uint8)
    for bit in range(BITS):
        pixels[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 if number >> bit & 1 else 0
    return pixels


_SMALL = 100_000
_drawn_once = lru_cache(maxsize=2 * CUT)(_drawn)  # most videos are of the same pictures


def scenes(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """`picture`, with a cut before frame `CUT`: from there on all but the number is inverted."""
    pixels = picture(number, width, height)
    if number >= CUT:
        pixels[BLOCK:] = 255 - pixels[BLOCK:]
    return pixels


def number_of(frame: VideoFrame, quarters: int = 0) -> int:
    """Which one `picture` drew.

    Args:
        quarters: by how many quarters of a turn, clockwise, it was turned since.
    """
    grey: Any = np.rot90(cast(Any, frame.to_ndarray(format="gray")), quarters)
    middles = grey[BLOCK // 2, BLOCK // 2 : BITS * BLOCK : BLOCK]
    return sum(1 << bit for bit, light in enumerate(middles) if light > 127)


def write_video(
    path: Path,
    codec: str = "libx264",
    *,
    num_frames: int = 60,
    options: Mapping[str, str] | None = None,
    pixel_format: str = "yuv420p",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    times: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, FPS),
    container: str | None = None,
    container_options: Mapping[str, str] | None = None,
    sound: bool = False,
    drop: int = 0,
    draw: Draw = picture,
    pixel: Fraction | None = None,
) -> Path:
    """
    Args:
        times: of the frames, in units of `time_base`; a frame each by default.
        drop: how many of the first packets are left out.
        pixel: a pixel's width over its height.
    """
    width, height = size
    with (
        _as_hurried_as_before(),
        av.open(path, "w", format=container, options=dict(container_options or {})) as out,
    ):
        quick = {"threads": "1"} | ({"preset": "veryfast"} if codec == "libx264" else {})
        stream: Any = out.add_stream(codec, rate=FPS, options=quick | dict(options or {}))
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        stream.codec_context.time_base = stream.time_base = time_base
        if pixel is not None:
            stream.codec_context.sample_aspect_ratio = pixel
        audio = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        packets = [
            packet
            for frame in _frames(draw, num_frames, width, height, pixel_format, times, time_base)
            for packet in stream.encode(frame)
        ]
        packets += stream.encode(None)
        out.mux(packets[drop:])
        if audio is not None:
            out.mux(_silence(audio, num_frames))
    return path


@contextmanager
def _as_hurried_as_before() -> Generator[None]:
    """SVT-AV1 gives its caller real-time priority if permitted, and the processes that are started
    later inherit it: everything else on the machine waits for them."""
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


def frames_of(path: Path) -> list[VideoFrame]:
    with av.open(path) as source:
        source.streams.video[0].codec_context.thread_count = 1
        return list(source.decode(video=0))


def _frames(
    draw: Draw,
    num_frames: int,
    width: int,
    height: int,
    pixel_format: str,
    times: Sequence[int] | None,
    time_base: Fraction,
) -> Iterator[VideoFrame]:
    for number in range(num_frames):
        pixels = draw(number, width, height)
        frame = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pixel_format)
        frame.pts = number if times is None else times[number]
        frame.time_base = time_base
        yield frame


def _silence(audio: Any, num_frames: int) -> list[Packet]:
    packets: list[Packet] = []
    for start in range(0, 48_000 * num_frames // FPS, 1024):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        packets += audio.encode(frame)
    return packets + audio.encode(None)
