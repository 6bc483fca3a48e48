"""Transitions between cuts, frame by frame, without adding or losing a frame.

A dissolve is centred on the boundary: before it the next cut's frames come from its handle, after
it the previous cut's do. Without a handle, the first or last frame is held. A fade goes to black at
the end of a cut and returns in the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

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
    """Frames that a transition takes from the cut before it and the cut after it."""

    kind: Transition
    before: int
    after: int


NOTHING = Boundary(Transition.CUT, 0, 0)


@dataclass(frozen=True)
class Blend:
    """What a transition mixes into one frame of a cut, and how much of it."""

    of: Literal["", "before", "after", "black"] = ""
    """Source of the mixed picture: the cut before or after, black, or none."""
    index: int = 0
    """Index among the frames that the boundary takes from that cut."""
    share: float = 0.0

    @property
    def light(self) -> float:
        return 1 - self.share if self.of == "black" else 1.0


@dataclass(frozen=True)
class Edited:
    """A frame of the film, writable; `light` is 1 except in a fade."""

    index: int
    """Index within its cut, from 0."""
    frame: VideoFrame
    planes: Planes
    light: float


def boundaries(cuts: Sequence[Cut], fps: int) -> tuple[Boundary, ...]:
    """Return the boundary after each cut. A transition takes at most a third of a cut."""
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
    # Dissolving after the last cut means fading to black.
    gentle = cuts[-1].transition != Transition.CUT
    out = min(length, cuts[-1].num_frames // 3)
    return (*ends, Boundary(Transition.FADE, out, 0) if gentle else NOTHING)


def around(k: int, cuts: Sequence[Cut], fps: int) -> tuple[Boundary, Boundary]:
    """Return the boundaries before and after cut `k`."""
    ends = boundaries(cuts, fps)
    return ends[k - 1] if k else NOTHING, ends[k]


def blends(k: int, cuts: Sequence[Cut], fps: int) -> tuple[Blend, ...]:
    """Return the blend of each frame of cut `k`.

    For dissolves (`dissolves`), "before" are the frames after the last shown one of the cut before,
    and "after" the frames before the first shown one of the cut after.
    """
    (start, end), n = around(k, cuts, fps), cuts[k].num_frames

    def blend(i: int) -> Blend:
        step = i - (n - end.before)
        if start.kind == Transition.DISSOLVE and i < start.after:
            return Blend("before", i, 1 - _eased(start.after + i, 2 * start.after))
        if end.kind == Transition.DISSOLVE and step >= 0:
            return Blend("after", step, _eased(step, 2 * end.before))
        if start.kind == Transition.FADE and i < start.after:
            return Blend("black", 0, 1 - _eased(i, start.after))
        if end.kind == Transition.FADE and step >= 0:
            # The last frame is fully black; the first one of a fade-in is not.
            return Blend("black", 0, _eased(step + 0.5, end.before))
        return Blend()

    return tuple(blend(i) for i in range(n))


def edited_frames(
    frames: range,
    clip: Iterator[VideoFrame],
    mixed: Sequence[Blend],
    before: Sequence[VideoFrame] = (),
    after: Sequence[VideoFrame] = (),
) -> Iterator[Edited]:
    """Yield these frames of a cut as the film shows them.

    The clip yields exactly these frames. `mixed`: `blends` of the cut. `before`, `after`: the
    frames that the blends refer to.
    """
    for i in frames:
        frame = next(clip)
        frame.make_writable()
        planes, blend = planes_of(frame), mixed[i]
        if blend.of == "black":
            if blend.share > 0:
                mix(planes, BLACK, blend.share)
        elif blend.of:
            of = before if blend.of == "before" else after
            mix(planes, planes_of(of[blend.index]), blend.share)
        yield Edited(i, frame, planes, blend.light)
    next(clip, None)  # lets the clip close its file


def dissolves(k: int, cuts: Sequence[Cut], fps: int) -> tuple[bool, bool]:
    """Return whether cut `k` dissolves from the one before it, and into the one after it."""
    start, end = around(k, cuts, fps)
    return start.kind == Transition.DISSOLVE, end.kind == Transition.DISSOLVE


def mix(planes: Planes, other: Planes | tuple[int, int, int], share: float) -> None:
    """Mix `share` (0..1) of another picture, or of one colour, into this one."""
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
    """Return the smoothstep value at the middle of a step."""
    t = min((step + 0.5) / steps, 1.0)
    return t * t * (3 - 2 * t)
