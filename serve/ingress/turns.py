"""Places that tenants take in turn: at most one per tenant, with bounded queues."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager


class TooManyOfYours(Exception):
    """The tenant's queue is full."""


class TooMany(Exception):
    """The queue of all tenants is full."""


class Turns:
    """Round-robin: a tenant with many requests delays another's by at most one of them."""

    def __init__(self, places: int, waiting_each: int, waiting: int) -> None:
        self._free = list(range(places))
        self._waiting_each, self._waiting = waiting_each, waiting
        self._inside: set[str] = set()
        self._queues: dict[str, deque[asyncio.Future[int]]] = {}
        """Waiting requests by tenant, in the order of the tenants' turns; no queue is empty."""

    @asynccontextmanager
    async def turn(self, tenant: str) -> AsyncGenerator[int]:
        """Wait for a turn and hold it. Yields the number of the place.

        Raises:
            TooManyOfYours, TooMany: at once, if a queue is full.
        """
        with self._queued(tenant) as admitted:
            self._let_in()
            place = await admitted
            yield place

    @contextmanager
    def _queued(self, tenant: str) -> Generator[asyncio.Future[int]]:
        mine = self._queues.get(tenant, ())
        if len(mine) >= self._waiting_each:
            raise TooManyOfYours
        if sum(map(len, self._queues.values())) >= self._waiting:
            raise TooMany
        admitted: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(tenant, deque()).append(admitted)
        try:
            yield admitted
        finally:
            self._leave(tenant, admitted)
            self._let_in()

    def _leave(self, tenant: str, admitted: asyncio.Future[int]) -> None:
        if admitted.done() and not admitted.cancelled():
            self._free.append(admitted.result())
            self._inside.discard(tenant)
            if queue := self._queues.pop(tenant, None):
                self._queues[tenant] = queue  # behind all others
            return
        queue = self._queues[tenant]
        queue.remove(admitted)
        if not queue:
            del self._queues[tenant]

    def _let_in(self) -> None:
        while self._free:
            tenant = next((one for one in self._queues if one not in self._inside), None)
            if tenant is None:
                return
            queue = self._queues[tenant]
            admitted = queue.popleft()
            if not queue:
                del self._queues[tenant]
            self._inside.add(tenant)
            admitted.set_result(self._free.pop())
