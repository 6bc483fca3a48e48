"""The frames of a clip that its cut shows, and its handles. Blocking; knows no film."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from av import VideoFrame
from av.error import FFmpegError

from conte.clip import Clip
from conte.cut import Cut
from deployments.encoding import frame_at, frames_of, size_of
from deployments.engines.protocols import RenderError
from deployments.fitting import Size, fitted


def check_covers(cut: Cut, clip: Clip) -> None:
    """Check that the clip has every frame that the cut shows.

    Raises:
        RenderError: if it has not; names the cut, the clip's frames and the wanted ones.
    """
    if clip.covers(cut):
        return
    first = clip.first_frame(cut)
    wanted = (
        f"shows its frames {first} to {first + cut.num_frames - 1}"
        if first
        else f"lasts {cut.num_frames}"
    )
    raise RenderError(
        f"the clip of cut {cut.number} has {clip.num_frames} frames, the cut {wanted}"
    )


def check_size(cut: Cut, got: Size, wanted: Size) -> None:
    """Raise RenderError, naming the cut, if the sizes differ."""
    if got != wanted:
        raise RenderError(
            f"the clip of cut {cut.number} is {got[0]}x{got[1]}, wanted {wanted[0]}x{wanted[1]}"
        )


@dataclass(frozen=True)
class Footage:
    """A clip's file, and the cut that shows a part of it.

    Every method raises RenderError, which names the cut, if the file does not match its clip.
    """

    cut: Cut
    clip: Clip
    path: Path

    @property
    def first(self) -> int:
        """Index of the first frame shown, in the file."""
        return self.clip.first_frame(self.cut)

    @property
    def end(self) -> int:
        """Index of the frame after the last one shown."""
        return self.first + self.cut.num_frames

    def picture(self) -> Size:
        """Return the size of the picture in the file."""
        try:
            return size_of(self.path)
        except FFmpegError as error:
            raise self._unreadable(error) from error

    def shown(self, size: Size) -> Iterator[VideoFrame]:
        """Yield the frames that the cut shows."""
        return self._frames(self.first, self.end, size)

    def tail(self, count: int, size: Size) -> list[VideoFrame]:
        """Return `count` frames after the last one shown: the handle, then its last frame held."""
        spare = min(count, self.clip.num_frames - self.end)
        last = self.end - 1
        frames = deque(self._frames(last, self.end + spare, size), maxlen=spare + 1)
        return [*islice(frames, 1, None), *[frames[-1]] * (count - spare)]

    def head(self, count: int, size: Size) -> list[VideoFrame]:
        """Return `count` frames before the first one shown: the handle's first frame held, then the
        handle.
        """
        spare = min(count, self.first)
        start = self.first - spare
        frames = list(islice(self._frames(start, max(self.first, start + 1), size), max(spare, 1)))
        return [*[frames[0]] * (count - spare), *frames[:spare]]

    def middle(self, size: Size) -> VideoFrame:
        """Return the frame in the middle of the cut, which no transition affects."""
        index = self.first + self.cut.num_frames // 2
        try:
            frame = frame_at(self.path, index)
        except FFmpegError as error:
            raise self._unreadable(error) from error
        if frame is None:
            raise RenderError(f"the clip of cut {self.cut.number} has no frame {index}")
        return fitted(frame, size, self.clip.window, 0.5)

    def _frames(self, start: int, stop: int, size: Size) -> Iterator[VideoFrame]:
        """Yield the file's frames from `start` up to but not including `stop`, in the film's size,
        and check them.

        In a clip without handles a surplus frame is an error: one more frame is requested to find
        it.
        """
        count, whole = 0, self.clip.num_frames == self.cut.num_frames
        picture = self.picture()
        for frame in self._decoded():
            check_size(self.cut, (frame.width, frame.height), picture)
            if frame.format.name != "yuv420p":
                raise RenderError(
                    f"the clip of cut {self.cut.number} is {frame.format.name}, wanted yuv420p"
                )
            count += 1
            if count > stop:
                break
            if count > start:
                passed = (count - 1 - self.first) / max(1, self.cut.num_frames - 1)
                yield fitted(frame, size, self.clip.window, passed)
            if count == stop and not whole:
                return
        if count != stop:
            at_least = "more" if count > stop else str(count)
            raise RenderError(
                f"the clip of cut {self.cut.number} has {at_least} frames,"
                + (f" the cut lasts {stop}" if whole else f" wanted {stop}")
            )

    def _decoded(self) -> Iterator[VideoFrame]:
        try:
            yield from frames_of(self.path)
        except FFmpegError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: FFmpegError) -> RenderError:
        return RenderError(f"the clip of cut {self.cut.number} cannot be read: {error}")
