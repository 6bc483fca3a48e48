"""A model's video -> exactly the shot's frames: size, rate and length. Knows no files.

Size: cropped about the centre to the shot's proportions, then scaled to cover it. Rate: frames
between two of the model's are interpolated by optical flow (`between_frames`).
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np

from conte.clip import Shot
from deployments.between_frames import Pair
from deployments.engines.protocols import Frame, RenderError, Video


def is_exact(video: Video, shot: Shot) -> bool:
    """Return whether the video already has the shot's length, size and rate."""
    got = (video.num_frames, video.width, video.height, video.fps)
    return got == (shot.num_frames, shot.width, shot.height, shot.fps)


def frames_wanted(video: Video, shot: Shot) -> int:
    """Return how many of the video's frames the shot needs.

    Raises:
        RenderError: if the video is too short, naming both lengths. The last frame may be held for
            at most one frame's duration.
    """
    if (video.num_frames + 1) * shot.fps < shot.num_frames * video.fps:
        raise RenderError(
            f"the video lasts {_length(video.num_frames, video.fps)},"
            f" the shot {_length(shot.num_frames, shot.fps)}"
        )
    last, between = divmod((shot.num_frames - 1) * video.fps, shot.fps)
    return min(last + 1 + bool(between), video.num_frames)


def conform(video: Video, shot: Shot) -> Iterator[Frame]:
    """Yield exactly `shot.num_frames` arrays [shot.height, shot.width, 3] uint8, lazily.

    Holds two of the video's frames at a time. A yielded frame may be the engine's own array: a
    caller that keeps it copies it.

    Raises:
        RenderError: if the video is too short, or its frames differ from its description.
    """
    wanted = frames_wanted(video, shot)
    with closed_after(video) as frames:
        fitted = (_fit(pixels, shot.width, shot.height) for pixels in _first(frames, wanted))
        if video.fps == shot.fps:
            yield from _held(fitted, shot.num_frames)
        else:
            yield from _resampled(fitted, video.fps, shot)


def checked(video: Video, made_by: str) -> Video:
    """Return the video with an iterator that checks each frame against the video's description.

    Raises, from its frames:
        RenderError: naming the frame, what was got and what was wanted.
    """
    return replace(video, frames=_checked(video, made_by))


@contextmanager
def closed_after(video: Video) -> Generator[Iterator[Frame]]:
    """Yield the frames, and close them in this thread, not in the garbage collector's."""
    taken = iter(video.frames)
    try:
        yield taken
    finally:
        if isinstance(taken, Generator):
            taken.close()


def _checked(video: Video, made_by: str) -> Iterator[Frame]:
    shape, count = (video.height, video.width, 3), 0
    with closed_after(video) as frames:
        for pixels in frames:
            if count == video.num_frames:
                raise RenderError(f"{made_by} made more frames than the {video.num_frames} wanted")
            if pixels.shape != shape or pixels.dtype != np.uint8:
                raise RenderError(
                    f"{made_by} made frame {count} as {pixels.shape} {pixels.dtype},"
                    f" wanted {shape} uint8"
                )
            count += 1
            yield pixels
    if count != video.num_frames:
        raise RenderError(f"{made_by} made {count} frames, wanted {video.num_frames}")


def _first(frames: Iterator[Frame], wanted: int) -> Iterator[Frame]:
    for index in range(wanted):
        pixels = next(frames, None)
        if pixels is None:
            raise RenderError(f"the video ended after {index} frames, wanted {wanted}")
        yield pixels


def _fit(pixels: Frame, width: int, height: int) -> Frame:
    """Crop about the centre to the shot's exact proportions, and scale to its size."""
    rows, columns, _ = pixels.shape
    if (columns, rows) == (width, height):
        return pixels
    across = min(columns, max(1, round(rows * width / height)))
    down = min(rows, max(1, round(columns * height / width)))
    top, left = (rows - down) // 2, (columns - across) // 2
    cropped = pixels[top : top + down, left : left + across]
    # INTER_AREA averages when shrinking, so that nothing flickers; Lanczos keeps edges sharp.
    by = cv2.INTER_AREA if width < across else cv2.INTER_LANCZOS4
    return cv2.resize(cropped, (width, height), interpolation=by).astype(np.uint8, copy=False)


def _held(frames: Iterator[Frame], num_frames: int) -> Iterator[Frame]:
    count, last = 0, None
    for pixels in frames:
        # The engine may reuse the array of a frame that is held at the end.
        last = pixels if count < num_frames - 2 else pixels.copy()
        count += 1
        yield last
    if last is not None:
        for _ in range(num_frames - count):
            yield last


def _resampled(frames: Iterator[Frame], fps: int, shot: Shot) -> Iterator[Frame]:
    pair, at = Pair(next(frames).copy()), 0
    for index in range(shot.num_frames):
        # Position in the video: whole frames passed, and the fraction to the next.
        whole, rest = divmod(index * fps, shot.fps)
        while at < whole + bool(rest):
            following = next(frames, None)
            if following is None:
                break  # the last frame is held
            pair, at = pair.followed_by(following.copy()), at + 1
        if at <= whole:
            yield pair.later
        else:
            yield pair.at(rest / shot.fps)


def _length(num_frames: int, fps: int) -> str:
    return f"{num_frames / fps:.2f} s ({num_frames} frames at {fps} a second)"
