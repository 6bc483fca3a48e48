"""Whose clip goes next when the renderers are busy: start-time fair queueing over tenants.

Source: Goyal, Vin and Cheng, "Start-time Fair Queuing" (SIGCOMM 1996). Within a tenant first come,
first served, so that the oldest film is finished first.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from conte.clip import Tier


class FairGate:
    """Lets at most `capacity` renders through at once; the others wait for their tenant's turn."""

    def __init__(self, capacity: int, weights: Mapping[str, float] | None = None) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, got {capacity}")
        self._free = capacity
        self._weights = dict(weights or {})
        self._virtual_time = 0.0
        self._finish: dict[str, float] = {}
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()

    @asynccontextmanager
    async def turn(self, tenant: str, cost: float) -> AsyncGenerator[None]:
        """Wait for a turn and hold it. `cost`: what the render is expected to take, in any unit."""
        await self._enter(tenant, cost)
        try:
            yield
        finally:
            self._free += 1
            self._let_in()

    async def _enter(self, tenant: str, cost: float) -> None:
        # A tenant that was idle starts now: it has neither saved up credit nor fallen behind.
        start = max(self._virtual_time, self._finish.get(tenant, 0.0))
        self._finish[tenant] = start + cost / self._weights.get(tenant, 1.0)
        admitted = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (start, next(self._arrivals), admitted))
        self._let_in()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self._free += 1
                self._let_in()
            raise

    def _let_in(self) -> None:
        while self._free and self._waiting:
            start, _, admitted = heapq.heappop(self._waiting)
            if admitted.done():  # cancelled while it waited
                continue
            self._virtual_time = max(self._virtual_time, start)
            self._free -= 1
            admitted.set_result(None)
        if not self._waiting:
            self._forget_idle()

    def _forget_idle(self) -> None:
        # Bounded memory over any number of tenants: whoever is not ahead needs no record.
        self._finish = {t: end for t, end in self._finish.items() if end > self._virtual_time}


Gates = Mapping[Tier, FairGate]
"""A gate for each tier: drafts wait for drafts, and never behind finals that wait for a GPU."""
