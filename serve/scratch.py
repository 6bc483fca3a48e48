"""Scratch folders: temporary files of a process, which the next one removes if this one was killed.

A folder is locked while it is used; the lock ends with its process, however that ends.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path


@contextmanager
def scratch(prefix: str) -> Generator[Path]:
    """Yield a new folder under the system's temporary one, and remove it in the end.

    On its first call, a process also removes folders of this prefix that killed processes left
    behind.
    """
    _sweep(prefix)
    folder, held = _made(prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


@cache
def _sweep(prefix: str) -> None:
    """Remove the folders of this user that no living process has locked."""
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            held = _opened(left)
            try:
                if os.fstat(held).st_uid == os.geteuid():
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(held)


def _made(prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        # Another process's sweep may find the folder before it is locked.
        with suppress(FileNotFoundError):
            held = _opened(folder)
            with suppress(OSError):  # a disk without locks, on which nothing is swept
                fcntl.flock(held, fcntl.LOCK_EX)
            if folder.exists():
                return folder, held
            os.close(held)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
