"""Decodes clients' files in child processes that may die, in turns between tenants."""

import signal
from collections.abc import Callable
from functools import cache
from typing import ParamSpec

from serve.bounded import (
    AwaitedBounded,
    CallLimits,
    CallResult,
    Died,
    FunctionResult,
    NotStarted,
    Trouble,
    Unusable,
)
from serve.ingress.problems import QUEUE_FULL, UNAVAILABLE, Kind, Problem
from serve.ingress.turns import TooMany, TooManyOfYours, Turns
from serve.pictures.reading import LIMITS

Args = ParamSpec("Args")

PLACES = 2
"""Files that one process decodes at once. Each child takes up to 60 MB even while idle."""
WAITING_EACH = 8
WAITING = 64
RETRY_AFTER_S = 5


class Decoding:
    """Decodes in child processes, which are reused: one takes half a CPU second to start."""

    def __init__(self, limits: CallLimits = LIMITS) -> None:
        self._children = [AwaitedBounded(limits, foreground=True) for _ in range(PLACES)]
        self._turns = Turns(PLACES, WAITING_EACH, WAITING)

    async def call(
        self,
        tenant: str,
        function: Callable[Args, FunctionResult],
        *args: Args.args,
        **kwargs: Args.kwargs,
    ) -> CallResult:
        """Call the function in a child process and return its result.

        Raises:
            Unusable: if the file can never be decoded; the message says why.
            Problem: 429 or 503 with Retry-After, if the file was not tried.
        """
        try:
            async with self._turns.turn(tenant) as place:
                return await self._children[place].call(function, *args, **kwargs)
        except TooManyOfYours:
            detail = f"{WAITING_EACH} files of yours wait to be decoded; wait for one of them"
            raise _later(QUEUE_FULL, detail) from None
        except TooMany:
            raise _later(UNAVAILABLE, "too many files wait to be decoded; try again") from None
        except NotStarted as error:
            raise _later(UNAVAILABLE, f"no file can be decoded now: {error}") from error
        except Died as error:
            if error.signal == signal.SIGKILL:  # the machine was short of memory
                raise _later(UNAVAILABLE, "the file could not be decoded; try again") from error
            raise Unusable("it crashes its decoder") from error
        except Trouble as error:
            raise Unusable(f"it cannot be decoded: {error}") from error

    def close(self) -> None:
        """End the child processes. Nothing can be decoded afterwards."""
        for child in self._children:
            child.close()


@cache
def decoding_of_process(limits: CallLimits = LIMITS) -> Decoding:
    """Return this process's decoder with these limits: children are per process, not per app."""
    return Decoding(limits)


def _later(kind: Kind, detail: str) -> Problem:
    return Problem(kind, detail, headers={"Retry-After": str(RETRY_AFTER_S)})
