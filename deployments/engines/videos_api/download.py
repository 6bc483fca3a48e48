"""A server's file -> Video, decoded in a bounded child."""

import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import IO

import numpy as np

from deployments.engines.protocols import Cancelled, Frame, RenderError, Video
from deployments.engines.videos_api.decoding import ClipFacts, frames_of
from deployments.engines.videos_api.server import ShouldStop
from serve.bounded import Bounded, CallLimits, CallResult, Stopped, Trouble, Unusable
from serve.bounded.limits import MIB

LIMITS = CallLimits(
    memory_bytes=2048 * MIB, cpu_s=900, wall_s=30, answer_bytes=64 * MIB, file_bytes=1
)
"""Limits of a decode, which takes seconds; `wall_s` is per frame."""


def opened(file: IO[bytes], host: str, should_stop: ShouldStop) -> Video:
    """Return the video in a file, decoded as its frames are read; the file is closed after the
    last.

    Reading the frames raises RenderError and Cancelled.

    Raises:
        RenderError: naming the kind of file, if it is not a clip.
    """
    file.flush()  # the child reads what has reached the kernel
    child = Bounded(LIMITS, foreground=True, should_stop=should_stop, inherited=[file.fileno()])
    parts = child.stream(frames_of, file.fileno())
    try:
        with _told_of(host):
            found = ClipFacts(**json.loads(next(parts).text))
    except BaseException:
        child.close()
        raise
    return Video(
        _frames(file, child, parts, host, should_stop),
        found.num_frames,
        found.width,
        found.height,
        found.fps,
    )


def _frames(
    file: IO[bytes],
    child: Bounded,
    parts: Generator[CallResult],
    host: str,
    should_stop: ShouldStop,
) -> Iterator[Frame]:
    # Abandoned frames end the child too: its stream closes when the last reference is dropped.
    with file, child, closing(parts), _told_of(host):
        for part in parts:
            if should_stop():
                raise Cancelled
            height, width = map(int, part.text.split())
            # A copy, because the pipe's bytes are read-only.
            yield np.frombuffer(part.blobs[0], np.uint8).reshape(height, width, 3).copy()


@contextmanager
def _told_of(host: str) -> Generator[None]:
    """Convert errors of a bounded call.

    Raises:
        RenderError, Cancelled: in place of Unusable and Trouble, and of Stopped.
    """
    try:
        yield
    except Unusable as error:
        raise RenderError(f"{host} {error}") from None
    except Trouble as error:
        raise RenderError(f"{host} sent a video that cannot be decoded: {error}") from None
    except Stopped:
        raise Cancelled from None
