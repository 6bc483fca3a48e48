"""How a job comes to its Ray cluster: the one it was submitted to, or one for the occasion."""

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from serve.cluster import HOST

OBJECT_STORE = 512 << 20
"""Of a cluster for the occasion: jobs send paths and keys, not bytes."""


@contextmanager
def joined(address: str | None = None, num_cpus: int | None = None) -> Generator[Any]:
    """The `ray` module, connected as long as the context lasts.

    Within a submitted job, or with an `address`, it is that cluster. Otherwise one is started on
    loopback and ends with the context; `num_cpus` are its CPUs, all of the machine's by default.
    """
    there = address or os.environ.get("RAY_ADDRESS")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Ray would remember every task for its dashboard: memory that grows with the videos.
    os.environ.setdefault("RAY_task_events_report_interval_ms", "0")
    # Read when Ray is imported; else it turns 127.0.0.1 into an address that others can reach.
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    # It says at every start that tokens are asked for, as they are wanted to be.
    logging.getLogger("ray._private.authentication").setLevel(logging.ERROR)
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.WARNING}
    if there:
        ray.init(address=there, **options)
    else:
        ray.init(
            address="local",  # else it joins whatever cluster runs on this machine
            include_dashboard=False,
            num_cpus=num_cpus,
            object_store_memory=OBJECT_STORE,
            _node_ip_address=HOST,
            **options,
        )
    try:
        yield ray
    finally:
        ray.shutdown()
