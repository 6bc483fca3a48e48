"""How many renderers there should be, from the backlog. Pure: no I/O, no clock, never raises.

Made to run in Serve's controller, which must not wait: a thread elsewhere asks the ledger, and a
figure that is too old keeps the target. The numbers come from a simulation: tests/bench/README.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

STALE_S = 30.0
DAY_S = 24 * 3600.0


@dataclass(frozen=True)
class Floor:
    """Renderers that are there at certain hours, whether or not there is work."""

    from_s: float
    """Seconds since midnight, where the operator is."""
    until_s: float
    renderers: int


@dataclass(frozen=True)
class Policy:
    clear_in_s: float = 240.0
    """Time in which the renderers that there should be render the backlog."""
    boot_s: float = 480.0
    """From asking for a server until it renders."""
    down_after_s: float = 300.0
    """For how long fewer have to be enough before the first one goes."""
    down_every_s: float = 30.0
    """Between one and the next, as long as fewer are enough."""
    zero_after_s: float = 600.0
    """For how long there has to be no work before the last one goes."""
    most: int = 8
    floors: Sequence[Floor] = ()

    def floor(self, of_day_s: float) -> int:
        """Return the most that a schedule asks for at a time of the day."""
        now = of_day_s % DAY_S
        return max((one.renderers for one in self.floors if _within(one, now)), default=0)


def _within(floor: Floor, now: float) -> bool:
    if floor.from_s <= floor.until_s:
        return floor.from_s <= now < floor.until_s
    return now >= floor.from_s or now < floor.until_s  # over midnight


@dataclass(frozen=True)
class Seen:
    """What is known at one moment."""

    now_s: float
    """Seconds on any clock that does not jump."""
    of_day_s: float
    backlog_s: float
    """Seconds of one renderer: see `graphs.backlog`."""
    running: int
    """Renderers that render, or could at once."""
    age_s: float = 0.0
    """How old the backlog's figure is."""
    paid_for: int | None = None
    """Renderers that the money is enough for; None: no ceiling."""


@dataclass(frozen=True)
class Target:
    """The decision, and what the next one has to remember."""

    renderers: int = 0
    fewer_since_s: float | None = None
    """Since when fewer have been enough."""


def decided(policy: Policy, seen: Seen, before: Target) -> Target:
    """Up in one step, down one at a time, to zero later still; never over what is paid for."""
    most = max(0, policy.most if seen.paid_for is None else min(policy.most, seen.paid_for))
    if not 0 <= seen.age_s <= STALE_S or not math.isfinite(seen.backlog_s):
        return replace(before, renderers=min(before.renderers, most))
    least = min(most, policy.floor(seen.of_day_s))
    wanted = min(most, max(least, _wanted(policy, seen)))
    now = min(before.renderers, most)
    if wanted >= now:
        return Target(wanted)
    since = seen.now_s if before.fewer_since_s is None else before.fewer_since_s
    patience_s = policy.zero_after_s if wanted == 0 and now == 1 else policy.down_after_s
    if seen.now_s - since < patience_s:
        return Target(now, since)
    return Target(now - 1, seen.now_s - policy.down_after_s + policy.down_every_s)


def _wanted(policy: Policy, seen: Seen) -> int:
    if seen.backlog_s <= 0:
        return 0
    wanted = math.ceil(seen.backlog_s / max(1.0, policy.clear_in_s))
    # What those that run will have done before another one has booted needs no other one.
    if seen.running and seen.backlog_s <= seen.running * policy.boot_s:
        return min(wanted, seen.running)
    return wanted
