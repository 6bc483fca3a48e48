"""Cuts that are left to render -> seconds of a renderer. Pure: what is measured comes as values.

Ongoing requests say nothing of it: the fair gate lets in as many as there are renderers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Kind = tuple[str, int, int]
"""Engine, width, height: what a frame's time depends on."""
UNMEASURED_S = 0.5
"""Seconds a frame of an engine that has rendered nothing yet, at 832x480."""
_UNMEASURED_PIXELS = 832 * 480
_NEWEST = 0.2
"""Weight of the newest clip in the mean."""


@dataclass(frozen=True)
class CutLeft:
    """A cut whose final clip waits or is at work."""

    tenant: str
    engine: str
    width: int
    height: int
    num_frames: int
    done: float = 0.0
    """Share that is rendered already, 0 to 1."""

    @property
    def kind(self) -> Kind:
        return self.engine, self.width, self.height


@dataclass(frozen=True)
class Pace:
    """Measured seconds per frame, by engine and size."""

    measured: Mapping[Kind, float] = field(default_factory=dict)

    def with_clip(self, cut: CutLeft, seconds: float) -> "Pace":
        """Return the pace after another clip."""
        if cut.num_frames < 1 or seconds <= 0:
            return self
        newest = seconds / cut.num_frames
        before = self.measured.get(cut.kind, newest)
        return Pace({**self.measured, cut.kind: before + _NEWEST * (newest - before)})

    def seconds_per_frame(self, cut: CutLeft) -> float:
        """Return the measured time, else that of the nearest size, by its pixels."""
        if (known := self.measured.get(cut.kind)) is not None:
            return known
        pixels = cut.width * cut.height
        sizes = [
            (abs(width * height - pixels), width * height, seconds)
            for (engine, width, height), seconds in self.measured.items()
            if engine == cut.engine and width * height > 0
        ]
        _, measured_pixels, seconds = min(sizes, default=(0, _UNMEASURED_PIXELS, UNMEASURED_S))
        return seconds * pixels / measured_pixels

    def seconds(self, cut: CutLeft) -> float:
        """Return what is left of a cut."""
        left = 1 - min(1.0, max(0.0, cut.done))
        return cut.num_frames * self.seconds_per_frame(cut) * left


def backlog_s(
    cuts: Iterable[CutLeft], pace: Pace, over_budget: Collection[str] = frozenset()
) -> float:
    """Return the seconds of one renderer, for the cuts of tenants within their budget.

    `over_budget`: tenants whose finals wait for money and not for renderers.
    """
    return sum(pace.seconds(cut) for cut in cuts if cut.tenant not in over_budget)
