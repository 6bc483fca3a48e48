"""Asks Ray for replicas and machines, at most every few seconds."""

import threading
import time
from typing import Any

import ray
from ray import serve

from serve.ingress.operation_views import DeploymentView, HouseView, NodeView
from serve.telemetry import log

FRESH_S = 3.0
MOST_NODES = 500
_LEAVING = "STOPPING"


class House:
    """Returns one cached answer to all callers, because each query is a call of Serve's
    controller."""

    def __init__(self) -> None:
        self._known: HouseView | None = None
        self._asked_at = -FRESH_S
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> HouseView | None:
        with self._one_at_a_time:
            if time.monotonic() - self._asked_at >= FRESH_S:
                self._known = _asked()
                self._asked_at = time.monotonic()
            return self._known


def _asked() -> HouseView | None:
    try:
        return HouseView(deployments=_deployments(), nodes=_nodes())
    except Exception as error:  # the ledger's figures are worth showing without the cluster's
        log("house.unknown", error=error)
        return None


def _deployments() -> tuple[DeploymentView, ...]:
    return tuple(
        DeploymentView(
            name=name,
            status=str(one.status.value),
            wanted=sum(n for state, n in states.items() if state != _LEAVING),
            there=states.get("RUNNING", 0),
        )
        for application in serve.status().applications.values()
        for name, one in sorted(application.deployments.items())
        for states in ({str(state): int(n) for state, n in one.replica_states.items()},)
    )


def _nodes() -> tuple[NodeView, ...]:
    nodes: list[dict[str, Any]] = ray.nodes()
    alive_first = sorted(nodes, key=lambda node: not node["Alive"])
    return tuple(
        NodeView(
            id=_id(node),
            alive=bool(node["Alive"]),
            cpus=float(node.get("Resources", {}).get("CPU", 0)),
            gpus=float(node.get("Resources", {}).get("GPU", 0)),
        )
        for node in alive_first[:MOST_NODES]
    )


def _id(node: dict[str, Any]) -> str:
    """Return a node's given name, such as its server's number; else Ray's id."""
    name = str(node.get("NodeName") or "")
    return name if name != node.get("NodeManagerAddress") and name else str(node["NodeID"])[:8]
