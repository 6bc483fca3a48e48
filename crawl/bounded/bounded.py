"""Bounded: a function is called in another process, and at most one call is lost with it."""

import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, ParamSpec, Self

from crawl.bounded import frames
from crawl.bounded.child import REQUEST_LENGTH
from crawl.bounded.limits import MIB, Limits
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
from crawl.bounded.process import PIECE, ChildProcess

Args = ParamSpec("Args")

MAX_CALLS = 500
"""After which a child makes room for a fresh one, whatever its libraries may have leaked."""
_SPEAKER = re.compile(r"^(\[[^\]]* @ 0x[0-9a-f]+\] )+")
_NO_MEMORY = ("bad_alloc", "annot allocate memory", "ut of memory", "MemoryError", "malloc")


class Bounded:
    """Calls of functions within limits, one at a time, in a child that lasts from call to call.

    The child is a Python of its own, started by the first call and warm from then on. It has no
    network (where the kernel lets users say so) and none of this process's environment but paths
    and languages; it runs when nobody else wants the processor, and ends with this process,
    however that ends. A call that goes wrong costs its child; the next one gets another.

    May be called from any thread; a second caller waits for the first.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._one_at_a_time = threading.Lock()
        self._child: ChildProcess | None = None
        self._calls = 0
        self._first_resident = 0
        self._before = 0, 0
        """Bytes when the call began: resident, and the peak."""
        self._state = threading.Lock()  # of the three below
        self._wake: int | None = None
        self._stopped = self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def call(
        self, function: Callable[Args, Told], *args: Args.args, **kwargs: Args.kwargs
    ) -> Answer:
        """What the function tells.

        Args:
            function: at the top of a module that can be imported; it returns `Told`, and raises
                `Unusable` for an input that will never do.
            args: pickled; paths, settings and other small values.

        Raises:
            Unusable: as the function did, with the same message.
            Trouble: Died, OverTime, OverMemory, OverSize, Raised.
            Stopped: by `stop()` or `close()` from another thread.
            TypeError, ValueError: if the function or its arguments cannot be sent.
        """
        request = _request(self._limits, function, args, kwargs)
        with self._one_at_a_time:
            woken, wake = os.pipe()
            try:
                with self._state:
                    if self._closed:
                        raise Stopped("it was closed")
                    self._wake, self._stopped = wake, False
                return self._asked(request, woken)
            except (Unusable, Raised):
                raise  # the child is as good as before
            except BaseException:
                self._discard()
                raise
            finally:
                with self._state:
                    self._wake = None
                os.close(woken)
                os.close(wake)

    def stop(self) -> bool:
        """End the call that is under way, which raises Stopped. From another thread.

        Returns:
            Whether there was one.
        """
        with self._state:
            if self._wake is None:
                return False
            self._stopped = True
            os.write(self._wake, b"!")
            return True

    def close(self) -> None:
        """End the child, and the call under way. Nothing can be called afterwards."""
        with self._state:
            self._closed = True
        self.stop()
        with self._one_at_a_time:
            self._discard()

    @property
    def pid(self) -> int | None:
        """Of the child, while there is one."""
        child = self._child
        return None if child is None else child.pid

    def _asked(self, request: bytes, woken: int) -> Answer:
        child = self._warm_child()
        child.forget_stderr()
        reader = frames.Reader(self._limits.answer_bytes)
        rest = memoryview(request)
        began, ready, waited, waited_before = time.monotonic(), False, 0.0, 0.0
        while True:
            allowed_s = self._limits.wall_s + waited if ready else self._limits.start_s
            left_s = began + allowed_s - time.monotonic()
            if left_s <= 0:
                more = child.waited_s() - waited_before if ready else 0.0
                if more <= waited:
                    raise self._over_time(child, ready)
                waited = more
                continue
            pipes = child.poll(woken, left_s, writing=bool(rest))
            if woken in pipes:
                raise Stopped("it was stopped")
            if child.requests in pipes:
                rest = _written(child.requests, rest)
            if child.answers not in pipes:
                continue
            try:
                piece = os.read(child.answers, PIECE)
                if not piece:
                    raise self._trouble_of_death(child)
                reader.feed(piece)
                while (frame := reader.take()) is not None:
                    if frame.kind != frames.READY:
                        return self._heard(child, frame)
                    began, ready = time.monotonic(), True
                    held, floor = frame.parts[0].split()
                    self._before = int(held), int(floor)
                    waited_before = child.waited_s()
            except frames.TooLarge as error:
                most = self._limits.answer_bytes
                reason = f"its answer has {error} bytes, at most {most} are taken"
                raise self._ended(child, OverSize, reason) from None
            except (frames.Garbled, ValueError, IndexError):
                raise self._ended(child, Died, "its answer cannot be read", 0) from None

    def _warm_child(self) -> ChildProcess:
        if self._child is not None and not self._child.alive():
            self._discard()
        if self._child is None:
            self._child = ChildProcess()
            self._calls = self._first_resident = 0
        return self._child

    def _heard(self, child: ChildProcess, frame: frames.Frame) -> Answer:
        spent, peak, now = frame.parts[0].split()
        cpu_s, parts = float(spent), frame.parts[1:]
        self._count(int(now))
        if frame.kind == frames.ANSWERED:
            return Answer(parts[0].decode(), parts[1:], cpu_s, int(peak))
        reason = parts[0].decode(errors="replace")
        if frame.kind == frames.UNUSABLE:
            unusable = Unusable(reason)
            unusable.said = next(iter(_lines(child.stderr())), "")
            raise unusable
        told: dict[str, Any] = {"cpu_s": cpu_s, "stderr": child.stderr()}
        if frame.kind == frames.NO_MEMORY:
            raise OverMemory(self._memory_reason(), **told)
        raise Raised(reason, **told)

    def _count(self, resident: int) -> None:
        """A child that has grown, or is old, is not asked again."""
        self._calls += 1
        self._first_resident = self._first_resident or resident
        grown = resident - self._first_resident > self._limits.memory_bytes // 4
        if grown or self._calls >= MAX_CALLS:
            self._discard()

    def _over_time(self, child: ChildProcess, ready: bool) -> Trouble:
        if not ready:
            return self._ended(child, OverTime, f"no start within {self._limits.start_s:g} s")
        return self._ended(child, OverTime, f"no end within {self._limits.wall_s:g} s")

    def _trouble_of_death(self, child: ChildProcess) -> Trouble:
        """Why a child is gone that was not asked to go."""
        code, cpu_s, peak = child.ended()
        stderr = child.stderr()
        told: dict[str, Any] = {"cpu_s": cpu_s, "stderr": stderr}
        if code == -signal.SIGXCPU:
            return OverTime(f"more than {self._limits.cpu_s:g} s of processor", **told)
        short = any(words in stderr for words in _NO_MEMORY)
        if code < 0 and (short or self._was_full(peak)):
            return OverMemory(self._memory_reason(), **told)
        last = "".join(f": {line}" for line in _lines(stderr)[-1:])
        if code >= 0:
            return Died(f"it left with status {code}{last}", 0, **told)
        name = _signal_name(-code)
        if code == -signal.SIGKILL:
            name += ", by the system for want of memory or by somebody"
        return Died(f"ended by {name}{last}", -code, **told)

    def _was_full(self, peak: int) -> bool:
        """Whether a call that ended with this peak had nearly all the memory that it may have."""
        resident, floor = self._before
        # What is no more than the floor may be this process's own.
        return peak > floor and peak - resident > 0.9 * self._limits.memory_bytes

    def _ended(self, child: ChildProcess, kind: Any, reason: str, *rest: Any) -> Trouble:
        _, cpu_s, _ = child.end()
        return kind(reason, *rest, cpu_s=cpu_s, stderr=child.stderr())

    def _memory_reason(self) -> str:
        return f"more than {self._limits.memory_bytes // MIB} MiB of memory"

    def _discard(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


def _request(
    limits: Limits, function: Callable[..., Told], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bytes:
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or "<" in name or module not in sys.modules:
        raise TypeError(f"{module}.{name}: wanted a function at the top of an importable module")
    try:
        # The arguments apart: they are unpacked when the limits hold.
        body = pickle.dumps((limits, function, pickle.dumps((args, kwargs))))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"{module}.{name} cannot be sent with these arguments: {error}") from error
    return REQUEST_LENGTH.pack(len(body)) + body


def _written(requests: int, rest: memoryview) -> memoryview:
    with suppress(BlockingIOError, BrokenPipeError):  # of a child that is gone we hear by its pipe
        return rest[os.write(requests, rest[:PIECE]) :]
    return rest


def _lines(stderr: str) -> list[str]:
    """What libraries wrote, before Python's own account of a crash; for people."""
    before = stderr.partition("Fatal Python error")[0]
    # FFmpeg begins with the object that speaks: `[mov,mp4 @ 0x55d0c0ffee] `.
    lines = [_SPEAKER.sub("", line.strip())[:300] for line in before.splitlines()]
    return ["".join(c if c.isprintable() else "?" for c in line) for line in lines if line]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
