"""A vault in a local folder. What is published is on the disk before anyone can see it."""

import asyncio
import errno
import os
import secrets
import shutil
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from obstore.store import LocalStore

from serve.vault.errors import Missing, VaultFull, VaultUnavailable, in_short

NEW = ".new"
"""Where files are written before they are published; on the same disk, so that a link will do."""
STALE_S = 24 * 3600
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._new = self._root / NEW
        try:
            self._new.mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as error:
            raise self._refused(error) from error
        self.store = LocalStore(self._root)

    async def publish(self, key: str, source: Path | bytes) -> bool:
        return await asyncio.to_thread(self._publish, key, source)

    def _publish(self, key: str, source: Path | bytes) -> bool:
        # Not obstore's put: that one links the file before its bytes are certainly on the disk.
        target = self._root / key
        if isinstance(source, Path) and not source.is_file():
            raise FileNotFoundError(source)
        if target.exists():
            return False
        new = self._new / secrets.token_hex(16)
        try:
            with new.open("xb") as out:
                if isinstance(source, bytes):
                    out.write(source)
                else:
                    with source.open("rb") as given:
                        shutil.copyfileobj(given, out, 1024 * 1024)
                out.flush()
                os.fsync(out.fileno())
            target.parent.mkdir(exist_ok=True)
            if not _link(new, target):
                return False
            _sync_folder(target.parent)
        except OSError as error:
            raise self._refused(error) from error
        finally:
            new.unlink(missing_ok=True)
        return True

    @asynccontextmanager
    async def local(self, key: str, folder: Path | None = None) -> AsyncGenerator[Path]:
        path = self._root / key
        if not path.is_file():
            raise Missing(f"the vault has no {key}")
        yield path

    async def remove(self, key: str) -> None:
        await asyncio.to_thread(self._remove, key)

    def _remove(self, key: str) -> None:
        target = self._root / key
        try:
            target.unlink()
            # It stays away after a power cut, too.
            _sync_folder(target.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._refused(error) from error

    async def check(self) -> None:
        if not os.access(self._new, os.W_OK):
            raise VaultUnavailable(f"the vault's folder {self._root} cannot be written to")

    def refusal(self, key: str, error: Exception) -> Exception:
        if isinstance(error, FileNotFoundError):
            return Missing(f"the vault has no {key}")
        return VaultUnavailable(f"the vault's folder {self._root}: {in_short(str(error))}")

    def _refused(self, error: OSError) -> VaultUnavailable:
        said = error.strerror or str(error)
        if error.errno in _FULL:
            return VaultFull(f"the disk under the vault {self._root} is full: free some space")
        return VaultUnavailable(f"the vault's folder {self._root} cannot be used: {said}")

    def _sweep(self) -> None:
        """Remove what processes that were killed left behind."""
        stale = time.time() - STALE_S
        for left in self._new.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < stale:
                    left.unlink()


def _link(new: Path, target: Path) -> bool:
    try:
        os.link(new, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without hard links: still whole or not at all, but of two at once the last wins.
        new.replace(target)
    return True


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
