"""An MP4 written aside, looked at, and then put in its place."""

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
    """The disk is full, or the file size limit is reached. Not the fault of a clip."""


class Inexact(Exception):
    """The file does not hold the frames that it should, or not at their times."""


@contextmanager
def whole_clip(place: Path) -> Generator[Path]:
    """A path beside `place`, whose file is renamed to it when the block ends without an error.

    Raises:
        NoRoom: naming what is to be done.
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
    """An MP4 that can be played before all of it is there."""
    with path.open("wb") as file:
        # Through Python's file: FFmpeg's own takes a full disk for a flag that nobody reads.
        container = av.open(file, "w", format="mp4")
        try:
            yield container
        except BaseException:
            with suppress(OSError, FFmpegError, ValueError):  # the first error is the one to report
                container.close()
            raise
        container.close()


def check(path: Path, times: Sequence[int], time_base: Fraction) -> None:
    """Check that the file holds one packet for each frame, at these times from the first one's on.

    Args:
        times: ascending, in units of `time_base`.

    Raises:
        Inexact
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
