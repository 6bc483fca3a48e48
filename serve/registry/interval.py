"""Confidence intervals of means over groups: Student's t of the groups' own means.

Several contes of one product are no independent witnesses: each group (a product type, a film) is
one value, the mean of its items. Of three groups, or six, that promises no more than it holds; the
bootstrap's intervals are too narrow there. Sound also where groups scatter unalike (Ibragimov and
Mueller, "t-statistic based correlation and heterogeneity robust inference", 2010).
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from conte.frozen import Frozen


class Interval(Frozen):
    """Of one group nothing can be told: then `low` and `high` are the mean, and nothing is sure."""

    mean: float
    """Of the groups' means: each counts alike, however many items it has."""
    low: float
    high: float
    num: int
    """Values it is made from."""
    groups: int

    @property
    def above_zero(self) -> bool:
        """For sure."""
        return self.groups > 1 and self.low > 0

    def __str__(self) -> str:
        if self.groups == 1:
            return f"{self.mean:.3f} [one group]"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(
    values: Sequence[float], groups: Sequence[str] | None = None, level: float = 0.95
) -> Interval:
    """The mean and its interval. `groups`: whose value each is; None: each its own.

    Raises:
        ValueError: if there is no value, one is not finite, or the groups are not as many.
    """
    found = np.asarray(values, dtype=np.float64)
    if not found.size or not np.isfinite(found).all():
        raise ValueError(f"wanted finite values, got {list(values)[:5]}")
    if groups is not None and len(groups) != found.size:
        raise ValueError(f"{len(groups)} groups for {found.size} values")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}, wanted a share between 0 and 1")
    names, of = np.unique(
        np.arange(found.size) if groups is None else np.asarray(groups), return_inverse=True
    )
    means = np.bincount(of, weights=found) / np.bincount(of)
    mean, count = float(means.mean()), len(names)
    half = 0.0
    if count > 1:
        half = t_quantile(count - 1, level) * float(means.std(ddof=1)) / math.sqrt(count)
    return Interval(mean=mean, low=mean - half, high=mean + half, num=found.size, groups=count)


def difference(
    new: Sequence[float],
    old: Sequence[float],
    groups: Sequence[str] | None = None,
    level: float = 0.95,
) -> Interval:
    """new - old on the same items, paired: see `above_zero`.

    Raises:
        ValueError: if they are not as many.
    """
    if len(new) != len(old):
        raise ValueError(f"{len(new)} new values against {len(old)} old ones: wanted pairs")
    return mean_interval([n - o for n, o in zip(new, old, strict=True)], groups, level)


@lru_cache
def t_quantile(freedom: int, level: float) -> float:
    """Student's t of so many degrees of freedom is within plus and minus this for `level` of all.

    By halving, of `_within`: t = sqrt(freedom) * tan(angle).
    """
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(freedom, middle) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _within(freedom: int, angle: float) -> float:
    """Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    whole = term if freedom > 1 else 0.0
    for at in range(2 + odd, freedom, 2):
        term *= cosine * cosine * (at - 1) / at
        whole += term
    return 2 / math.pi * (angle + sine * whole) if odd else sine * whole
