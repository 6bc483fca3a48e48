"""Detects cuts: frame differences above their neighbours', also after motion compensation."""

from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from crawl.analysis.settings import AnalysisSettings
from crawl.analysis.tiles import COLUMNS, ROWS

Tiles = NDArray[np.float32]

_NEAR = 5
"""Number of frames on either side with which a cut is compared."""
_FLASH = 6
"""Longest flash, in frames: the picture before it returns within so many."""
_SAME = 0.45
"""Share of a step's difference below which two frames show the same."""
_ALIKE = 0.93
"""Correlation from which on two frames show the same in another light, as where a key frame
corrects coding errors."""
_SHIFT = 2
"""Largest shift in half tiles, in each direction, of the motion search between two frames."""


def cuts_of(block: Tiles, picture: NDArray[np.bool_], settings: AnalysisSettings) -> list[int]:
    """Return the indices of frames in a block [frames, 1296] that begin another shot.

    Args:
        picture: [1296], True for tiles outside black bars. Differences are means over these.
    """
    share = float(picture.mean())
    difference = block[1:] - block[:-1]
    step = np.abs(difference, out=difference).mean(axis=1) / share
    cuts: list[int] = []
    for at in np.flatnonzero(step >= settings.cut_difference) + 1:
        size = float(step[at - 1])
        around = np.concatenate([step[max(0, at - 1 - _NEAR) : at - 1], step[at : at + _NEAR]])
        loudest = float(around.max()) if len(around) else 0.0
        if size < loudest or _is_flash(block, int(at), size * share):
            continue
        if _alike(block[at - 1, picture], block[at, picture]) > _ALIKE:
            continue
        if size >= settings.cut_ratio * loudest + 1.0 or _in_motion(
            block, int(at), share, settings
        ):
            cuts.append(int(at))
    return cuts


def _is_flash(block: Tiles, at: int, size: float) -> bool:
    """Return whether the step is part of a flash: the picture before it returns soon, or the one
    after it was there shortly before."""
    after, before = block[at + 1 : at + 1 + _FLASH], block[max(0, at - 1 - _FLASH) : at - 1]
    back = np.abs(after - block[at - 1]).mean(axis=1)
    there = np.abs(before - block[at]).mean(axis=1)
    return bool((back < _SAME * size).any() or (there < _SAME * size).any())


def _alike(one: Tiles, other: Tiles) -> float:
    """Correlation of two frames; 0 if one of them is uniform."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0 else 0.0


def _in_motion(block: Tiles, at: int, share: float, settings: AnalysisSettings) -> bool:
    """Return whether the step into the frame is still a cut after motion compensation of every
    step."""
    first, last = max(0, at - 4), min(len(block), at + 4)
    coarse = _coarse(block[first:last])
    left = [_unmoved(before, after) / share for before, after in pairwise(coarse)]
    here = left.pop(at - 1 - first)
    if here < settings.cut_difference:
        return False
    return here >= settings.cut_ratio * max(left, default=0.0) + 1.0


def _coarse(block: Tiles) -> Tiles:
    """Return [frames, 13, 24]: the means of four tiles each."""
    grid = block.reshape(-1, ROWS, COLUMNS)[:, : ROWS // 2 * 2]
    pairs = grid[:, ::2] + grid[:, 1::2]
    return cast("Tiles", (pairs[:, :, ::2] + pairs[:, :, 1::2]) / np.float32(4))


def _unmoved(before: Tiles, after: Tiles) -> float:
    """Return the least difference of two frames over all small shifts of one against the other."""
    shifts = range(-_SHIFT, _SHIFT + 1)
    return min(
        float(np.abs(_cropped(before, down, right) - _cropped(after, -down, -right)).mean())
        for down in shifts
        for right in shifts
    )


def _cropped(grid: Tiles, down: int, right: int) -> Tiles:
    """Crop `down` rows at the top (negative: at the bottom) and `right` columns at the left."""
    rows, columns = grid.shape
    return grid[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)]
