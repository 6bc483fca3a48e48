"""Writes an MP4 to a temporary path, checks it, and renames it."""

import errno
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.error import FFmpegError

from serve.whole import whole_file


class NoRoom(Exception):
    """The disk is full, or the file size limit is reached; the clip is not the cause."""


class Inexact(Exception):
    """The file's frames, or their times, are not those of the plan."""


@contextmanager
def whole_clip(place: Path) -> Generator[Path]:
    """Yield a path beside `place`; its file is renamed to `place` if the block ends without an
    error.

    Raises:
        NoRoom: the message says what to do.
    """
    try:
        with whole_file(place) as aside:
            yield aside
    except (OSError, FFmpegError) as error:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(f"no room left on the disk for {place}; free some and retry") from error
        if getattr(error, "errno", None) == errno.EFBIG:
            raise NoRoom(f"{place} may not be as large as it would be: raise file_bytes") from error
        raise


@contextmanager
def writing(path: Path) -> Generator[OutputContainer]:
    """Open an MP4 for writing that can be played before it is complete."""
    with path.open("wb") as file:
        # Through Python's file, because FFmpeg's own reports a full disk only by a flag that is
        # ignored.
        container = av.open(file, "w", format="mp4")
        try:
            yield container
        except BaseException:
            with suppress(OSError, FFmpegError, ValueError):  # the first error is the one to report
                container.close()
            raise
        container.close()


def check(path: Path, times: Sequence[int], time_base: Fraction) -> None:
    """Check that the file holds one packet per frame, at these times relative to the first one.

    Args:
        times: ascending, in units of `time_base`.

    Raises:
        Inexact: if it does not, or does not begin with a key frame.
    """
    with av.open(path, format="mp4") as container:
        stream = container.streams.video[0]
        unit = Fraction(stream.time_base or 0)
        packets = [packet for packet in container.demux(stream) if packet.size]
        shown = sorted(packet.pts or 0 for packet in packets if not packet.is_discard)
    if not packets or not packets[0].is_keyframe:
        raise Inexact("it does not begin with a key frame")
    if len(shown) != len(times) or len(packets) != len(times):
        raise Inexact(f"it holds {len(packets)} frames and shows {len(shown)} of {len(times)}")
    for frame, (found, wanted) in enumerate(zip(shown, times, strict=True)):
        if found * unit != (wanted - times[0]) * time_base:
            raise Inexact(f"frame {frame} is at {float(found * unit):.6f} s")
