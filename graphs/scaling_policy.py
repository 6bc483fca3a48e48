"""The policy of renderers in Serve's controller: `graphs.autoscaling` on the board's figures.

Runs in the controller's loop: it never raises and never waits. A thread reads the board.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from graphs.autoscaling import DAY_S, STALE_S, Floor, Policy, Seen, Target, decided

READ_EVERY_S = 2.0
READ_TIMEOUT_S = 5.0
_LOG = logging.getLogger("ray.serve")


Figures = tuple[float, float] | tuple[float, float, int | None]
"""Seconds of work left, the age of that figure, and the number of renderers that the money pays
for."""


class Context(Protocol):
    """The part of Ray Serve's `AutoscalingContext` that is used."""

    target_num_replicas: int
    running_replicas: list[Any]
    policy_state: dict[str, Any]
    total_num_requests: Any
    """Running and queued requests; read only for deployments whose requests count as work."""


@dataclass(frozen=True)
class _Read:
    at: float
    left_s: float
    age_s: float
    paid_for: int | None = None


class FollowsWork:
    """Decides the number of a deployment's renderers."""

    def __init__(
        self,
        renderers: str,
        *,
        request_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        read: Callable[[str], Figures | None] | None = None,
        **scaling: Any,
    ) -> None:
        """Prepare the policy.

        `renderers`: name of the deployment. `scaling`: fields of `ScalingSettings`. `request_s`:
        seconds of work per request that Serve knows of; the larger of this sum and the board's
        figure counts.
        """
        self._request_s = request_s
        self._renderers, self._clock = renderers, clock
        self._policy, self._offset_s = _policy_of(scaling)
        self._latest: _Read | None = None
        if read is None:
            thread = threading.Thread(
                target=_keep_reading, args=(weakref.ref(self),), name="work-board", daemon=True
            )
            thread.start()
        else:
            self.read_with(read)

    def read_with(self, read: Callable[[str], Figures | None]) -> None:
        """Read the board's figure, if there is one, and keep it."""
        if (found := read(self._renderers)) is not None:
            self._latest = _Read(
                self._clock(), found[0], found[1], found[2] if len(found) == 3 else None
            )

    def __call__(self, context: Context) -> tuple[int, dict[str, Any]]:
        try:
            return self._decided(context)
        except Exception:
            # An exception here would stop the scaling of every deployment.
            _LOG.exception("the renderers keep their number: %s", self._renderers)
            return context.target_num_replicas, context.policy_state

    def _decided(self, context: Context) -> tuple[int, dict[str, Any]]:
        now, read = self._clock(), self._latest
        since: float | None = context.policy_state.get("fewer_since_s")
        before = Target(context.target_num_replicas, None if since is None else min(since, now))
        # Without a figure the number stays as it is.
        left_s = 0.0 if read is None else read.left_s
        age_s = float("inf") if read is None else now - read.at + read.age_s
        if self._request_s:
            asked_s = self._request_s * float(context.total_num_requests)
            # Requests need no director: a chat brings a replica, too.
            if asked_s > 0:
                left_s, age_s = max(left_s if age_s <= STALE_S else 0.0, asked_s), 0.0
        seen = Seen(
            now_s=now,
            of_day_s=(time.time() + self._offset_s) % DAY_S,
            backlog_s=left_s,
            running=len(context.running_replicas),
            age_s=age_s,
            paid_for=None if read is None else read.paid_for,
        )
        target = decided(self._policy, seen, before)
        return target.renderers, {"fewer_since_s": target.fewer_since_s}


def _policy_of(scaling: dict[str, Any]) -> tuple[Policy, float]:
    floors = [
        Floor(_of_day_s(one["begins"]), _of_day_s(one["ends"]), one["renderers"])
        for one in scaling.get("floors", ())
    ]
    if least := int(scaling.get("min_replicas", 0)):
        floors.append(Floor(0.0, DAY_S, least))
    names = ("clear_in_s", "boot_s", "down_after_s", "down_every_s", "zero_after_s")
    times = {name: float(scaling[name]) for name in names if name in scaling}
    policy = Policy(most=int(scaling.get("max_replicas", 8)), floors=tuple(floors), **times)
    return policy, 3600.0 * float(scaling.get("utc_offset_h", 0))


def _of_day_s(clock: str) -> float:
    hours, minutes = clock.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes)


def _keep_reading(of: "weakref.ref[FollowsWork]") -> None:
    """Read the board until the policy is garbage-collected: a new configuration makes a new
    policy."""
    while (policy := of()) is not None:
        try:
            policy.read_with(_read_board)
        except Exception as error:  # No board yet, or it starts anew.
            _LOG.debug("no figure of the work that is left: %s", error)
        del policy
        time.sleep(READ_EVERY_S)


def _read_board(renderers: str) -> Figures | None:
    import ray

    from graphs.work_board import known_board

    return ray.get(known_board().left.remote(renderers), timeout=READ_TIMEOUT_S)
