"""Follows logs of the ledger for all event streams of a replica. Knows no HTTP."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, Protocol, TypeVar

from serve.database.errors import DatabaseUnavailable
from serve.database.wakes import Ring
from serve.telemetry import log

_PAGE = 200
_APART_S = 0.02
"""Pause between two reads of a stream: in a burst, several events are read and sent at once."""


class Line(Protocol):
    """An event of a log. Ids ascend within the log; no event follows one with `ends`."""

    @property
    def id(self) -> int: ...

    @property
    def ends(self) -> bool: ...


_L = TypeVar("_L", bound=Line)
_L_co = TypeVar("_L_co", bound=Line, covariant=True)


class EventLog(Protocol[_L_co]):
    """What a tail needs of a ledger: logs by name, such as productions by id."""

    def events(self, of: str, after: int, limit: int, /) -> tuple[_L_co, ...]: ...

    def last_events(self, of: Iterable[str], /) -> dict[str, int]: ...

    def waiting_for_events(self, of: str, call: Ring, /) -> AbstractContextManager[None]:
        """Call `call`, in any thread, when the log has new events, while the block runs."""
        ...


class EventTail(Generic[_L]):
    """Reads a log's events when it is woken, and also polls, in case a wake-up was lost."""

    def __init__(self, ledger: EventLog[_L], poll_s: float, pause_s: float = 1) -> None:
        """Create a tail. `pause_s`: seconds until an unreachable ledger is read again."""
        self._ledger, self._poll_s, self._pause_s = ledger, poll_s, pause_s
        self._watches: dict[str, set[_Watch]] = {}
        self._polling: asyncio.Task[None] | None = None

    @property
    def watched(self) -> int:
        """Number of open streams."""
        return sum(len(watches) for watches in self._watches.values())

    async def follow(self, of: str, after: int) -> AsyncGenerator[tuple[_L, ...]]:
        """Yield every event with an id above `after`, in order and once, until the one that ends
        the log.

        Each batch holds what is there at the time. An ending event in the middle of the log (a cut
        was retried after it) ends nothing.
        """
        ended, clock = False, asyncio.get_running_loop().time
        with self._watch(of, after) as watch:
            while True:
                # Cleared before reading: news that come meanwhile are read the next time round.
                watch.news.clear()
                read_at = clock()
                events = await asyncio.to_thread(self._ledger.events, of, watch.seen, _PAGE)
                if events:
                    watch.seen, ended = events[-1].id, events[-1].ends
                    yield events
                if len(events) == _PAGE:
                    continue
                if ended:
                    return
                await watch.news.wait()
                await asyncio.sleep(read_at + _APART_S - clock())

    @contextmanager
    def _watch(self, of: str, seen: int) -> "Generator[_Watch]":
        watch = _Watch(seen)
        self._watches.setdefault(of, set()).add(watch)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll(), name="tail")
        loop = asyncio.get_running_loop()
        try:
            with self._ledger.waiting_for_events(
                of, lambda: loop.call_soon_threadsafe(watch.news.set)
            ):
                yield watch
        finally:
            self._watches[of].discard(watch)
            if not self._watches[of]:
                del self._watches[of]

    async def _poll(self) -> None:
        while self._watches:
            try:
                last = await asyncio.to_thread(self._ledger.last_events, tuple(self._watches))
            except Exception as error:
                # Without the poll every stream would fall silent. They stay open and beat on.
                known = isinstance(error, DatabaseUnavailable)
                log("tail.no_answer", level=logging.WARNING, error=None if known else error)
                await asyncio.sleep(self._pause_s)
                continue
            for of, number in last.items():
                for watch in self._watches.get(of, ()):
                    if number > watch.seen:
                        watch.news.set()
            await asyncio.sleep(self._poll_s)

    async def idle(self) -> None:
        """Wait until nobody watches any more and the polling has stopped."""
        if self._polling is not None:
            await asyncio.gather(self._polling, return_exceptions=True)

    async def close(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)


class _Watch:
    """One stream: the last event it has sent on, and the bell that wakes it."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self.news = asyncio.Event()
