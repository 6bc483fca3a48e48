"""Seconds -> frames that sum exactly. The only place where a film's length is decided."""

import math
from collections.abc import Sequence

MIN_CUTS = 4
MAX_CUTS = 8
MIN_CUT_S = 0.8


def film_frames(duration_s: float, fps: int) -> int:
    """Return the exact number of frames of a film: `round(duration_s * fps)`."""
    return round(duration_s * fps)


def min_cut_frames(fps: int) -> int:
    """Return the fewest whole frames that last at least 0.8 s."""
    return math.ceil(MIN_CUT_S * fps)


def most_cuts(duration_s: float, fps: int) -> int:
    """Return the number of cuts of at least 0.8 s that fit, at most 8."""
    return min(MAX_CUTS, film_frames(duration_s, fps) // min_cut_frames(fps))


def share_frames(num_frames: int, weights: Sequence[float], at_least: int) -> tuple[int, ...]:
    """Return frames per cut that sum exactly to `num_frames`, in proportion to `weights`.

    Largest-remainder apportionment (Hamilton), with a floor: a cut whose share is below `at_least`
    gets the floor, and the others share the rest.

    Raises:
        ValueError: if there are no weights, one is not positive, or the floor does not fit.
    """
    if not weights or any(not math.isfinite(w) or w <= 0 for w in weights):
        raise ValueError(f"weights must be positive numbers, got {list(weights)}")
    if at_least * len(weights) > num_frames:
        raise ValueError(
            f"{len(weights)} cuts of at least {at_least} frames need {at_least * len(weights)}"
            f" frames, the film has {num_frames}"
        )
    frames = [0] * len(weights)
    free = set(range(len(weights)))
    left = num_frames
    # A share can only fall below the floor while others are removed, so this loop ends.
    while True:
        total = math.fsum(weights[i] for i in free)
        low = {i for i in free if left * (weights[i] / total) < at_least}
        if not low:
            break
        for i in low:
            frames[i] = at_least
        left -= at_least * len(low)
        free -= low
        if not free:
            break
    if not free:
        # All cuts are at the floor: the remaining frames go to the heaviest.
        frames[max(range(len(weights)), key=lambda i: weights[i])] += left
        return tuple(frames)
    total = math.fsum(weights[i] for i in free)
    exact = {i: left * (weights[i] / total) for i in free}
    for i, share in exact.items():
        frames[i] = math.floor(share)
    owed = num_frames - sum(frames)
    by_remainder = sorted(free, key=lambda i: (math.floor(exact[i]) - exact[i], i))
    for i in by_remainder[:owed]:
        frames[i] += 1
    return tuple(frames)
