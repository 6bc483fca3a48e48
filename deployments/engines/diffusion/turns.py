"""Limits how many processes load a checkpoint at once, so that the machine's memory suffices.

Weights go through the machine's memory to a GPU. Eight replicas that start at once would have eight
copies there, 320 GB with a 14B model: the kernel would then kill one of them, or all.
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
"""Most processes that load at once, on the largest machine."""
LONGEST_WAIT_S = 900.0
"""Seconds after which a process loads without a turn: its start is given up after half an hour
(`serve/cluster`).
"""
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@contextmanager
def turn_to_load(
    folder: Path,
    memory_bytes: int | None = None,
    wait_s: float = LONGEST_WAIT_S,
    locks: Path | None = None,
) -> Generator[bool]:
    """Within the block, hold one of the turns: as many as checkpoints fit into half the memory.

    Yields False if no turn came in time. A process that dies releases its turn with its files.
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
    """Return the open, locked file of a turn; None: no turn became free in time."""
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
    """Return the bytes of memory of the machine, or of the container if that is less."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in _LIMITS:
        with suppress(OSError, ValueError):
            found.append(int(Path(limit).read_text()))
    return min(found)
