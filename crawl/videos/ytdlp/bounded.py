"""Runs a task in a separate process until its time limit or until `wanted` returns false."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crawl.videos.ytdlp.task import DownloadTask, Later, ListTask, Outcome, TaskResult

LOOK_S = 0.2
_OUTCOME: TypeAdapter[Any] = TypeAdapter(Outcome)
_TAIL = 2000
_KEPT = ("PATH", "PYTHONPATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")


class TaskDropped(Exception):
    """The task was ended because `wanted` returned False."""


def run_task(
    task: ListTask | DownloadTask,
    wanted: Callable[[], bool] = lambda: True,
    held: int | None = None,
) -> TaskResult:
    """Run the task; every failure of the process is returned as an outcome.

    Args:
        held: file descriptor that the process keeps open as long as it lives, as for a lock.

    Raises:
        TaskDropped: as soon as `wanted()` is False; it is called a few times per second.
    """
    with tempfile.TemporaryDirectory(prefix="sian-ytdlp-") as home:
        out, err = Path(home) / "out", Path(home) / "err"
        # Files instead of pipes, so that nothing blocks while the process works.
        with out.open("wb") as told, err.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "crawl.videos.ytdlp.child"],
                stdin=subprocess.PIPE,
                stdout=told,
                stderr=said,
                start_new_session=True,
                env=_environment(home),
                pass_fds=() if held is None else (held,),
            )
        try:
            with suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.write(task.model_dump_json().encode() + b"\n")
                process.stdin.flush()
            deadline = time.monotonic() + task.bounds.wall_s
            while process.poll() is None:
                if not wanted():
                    raise TaskDropped
                if time.monotonic() > deadline:
                    return Later(reason=f"not done within {task.bounds.wall_s:.0f} s")
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_S)
        finally:
            _end(process)
        try:
            return _OUTCOME.validate_json(out.read_bytes())
        except ValidationError:
            tail = err.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
            last = tail.rsplit("\n", 1)[-1][:300] or "it said nothing"
            return Later(reason=f"its process ended with {process.returncode}: {last}")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _environment(home: str) -> dict[str, str]:
    """Return the process's environment, without keys, proxies or the user's configuration."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": home, "YTDLP_NO_PLUGINS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
