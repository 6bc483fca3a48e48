"""Keeps a tier's gate as wide as its renderers, and reports the work that is left. Knows no Ray."""

import asyncio
import logging
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from conte.clip import Tier
from graphs.backlog import UNMEASURED_S
from graphs.gate import FairGate
from serve.ledger.ledger import Ledger
from serve.telemetry import log

LOOK_EVERY_S = 2.0
MEASURE_EVERY = 15
"""Looks between two readings of what renders took lately."""


@dataclass(frozen=True)
class Surroundings:
    """Information about the cluster that a follower needs."""

    running: Callable[[], int]
    """Returns the renderers that run. Blocking."""
    places: Callable[[int], int]
    """Returns the width of the gate for a number of renderers."""
    write: Callable[[float, float], Awaitable[None]]
    """Writes the seconds left of claimed and of unclaimed work where the policy reads them."""


class Following:
    """One tier's follower, in each director."""

    def __init__(self, tier: Tier, gate: FairGate, ledger: Ledger, around: Surroundings) -> None:
        self._tier: Tier = tier
        self._gate, self._ledger, self._around = gate, ledger, around
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
        """Resize the gate, and report."""
        running = await asyncio.to_thread(self._around.running)
        self._gate.resize(self._around.places(running))
        if self._looks % MEASURE_EVERY == 0:
            await asyncio.to_thread(self._measure)
        self._looks += 1
        waiting = await asyncio.to_thread(self._ledger.unclaimed_frames, self._tier)
        each_s = self._seconds_per_frame
        await self._around.write(self._gate.left * each_s, waiting * each_s)

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
