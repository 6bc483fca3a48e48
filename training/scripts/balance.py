"""Limits how much more frequent one industry, structure or number of cuts may be than others."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median

from conte.frozen import Frozen


class Cell(Frozen):
    """A script's values on the balanced axes."""

    id: str
    industry: str
    structure: str
    cuts: str


AXES = ("industry", "structure", "cuts")


def outweighing(cells: Sequence[Cell], most: float) -> dict[str, str]:
    """Return the ids to leave out, each with the reason.

    These are the last scripts of every value that is more than `most` times as frequent as the
    median value.

    Raises:
        ValueError: if `most` is less than 1.
    """
    if most < 1:
        raise ValueError(f"most is {most}, wanted 1 or more")
    left_out: dict[str, str] = {}
    before = -1
    # What one axis loses makes another's middle value smaller: until no more is lost.
    while len(left_out) > before:
        before = len(left_out)
        for axis in AXES:
            left = [cell for cell in cells if cell.id not in left_out]
            left_out |= _outweighing(left, axis, most)
    return left_out


def _outweighing(cells: Sequence[Cell], axis: str, most: float) -> dict[str, str]:
    counts = Counter(getattr(cell, axis) for cell in cells)
    allowed = math.ceil(most * median(counts.values())) if counts else 0
    kept: Counter[str] = Counter()
    found: dict[str, str] = {}
    for cell in cells:
        value = getattr(cell, axis)
        kept[value] += 1
        if kept[value] > allowed:
            found[cell.id] = f"{axis} {value}: {counts[value]}, {allowed} are allowed"
    return found


def evenness(counts: Counter[str]) -> float:
    """Return Pielou's evenness: 1 if all values are equally frequent, near 0 if one dominates."""
    if len(counts) < 2:
        return 1.0
    whole = counts.total()
    shares = [count / whole for count in counts.values() if count]
    return -sum(share * math.log(share) for share in shares) / math.log(len(counts))
