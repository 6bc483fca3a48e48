"""A slot: one blocking job at a time in a thread of its own, told as a stream, stopped for sure.

Cancelling a coroutine does not stop the thread behind it. Here the slot stays taken until the
thread has really ended, so that work nobody waits for never runs beside work that somebody does.
"""

import asyncio
import math
import threading
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from deployments.engines.protocols import OnStep

T = TypeVar("T")

STEP_EVERY_S = 0.1
"""Progress for people: ten steps a second are enough."""


class Slot:
    def __init__(self, name: str) -> None:
        self._free = asyncio.Semaphore(1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._name, self._stopping_since = name, math.inf

    async def __aenter__(self) -> None:
        await self._free.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._free.release()

    async def run(
        self, work: Callable[[OnStep, Callable[[], bool]], T]
    ) -> AsyncGenerator[float | T]:
        """0.0 as it begins, increasing fractions, then what `work(on_step, should_stop)` returns.

        Closed or cancelled before its end, it makes `should_stop` true and waits for the thread.
        To be used while the slot is held.
        """
        loop = asyncio.get_running_loop()
        stop = threading.Event()
        steps: asyncio.Queue[float | None] = asyncio.Queue()

        def tell(step: float | None) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, step)

        def job() -> T:
            try:
                return work(_Throttle(tell), stop.is_set)
            finally:
                tell(None)

        running = loop.run_in_executor(self._thread, job)
        try:
            yield 0.0
            while (step := await steps.get()) is not None:
                yield step
            yield await running
        finally:
            stop.set()
            self._stopping_since = time.monotonic()
            await _end_of(running)
            self._stopping_since = math.inf

    def check(self, patience_s: float) -> None:
        """
        Raises:
            RuntimeError: if the work was told to stop longer ago than that, and has not.
        """
        if time.monotonic() - self._stopping_since > patience_s:
            raise RuntimeError(f"{self._name}: told to stop, it runs on after {patience_s:g} s")


class _Throttle:
    """Passes a step on if it is news: later than the last by a tenth of a second, and more."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._most, self._next_at = 0.0, 0.0

    def __call__(self, fraction: float) -> None:
        fraction, now = min(float(fraction), 1.0), time.monotonic()
        if fraction > self._most and now >= self._next_at:
            self._most, self._next_at = fraction, now + STEP_EVERY_S
            self._tell(fraction)


async def _end_of(running: asyncio.Future[Any]) -> None:
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            # `wait` leaves the future alone when it is cancelled itself.
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if not running.cancelled():
        running.exception()  # looked at, so that it is not reported as forgotten
    if cancelled is not None:
        raise cancelled
