"""Threads on a virtual clock: each is a greenlet, and sleeping ones are woken in the order of time."""

import heapq
import itertools
from collections.abc import Callable
from typing import Any

import greenlet


class VirtualThreads:
    """A clock for `serve.ncp`, and the threads that sleep by it. Deterministic: nothing runs at once."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now, self._order = now, itertools.count()
        self._asleep: list[tuple[float, int, greenlet.greenlet]] = []
        self._hub = greenlet.getcurrent()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        me = greenlet.getcurrent()
        if me is self._hub:
            raise RuntimeError("only a virtual thread may sleep; the round must not wait")
        heapq.heappush(self._asleep, (self._now + seconds, next(self._order), me))
        self._hub.switch()

    def spawn(self, run: Callable[[], Any]) -> None:
        """Start a thread; it runs until it sleeps. Another thread's begins when that one sleeps."""
        begun = greenlet.greenlet(run, parent=self._hub)
        if greenlet.getcurrent() is self._hub:
            begun.switch()
        else:
            heapq.heappush(self._asleep, (self._now, next(self._order), begun))

    def advance(self, to: float) -> None:
        while self._asleep and self._asleep[0][0] <= to:
            at, _, thread = heapq.heappop(self._asleep)
            self._now = max(self._now, at)
            thread.switch()
        self._now = max(self._now, to)

    def next_wake(self) -> float | None:
        return self._asleep[0][0] if self._asleep else None

    def kill_all(self) -> None:
        """What happens to threads when their process is killed: nothing more."""
        killed, self._asleep = self._asleep, []
        for _, _, thread in killed:
            thread.throw(greenlet.GreenletExit)

    # What Ray's modules use of `time`.

    def time(self) -> float:
        return self._now

    monotonic = time

    def time_ns(self) -> int:
        return int(self._now * 1e9)


class VirtualExecutor:
    """A ThreadPoolExecutor of virtual threads."""

    def __init__(self, threads: VirtualThreads, max_workers: int) -> None:
        self._threads, self._free = threads, max_workers
        self._queue: list[Callable[[], Any]] = []

    def submit(self, run: Callable[..., Any], *args: Any) -> "VirtualExecutor":
        self._queue.append(lambda: run(*args))
        self._start()
        return self

    def add_done_callback(self, _: Callable[[Any], Any]) -> None:
        pass

    def _start(self) -> None:
        while self._free and self._queue:
            self._free -= 1
            self._threads.spawn(self._work)

    def _work(self) -> None:
        try:
            while self._queue:
                self._queue.pop(0)()
        finally:
            self._free += 1
