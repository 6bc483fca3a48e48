"""Ends what a test process has started when it dies without a word: by SIGKILL, or for memory.

Fixtures end their own processes. Ray's are no children of a test, and outlive it; this process holds
the end of a pipe, reads what there is to end, and ends it once the pipe's other end is gone.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from serve.cluster import processes

_ROOT = Path(__file__).parent.parent


def ends_with_us(cluster: Path) -> None:
    """The processes with the mark of this home, whenever they are started."""
    _told(f"cluster {cluster.absolute()}")


def child_ends_with_us(pid: int) -> None:
    _told(f"child {pid} {processes.began(pid)}")


def _told(line: str) -> None:
    pipe = _executor(os.getpid()).stdin
    assert pipe is not None
    pipe.write(f"{line}\n".encode())
    pipe.flush()


@cache
def _executor(of: int) -> subprocess.Popen[bytes]:
    """`of`: a process that was forked has an executor of its own."""
    return subprocess.Popen(
        # In a session of its own: what ends the test's whole process group spares it.
        [sys.executable, "-m", "tests.last_will"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=_ROOT, start_new_session=True,
    )  # fmt: skip


def _execute(will: set[str]) -> None:
    for line in will:
        kind, _, what = line.partition(" ")
        if kind == "cluster":
            processes.end(Path(what))
            continue
        pid, began = what.split()
        if str(processes.began(int(pid))) == began:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _execute(set(sys.stdin.read().splitlines()))
