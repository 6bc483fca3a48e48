"""Folder of a video's unfinished files on a node, locked by one process at a time.

An expired lease lets another worker continue, but does not stop the old one: a machine that was
suspended may resume in the middle of a write. The lock of an open file ends only when the last
process that has it open ends.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


class FolderTaken(Exception):
    """Another process of this node has locked the folder."""


@contextmanager
def alone_in(folder: Path) -> Generator[int]:
    """Lock the folder, created if necessary; yield a descriptor that child processes inherit to
    keep the lock.

    Raises:
        FolderTaken: if another process has locked it.
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
    """Delete the folders that no living process has locked."""
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
