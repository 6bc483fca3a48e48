"""A clock that tests replace, so that hours of waiting pass at once."""

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Return seconds since an arbitrary start."""
        ...

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
