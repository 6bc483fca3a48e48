"""Checkpoints are loaded a few at a time on a machine, so that its memory holds them.

Weights go through the machine's memory to a GPU. Eight replicas that start at once would have eight
copies there, 320 GB with a 14B model: the kernel then ends one of them, or all.
"""

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from serve.telemetry import log

MOST = 16
"""Turns at once, on the largest machine."""
LONGEST_WAIT_S = 900.0
"""After that it loads all the same: a start is given up after half an hour (`serve/cluster`)."""
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@contextmanager
def turn_to_load(
    folder: Path,
    memory_bytes: int | None = None,
    wait_s: float = LONGEST_WAIT_S,
    locks: Path | None = None,
) -> Generator[bool]:
    """Inside it, no more processes of this user load a checkpoint than half the memory holds.

    Yields whether a turn came in time. A process that dies gives its turn back with its files.
    """
    held = _acquired(_turns(folder, memory_bytes), wait_s, locks or Path(tempfile.gettempdir()))
    if held is None:
        log("diffusers.turn_to_load_never_came", level=logging.WARNING, waited_s=wait_s)
    try:
        yield held is not None
    finally:
        if held is not None:
            os.close(held)


def _turns(folder: Path, memory_bytes: int | None) -> int:
    needed = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    memory = memory_bytes or _memory_bytes()
    return min(max(memory // 2 // max(needed, 1), 1), MOST)


def _acquired(turns: int, wait_s: float, locks: Path) -> int | None:
    """The file of a turn, locked."""
    until = time.monotonic() + wait_s
    while True:
        for number in range(turns):
            path = locks / f"sian-loading-{os.getuid()}-{number}.lock"
            file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
            else:
                return file
        if time.monotonic() >= until:
            return None
        time.sleep(0.1)


def _memory_bytes() -> int:
    """The machine's, or the container's where that is less."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in _LIMITS:
        with suppress(OSError, ValueError):
            found.append(int(Path(limit).read_text()))
    return min(found)
