"""A slot: runs one blocking job at a time in its own thread, streams its progress, and stops it.

Cancelling a coroutine does not stop the thread behind it. Here the slot stays taken until the
thread has really ended, so that abandoned work never runs beside wanted work.
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
"""Smallest interval between two progress steps: ten a second are enough for people."""
ALIVE_EVERY_S = 10.0
"""Seconds after which an unchanged step is repeated, as a sign of life."""


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
        """Yield 0.0 as it begins, fractions that never fall, then the result of `work`.

        If the generator is closed or cancelled early, `should_stop` returns true, and the generator
        waits for the thread. The caller must hold the slot.
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
            await end_of(running)
            self._stopping_since = math.inf

    def check(self, patience_s: float) -> None:
        """Check that stopped work has ended.

        Raises:
            RuntimeError: if the work was stopped longer than `patience_s` ago and still runs.
        """
        if time.monotonic() - self._stopping_since > patience_s:
            raise RuntimeError(f"{self._name}: told to stop, it runs on after {patience_s:g} s")


class _Throttle:
    """Passes on a larger step at most every 0.1 s, and an unchanged one every 10 s."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._most, self._told_at = 0.0, time.monotonic() - STEP_EVERY_S

    def __call__(self, fraction: float) -> None:
        fraction, since_s = min(float(fraction), 1.0), time.monotonic() - self._told_at
        more = fraction > self._most and since_s >= STEP_EVERY_S
        if more or since_s >= ALIVE_EVERY_S:
            self._most, self._told_at = max(fraction, self._most), time.monotonic()
            self._tell(self._most)


async def end_of(running: asyncio.Future[Any]) -> None:
    """Wait until a thread's work has ended, whatever came of it, even if this task is cancelled."""
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            # Cancelling `wait` does not cancel the future.
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if not running.cancelled():
        running.exception()  # retrieved, so that asyncio does not report it
    if cancelled is not None:
        raise cancelled
