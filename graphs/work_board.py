"""A board on which directors write how much work is left, for the autoscaling policy.

A named Ray actor, because Serve's controller must not query the ledger: it would have to wait for
it and know its password. Directors write every few seconds, so nothing is lost with the board.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from serve.cluster.machine import HOUSE

NAME, NAMESPACE = "work-board-2", "sian"
"""Name of the actor; its number rises when its calls change, because a board outlives the release
that started it."""
FORGOTTEN_S = 30.0
"""Seconds after which a director's figure no longer counts, because its claims go to another one.
"""


@dataclass(frozen=True)
class _Written:
    at: float
    in_work_s: float
    unclaimed_s: float
    paid_for: int | None


class WorkBoard:
    """Seconds of work left for one renderer, by the name of the deployment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[str, dict[str, _Written]] = {}

    def write(
        self,
        renderers: str,
        director: str,
        in_work_s: float,
        unclaimed_s: float,
        paid_for: int | None = None,
    ) -> None:
        """Store a director's claimed work, and the unclaimed work that it saw. `paid_for`:
        renderers that the money pays for; None: no limit.

        `paid_for`: renderers that the money pays for; None: as many as there may be.
        """
        written = self._written.setdefault(renderers, {})
        written[director] = _Written(self._clock(), in_work_s, unclaimed_s, paid_for)
        old = self._clock() - FORGOTTEN_S
        for name in [name for name, one in written.items() if one.at < old and name != director]:
            del written[name]

    def left(self, renderers: str) -> tuple[float, float, int | None] | None:
        """Return the seconds left, the newest figure's age, and the number of renderers that the
        money pays for; None if there is no figure.
        """
        written = list(self._written.get(renderers, {}).values())
        if not written:
            return None
        newest = max(written, key=lambda one: one.at)
        recent = [one for one in written if one.at >= newest.at - FORGOTTEN_S]
        left_s = sum(one.in_work_s for one in recent) + newest.unclaimed_s
        return left_s, self._clock() - newest.at, newest.paid_for


def board() -> Any:
    """Return the cluster's board; start it if there is none. Blocking.

    It is on a node of the house where there are any: when a head comes back, a GPU node may be the
    only one that is there, and would never be idle again.
    """
    import ray

    options = {"name": NAME, "namespace": NAMESPACE, "lifetime": "detached", "max_restarts": -1}
    resources = {HOUSE: 0.001} if HOUSE in ray.cluster_resources() else {}
    actor = ray.remote(num_cpus=0)(WorkBoard)
    return actor.options(**options, resources=resources, get_if_exists=True).remote()


def known_board() -> Any:
    """Return the board. Raises ValueError if no director has started it yet."""
    import ray

    return ray.get_actor(NAME, NAMESPACE)
