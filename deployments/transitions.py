"""How one cut gives way to the next, frame by frame, without adding or losing one.

A dissolve lies centred on the boundary: before it the next cut's first frame is held, after it the
previous cut's last one. A fade goes to black at the end of a cut and comes back in the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from conte.cut import Cut
from conte.vocabulary import Transition
from deployments.encoding import Planes, planes_of

LENGTH_S = Fraction(2, 5)
BLACK = (16, 128, 128)


@dataclass(frozen=True)
class Boundary:
    """Frames that a transition takes of the cut before it and of the cut after it."""

    kind: Transition
    before: int
    after: int


NOTHING = Boundary(Transition.CUT, 0, 0)


@dataclass(frozen=True)
class Edited:
    """A frame of the film, writable; `light` is 1 except in a fade."""

    index: int
    """Within its cut, from 0."""
    frame: VideoFrame
    planes: Planes
    light: float


def boundaries(cuts: Sequence[Cut], fps: int) -> tuple[Boundary, ...]:
    """One for each cut: how it ends. No transition takes more than a third of a cut it touches."""
    length = round(LENGTH_S * fps)
    ends: list[Boundary] = []
    for cut, following in pairwise(cuts):
        if cut.transition == Transition.DISSOLVE:
            half = min(length, min(cut.num_frames, following.num_frames) // 3) // 2
            ends.append(Boundary(Transition.DISSOLVE, half, half))
        elif cut.transition == Transition.FADE:
            before, after = (min(length, c.num_frames // 3) for c in (cut, following))
            ends.append(Boundary(Transition.FADE, before, after))
        else:
            ends.append(NOTHING)
    # After the last cut there is nothing but black to dissolve into.
    gentle = cuts[-1].transition != Transition.CUT
    out = min(length, cuts[-1].num_frames // 3)
    return (*ends, Boundary(Transition.FADE, out, 0) if gentle else NOTHING)


def edited_frames(
    k: int,
    cuts: Sequence[Cut],
    clip: Iterator[VideoFrame],
    fps: int,
    last_before: VideoFrame | None,
    first_after: VideoFrame | None,
) -> Iterator[Edited]:
    """The frames of cut `k` as the film shows them. The clip yields exactly its cut's frames.

    `last_before` and `first_after` are the neighbours' where they dissolve (`dissolves`).
    """
    ends, n = boundaries(cuts, fps), cuts[k].num_frames
    start, end = ends[k - 1] if k else NOTHING, ends[k]
    for i in range(n):
        frame = next(clip)
        frame.make_writable()
        planes, light = planes_of(frame), 1.0
        if start.kind == Transition.DISSOLVE and i < start.after and last_before is not None:
            mix(planes, planes_of(last_before), 1 - _eased(start.after + i, 2 * start.after))
        elif end.kind == Transition.DISSOLVE and i >= n - end.before and first_after is not None:
            mix(planes, planes_of(first_after), _eased(i - (n - end.before), 2 * end.before))
        elif start.kind == Transition.FADE and i < start.after:
            light = _eased(i, start.after)
        elif end.kind == Transition.FADE and i >= n - end.before:
            # The very last frame is black, as the first of the way back is not.
            light = 1 - _eased(i - (n - end.before) + 0.5, end.before)
        if light < 1:
            mix(planes, BLACK, 1 - light)
        yield Edited(i, frame, planes, light)
    next(clip, None)  # lets the clip say that it has more, and close its file


def dissolves(k: int, cuts: Sequence[Cut], fps: int) -> tuple[bool, bool]:
    """Whether cut `k` comes out of the one before it, and goes into the one after it."""
    ends = boundaries(cuts, fps)
    before = k > 0 and ends[k - 1].kind == Transition.DISSOLVE
    return before, ends[k].kind == Transition.DISSOLVE


def mix(planes: Planes, other: Planes | tuple[int, int, int], share: float) -> None:
    """Let `share` (0..1) of another picture, or of one colour, into this one."""
    of_other = round(256 * share)
    for plane, into in zip(planes, other, strict=True):
        mixed = plane.astype(np.uint16)
        mixed *= np.uint16(256 - of_other)
        mixed += _times(into, of_other) + np.uint16(128)
        mixed >>= 8
        plane[...] = mixed


def _times(value: NDArray[np.uint8] | int, factor: int) -> NDArray[np.uint16] | np.uint16:
    if isinstance(value, int):
        return np.uint16(value * factor)
    return value.astype(np.uint16) * np.uint16(factor)


def _eased(step: float, steps: int) -> float:
    """Smoothstep at the middle of a step."""
    t = min((step + 0.5) / steps, 1.0)
    return t * t * (3 - 2 * t)
