"""Submits a command to the cluster as a Ray job, and follows its output until it ends."""

import asyncio
import logging
import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from serve.cluster import Running, ray_environment

DIED = 1
_FROM_THE_CORE = re.compile(r"\[\d{4}-\d\d-\d\d [\d:,]+ [A-Z] \d+ \d+\] \w+\.cc:\d+: ")


class JobError(Exception):
    """The job could not be submitted or followed; the message is for a person."""


def submit(
    running: Running,
    home: Path,
    command: Sequence[str],
    say: Callable[[str], None],
    env: dict[str, str] | None = None,
) -> int:
    """Run the command on the cluster, from this folder; return its exit code. Ctrl-C stops the job.

    `env` is added to the job's environment. `say` is called with each piece of output.

    Raises:
        JobError: if the cluster does not answer, or disappeared.
    """
    os.environ |= ray_environment(home)  # before importing Ray, which reads the variables once
    try:
        from ray.job_submission import JobSubmissionClient
    except ImportError as error:
        raise JobError(f"jobs need the extra `crawl` or `training`: {error}") from error
    # After the import, which sets the level.
    logging.getLogger("ray.dashboard.modules.job.sdk").setLevel(logging.WARNING)

    program = [sys.executable, *command[1:]] if command[0] == "python" else list(command)
    line = f"cd {shlex.quote(str(Path.cwd()))} && exec {shlex.join(program)}"
    try:
        client = JobSubmissionClient(running.jobs_url)
        job = client.submit_job(
            entrypoint=shlex.join(["sh", "-c", line]), runtime_env={"env_vars": env or {}}
        )
        say(f"job {job}")
        try:
            asyncio.run(_follow(client, job, say))
        except KeyboardInterrupt:
            say("stopping the job ...")
            client.stop_job(job)
            with suppress(KeyboardInterrupt):
                asyncio.run(_follow(client, job, lambda _: None))
        info = client.get_job_info(job)
    except (ConnectionError, RuntimeError) as error:
        raise JobError(f"{running.jobs_url}: {str(error).splitlines()[0]}") from error
    code = info.driver_exit_code
    return DIED if code is None else code


async def _follow(client: Any, job: str, say: Callable[[str], None]) -> None:
    async for lines in client.tail_job_logs(job):
        for line in lines.splitlines():
            if not _ray_s_own(line):
                say(line)


def _ray_s_own(line: str) -> bool:
    about_the_job = "job_manager.py" in line or line.startswith("Running entrypoint for job")
    return about_the_job or _FROM_THE_CORE.match(line) is not None
