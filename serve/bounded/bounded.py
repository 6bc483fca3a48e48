"""Bounded: calls a function in another process, so that a crash costs at most one call."""

import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, ParamSpec, Self

from serve.bounded import frames
from serve.bounded.child import REQUEST_LENGTH
from serve.bounded.limits import MIB, CallLimits
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
from serve.bounded.process import PIECE, ChildProcess

Args = ParamSpec("Args")

MAX_CALLS = 500
"""Calls after which a child is replaced, because libraries may leak."""
LOOK_S = 0.1
"""Interval at which `should_stop` is called."""
_SPEAKER = re.compile(r"^(\[[^\]]* @ 0x[0-9a-f]+\] )+")
_NO_MEMORY = ("bad_alloc", "annot allocate memory", "ut of memory", "MemoryError", "malloc")


class Bounded:
    """Calls functions within limits, one at a time, in a child process that is reused.

    The child is a separate Python, started by the first call. It has no network (where the kernel
    allows users to drop it) and nothing of this process's environment but paths and languages. It
    runs at idle priority, unless `foreground`, and ends with this process, however that ends. A
    call that fails costs its child; the next call gets a new one.

    May be called from any thread; a second caller waits for the first.
    """

    def __init__(
        self,
        limits: CallLimits | None = None,
        *,
        foreground: bool = False,
        should_stop: Callable[[], bool] | None = None,
        inherited: Sequence[int] = (),
    ) -> None:
        """Start no child: the first call does.

        Args:
            foreground: a person waits for the results: the child keeps this process's priority.
            should_stop: polled several times a second during a call; True makes the call raise
                Stopped.
            inherited: open descriptors that each child inherits, under the same numbers.
        """
        self._limits = limits or CallLimits()
        self._foreground, self._inherited = foreground, tuple(inherited)
        self._should_stop = should_stop
        self._one_at_a_time = threading.Lock()
        self._child: ChildProcess | None = None
        self._calls = 0
        self._first_resident = 0
        self._before = 0, 0
        """Resident bytes and peak bytes when the call began."""
        self._state = threading.Lock()  # for the three below
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
        self, function: Callable[Args, FunctionResult], *args: Args.args, **kwargs: Args.kwargs
    ) -> CallResult:
        """Call the function in the child and return its result.

        Args:
            function: at the top level of an importable module; it returns `FunctionResult`, and
                raises `Unusable` for an input that can never work.
            args: pickled; paths, settings and other small values.

        Raises:
            Unusable: as the function raised it, with the same message.
            Trouble: Died, NotStarted, OverTime, OverMemory, OverSize, Raised.
            Stopped: by `stop()` or `close()` from another thread.
            TypeError, ValueError: if the function or its arguments cannot be pickled.
        """
        request = _request(self._limits, function, args, kwargs, streamed=False)
        with self._under_way() as woken:
            child = self._warm_child()
            return self._heard(child, next(self._frames(child, request, woken)))

    def stream(
        self,
        function: Callable[Args, Generator[FunctionResult]],
        *args: Args.args,
        **kwargs: Args.kwargs,
    ) -> Generator[CallResult]:
        """Yield the function's results one by one; the child computes none ahead of the caller.

        `cpu_s` and `memory_bytes` limit the whole stream, `wall_s` and `answer_bytes` each part.
        Closing the stream early ends the child.

        Args:
            function: a generator, as for `call`.

        Raises:
            The same as `call`.
        """
        request = _request(self._limits, function, args, kwargs, streamed=True)
        with self._under_way() as woken:
            child = self._warm_child()
            for frame in self._frames(child, request, woken):
                answer = self._heard(child, frame)
                if frame.kind == frames.PART:
                    yield answer

    @contextmanager
    def _under_way(self) -> Generator[int]:
        """Hold the child for one call. Yields a descriptor that becomes readable when the call must
        stop.
        """
        with self._one_at_a_time:
            woken, wake = os.pipe()
            try:
                with self._state:
                    if self._closed:
                        raise Stopped("it was closed")
                    self._wake, self._stopped = wake, False
                yield woken
            except (Unusable, Raised):
                raise  # the child is unaffected
            except BaseException:
                self._discard()
                raise
            finally:
                with self._state:
                    self._wake = None
                os.close(woken)
                os.close(wake)

    def stop(self) -> bool:
        """End the current call, which raises Stopped. Called from another thread.

        Returns:
            True if there was a call.
        """
        with self._state:
            if self._wake is None:
                return False
            self._stopped = True
            os.write(self._wake, b"!")
            return True

    def close(self) -> None:
        """End the child and the current call. Later calls fail."""
        with self._state:
            self._closed = True
        self.stop()
        with self._one_at_a_time:
            self._discard()

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        child = self._child
        return None if child is None else child.pid

    def _frames(self, child: ChildProcess, request: bytes, woken: int) -> Iterator[frames.Frame]:
        """Yield the child's frames until the last frame of the call."""
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
            if self._should_stop is not None:
                if self._should_stop():
                    raise Stopped("it was stopped")
                left_s = min(left_s, LOOK_S)
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
                    if frame.kind == frames.READY:
                        held, floor = frame.parts[0].split()
                        self._before = int(held), int(floor)
                    else:
                        yield frame
                        if frame.kind != frames.PART:
                            return
                    # The caller's time with a part does not count as the child's.
                    began, ready, waited = time.monotonic(), True, 0.0
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
            self._child = ChildProcess(foreground=self._foreground, inherited=self._inherited)
            self._calls = self._first_resident = 0
        return self._child

    def _heard(self, child: ChildProcess, frame: frames.Frame) -> CallResult:
        spent, peak, now = frame.parts[0].split()
        cpu_s, parts = float(spent), frame.parts[1:]
        if frame.kind != frames.PART:
            self._count(int(now))
        if frame.kind in (frames.ANSWERED, frames.PART):
            said = "\n".join(_lines(child.stderr()))
            return CallResult(parts[0].decode(), parts[1:], cpu_s, int(peak), said)
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
        """Count the call, and discard a child that has grown or has served `MAX_CALLS`."""
        self._calls += 1
        self._first_resident = self._first_resident or resident
        grown = resident - self._first_resident > self._limits.memory_bytes // 4
        if grown or self._calls >= MAX_CALLS:
            self._discard()

    def _over_time(self, child: ChildProcess, ready: bool) -> Trouble:
        if not ready:
            return self._ended(child, NotStarted, f"no start within {self._limits.start_s:g} s")
        return self._ended(child, OverTime, f"no end within {self._limits.wall_s:g} s")

    def _trouble_of_death(self, child: ChildProcess) -> Trouble:
        """Return the error for a child that died on its own."""
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
        """Return whether a call that ended with this peak had used nearly all its memory."""
        resident, floor = self._before
        # A peak below the floor may be this process's own.
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
    limits: CallLimits,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    streamed: bool,
) -> bytes:
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or "<" in name or module not in sys.modules:
        raise TypeError(f"{module}.{name}: wanted a function at the top of an importable module")
    try:
        # The arguments are pickled separately: the child unpickles them under its limits.
        body = pickle.dumps((limits, function, streamed, pickle.dumps((args, kwargs))))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"{module}.{name} cannot be sent with these arguments: {error}") from error
    return REQUEST_LENGTH.pack(len(body)) + body


def _written(requests: int, rest: memoryview) -> memoryview:
    with suppress(BlockingIOError, BrokenPipeError):  # the pipe reports that the child is gone
        return rest[os.write(requests, rest[:PIECE]) :]
    return rest


def _lines(stderr: str) -> list[str]:
    """Return the lines that libraries wrote to stderr, without Python's crash report."""
    before = stderr.partition("Fatal Python error")[0]
    # FFmpeg's lines begin with the object that wrote them: `[mov,mp4 @ 0x55d0c0ffee] `.
    lines = [_SPEAKER.sub("", line.strip())[:300] for line in before.splitlines()]
    return ["".join(c if c.isprintable() else "?" for c in line) for line in lines if line]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
