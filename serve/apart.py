"""Keeps a cluster apart from the machine's others, which Ray mixes up where jobs are concerned."""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def own_folder() -> Generator[Path]:
    """Where Ray keeps its sockets and logs, readable for us alone; gone where all ends well.

    In the one that clusters share, a job takes the address of whichever started last. Its path is
    short, since that of a socket may have 107 bytes.
    """
    where = os.environ.get("RAY_TMPDIR", "/tmp")  # noqa: S108 - the folder itself is made by mkdtemp
    folder = Path(tempfile.mkdtemp(prefix="sian-ray-", dir=where))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def any_agent_port() -> None:
    """Have the agent that runs jobs take any port. Call it before `ray.init`, which has no say.

    It would be 52365 on every machine: of two clusters the second would take no jobs.
    """
    from ray._private import parameter

    class Parameters(parameter.RayParams):
        def __init__(self, **given: Any) -> None:
            values: dict[str, Any] = {"dashboard_agent_listen_port": 0} | given
            super().__init__(**values)

    parameter.RayParams = Parameters


def tell_jobs(folder: Path, address: str) -> None:
    """Leave the cluster's address where a job that is submitted to it looks for it."""
    from ray._private.utils import write_ray_address

    write_ray_address(address, str(folder))
