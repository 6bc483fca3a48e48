"""Keeps a tier's gate as wide as its renderers, and reports the work that is left. Knows no Ray."""

import asyncio
import logging
import math
import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from conte.clip import Tier
from graphs.backlog import UNMEASURED_S
from graphs.gate import FairGate
from graphs.outlook import Outlook
from serve.ledger.ledger import Ledger
from serve.telemetry import log

LOOK_EVERY_S = 2.0
MEASURE_EVERY = 15
"""Number of looks between two readings of recent render times."""


class Write(Protocol):
    def __call__(
        self, in_work_s: float, unclaimed_s: float, paid_for: int | None
    ) -> Awaitable[None]:
        """Write figures for the autoscaling policy: seconds left of claimed and of unclaimed work,
        and the number of renderers that the house's budget pays for.
        """
        ...


@dataclass(frozen=True)
class Surroundings:
    """Information about the cluster that a follower needs."""

    running: Callable[[], int]
    """Returns the number of running renderers. Blocking."""
    places: Callable[[int], int]
    """Returns the width of the gate for a number of renderers."""
    write: Write | None = None
    """Writes figures for the autoscaling policy; None: the number of renderers is fixed."""


@dataclass(frozen=True)
class Cost:
    """Cost of a tier's renderer."""

    second: float
    """Price of a second of its work."""
    clear_in_s: float = math.inf
    """Seconds for which the budget must pay for a renderer before it is counted."""


class Following:
    """Watches one tier for one director: its renderers, its work, and the money left."""

    def __init__(
        self,
        tier: Tier,
        gate: FairGate,
        ledger: Ledger,
        around: Surroundings,
        outlook: Outlook | None = None,
        cost: Cost | None = None,
    ) -> None:
        """Prepare the follower. `cost`: None if it is unknown, or nothing."""
        self._tier: Tier = tier
        self._gate, self._ledger, self._around = gate, ledger, around
        self.outlook = outlook or Outlook()
        self._cost = cost
        self._seconds_per_frame = UNMEASURED_S
        self._looks = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"following-{self._tier}")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Resize the gate to the running renderers, and report the work left."""
        if self.outlook.ceilings.any:
            # First, so that nothing begins that a ceiling forbids.
            today = await asyncio.to_thread(self._ledger.spending.today)
            spent = {one.tenant: one.known for one in today.spent}
            self.outlook.spent(spent, today.ends_in_s)
        running = await asyncio.to_thread(self._around.running)
        self._gate.resize(self._around.places(running))
        if self._looks % MEASURE_EVERY == 0:
            await asyncio.to_thread(self._measure)
        self._looks += 1
        in_work = self._gate.left_by_tenant
        in_work_s, all_s = self._affordable_s(in_work), 0.0
        if self._around.write is not None:
            unclaimed = await asyncio.to_thread(self._ledger.unclaimed_frames, self._tier)
            tenants = {*in_work, *unclaimed}
            every = {one: in_work.get(one, 0.0) + unclaimed.get(one, 0.0) for one in tenants}
            all_s = self._affordable_s(every)
        unclaimed_s = max(0.0, all_s - in_work_s)
        self.outlook.seconds_per_frame = self._seconds_per_frame
        self.outlook.see(running, in_work_s + unclaimed_s)
        if self._around.write is not None:
            await self._around.write(in_work_s, unclaimed_s, self._paid_for())

    def _affordable_s(self, frames: Mapping[str, float]) -> float:
        """Return the seconds of work on these frames that the tenants' money pays for."""
        total = 0.0
        for tenant, count in frames.items():
            seconds, money = count * self._seconds_per_frame, self.outlook.money_left(tenant)
            if money is not None and self._cost is not None:
                seconds = min(seconds, money / self._cost.second)
            elif money == 0:
                seconds = 0.0
            total += seconds
        return total

    def _paid_for(self) -> int | None:
        """Return the number of renderers that the house's money pays for; None: no limit."""
        left = self.outlook.house_left
        if left is None or self._cost is None:
            return None
        return math.ceil(left / (self._cost.second * self._cost.clear_in_s))

    def _measure(self) -> None:
        lately = self._ledger.measured(1).seconds_per_frame.get(self._tier)
        if lately:
            self._seconds_per_frame = statistics.median(lately)

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                # The gate keeps its width, and the policy its number, until the next look.
                log("following.failed", level=logging.WARNING, tier=self._tier, error=error)
            await asyncio.sleep(LOOK_EVERY_S)
