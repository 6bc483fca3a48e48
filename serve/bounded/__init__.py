"""Runs functions on hostile files in a child process with limits on memory and time.

    with Bounded(Limits(memory_bytes=1 << 30, cpu_s=60)) as child:
        answer = child.call(look_at, path)      # look_at returns Told(text, blobs)

`Unusable` is about the input, `Trouble` about this attempt.
"""

from serve.bounded.awaited import AwaitedBounded
from serve.bounded.bounded import Bounded
from serve.bounded.limits import CallLimits
from serve.bounded.outcome import (
    CallResult,
    Died,
    FunctionResult,
    NotStarted,
    OverMemory,
    OverSize,
    OverTime,
    Raised,
    Stopped,
    Trouble,
    Unusable,
)

__all__ = [
    "AwaitedBounded",
    "Bounded",
    "CallLimits",
    "CallResult",
    "Died",
    "FunctionResult",
    "NotStarted",
    "OverMemory",
    "OverSize",
    "OverTime",
    "Raised",
    "Stopped",
    "Trouble",
    "Unusable",
]
