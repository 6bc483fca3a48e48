"""Computes Retry-After from what this replica saw: how long work takes, or a fault has lasted."""

import time
from collections.abc import Callable

LONGEST_S = 60
_UNKNOWN_S = 2
_WEIGHT = 0.2
_SAME_S = 2 * LONGEST_S
"""Seconds within which a fault that is seen again is the same one: clients may wait that long."""


class Pace:
    """Moving average of the seconds that a place is held; the newest value counts a fifth."""

    def __init__(self) -> None:
        self._held_s: float | None = None

    def ended(self, held_s: float) -> None:
        before = held_s if self._held_s is None else self._held_s
        self._held_s = before + _WEIGHT * (held_s - before)

    def next_place_s(self, places: int) -> int:
        """Return the seconds until one of `places`, all of them held, is expected to be free."""
        if self._held_s is None:
            return _UNKNOWN_S
        return _bounded(self._held_s / places, at_least=1)


class Outage:
    """Estimates a fault's remaining time: as long again as it has lasted so far."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began, self._seen = 0.0, -float("inf")

    def seen(self) -> int:
        """Record that the fault is present, and return the seconds to wait."""
        now = self._clock()
        if now - self._seen > _SAME_S:
            self._began = now
        self._seen = now
        return _bounded(now - self._began, at_least=2)

    def over(self) -> None:
        self._seen = -float("inf")


def _bounded(seconds: float, at_least: int) -> int:
    return min(max(round(seconds), at_least), LONGEST_S)
