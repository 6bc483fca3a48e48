"""Frames <-> H.264 MP4 (yuv420p, BT.709, faststart), exact to the frame. Knows no cuts."""

import errno
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

import av
import numpy as np
from av import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.lib.array_utils import byte_bounds
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from deployments.engines.protocols import Frame, RenderError

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Y, U and V of yuv420p: [height, width], and twice [height / 2, width / 2]."""

Preset = Literal["ultrafast", "veryfast", "panels", "draft"]

_PRESETS: dict[Preset, dict[str, str]] = {
    "ultrafast": {"preset": "ultrafast"},
    "veryfast": {"preset": "veryfast"},
    # Clips of drafts, which an editor reads at once.
    "panels": {"preset": "ultrafast"},
    # Draft films: three frames in four are B frames, and CABAC codes them. 0.6 of the bits of
    # `ultrafast` at the same quality, for 1.15 of its time.
    "draft": {"preset": "ultrafast", "bf": "3", "coder": "cabac"},
}
"""x264's settings by name."""
_CONSTANT: tuple[Preset, ...] = ("panels", "draft")
"""Presets with one quantizer for all frames of a kind: x264 need not estimate how hard each of them
is, which takes a third of a clip's time, and the hardest get no fewer bits.
"""

BT709 = 1
"""Code of HD video's primaries, transfer and matrix in ITU-T H.273."""
LIMITED_RANGE = 1
THREADS = min(4, os.cpu_count() or 1)
"""Threads of each encoder and decoder; with two or more, drawing and encoding overlap."""


class Mp4Writer:
    """Writes one film. The file is complete once the `with` block has ended without an error."""

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: int,
        *,
        crf: int,
        preset: Preset,
        threads: int = THREADS,
    ) -> None:
        """Open the file. `crf`: x264's rate factor; the quantizer of drafts' presets."""
        self.num_frames = 0
        self._fps = fps
        self._size = width, height
        self._to_yuv = VideoReformatter()
        self._out = av.open(path, "w", format="mp4", options={"movflags": "+faststart"})
        video = self._out.add_stream(
            "libx264",
            rate=fps,
            # A key frame every second keeps seeking fast.
            options={
                "qp" if preset in _CONSTANT else "crf": str(crf),
                "g": str(fps),
                **_PRESETS[preset],
            },
        )
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.time_base = video.codec_context.time_base = Fraction(1, fps)
        context = video.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE
        context.thread_count = threads
        self._video = video

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if kind is None:
            self._out.mux(self._video.encode(None))
            self._out.close()
            return
        with suppress(OSError):  # the first error is the one to report
            self._out.close()

    def write_rgb(self, pixels: Frame) -> None:
        """Append a frame [height, width, 3] uint8, sRGB. The array may be reused afterwards."""
        packed, layout = _packed(pixels)
        frame = VideoFrame.from_numpy_buffer(packed, format=layout)
        self.write(
            self._to_yuv.reformat(
                frame,
                format="yuv420p",
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
            )
        )

    def write(self, frame: VideoFrame) -> None:
        """Append a yuv420p frame of the film's size, and take ownership of it."""
        frame.pts, frame.time_base = self.num_frames, Fraction(1, self._fps)
        # The encoder would obey the picture type of the decoded frame.
        frame.pict_type = 0
        frame.color_primaries = frame.color_trc = frame.colorspace = BT709
        frame.color_range = LIMITED_RANGE
        self._out.mux(self._video.encode(frame))
        self.num_frames += 1


def _packed(pixels: Frame) -> tuple[Frame, str]:
    """Return the pixels in a layout that the encoder takes; RGB views of RGBA are not copied."""
    height, width, _ = pixels.shape
    if pixels.strides == (4 * width, 4, 1) and isinstance(pixels.base, np.ndarray):
        last = pixels.ctypes.data + 4 * width * height
        if last <= byte_bounds(pixels.base)[1]:
            return as_strided(pixels, (height, width, 4)), "rgba"
    return np.ascontiguousarray(pixels), "rgb24"


def frames_of(path: Path, start: int = 0, *, threads: int = THREADS) -> Iterator[VideoFrame]:
    """Yield the frames of a film in order from the one with index `start`, decoding lazily from
    the key frame before it.
    """
    with av.open(path) as source:
        stream = source.streams.video[0]
        stream.thread_type, stream.codec_context.thread_count = "AUTO", threads
        if not start:
            yield from source.decode(stream)
            return
        rate, unit = stream.average_rate, stream.time_base
        if rate and unit:
            source.seek(int(start / rate / unit), stream=stream)
            decoded = source.decode(stream)
            for frame in decoded:
                at = round(frame.pts * unit * rate) if frame.pts is not None else start + 1
                if at == start:
                    yield frame
                    yield from decoded
                    return
                if at > start:
                    break
    # The film's timestamps do not have a constant rate.
    yield from islice(frames_of(path, threads=threads), start, None)


def frame_at(path: Path, index: int) -> VideoFrame | None:
    """Return the frame with this index; None: no such frame."""
    return next(frames_of(path, index, threads=1), None)


def count_frames(path: Path) -> int:
    """Return the number of video packets: one per frame."""
    with av.open(path) as source:
        return sum(1 for packet in source.demux(video=0) if packet.size)


def size_of(path: Path) -> tuple[int, int]:
    """Return the width and height of a film."""
    with av.open(path) as source:
        context = source.streams.video[0].codec_context
        return context.width, context.height


def planes_of(frame: VideoFrame) -> Planes:
    """Return writable views of a yuv420p frame. Call `make_writable()` before changing them."""
    y, u, v = (
        np.frombuffer(cast(Any, plane), np.uint8).reshape(plane.height, plane.line_size)[
            :, : plane.width
        ]
        for plane in frame.planes
    )
    return y, u, v


def rgb_of(frame: VideoFrame) -> Frame:
    """Return a decoded frame as a new array [height, width, 3] uint8."""
    rgb = VideoReformatter().reformat(
        frame, format="rgb24", src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709
    )
    return rgb.to_ndarray().astype(np.uint8, copy=False)


@contextmanager
def clear_when_full(what: str) -> Generator[None]:
    """Turn a full disk into a one-sentence error.

    Raises:
        RenderError: in place of an `OSError` for a full disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise RenderError(f"no room left on the disk for {what}; free some and retry") from error
