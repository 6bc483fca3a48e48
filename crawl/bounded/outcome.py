"""How a call ends that does not answer. What it answers with is `Answer`."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """What a bounded function returns: text (JSON, as a rule) and bytes that need no words.

    Nothing richer crosses: to unpickle what comes from a process that reads hostile files would
    be to run what it says.
    """

    text: str = ""
    blobs: Sequence[bytes] = ()


@dataclass(frozen=True)
class Answer:
    """What the function told, and what that took."""

    text: str
    blobs: tuple[bytes, ...] = field(repr=False)
    cpu_s: float
    """Seconds of processor, of all the child's threads."""
    peak_bytes: int
    """The most memory that the child has held since it began, in bytes (resident set)."""


class Unusable(Exception):
    """Raised by a bounded function, or a class below it: its input will never do.

    The message is the reason, for people. It reaches the caller as this class itself.
    """

    said: str = ""
    """The first line that a library wrote meanwhile, without the place it names; for people too."""


class Trouble(Exception):
    """The call came to nothing; another attempt may fare better. The message is the reason."""

    def __init__(self, reason: str, *, cpu_s: float = 0.0, stderr: str = "") -> None:
        super().__init__(reason)
        self.cpu_s = cpu_s
        """Seconds of processor that were spent on it."""
        self.stderr = stderr
        """The end of what the child wrote there: libav's messages, a native stack."""


class Died(Trouble):
    """A signal ended the child, or it left: a decoder crashed."""

    def __init__(self, reason: str, signal: int, *, cpu_s: float = 0.0, stderr: str = "") -> None:
        super().__init__(reason, cpu_s=cpu_s, stderr=stderr)
        self.signal = signal
        """0 if it left by itself."""


class OverTime(Trouble):
    """It took longer than `cpu_s` or `wall_s`."""


class OverMemory(Trouble):
    """It wanted more than `memory_bytes`, or the machine had no more."""


class OverSize(Trouble):
    """Its answer is larger than `answer_bytes`."""


class Raised(Trouble):
    """The function raised something that is not `Unusable`."""


class Stopped(Exception):
    """Somebody called `stop()` or `close()`. Nothing is said about the input."""
