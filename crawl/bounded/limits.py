"""What one call may take."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Of one call; whatever goes beyond ends the child, and costs that call alone."""

    memory_bytes: int = 2048 * MIB
    """Address space beyond what the libraries took when they were imported."""
    cpu_s: float = 3600
    """Seconds of processor, of all its threads; rounded up to whole ones."""
    wall_s: float = 7200
    """Seconds, without those in which it waited for a processor: films come first, and a call
    that has to let them pass does not hang."""
    answer_bytes: int = 64 * MIB
    """The text and the blobs that it may answer with."""
    file_bytes: int = 4096 * MIB
    """Of any one file that it writes."""
    open_files: int = 256
    start_s: float = 120
    """Seconds until the child has imported what it needs; another clock than a call's."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name}: got {value}, wanted more than 0")
