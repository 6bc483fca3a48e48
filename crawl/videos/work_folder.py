"""A video's begun files on a node: one process at a time has them.

A lease that ran out says that somebody else may go on, not that whoever had it writes no more: a
machine that stood still for a minute wakes up in the middle of a write. The lock of an open file
ends with the last process that has it open, and with nothing else.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):
    """Another process of this node has the folder."""


@contextmanager
def alone_in(folder: Path) -> Generator[int]:
    """The folder, made if need be, and a descriptor for those who are to keep it with us.

    Raises:
        Taken
    """
    descriptor = _locked(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> int:
    path = folder / "lock"
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise Taken(f"{folder}: another process has it") from None
        except FileNotFoundError:
            pass
        os.close(descriptor)  # it was removed with its folder before we had it
