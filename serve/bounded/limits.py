"""Limits of one call."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class CallLimits:
    """Limits of one call. Exceeding one ends the child and fails this call, not later ones."""

    memory_bytes: int = 2048 * MIB
    """Address space beyond what the imported libraries take."""
    cpu_s: float = 3600
    """CPU seconds of all its threads, rounded up to whole ones."""
    wall_s: float = 7200
    """Seconds, not counting those in which it waited for a processor: films come first, and a call
    that has to wait for them does not hang.
    """
    answer_bytes: int = 64 * MIB
    """Bytes of the text and the blobs of its answer."""
    file_bytes: int = 4096 * MIB
    """Bytes of any one file that it writes."""
    open_files: int = 256
    start_s: float = 120
    """Seconds until the child has imported what it needs; not part of the call's time."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name}: got {value}, wanted more than 0")
