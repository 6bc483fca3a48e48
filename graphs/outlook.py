"""Estimates how long a final waits before it begins, and for what: a renderer, or its tenant's
budget. Knows no Ray."""

import asyncio
import math
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from conte.production import WaitsFor
from conte.spending import Ceilings
from graphs.backlog import UNMEASURED_S

NONE_THERE_S = 5.0
"""Reported after a wait of this many seconds if no renderer runs. A gate that is about to open
takes less."""
ALL_BUSY_S = 60.0
"""Reported after a wait of this many seconds if all renderers are busy."""


class WaitsForMoney(Exception):
    """A final cannot begin before its tenant may spend again."""

    def __init__(self, in_s: float) -> None:
        super().__init__("the day's ceiling is reached")
        self.in_s = in_s
        """Seconds until then."""


@dataclass(frozen=True)
class Waits:
    """What a final waits for, and the estimated seconds until it begins; None: not known."""

    reason: WaitsFor
    eta_s: float | None


@dataclass
class _AtWork:
    tenant: str
    frames: float
    ended_at: float = math.inf
    """Number of the money reading after which the render ended."""


class Outlook:
    """Outlook of one tier in one director. Its follower writes observations; waiting renders read
    estimates."""

    def __init__(
        self,
        ceilings: Ceilings | None = None,
        *,
        most: int = 1,
        second: float = 0.0,
        boot_s: float = 0.0,
        clear_in_s: float = 240.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Prepare the estimates.

        `boot_s`: estimated seconds until a new renderer runs, until one was measured. `second`:
        price of a second of a renderer; 0: nothing, or not known.
        """
        self.ceilings = ceilings or Ceilings()
        self.boot_s = boot_s
        self.seconds_per_frame = UNMEASURED_S
        self._most, self._clear_in_s, self._clock = most, clear_in_s, clock
        self._second = second
        self._at_work: list[_AtWork] = []
        self._looks = 0
        self._running: int | None = None
        self._left_s = 0.0
        self._wanted_at: float | None = None
        self._spent: Mapping[str, float] | None = None
        self._resumes_at = 0.0

    # The follower's.

    def see(self, running: int, left_s: float) -> None:
        """Record the number of running renderers, and the seconds of work left for one renderer."""
        now = self._now()
        if running == 0 and left_s > 0:
            self._wanted_at = now if self._wanted_at is None else self._wanted_at
        elif self._wanted_at is not None:
            if running:
                self.boot_s = now - self._wanted_at
            self._wanted_at = None
        self._running, self._left_s = running, left_s

    def spent(self, today: Mapping[str, float], ends_in_s: float) -> None:
        """Record the money spent today by tenant, and the seconds until the day ends."""
        self._spent, self._resumes_at = today, self._now() + ends_in_s
        self._looks += 1
        # What ended while this was read may not be part of it; in the next one it is.
        self._at_work = [one for one in self._at_work if self._looks - one.ended_at < 2]

    # What renders ask.

    def money_left(self, tenant: str) -> float | None:
        """Return the amount that a tenant may still spend today; None: no limit."""
        # Before the first look nothing is known, and nothing begins that a ceiling might forbid.
        unknown = 0.0 if self.ceilings.any else None
        return unknown if self._spent is None else self.ceilings.left(tenant, self._spent)

    @property
    def house_left(self) -> float | None:
        return None if self._spent is None else self.ceilings.house_left(self._spent)

    def may_spend(self, tenant: str) -> bool:
        """Return whether another render may begin, with the running ones counted as paid."""
        left = self.money_left(tenant)
        if left is None:
            return True
        own = self._cost(one.frames for one in self._at_work if one.tenant == tenant)
        if left <= own:
            return False
        house = self.house_left
        return house is None or house > self._cost(one.frames for one in self._at_work)

    @contextmanager
    def paying(self, tenant: str, frames: float) -> Generator[None]:
        """Count a render as paid within the block, and afterwards until its real cost was read."""
        one = _AtWork(tenant, frames)
        self._at_work.append(one)
        try:
            yield
        finally:
            one.ended_at = self._looks

    def _cost(self, frames: Iterable[float]) -> float:
        return sum(frames) * self.seconds_per_frame * self._second

    @property
    def knows_money(self) -> bool:
        return self._spent is not None or not self.ceilings.any

    def of(self, tenant: str, ahead: float, waited_s: float) -> Waits | None:
        """Return why a render waits; None if the wait is too short to report. `ahead`: frames that
        are rendered before it.

        `ahead`: frames that are rendered before it.
        """
        if not self.may_spend(tenant):
            if not self.knows_money:
                return None
            return Waits("budget", round(self.resumes_in_s, 1))
        none_there = self._running == 0
        if waited_s < (NONE_THERE_S if none_there else ALL_BUSY_S):
            return None
        return Waits("gpu", self._eta_s(ahead, none_there))

    @property
    def resumes_in_s(self) -> float:
        return max(0.0, self._resumes_at - self._now())

    def _eta_s(self, ahead: float, none_there: bool) -> float:
        boots_s, renderers = 0.0, self._running or 1
        if none_there:
            since = self._now() if self._wanted_at is None else self._wanted_at
            boots_s = max(0.0, self.boot_s - (self._now() - since))
            renderers = min(self._most, max(1, math.ceil(self._left_s / self._clear_in_s)))
        return round(boots_s + ahead * self.seconds_per_frame / renderers, 1)

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()
