"""The slope of noisy samples over time."""

from collections.abc import Iterable
from statistics import median

Point = tuple[float, float]
"""Time and value."""


def slope(points: Iterable[Point]) -> float:
    """Return what a value grows by in a unit of time: the median of the slopes of all pairs
    (Theil-Sen), which a few samples that lie far off do not move.
    """
    points = list(points)
    return median(
        (value - before) / (at - sooner)
        for k, (sooner, before) in enumerate(points)
        for at, value in points[k + 1 :]
    )
