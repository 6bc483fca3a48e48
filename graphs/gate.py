"""Decides whose clip is rendered next: start-time fair queueing over tenants.

Source: Goyal, Vin and Cheng, "Start-time Fair Queuing" (SIGCOMM 1996). Within a tenant the order is
first come, first served, so that the oldest film is finished first.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from conte.clip import Tier

_T = TypeVar("_T")

Begin = Callable[[], None]
"""Called when a renderer takes the render; from then on the gate does not ask it back."""

Ahead = Callable[[], float]
"""Returns the cost of all renders that go before a waiting one."""
WhileWaiting = Callable[[Ahead], Coroutine[None, None, None]]
"""Runs while a render waits, and is cancelled when it is let in. If it raises, the render leaves
the queue with that exception.
"""


@dataclass(order=True)
class _Ticket:
    """A place in the queue. A render that the gate asks back keeps its ticket."""

    start: float
    number: int
    tenant: str = field(compare=False)
    cost: float = field(compare=False, default=0.0)


class _Turn:
    """A place inside the gate, held by a task."""

    def __init__(self, ticket: _Ticket, task: asyncio.Task[object]) -> None:
        self.tenant, self.cost, self.is_at_work = ticket.tenant, ticket.cost, False
        self.asked_back_for = ""
        self._task, self._cancels = task, task.cancelling()

    def begin(self) -> None:
        self.is_at_work = True

    def ask_back(self, tenant: str) -> None:
        self.asked_back_for = tenant
        self._task.cancel()

    def takes_the_cancel(self) -> bool:
        """True if only `ask_back` has cancelled the task."""
        return bool(self.asked_back_for) and self._task.uncancel() <= self._cancels


class _AskedBack(Exception):
    """Raised in a render that the gate cancelled before it began, to give its place to another
    tenant."""


class FairGate:
    """Lets at most `capacity` renders through at once; the others wait for their tenant's turn.

    Capacity exceeds the number of renderers, so that each renderer has its next clip at hand. A
    render that was let in but has not begun is asked back for a tenant with fewer renders inside.
    """

    def __init__(self, capacity: int, weights: Mapping[str, float] | None = None) -> None:
        if capacity < 0:
            raise ValueError(f"capacity must be at least 0, got {capacity}")
        self._capacity = self._free = capacity
        self._weights = dict(weights or {})
        self._virtual_time = 0.0
        self._finish: dict[str, float] = {}
        self._waiting: list[tuple[_Ticket, asyncio.Future[None]]] = []
        self._inside: list[_Turn] = []
        self._arrivals = itertools.count()
        self._left: dict[str, float] = {}

    @property
    def left(self) -> float:
        """Return the cost of all waiting and running renders, in the unit of `through`."""
        return sum(self._left.values())

    @property
    def left_by_tenant(self) -> Mapping[str, float]:
        """Return the cost of all waiting and running renders by tenant, in the unit of
        `through`."""
        return dict(self._left)

    @property
    def waiting(self) -> int:
        """Number of renders in the queue."""
        return sum(not admitted.done() for _, admitted in self._waiting)

    def resize(self, capacity: int) -> None:
        """Set the capacity. If it shrinks, renders already inside stay and others wait longer.

        Raises:
            ValueError: below 0. At 0 every render waits.
        """
        if capacity < 0:
            raise ValueError(f"capacity must be at least 0, got {capacity}")
        self._free += capacity - self._capacity
        self._capacity = capacity
        self._let_in()

    async def through(
        self,
        tenant: str,
        cost: float,
        render: Callable[[Begin], Awaitable[_T]],
        while_waiting: WhileWaiting | None = None,
    ) -> _T:
        """Run `render` in its turn and return its result. `cost`: the expected cost, in any unit.

        Until `render` calls its argument, the gate may cancel it and run it again later with the
        same ticket.
        """
        ticket = self._ticket(tenant, cost)
        self._left[tenant] = self._left.get(tenant, 0.0) + cost
        try:
            self._ask_back_for(tenant)
            while True:
                try:
                    async with self._held(ticket, while_waiting) as turn:
                        return await render(turn.begin)
                except _AskedBack:
                    continue
        finally:
            self._end(tenant, cost)

    def _ticket(self, tenant: str, cost: float) -> _Ticket:
        # A tenant that was idle starts now, with neither credit nor debt.
        start = max(self._virtual_time, self._finish.get(tenant, 0.0))
        self._finish[tenant] = start + cost / self._weight(tenant)
        return _Ticket(start, next(self._arrivals), tenant, cost)

    @asynccontextmanager
    async def _held(
        self, ticket: _Ticket, while_waiting: WhileWaiting | None
    ) -> AsyncGenerator[_Turn]:
        await self._enter(ticket, while_waiting)
        task = asyncio.current_task()
        assert task is not None, "only a task can wait for its turn"
        turn = _Turn(ticket, task)
        self._inside.append(turn)
        try:
            yield turn
        except asyncio.CancelledError:
            if turn.takes_the_cancel():
                raise _AskedBack from None
            raise
        finally:
            self._inside.remove(turn)
            self._free += 1
            self._let_in(turn.asked_back_for)

    async def _enter(self, ticket: _Ticket, while_waiting: WhileWaiting | None) -> None:
        admitted = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (ticket, admitted))
        self._let_in()
        try:
            if while_waiting is None or admitted.done():
                await admitted
            else:
                await self._watched(ticket, admitted, while_waiting)
        except BaseException:
            if admitted.done() and not admitted.cancelled():
                self._free += 1
                self._let_in()
            admitted.cancel()
            raise

    async def _watched(
        self, ticket: _Ticket, admitted: asyncio.Future[None], while_waiting: WhileWaiting
    ) -> None:
        watching = asyncio.create_task(while_waiting(lambda: self._ahead(ticket)))
        try:
            await asyncio.wait((admitted, watching), return_when=asyncio.FIRST_COMPLETED)
            if not admitted.done():
                watching.result()
            await admitted
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def _ahead(self, ticket: _Ticket) -> float:
        waiting = (one.cost for one, entry in self._waiting if one < ticket and not entry.done())
        return sum(waiting) + sum(turn.cost for turn in self._inside)

    def _end(self, tenant: str, cost: float) -> None:
        left = self._left.get(tenant, 0.0) - cost
        if left > 1e-9:
            self._left[tenant] = left
        else:
            self._left.pop(tenant, None)

    def _let_in(self, first: str = "") -> None:
        """Admit waiting renders while places are free.

        `first`: the tenant for which a place was asked back. It goes first, although the ticket of
        the render that left is older.
        """
        if first and self._free > 0:
            own = [one for one in self._waiting if one[0].tenant == first and not one[1].done()]
            if own:
                self._admit(*min(own))
        while self._free > 0 and self._waiting:
            ticket, admitted = heapq.heappop(self._waiting)
            if not admitted.done():  # cancelled while it waited, or admitted before
                self._admit(ticket, admitted)
        if not self._waiting:
            self._forget_idle()

    def _admit(self, ticket: _Ticket, admitted: asyncio.Future[None]) -> None:
        self._virtual_time = max(self._virtual_time, ticket.start)
        self._free -= 1
        admitted.set_result(None)

    def _ask_back_for(self, tenant: str) -> None:
        """Ask back the first render not yet begun whose tenant holds more than `tenant` would then
        hold.
        """
        if self._free > 0:
            return
        held: dict[str, float] = {}
        for turn in self._inside:
            owner = turn.asked_back_for or turn.tenant
            held[owner] = held.get(owner, 0.0) + 1 / self._weight(owner)
        mine = held.get(tenant, 0.0)
        for turn in self._inside:
            other = turn.tenant
            is_at_hand = not turn.is_at_work and not turn.asked_back_for
            if is_at_hand and other != tenant and held[other] - 1 / self._weight(other) > mine:
                turn.ask_back(tenant)
                return

    def _weight(self, tenant: str) -> float:
        return self._weights.get(tenant, 1.0)

    def _forget_idle(self) -> None:
        # Bounds memory over any number of tenants: a tenant without debt needs no record.
        self._finish = {t: end for t, end in self._finish.items() if end > self._virtual_time}


Gates = Mapping[Tier, FairGate]
"""One gate per tier: drafts wait for drafts, never behind finals that wait for a GPU."""
