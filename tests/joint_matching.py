"""Which joints were found, by the rule that all detectors are held to.

- A cut is found by a joint that lies wholly within 2 frames of it: a detector that answers a cut
  with a span of many frames has not found it.
- A dissolve or fade, true from `start` to `end`, is found by a joint of any kind that overlaps it
  or lies within 2 frames of it: a detector that knows cuts alone need only put one there.
- Each joint finds one, and each is found once: whatever is left is a false alarm or a miss.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.generated_timelines import Joint

WITHIN = 2
"""Frames."""


@dataclass(frozen=True)
class Score:
    hits: int = 0
    misses: int = 0
    false_alarms: int = 0
    missed: Counter[str] = field(default_factory=Counter[str])
    """Misses by the kind of the true joint."""
    alarmed: Counter[str] = field(default_factory=Counter[str])
    """False alarms by the reported kind."""

    @property
    def precision(self) -> float:
        return self.hits / max(self.hits + self.false_alarms, 1)

    @property
    def recall(self) -> float:
        return self.hits / max(self.hits + self.misses, 1)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(2 * self.hits + self.misses + self.false_alarms, 1)

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.hits + other.hits,
            self.misses + other.misses,
            self.false_alarms + other.false_alarms,
            self.missed + other.missed,
            self.alarmed + other.alarmed,
        )


def scored(true: Sequence[Joint], found: Sequence[Joint]) -> Score:
    """One video's. Both sorted by where they begin."""
    left = list(found)
    missed: list[Joint] = []
    for joint in true:
        fitting = [one for one in left if _finds(one, joint)]
        if fitting:
            left.remove(min(fitting, key=lambda one: _apart(one, joint)))
        else:
            missed.append(joint)
    return Score(
        hits=len(true) - len(missed),
        misses=len(missed),
        false_alarms=len(left),
        missed=Counter(joint.kind for joint in missed),
        alarmed=Counter(joint.kind for joint in left),
    )


def _finds(found: Joint, true: Joint) -> bool:
    if true.kind == "cut":
        return true.start - WITHIN <= found.start and found.end <= true.start + WITHIN
    return found.start <= true.end + WITHIN and found.end >= true.start - WITHIN


def _apart(one: Joint, other: Joint) -> int:
    return abs(one.start + one.end - other.start - other.end)
