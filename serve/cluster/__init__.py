"""A home's Ray cluster on this machine: starts, finds, watches and stops it. Knows no deployment.

`up` starts a separate process that holds the cluster until it is stopped; its pid and address are
in `home`/cluster.json, Ray's output in `home`/logs.
"""

from serve.cluster.address import Running, find
from serve.cluster.environment import ray_environment
from serve.cluster.graph_settings import (
    CLIP_FRAMES,
    FILMS_LEDGER,
    OBJECT_STORE,
    films_settings,
    object_store,
    settings_at,
)
from serve.cluster.keeping import keep
from serve.cluster.machine import HOST, BootError, available_memory
from serve.cluster.starting import Started, running, start, up
from serve.cluster.stopping import down
from serve.cluster.watch import cause

__all__ = [
    "CLIP_FRAMES",
    "FILMS_LEDGER",
    "HOST",
    "OBJECT_STORE",
    "BootError",
    "Running",
    "Started",
    "available_memory",
    "cause",
    "down",
    "films_settings",
    "find",
    "keep",
    "object_store",
    "ray_environment",
    "running",
    "settings_at",
    "start",
    "up",
]
