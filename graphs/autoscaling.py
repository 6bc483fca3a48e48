"""Computes how many renderers should run, from the backlog. Pure: no I/O, no clock, never raises.

Runs in Ray Serve's controller, which must not block: another thread queries the ledger, and a
backlog figure older than `STALE_S` keeps the target. The defaults come from a simulation:
tests/bench/README.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

STALE_S = 30.0
DAY_S = 24 * 3600.0


@dataclass(frozen=True)
class Floor:
    """Smallest number of renderers in a daily time range, whether or not there is work."""

    from_s: float
    """Seconds since midnight, in the operator's time zone."""
    until_s: float
    renderers: int


@dataclass(frozen=True)
class Policy:
    clear_in_s: float = 240.0
    """Seconds in which the target number of renderers should finish the backlog."""
    boot_s: float = 480.0
    """Seconds from requesting a server until it renders."""
    down_after_s: float = 300.0
    """Seconds during which fewer renderers must be enough before the first one is removed."""
    down_every_s: float = 30.0
    """Seconds between two steps down."""
    zero_after_s: float = 600.0
    """Seconds without work before the last renderer is removed."""
    most: int = 8
    floors: Sequence[Floor] = ()

    def floor(self, of_day_s: float) -> int:
        """Return the largest floor that applies at `of_day_s` seconds since midnight."""
        now = of_day_s % DAY_S
        return max((one.renderers for one in self.floors if _within(one, now)), default=0)


def _within(floor: Floor, now: float) -> bool:
    if floor.from_s <= floor.until_s:
        return floor.from_s <= now < floor.until_s
    return now >= floor.from_s or now < floor.until_s  # over midnight


@dataclass(frozen=True)
class Seen:
    """Inputs of one decision."""

    now_s: float
    """Seconds on a monotonic clock."""
    of_day_s: float
    backlog_s: float
    """Seconds of work left for one renderer: see `graphs.backlog`."""
    running: int
    """Renderers that are rendering or ready to render."""
    age_s: float = 0.0
    """Age of `backlog_s`, in seconds."""
    paid_for: int | None = None
    """Renderers that the budget pays for; None: no limit."""


@dataclass(frozen=True)
class Target:
    """A decision, and the state that the next decision needs."""

    renderers: int = 0
    fewer_since_s: float | None = None
    """Time since which fewer renderers have been enough; None: they are not."""


def decided(policy: Policy, seen: Seen, before: Target) -> Target:
    """Return the next target: up in one step, down one at a time, to zero after a longer wait.

    Never more than the budget pays for. A stale backlog keeps the target.
    """
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
    # The running renderers finish this backlog before another one has booted.
    if seen.running and seen.backlog_s <= seen.running * policy.boot_s:
        return min(wanted, seen.running)
    return wanted
