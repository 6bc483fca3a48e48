"""The child: `python -m serve.bounded.child REQUESTS ANSWERS PARENT FOREGROUND`. Runs functions.

Reads requests from one pipe and writes answers to another, until the request pipe is closed.
"""

import faulthandler
import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from serve.bounded import frames
from serve.bounded.confinement import confine, limit, peak, peak_by_kernel, resident, unlimit
from serve.bounded.limits import CallLimits
from serve.bounded.outcome import FunctionResult, Unusable

REQUEST_LENGTH = struct.Struct("!Q")
MAX_REASON = 2000
"""Longest reason that is sent to the parent, in characters."""


def main(requests: int, answers: int, parent: int, foreground: int) -> None:
    confine(parent, foreground=bool(foreground))
    faulthandler.enable()  # a native crash then prints its stack
    with os.fdopen(requests, "rb") as asked, os.fdopen(answers, "wb", buffering=0) as told:
        while head := asked.read(REQUEST_LENGTH.size):
            request = asked.read(REQUEST_LENGTH.unpack(head)[0])
            kind, parts = _answered(request, told)
            _send(told, kind, parts)


def _answered(request: bytes, told: BinaryIO) -> tuple[bytes, Sequence[bytes]]:
    before = _cpu_s()
    try:
        limits, function, streamed, arguments = _unpacked(request)
        limit(limits)
        _send(told, frames.READY, [f"{resident()} {peak_by_kernel()}".encode()])
        before = _cpu_s()
        args, kwargs = pickle.loads(arguments)  # noqa: S301  (its parent made it)
        answer = function(*args, **kwargs)
        if streamed:
            for part in answer:
                _send(told, frames.PART, [_spent(before), part.text.encode(), *part.blobs])
            answer = FunctionResult()
        if not isinstance(answer, FunctionResult):
            raise TypeError(f"{function.__qualname__} returned {type(answer).__name__}, not Told")
        kind, parts = frames.ANSWERED, [answer.text.encode(), *map(bytes, answer.blobs)]
    except BaseException as error:
        unlimit()
        kind, parts = _kind_of(error), [_reason(error)]
    spent = _spent(before)
    unlimit()
    return kind, [spent, *parts]


def _spent(before: float) -> bytes:
    return f"{_cpu_s() - before:.6f} {peak()} {resident()}".encode()


def _unpacked(request: bytes) -> tuple[CallLimits, Callable[..., Any], bool, bytes]:
    """Unpickle the request. Imports the function's module, before limits are set."""
    limits, function, streamed, arguments = pickle.loads(request)  # noqa: S301  (its parent made it)
    if av := sys.modules.get("av"):
        # Log to stderr from C: through Python's logging it deadlocks with decoders' threads.
        av.logging.restore_default_callback()
        av.logging.set_libav_level(av.logging.ERROR)
    return limits, function, streamed, arguments


def _kind_of(error: BaseException) -> bytes:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError) or _is_opencv_without_memory(cause):
            return frames.NO_MEMORY
        cause = cause.__cause__ or cause.__context__
    return frames.UNUSABLE if isinstance(error, Unusable) else frames.RAISED


def _is_opencv_without_memory(error: BaseException) -> bool:
    """Return whether OpenCV ran out of memory, which it reports as one of its own errors."""
    return type(error).__module__ == "cv2" and (
        getattr(error, "code", 0) == -4 or "bad_alloc" in str(error)
    )


def _reason(error: BaseException) -> bytes:
    text = str(error) if isinstance(error, Unusable) else f"{type(error).__name__}: {error}"
    return text[:MAX_REASON].encode(errors="replace")


def _send(told: BinaryIO, kind: bytes, parts: Sequence[bytes]) -> None:
    for piece in (frames.packed(kind, parts), *parts):
        rest = memoryview(piece)
        while rest:
            rest = rest[told.write(rest) :]


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
