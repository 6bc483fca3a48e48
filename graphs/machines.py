"""Asks Ray how many machines there are, and how far their clocks are apart; refuses what they
cannot share. Called where the graph is built, however it was deployed.
"""

import os
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from serve.settings import Settings
from serve.several_machines import Machines, refusals
from serve.telemetry import log

ANSWER_WITHIN_S = 30.0


def refuse_what_is_for_one(settings: Settings) -> None:
    """Return if these settings may be served here.

    Raises:
        ValueError: with a sentence for each setting, if there are several machines.
    """
    if not ray.is_initialized():
        return  # the graph is only looked at
    if wrong := refusals(settings, machines(), os.environ):
        raise ValueError("; ".join(wrong))


def machines() -> Machines:
    """Return the machines of this cluster. Several nodes on one machine are one."""
    nodes: list[dict[str, Any]] = [node for node in ray.nodes() if node["Alive"]]
    own = socket.gethostname()
    others = {
        str(node["NodeManagerHostname"]): str(node["NodeID"])
        for node in nodes
        if node["NodeManagerHostname"] != own
    }
    token = os.environ.get("RAY_AUTH_TOKEN_PATH", "")
    mode: int | None = None
    with suppress(OSError):
        mode = stat.S_IMODE(Path(token).stat().st_mode) if token else None
    return Machines(1 + len(others), clocks(others), token, mode)


def clocks(nodes: dict[str, str]) -> dict[str, float]:
    """Return the offset of each node's clock from this one's, in seconds; positive: it is ahead.

    `nodes`: name -> id. A node that does not answer in time is left out, and named in the log.
    """
    asks = {name: _asking(node) for name, node in nodes.items()}
    # The first answer waits for a process to start there; the second is that of a clock.
    first = {ask.remote(): name for name, ask in asks.items()}
    ready, late = (
        ray.wait(list(first), num_returns=len(first), timeout=ANSWER_WITHIN_S)
        if first
        else ([], [])
    )
    if late:
        log("machines.no_clock", machines=[first[one] for one in late])
    found: dict[str, float] = {}
    for name in (first[one] for one in ready):
        before = time.time()
        there: float = ray.get(asks[name].remote(), timeout=ANSWER_WITHIN_S)
        found[name] = there - (before + time.time()) / 2
    return found


def _asking(node: str) -> Any:
    return ray.remote(num_cpus=0)(_now).options(
        scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)
    )


def _now() -> float:
    return time.time()
