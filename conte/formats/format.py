"""Format: a length and an aspect ratio of an approved version."""

from pydantic import Field

from conte.brief import AspectRatio, Brief
from conte.frozen import Frozen


class Format(Frozen):
    duration_s: float = Field(ge=5, le=120)
    aspect_ratio: AspectRatio

    def brief(self, brief: Brief, num_cuts: int) -> Brief:
        """Return the brief of a film in this format; all other fields stay as ordered."""
        changes = {
            "duration_s": self.duration_s,
            "aspect_ratio": self.aspect_ratio,
            "cuts": None if brief.cuts is None else num_cuts,
        }
        return brief.model_copy(update=changes)
