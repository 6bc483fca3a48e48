"""Finds and ends the processes of a home's cluster by a variable that all of them inherit.

Another home's cluster on the same machine has another value and is never touched.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "SIAN_CLUSTER"
"""Variable that is set for the process that holds a cluster, and for no process a person starts."""
_END_TIMEOUT_S = 10


def mark(home: Path) -> dict[str, str]:
    return {MARK: os.path.realpath(home)}


def of(home: Path) -> list[int]:
    """Return the pids with the home's mark, without the calling process."""
    wanted = f"{MARK}={os.path.realpath(home)}".encode(errors="surrogateescape")
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or belongs to another user
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return sorted(set(found) - {os.getpid()})


def end(home: Path) -> int:
    """SIGKILL the processes with the home's mark until none is left; return how many there were."""
    ended: set[int] = set()
    deadline = time.monotonic() + _END_TIMEOUT_S
    while (left := of(home)) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        ended.update(left)
        time.sleep(0.05)
    return len(ended)


def began(pid: int) -> int | None:
    """Return the process's start in clock ticks since boot; None: no such process, or a zombie.

    Distinguishes a process from a later one with the same pid. 0 where the system has no such
    figure.
    """
    if pid <= 0:
        return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
        return _began_elsewhere(pid)
    except ProcessLookupError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def _began_elsewhere(pid: int) -> int | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return 0
