"""Files and folders that appear whole or not at all: written aside, synced to the disk, renamed.

A reader, and the machine after a power cut, sees what was there before or what is there now.
"""

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_EXISTS = (errno.EEXIST, errno.ENOTEMPTY)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP)


def write_whole(place: Path, content: str | bytes) -> None:
    """Replace the file's content; text is UTF-8."""
    with whole_file(place) as aside:
        aside.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def whole_file(place: Path, aside: Path | None = None) -> Generator[Path]:
    """Yield a path to write to; its file replaces `place` when the block ends without an error.

    `aside` must be on the same disk. Without it the path is new, in the folder of `place`.
    """
    aside = aside or beside(place)
    try:
        yield aside
        publish_file(aside, place)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def new_file(place: Path, aside: Path | None = None) -> Generator[Path]:
    """Do as `whole_file`, but never replace a file. Of several writers one wins.

    Raises:
        FileExistsError: if `place` exists when the block ends.
    """
    aside = aside or beside(place)
    try:
        yield aside
        sync(aside)
        _link(aside, place)
        sync(place.parent)
    finally:
        aside.unlink(missing_ok=True)


def publish_file(aside: Path, place: Path) -> None:
    """Give a written file its final name. It must be closed or flushed."""
    sync(aside)
    aside.replace(place)
    sync(place.parent)


def publish_folder(making: Path, place: Path) -> bool:
    """Give a written folder its final name. Returns False if the name is taken; both folders
    remain.
    """
    for path in making.rglob("*"):
        sync(path)
    sync(making)
    try:
        making.rename(place)
    except OSError as error:
        if error.errno not in _EXISTS:
            raise
        return False
    sync(place.parent)
    return True


def beside(place: Path) -> Path:
    """Return an unused hidden path in the same folder."""
    # Shortened: 60 characters are 240 bytes at most, and a name may have 255.
    return place.with_name(f".{place.name[:60]}.{secrets.token_hex(4)}.new")


def sync(path: Path) -> None:
    """Wait until the file's bytes, or the folder's names, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        # Some network disks cannot sync a folder.
        if error.errno not in _NO_SYNC or not path.is_dir():
            raise
    finally:
        os.close(opened)


def _link(aside: Path, place: Path) -> None:
    try:
        os.link(aside, place)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without hard links: still whole or not at all, but of two concurrent writers the
        # last wins.
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        aside.replace(place)
