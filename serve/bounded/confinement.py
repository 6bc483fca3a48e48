"""Confines the child before it reads anything: idle priority, no core dumps, no network, and an end
with its parent. Linux; elsewhere the missing parts are skipped.
"""

import ctypes
import math
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from serve.bounded.limits import CallLimits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine(parent: int, *, foreground: bool) -> None:
    """Confine the process. Called once, at the start, while there is only one thread.

    Args:
        parent: the process with which this one ends.
        foreground: keep the parent's priority.
    """
    libc = _libc()
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the line above
        os._exit(1)
    with suppress(OSError):
        # If the machine's memory runs out, the kernel kills this process first.
        Path("/proc/self/oom_score_adj").write_text("1000")
    if libc is not None:
        # A network namespace without devices, where users may create one.
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # RLIMIT_CORE does not affect cores that are piped to a program.
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if foreground:
        return
    with suppress(OSError):
        os.nice(19)
    with suppress(OSError, AttributeError):
        # Films come first: this process runs on otherwise idle processors.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def limit(limits: CallLimits) -> None:
    """Set the limits of the next call. CPU time and memory count from here on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = math.ceil(usage.ru_utime + usage.ru_stime + limits.cpu_s)
    _soft(resource.RLIMIT_AS, address_space() + limits.memory_bytes)
    _soft(resource.RLIMIT_CPU, cpu_s)
    _soft(resource.RLIMIT_FSIZE, limits.file_bytes)
    _soft(resource.RLIMIT_NOFILE, limits.open_files)


def unlimit() -> None:
    """Lift the limits after a call, to send its results and import the next one's module."""
    for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _soft(what, resource.RLIM_INFINITY)


def address_space() -> int:
    """Size of this process's address space, in bytes."""
    return _statm(0)


def resident() -> int:
    """Resident memory of this process, in bytes."""
    return _statm(1)


def peak() -> int:
    """Peak resident memory of this process, in bytes."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return peak_by_kernel()


def peak_by_kernel() -> int:
    """Peak resident memory that the kernel reports to the waiting parent, in bytes.

    Never less than the parent's own.
    """
    # The kernel's figure survives exec.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _statm(field: int) -> int:
    try:
        text = Path("/proc/self/statm").read_text()
    except OSError:
        return 0
    return int(text.split()[field]) * resource.getpagesize()


def _soft(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = hard if value == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (value, hard))


def _libc() -> Any:
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if hasattr(libc, "prctl") and hasattr(libc, "unshare"):
            return libc
    return None
