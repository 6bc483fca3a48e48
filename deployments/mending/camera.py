"""Candidates that change a cut's size, angle, move or direction, and its prompt with them."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from conte.checks.finding import Finding
from conte.cut import Cut
from conte.revision.mending import Operations
from conte.revision.working import Working
from conte.vocabulary import Angle, CameraMove, ScreenDirection, ShotSize
from deployments.engines.feedback.change import CutChange
from deployments.mending.place import cut_of

_SIDES = re.compile(r"\b(?:left|right)\b|왼쪽|오른쪽|좌측|우측", re.IGNORECASE)
_ANGLES = (Angle.EYE_LEVEL, Angle.LOW, Angle.HIGH)


def another_size(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates with other sizes, two steps away first; then with other angles."""
    cut = cut_of(working, finding)
    steps = {size: abs(size.distance - cut.size.distance) for size in ShotSize}
    for size in sorted(ShotSize, key=lambda one: (steps[one] < 2, steps[one])):
        if size is not cut.size:
            yield partial(_filmed, working, cut, size=size)
    for angle in _ANGLES:
        if angle is not cut.angle:
            yield partial(_filmed, working, cut, angle=angle)


def still(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates with a static camera: in the cut, then in the one before it."""
    cut = cut_of(working, finding)
    for one in (cut, *(before for before in working.conte.cuts if before.number == cut.number - 1)):
        yield partial(_filmed, working, one, move=CameraMove.STATIC)


def level(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates that give all Dutch cuts but the first two another angle."""
    dutch = [cut for cut in working.conte.cuts if cut.angle is Angle.DUTCH]
    for angle in _ANGLES:
        yield lambda angle=angle: tuple(
            operation for cut in dutch[2:] for operation in _filmed(working, cut, angle=angle)
        )


def direction(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield candidates with the direction of the cut before, then with none.

    Nothing if the text says left or right.
    """
    cut = cut_of(working, finding)
    if _SIDES.search(f"{cut.video_prompt} {cut.action}"):
        return
    before = working.conte.cuts[cut.number - 2].direction
    for one in (before, ScreenDirection.NEUTRAL):
        yield partial(_facing, working, cut, one)


def _facing(working: Working, cut: Cut, direction: ScreenDirection) -> Operations:
    change = CutChange(working, cut)
    change["direction"] = direction
    return change.operations


def _filmed(
    working: Working,
    cut: Cut,
    size: ShotSize | None = None,
    angle: Angle | None = None,
    move: CameraMove | None = None,
) -> Operations:
    change = CutChange(working, cut)
    change.filmed(size, angle, move)
    return change.operations
