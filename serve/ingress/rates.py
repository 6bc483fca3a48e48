"""Rate limits: a token bucket for each key. Knows no HTTP.

Counted per replica: several replicas allow that many times as much.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_KEYS = 10_000
"""Most buckets that are kept; full ones are dropped first, since a new bucket is full too."""


@dataclass
class _Bucket:
    left: float
    at: float


class Rate:
    """`per_minute` in the long run, up to `burst` at once."""

    def __init__(
        self, per_minute: float, burst: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s, self._burst, self._now = per_minute / 60, burst, now
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str) -> float:
        """Take a token. Returns 0, or the seconds until there is one again."""
        now = self._now()
        if len(self._buckets) >= MAX_KEYS and key not in self._buckets:
            self._forget(now)
        bucket = self._buckets.setdefault(key, _Bucket(self._burst, now))
        bucket.left = self._filled(bucket, now)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) / self._per_s

    def _filled(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.left + (now - bucket.at) * self._per_s)

    def _forget(self, now: float) -> None:
        full = [key for key, one in self._buckets.items() if self._filled(one, now) >= self._burst]
        # Without any the oldest goes: the bound of the memory comes first.
        for key in full or list(self._buckets)[:1]:
            del self._buckets[key]
