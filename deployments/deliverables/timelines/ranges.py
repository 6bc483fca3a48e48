"""Range: frames of the film, or of a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    start: int
    num_frames: int

    @property
    def end(self) -> int:
        """Index of the frame after the last one."""
        return self.start + self.num_frames
