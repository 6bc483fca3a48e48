"""The newest Python on this machine that the project supports."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = range(11, 15)
"""Minor versions of Python 3, as pyproject.toml's `requires-python`."""


def newest_python() -> Path:
    """On the path or among pyenv's; the one that runs this where there is no newer."""
    found = {version: path for path in _candidates() if (version := _version(path))}
    return found[max(found)]


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    for minor in SUPPORTED:
        if path := shutil.which(f"python3.{minor}"):
            yield Path(path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (pyenv / "versions").glob("3.*/bin/python3")


def _version(python: Path) -> tuple[int, int] | None:
    """None where it does not run, is not supported, or cannot make a virtual environment."""
    asked = "import ensurepip, venv, sys; print(sys.version)"
    ran = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    said = re.match(r"3\.(\d+)\.(\d+) ", ran.stdout)  # a release, no candidate
    if ran.returncode or not said or int(said[1]) not in SUPPORTED:
        return None
    return int(said[1]), int(said[2])
