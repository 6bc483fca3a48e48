"""Confidence intervals of means over groups: Student's t of the groups' means.

Several contes of one product are not independent: each group (a product type, a film) counts as one
value, the mean of its items. With three to six groups the interval still holds its level, where the
bootstrap's is too narrow. Valid also where groups have different variances (Ibragimov and Mueller,
"t-statistic based correlation and heterogeneity robust inference", 2010).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from conte.frozen import Frozen


class Interval(Frozen):
    """A mean and its confidence interval. With one group `low` and `high` equal the mean."""

    mean: float
    """Mean of the groups' means: each group has the same weight, whatever its number of items."""
    low: float
    high: float
    num: int
    """Number of values."""
    groups: int

    @property
    def above_zero(self) -> bool:
        """True if the whole interval is above zero."""
        return self.groups > 1 and self.low > 0

    def __str__(self) -> str:
        if self.groups == 1:
            return f"{self.mean:.3f} [one group]"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(
    values: Sequence[float],
    groups: Sequence[str] | None = None,
    level: float = 0.95,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Return the mean and its confidence interval.

    `groups`: the group of each value; None: each value is its own group. `within`: range of
    possible values, to which the interval is clipped.

    Raises:
        ValueError: if there is no value, one is not finite or not within, or the numbers of values
            and groups differ.
    """
    found = np.asarray(values, dtype=np.float64)
    if not found.size or not np.isfinite(found).all():
        raise ValueError(f"wanted finite values, got {list(values)[:5]}")
    least, most = within
    # The cosine of two equal vectors may be 1.0000001.
    if wrong := [value for value in values if not least - 1e-6 <= value <= most + 1e-6]:
        raise ValueError(f"wanted values from {least} to {most}, got {wrong[:5]}")
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
    low, high = max(least, mean - half), min(most, mean + half)
    return Interval(mean=mean, low=low, high=high, num=found.size, groups=count)


def share_interval(
    values: Sequence[float], groups: Sequence[str] | None = None, level: float = 0.95
) -> Interval:
    """Return the interval of a mean of shares, within 0 to 1.

    If all groups are at 0, or all at 1, their means have no variance, and Student's t would give a
    width of zero: then Wilson's score interval is used, with one trial per group.

    Raises:
        ValueError: as `mean_interval` does.
    """
    found = mean_interval(values, groups, level, (0.0, 1.0))
    if found.groups == 1 or found.low < found.high or found.mean not in (0.0, 1.0):
        return found
    squared = NormalDist().inv_cdf((1 + level) / 2) ** 2
    margin = squared / (found.groups + squared)
    end = {"high": margin} if found.mean == 0 else {"low": 1 - margin}
    return found.model_copy(update=end)


def difference(
    new: Sequence[float],
    old: Sequence[float],
    groups: Sequence[str] | None = None,
    level: float = 0.95,
) -> Interval:
    """Return the interval of new - old, paired by item: see `above_zero`.

    Raises:
        ValueError: if the numbers of values differ.
    """
    if len(new) != len(old):
        raise ValueError(f"{len(new)} new values against {len(old)} old ones: wanted pairs")
    return mean_interval([n - o for n, o in zip(new, old, strict=True)], groups, level)


@lru_cache
def t_quantile(freedom: int, level: float) -> float:
    """Return t such that `level` of Student's distribution lies within -t and t.

    Bisects `_within`: t = sqrt(freedom) * tan(angle).
    """
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(freedom, middle) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _within(freedom: int, angle: float) -> float:
    """Return the share of Student's distribution within sqrt(freedom) * tan(angle) of zero.

    Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    whole = term if freedom > 1 else 0.0
    for at in range(2 + odd, freedom, 2):
        term *= cosine * cosine * (at - 1) / at
        whole += term
    return 2 / math.pi * (angle + sine * whole) if odd else sine * whole
