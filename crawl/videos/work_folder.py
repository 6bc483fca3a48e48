"""A video's unfinished files on a node; one process at a time holds them.

A lease that ran out says that somebody else may go on, not that its last holder writes no more: a
machine that stood still for a minute wakes up in the middle of a write. The lock of an open file
ends with the last process that has it open, and with nothing else.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


class FolderTaken(Exception):
    """Another process of this node has the folder."""


@contextmanager
def alone_in(folder: Path) -> Generator[int]:
    """The folder, made if need be, and a descriptor for those who are to keep it with us.

    Raises:
        FolderTaken
    """
    descriptor = _locked(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def scratch_in(work: Path) -> Path:
    """Folder below a work folder for workers' temporary files."""
    return work / "scratch"


@contextmanager
def scratch(root: Path) -> Generator[Path]:
    """A temporary folder, deleted afterwards; `sweep` deletes those of killed processes."""
    folder = root / secrets.token_hex(16)
    with alone_in(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> None:
    """Delete the folders that no living process holds."""
    for folder in root.glob("*"):
        with suppress(FolderTaken), alone_in(folder):
            shutil.rmtree(folder, ignore_errors=True)


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
            raise FolderTaken(f"{folder}: another process has it") from None
        except FileNotFoundError:
            pass
        os.close(descriptor)  # another process deleted it before we locked it
