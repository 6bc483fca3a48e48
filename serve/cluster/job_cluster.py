"""Connects a job to its Ray cluster: the one it was submitted to, or a new one."""

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from serve.cluster import HOST
from serve.cluster.isolation import spare_processes
from serve.telemetry import log

OBJECT_STORE = 512 << 20
"""Bytes of the object store of one job's own cluster: jobs pass paths and keys, not bytes."""

START_ATTEMPTS = 3
"""Attempts to start Ray. On a busy machine it aborts its start after 30 s, which no setting
changes.
"""


@contextmanager
def joined(address: str | None = None, num_cpus: int | None = None) -> Generator[Any]:
    """Yield the `ray` module, connected within the block.

    Within a submitted job, or with an `address`, connects to that cluster. Otherwise starts a
    cluster on loopback that ends with the block. `num_cpus`: its CPUs, by default all of the
    machine's.
    """
    there = address or os.environ.get("RAY_ADDRESS")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Otherwise Ray stores every task for its dashboard: memory that grows with the videos.
    os.environ.setdefault("RAY_task_events_report_interval_ms", "0")
    # Read when Ray is imported; otherwise it replaces 127.0.0.1 by a reachable address.
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    # Ray logs at every start that token authentication is on, as intended.
    logging.getLogger("ray._private.authentication").setLevel(logging.ERROR)
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.WARNING}
    if there:
        ray.init(address=there, **options)
    else:
        options |= {"num_cpus": num_cpus, "object_store_memory": OBJECT_STORE}
        # A cluster of one machine has no node that could be taken away under a training.
        os.environ.setdefault("RAY_TRAIN_ENABLE_PREEMPTION_WATCHER", "0")
        spare_processes(jobs=False)
        # Without "local" it joins any cluster of this machine.
        _start(ray, address="local", include_dashboard=False, _node_ip_address=HOST, **options)
    try:
        yield ray
    finally:
        ray.shutdown()


def cpu_nodes(ray: Any) -> list[str]:
    """Return the ids of the nodes that are alive and have CPUs, where workers may run."""
    return [
        node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")
    ]


def _start(ray: Any, **options: Any) -> None:
    for attempt in range(1, START_ATTEMPTS + 1):
        try:
            ray.init(**options)
            return
        except Exception as error:
            # Ray has no error class for a cluster that cannot be reached; any other class is a
            # wrong option, or a full disk.
            if type(error) is not Exception or attempt == START_ATTEMPTS:
                raise
            log("ray.start_failed", level=logging.WARNING, attempt=attempt, reason=str(error))
