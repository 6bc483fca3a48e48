"""Cuts left to render -> seconds of work for one renderer. Pure: measurements are arguments.

Ray Serve's ongoing requests do not show the backlog: the fair gate lets in only as many renders as
there are renderers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Kind = tuple[str, int, int]
"""Engine, width and height: the time per frame is measured for each combination."""
UNMEASURED_S = 0.5
"""Assumed seconds per frame at 832x480 for an engine without measurements."""
_UNMEASURED_PIXELS = 832 * 480
_NEWEST = 0.2
"""Weight of the newest clip in the moving average."""


@dataclass(frozen=True)
class CutLeft:
    """A cut whose final clip is queued or being rendered."""

    tenant: str
    engine: str
    width: int
    height: int
    num_frames: int
    done: float = 0.0
    """Rendered share, 0 to 1."""

    @property
    def kind(self) -> Kind:
        return self.engine, self.width, self.height


@dataclass(frozen=True)
class Pace:
    """Measured seconds per frame, by engine and size."""

    measured: Mapping[Kind, float] = field(default_factory=dict)

    def with_clip(self, cut: CutLeft, seconds: float) -> "Pace":
        """Return the pace updated with a clip of `cut` that took `seconds` to render."""
        if cut.num_frames < 1 or seconds <= 0:
            return self
        newest = seconds / cut.num_frames
        before = self.measured.get(cut.kind, newest)
        return Pace({**self.measured, cut.kind: before + _NEWEST * (newest - before)})

    def seconds_per_frame(self, cut: CutLeft) -> float:
        """Return the measured time per frame, or the time of the nearest size scaled by pixels."""
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
        """Return the seconds of rendering left for a cut."""
        left = 1 - min(1.0, max(0.0, cut.done))
        return cut.num_frames * self.seconds_per_frame(cut) * left


def backlog_s(
    cuts: Iterable[CutLeft], pace: Pace, over_budget: Collection[str] = frozenset()
) -> float:
    """Return the seconds of work left for one renderer, without tenants over their budget.

    `over_budget`: tenants whose finals wait for money, so that more renderers would not help.
    """
    return sum(pace.seconds(cut) for cut in cuts if cut.tenant not in over_budget)
