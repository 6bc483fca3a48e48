"""Bounded calls from an event loop. A cancel stops the call and waits for its end."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec

from serve.bounded.bounded import Bounded
from serve.bounded.limits import CallLimits
from serve.bounded.outcome import CallResult, FunctionResult

Args = ParamSpec("Args")


class AwaitedBounded:
    """Runs bounded calls in one child and one thread; concurrent callers take turns."""

    def __init__(self, limits: CallLimits, *, foreground: bool = False) -> None:
        self._child = Bounded(limits, foreground=foreground, should_stop=self._is_unwanted)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bounded")
        self._unwanted = threading.Event()
        """Set when the caller of the current call has gone. Each call has its own event."""

    async def call(
        self, function: Callable[Args, FunctionResult], *args: Args.args, **kwargs: Args.kwargs
    ) -> CallResult:
        """Await `Bounded.call`; same arguments, result and errors."""
        unwanted = threading.Event()

        def work() -> CallResult:
            self._unwanted = unwanted
            return self._child.call(function, *args, **kwargs)

        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        under_way = self._thread.submit(work)
        under_way.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
        try:
            return await asyncio.wrap_future(under_way)
        except asyncio.CancelledError:
            unwanted.set()
            await ended.wait()
            raise

    def close(self) -> None:
        """End the child and the current call. Later calls fail."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._child.close()

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        return self._child.pid

    def _is_unwanted(self) -> bool:
        return self._unwanted.is_set()
