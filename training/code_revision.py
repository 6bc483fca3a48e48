"""Revision of the running code: the commit if it is run from a repository, else the version."""

import subprocess
from pathlib import Path

from serve.release import RELEASE


def code_revision() -> str:
    """Return `git describe`, with `-dirty` after uncommitted changes; or `sian 0.1.0`."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return f"sian {RELEASE}"
    return found.stdout.strip()
