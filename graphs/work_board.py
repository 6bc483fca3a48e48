"""The board on which directors write how much work is left, for the policy of the renderers.

A Ray actor with a name, for Serve's controller must not ask the ledger: it would have to wait for
it, and know its password. Directors write every few seconds, so that nothing is lost with it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NAME, NAMESPACE = "work-board-2", "sian"
"""The number rises when the calls change: a board outlives the release that started it."""
FORGOTTEN_S = 30.0
"""Age from which a director's figure does not count: its claims go to another one."""


@dataclass(frozen=True)
class _Written:
    at: float
    in_work_s: float
    unclaimed_s: float
    paid_for: int | None


class WorkBoard:
    """Seconds of one renderer that are left, by the name of a deployment of renderers."""

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
        """Keep what a director has claimed, and what it saw that nobody has claimed.

        `paid_for`: renderers that the money pays for; None: as many as there may be.
        """
        written = self._written.setdefault(renderers, {})
        written[director] = _Written(self._clock(), in_work_s, unclaimed_s, paid_for)
        old = self._clock() - FORGOTTEN_S
        for name in [name for name, one in written.items() if one.at < old and name != director]:
            del written[name]

    def left(self, renderers: str) -> tuple[float, float, int | None] | None:
        """Return the seconds that are left, the newest figure's age, and what the money pays for;
        None if there is none.
        """
        written = list(self._written.get(renderers, {}).values())
        if not written:
            return None
        newest = max(written, key=lambda one: one.at)
        recent = [one for one in written if one.at >= newest.at - FORGOTTEN_S]
        left_s = sum(one.in_work_s for one in recent) + newest.unclaimed_s
        return left_s, self._clock() - newest.at, newest.paid_for


def board() -> Any:
    """Return the cluster's board, started if it is not there."""
    import ray

    options = {"name": NAME, "namespace": NAMESPACE, "lifetime": "detached", "max_restarts": -1}
    return ray.remote(num_cpus=0)(WorkBoard).options(**options, get_if_exists=True).remote()


def known_board() -> Any:
    """Return the board. Raises ValueError if no director has started it yet."""
    import ray

    return ray.get_actor(NAME, NAMESPACE)
