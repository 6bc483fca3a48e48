"""Confidence intervals by the bootstrap (Efron and Tibshirani, 1993), seeded.

Several contes of one product are no independent witnesses: what is drawn again are whole groups
(the cluster bootstrap; Field and Welsh, 2007), which makes the intervals as wide as they are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from conte.frozen import Frozen

RESAMPLES = 2000


class Interval(Frozen):
    mean: float
    low: float
    high: float
    num: int
    """Values it is made from."""
    groups: int
    """Groups that were drawn."""

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(
    values: Sequence[float],
    groups: Sequence[str] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The mean and its percentile interval. `groups`: whose value each is; None: each its own.

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
    sums = np.bincount(of, weights=found).astype(np.float64)
    sizes = np.bincount(of).astype(np.float64)
    means = _drawn_means(sums, sizes, seed)
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(
        mean=float(found.mean()), low=float(low), high=float(high), num=found.size,
        groups=len(names),
    )  # fmt: skip


def difference(
    new: Sequence[float],
    old: Sequence[float],
    groups: Sequence[str] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """new - old on the same items, paired: better for sure if `low` is above 0.

    Raises:
        ValueError: if they are not as many.
    """
    if len(new) != len(old):
        raise ValueError(f"{len(new)} new values against {len(old)} old ones: wanted pairs")
    return mean_interval([n - o for n, o in zip(new, old, strict=True)], groups, level, seed)


def _drawn_means(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """The mean of each resample, [RESAMPLES] float64."""
    rng = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    # One at a time: all at once would hold RESAMPLES x groups indices.
    for at in range(RESAMPLES):
        drawn = rng.integers(0, len(sums), len(sums))
        means[at] = sums[drawn].sum() / sizes[drawn].sum()
    return means
