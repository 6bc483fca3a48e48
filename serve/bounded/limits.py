"""Limits of one call."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class CallLimits:
    """Limits of one call. Exceeding one ends the child and fails this call, not later ones."""

    memory_bytes: int = 2048 * MIB
    """Bytes of address space beyond those of the imported libraries."""
    cpu_s: float = 3600
    """CPU seconds of all the child's threads, rounded up to whole seconds."""
    wall_s: float = 7200
    """Seconds, not counting those in which the child waited for a processor.

    Films have priority, and a call that waits for them does not hang.
    """
    answer_bytes: int = 64 * MIB
    """Bytes of the answer: its text and its blobs."""
    file_bytes: int = 4096 * MIB
    """Bytes of the largest file that the child may write."""
    open_files: int = 256
    start_s: float = 120
    """Seconds until the child has imported its modules; they do not count as the call's time."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name}: got {value}, wanted more than 0")
