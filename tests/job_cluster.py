"""A small Ray cluster that jobs are submitted to, as one that a data team has running."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

START = """
import sys
from serve.cluster.job_cluster import joined

with joined(num_cpus=2) as ray:
    print(ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.readline()
"""
AUTH = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "5" * 64}
"""For the process that starts the cluster and those that join it: Ray lets no other in."""


@contextmanager
def job_cluster() -> Generator[str]:
    """Its address. Joining it wants `AUTH` in the environment."""
    head = subprocess.Popen(
        [sys.executable, "-c", START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | AUTH,
    )
    assert head.stdout is not None
    try:
        yield head.stdout.readline().strip()
    finally:
        head.communicate("\n")
