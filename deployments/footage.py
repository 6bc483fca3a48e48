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
from deployments.encoding import count_frames, frame_at, frames_of, size_of
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

    def check(self) -> None:
        """Check that the file has the frames that are shown: in a clip without handles, no others.

        Counted without decoding, so a damaged frame is found when it is decoded.
        """
        try:
            got = count_frames(self.path)
        except FFmpegError as error:
            raise self._unreadable(error) from error
        whole = self.clip.num_frames == self.cut.num_frames
        if got < self.end or (whole and got > self.end):
            raise self._miscounted("more" if got > self.end else str(got), self.end)

    def shown(self, size: Size, frames: range | None = None) -> Iterator[VideoFrame]:
        """Yield frames that the cut shows. `frames`: indices within the cut; None: all."""
        shown = range(self.cut.num_frames) if frames is None else frames
        return self._frames(self.first + shown.start, self.first + shown.stop, size)

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

    @property
    def middle_index(self) -> int:
        """Index of the frame in the middle of the cut, in the file."""
        return self.first + self.cut.num_frames // 2

    def middle(self, size: Size) -> VideoFrame:
        """Return the frame in the middle of the cut, which no transition affects."""
        index = self.middle_index
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
        """
        at, picture = start, self.picture()
        for frame in islice(self._decoded(start), stop - start):
            check_size(self.cut, (frame.width, frame.height), picture)
            if frame.format.name != "yuv420p":
                raise RenderError(
                    f"the clip of cut {self.cut.number} is {frame.format.name}, wanted yuv420p"
                )
            passed = (at - self.first) / max(1, self.cut.num_frames - 1)
            yield fitted(frame, size, self.clip.window, passed)
            at += 1
        if at != stop:
            raise self._miscounted(str(at), stop)

    def _miscounted(self, got: str, wanted: int) -> RenderError:
        whole = self.clip.num_frames == self.cut.num_frames
        return RenderError(
            f"the clip of cut {self.cut.number} has {got} frames,"
            + (f" the cut lasts {wanted}" if whole else f" wanted {wanted}")
        )

    def _decoded(self, start: int) -> Iterator[VideoFrame]:
        # One thread: several groups are cut at once, and frames decoded ahead would be for nothing.
        try:
            yield from frames_of(self.path, start, threads=1)
        except FFmpegError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: FFmpegError) -> RenderError:
        return RenderError(f"the clip of cut {self.cut.number} cannot be read: {error}")
