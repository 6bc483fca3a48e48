"""MP4 -> a sample's frames as displayed, from the middle of the clip, at the family's rate and
size."""

import io
from collections.abc import Iterator
from itertools import chain

import av
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deployments.display import Display, as_shown
from deployments.engines.diffusion.sizes import fill
from training.video_model.errors import UnfitClip

Frames = NDArray[np.uint8]
"""[frames, height, width, 3] uint8, RGB."""


def frames_of(mp4: bytes, num_frames: int, fps: float, width: int, height: int) -> Frames:
    """Decode `num_frames` frames from the middle of a clip, at `fps`, cropped and scaled to the
    size.

    Raises:
        UnfitClip: if it cannot be decoded, or is too short.
    """
    times, fields = _times(mp4)
    step = 1 / fps
    first = max((times[-1] - times[0] + _usual(times) - num_frames * step) / 2, 0) + times[0]
    # The frame displayed at a time is the last one that began by then.
    asked = first + step * np.arange(num_frames) + step * 1e-3
    chosen = np.clip(np.searchsorted(times, asked, side="right") - 1, 0, len(times) - 1)
    if num_frames > 1 and times[-1] + _usual(times) < asked[-1] - step / 2:
        raise UnfitClip(
            f"{times[-1] - times[0] + _usual(times):.2f} s in its file, wanted {num_frames} frames"
            f" at {fps:g} a second"
        )
    wanted = set(map(int, chosen))
    kept = {
        number: fill(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), width, height)
        for number, frame in enumerate(_shown(mp4, fields))
        if number in wanted
    }
    if wanted - kept.keys():
        raise UnfitClip(f"{len(wanted - kept.keys())} of its frames cannot be decoded")
    return np.stack([kept[int(number)] for number in chosen])


def middle_frame(mp4: bytes, width: int, height: int) -> Frames:
    """Return the middle frame, [1, height, width, 3] uint8. Raises UnfitClip."""
    # At a thousand frames per second, because the single frame need not last.
    return frames_of(mp4, 1, 1000, width, height)


def _times(mp4: bytes) -> tuple[NDArray[np.float64], bool]:
    """Return the times of the frames in seconds, and whether any frame has fields."""
    times: list[float] = []
    fields = False
    for _, frame in _decoded(mp4):
        times.append(frame.time)
        fields = fields or frame.interlaced_frame
    if not times:
        raise UnfitClip("its file has no frames")
    return np.array(times), fields


def _usual(times: NDArray[np.float64]) -> float:
    """Return the median duration of a frame, in seconds."""
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def _shown(mp4: bytes, fields: bool) -> Iterator[VideoFrame]:
    decoded = _decoded(mp4)
    try:
        for stream, first in decoded:
            frames = chain((first,), (frame for _, frame in decoded))
            yield from as_shown(frames, Display.of(stream, first, interlaced=fields))
    except (FFmpegError, ValueError) as error:
        raise UnfitClip(f"its frames cannot be shown: {error}") from error


def _decoded(mp4: bytes) -> Iterator[tuple[VideoStream, VideoFrame]]:
    """Yield the stream with each of its frames that have a time."""
    try:
        with av.open(io.BytesIO(mp4), "r", format="mp4") as file:
            stream = file.streams.video[0]
            stream.thread_count = 1
            for frame in file.decode(stream):
                if frame.pts is not None:
                    yield stream, frame
    except (FFmpegError, IndexError, ValueError) as error:
        raise UnfitClip(f"its file cannot be decoded: {error}") from error
