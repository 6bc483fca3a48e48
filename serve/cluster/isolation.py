"""Isolates a cluster from others on the same machine, whose jobs and ports Ray would mix up."""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def own_folder() -> Generator[Path]:
    """Yield a private folder for Ray's sockets and logs; removed if the block succeeds.

    In Ray's shared default a job gets the address of the cluster that started last. The path is
    short because a socket's path may have 107 bytes.
    """
    where = os.environ.get("RAY_TMPDIR", "/tmp")  # noqa: S108 - the folder itself is made by mkdtemp
    folder = Path(tempfile.mkdtemp(prefix="sian-ray-", dir=where))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def any_agent_port() -> None:
    """Let the job agent use any free port. Call it before `ray.init`, which has no option for it.

    The default is 52365 on every machine: the second of two clusters would accept no jobs.
    """
    from ray._private import parameter

    class Parameters(parameter.RayParams):
        def __init__(self, **given: Any) -> None:
            values: dict[str, Any] = {"dashboard_agent_listen_port": 0} | given
            super().__init__(**values)

    parameter.RayParams = Parameters


def spare_processes(jobs: bool) -> None:
    """Stop Ray from starting processes without a use here. Call it before `ray.init`.

    The autoscaler has no other machine to start. Without `jobs` nobody reads workers' logs, and the
    dashboard would only report usage, which is off; but `ray.init` waits for it, a quarter of a
    cluster's start.
    """
    from ray._private import node, parameter

    parent: Any = parameter.RayParams

    class Parameters(parent):
        def __init__(self, **given: Any) -> None:
            super().__init__(**({"no_monitor": True, "include_log_monitor": jobs} | given))

    parameter.RayParams = Parameters
    if not jobs:

        def start_api_server(self: Any, **_: Any) -> None:
            self._webui_url = ""

        node.Node.start_api_server = start_api_server


def tell_jobs(folder: Path, address: str) -> None:
    """Write the cluster's address to the file where its submitted jobs look for it."""
    from ray._private.utils import write_ray_address

    write_ray_address(address, str(folder))
