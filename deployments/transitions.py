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

    cut: int
    """Index of the cut, from 0."""
    index: int
    """Index within the cut, from 0."""
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
    cuts: Sequence[Cut], clips: Sequence[Iterator[VideoFrame]], fps: int
) -> Iterator[Edited]:
    """The frames of a film in order. Each clip yields exactly its cut's frames, decoded once."""
    ends = boundaries(cuts, fps)
    held: Planes | None = None  # the previous cut's last frame, as it was
    ahead: VideoFrame | None = None  # this cut's first frame, taken early
    start = NOTHING
    for k, (cut, end) in enumerate(zip(cuts, ends, strict=True)):
        n, following = cut.num_frames, None
        for i in range(n):
            frame = ahead if i == 0 and ahead is not None else next(clips[k])
            frame.make_writable()
            planes = planes_of(frame)
            dissolves_out = end.kind == Transition.DISSOLVE and i >= n - end.before
            keep = _copy(planes) if end.kind == Transition.DISSOLVE and i == n - 1 else None
            light = 1.0
            if start.kind == Transition.DISSOLVE and i < start.after and held is not None:
                mix(planes, held, 1 - _eased(start.after + i, 2 * start.after))
            elif dissolves_out:
                following = following or next(clips[k + 1])
                mix(planes, planes_of(following), _eased(i - (n - end.before), 2 * end.before))
            elif start.kind == Transition.FADE and i < start.after:
                light = _eased(i, start.after)
            elif end.kind == Transition.FADE and i >= n - end.before:
                # The very last frame is black, as the first of the way back is not.
                light = 1 - _eased(i - (n - end.before) + 0.5, end.before)
            if light < 1:
                mix(planes, BLACK, 1 - light)
            yield Edited(k, i, frame, planes, light)
            if keep is not None:
                held = keep
        next(clips[k], None)  # lets the clip say that it has more, and close its file
        start, ahead = end, following


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


def _copy(planes: Planes) -> Planes:
    y, u, v = planes
    return y.copy(), u.copy(), v.copy()
