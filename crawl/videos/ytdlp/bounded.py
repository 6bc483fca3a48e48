"""Runs a task in a separate process until its time limit or until `wanted` returns false."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crawl.videos.ytdlp.task import DownloadTask, Later, ListTask, Outcome, TaskResult
from crawl.videos.ytdlp.template import Template, TemplateDied

LOOK_S = 0.2
_OUTCOME: TypeAdapter[Any] = TypeAdapter(Outcome)
_TAIL = 2000
_template = Template()


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
        asked, asks = os.pipe()
        try:
            # Files instead of pipes, so that nothing blocks while the process works.
            with out.open("wb") as told, err.open("wb") as said:
                descriptors = (asked, told.fileno(), said.fileno())
                held_there = () if held is None else (held,)
                process = _template.fork(*descriptors, home, *held_there)
        except TemplateDied as died:
            os.close(asks)
            return Later(reason=str(died))
        finally:
            os.close(asked)
        code = 0
        try:
            with suppress(BrokenPipeError):
                _write(asks, task.model_dump_json().encode() + b"\n")
            deadline = time.monotonic() + task.bounds.wall_s
            while not process.wait(LOOK_S):
                if not wanted():
                    raise TaskDropped
                if time.monotonic() > deadline:
                    return Later(reason=f"not done within {task.bounds.wall_s:.0f} s")
        finally:
            code = process.end()
            os.close(asks)
        try:
            return _OUTCOME.validate_json(out.read_bytes())
        except ValidationError:
            tail = err.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
            last = tail.rsplit("\n", 1)[-1][:300] or "it said nothing"
            return Later(reason=f"its process ended with {code}: {last}")


def _write(pipe: int, line: bytes) -> None:
    while line:
        line = line[os.write(pipe, line) :]
