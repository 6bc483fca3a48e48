"""Functions that read hostile files, in a child process that may be lost: memory, time, a crash.

    with Bounded(Limits(memory_bytes=1 << 30, cpu_s=60)) as child:
        answer = child.call(look_at, path)      # look_at returns Told(text, blobs)

`Unusable` says something about the input, `Trouble` about this attempt.
"""

from crawl.bounded.bounded import Bounded
from crawl.bounded.limits import Limits
from crawl.bounded.outcome import (
    Answer,
    Died,
    OverMemory,
    OverSize,
    OverTime,
    Raised,
    Stopped,
    Told,
    Trouble,
    Unusable,
)

__all__ = [
    "Answer",
    "Bounded",
    "Died",
    "Limits",
    "OverMemory",
    "OverSize",
    "OverTime",
    "Raised",
    "Stopped",
    "Told",
    "Trouble",
    "Unusable",
]
