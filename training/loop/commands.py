"""Runs the project's own commands as subprocesses, with their output in a log."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.loop.steps import StepFailed

_SHOWN = 12
"""Number of last lines of a command's output that an error shows."""


def run(log: Path, command: Sequence[str], env: Mapping[str, str] | None = None) -> list[str]:
    """Run `python -m ...` until it ends, and append its output to `log`. Return the lines of this
    output: stderr, then stdout.

    Raises:
        StepFailed: with its last lines, if its exit code is not 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as said, tempfile.TemporaryFile("w+b") as printed:
        began = said.tell()
        said.write(f"$ python -m {shlex.join(command)}\n".encode())
        said.flush()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdout=printed,
            stderr=said,
            env=os.environ | (env or {}),
        )
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        printed.seek(0)
        said.write(printed.read())
        said.flush()
    with log.open("rb") as said:
        said.seek(began)
        lines = said.read().decode("utf-8", "replace").splitlines()[1:]
    if code:
        last = "\n".join(f"  {line}" for line in lines[-_SHOWN:])
        raise StepFailed(f"python -m {command[0]} ended with {code}; {log} has all:\n{last}")
    return lines
