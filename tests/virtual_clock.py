"""An event loop whose clock jumps to the next timer: hours pass in no time, the same way every run."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple, cast

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class VirtualLoop(asyncio.SelectorEventLoop):
    """What would run in another thread runs at once, on this one, and takes no virtual time.

    No sockets: nothing outside wakes it. Where no timer is left and nothing is ready, `run` fails
    instead of waiting for ever.
    """

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_NoWaiting(self._advance))

    def time(self) -> float:
        return self._now

    def _advance(self, seconds: float | None) -> None:
        if seconds is None:
            raise RuntimeError("everything waits, and no timer will ever wake it")
        self._now += max(0.0, seconds)

    def run_in_executor(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, executor: object, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> "asyncio.Future[_T]":
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:
            done.set_exception(error)
        return done


class _NoWaiting(selectors.SelectSelector):
    """Advances the clock by as long as the loop would have waited."""

    def __init__(self, advance: Callable[[float | None], None]) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout != 0:
            self._advance(timeout)
        return found


def run(main: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """The result of a coroutine, on a loop of its own that starts at 0 seconds."""
    with asyncio.Runner(loop_factory=cast(Any, VirtualLoop)) as runner:
        return runner.run(main())
