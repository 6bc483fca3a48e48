"""A clock that a test replaces: hours of waiting pass in no time."""

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds, from any beginning."""
        ...

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
