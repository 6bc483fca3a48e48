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
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of linux/sched.h


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
    """SIGKILL the processes with the home's mark until none is left; return how many there were.

    Waits for those that are dying, too: they still hold their ports and files.
    """
    ended: set[int] = set()
    deadline = time.monotonic() + _END_TIMEOUT_S
    while ((left := of(home)) or _dying()) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        ended.update(left)
        time.sleep(0.05)
    return len(ended)


def _dying() -> list[int]:
    """Return the pids of this user's processes that have given up their memory but not their files.

    Linux frees the memory of a killed process first, and the environment with it: whose it was can
    no longer be read. Most are through in milliseconds, so that somebody else's costs no wait.
    """
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == os.getuid() and _has_no_memory(process):
                found.append(int(process.name))
    return found


def _has_no_memory(process: Path) -> bool:
    """Return whether a process is being torn down, by `proc_pid_stat(5)`.

    A zombie whose threads have all ended holds nothing any more; kernel threads never had memory.
    """
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    state, flags, threads = fields[0], int(fields[6]), int(fields[17])
    torn_down = state in "RD" or (state == "Z" and threads > 1)
    return torn_down and not flags & _KERNEL_THREAD and not (process / "cmdline").read_bytes()


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
