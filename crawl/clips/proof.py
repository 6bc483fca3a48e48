"""Proves by decoding both that a clip's copied frames equal the source's, bit for bit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from crawl.clips.mp4_file import Inexact
from crawl.clips.pieces import ClipPiece
from crawl.clips.source import ClipSource


def prove(path: Path, source: ClipSource, pieces: tuple[ClipPiece, ...]) -> None:
    """Compare a clip's copied frames with the source's.

    Raises:
        Inexact: if a frame differs, or one is missing or too many.
        UnreadableVideo: if the source cannot be decoded there.
    """
    start, end = pieces[0].start, pieces[-1].end
    copied = {n for piece in pieces if piece.kind == "copy" for n in range(piece.start, piece.end)}
    found = _frames(path)
    for number, frame in enumerate(source.frames(start, end), start):
        other = next(found, None)
        if other is None:
            raise Inexact(f"it ends before frame {number}")
        if number in copied and not same_picture(frame, other):
            raise Inexact(f"frame {number} is not the source's")
    if next(found, None) is not None:
        raise Inexact(f"it goes on after frame {end - 1}")


def same_picture(one: VideoFrame, other: VideoFrame) -> bool:
    """Return whether size, layout and all samples are equal; padding of lines is ignored."""
    if (one.width, one.height, one.format.name) != (other.width, other.height, other.format.name):
        return False
    num_bytes = (one.format.components[0].bits + 7) // 8
    return all(
        np.array_equal(_lines(a, num_bytes), _lines(b, num_bytes))
        for a, b in zip(one.planes, other.planes, strict=True)
    )


def _lines(plane: VideoPlane, num_bytes: int) -> NDArray[np.uint8]:
    lines = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
    return lines[: plane.height, : plane.width * num_bytes]


def _frames(path: Path) -> Iterator[VideoFrame]:
    try:
        with av.open(path, format="mp4") as container:
            container.streams.video[0].codec_context.thread_count = 1
            yield from container.decode(video=0)
    except FFmpegError as error:
        raise Inexact(f"it cannot be decoded: {error.strerror}") from error
