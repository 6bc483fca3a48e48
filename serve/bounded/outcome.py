"""Results and errors of a bounded call."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FunctionResult:
    """Result of a bounded function: text (usually JSON) and binary blobs.

    No other type is allowed: unpickling data of a process that reads hostile files would run their
    code.
    """

    text: str = ""
    blobs: Sequence[bytes] = ()


@dataclass(frozen=True)
class CallResult:
    """The function's result and the resources that the call used."""

    text: str
    blobs: tuple[bytes, ...] = field(repr=False)
    cpu_s: float
    """CPU seconds of all the child's threads."""
    peak_bytes: int
    """Peak resident memory of the child since it began, in bytes."""
    said: str = ""
    """Lines that libraries wrote to stderr during the call."""


class Unusable(Exception):
    """Raised by a bounded function, as this class or a subclass: its input can never work.

    The message is the reason, for people. It reaches the caller as this class itself.
    """

    said: str = ""
    """The first line that a library wrote during the call, without its prefix; for people too."""


class Trouble(Exception):
    """The call failed; another attempt may succeed. The message is the reason."""

    def __init__(self, reason: str, *, cpu_s: float = 0.0, stderr: str = "") -> None:
        super().__init__(reason)
        self.cpu_s = cpu_s
        """CPU seconds spent on the call."""
        self.stderr = stderr
        """The end of the child's stderr: libav's messages, a native stack."""


class Died(Trouble):
    """A signal ended the child, or it exited: a decoder crashed."""

    def __init__(self, reason: str, signal: int, *, cpu_s: float = 0.0, stderr: str = "") -> None:
        super().__init__(reason, cpu_s=cpu_s, stderr=stderr)
        self.signal = signal
        """Number of the signal; 0 if the child exited by itself."""


class NotStarted(Trouble):
    """The child was not ready within `start_s`; it did not open the input."""


class OverTime(Trouble):
    """The call exceeded `cpu_s` or `wall_s`."""


class OverMemory(Trouble):
    """The call exceeded `memory_bytes`, or the machine had no more."""


class OverSize(Trouble):
    """The result is larger than `answer_bytes`."""


class Raised(Trouble):
    """The function raised an exception other than `Unusable`."""


class Stopped(Exception):
    """Another thread called `stop()` or `close()`. Says nothing about the input."""
