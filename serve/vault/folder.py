"""A vault in a local folder. Published files are synced to the disk before they are visible."""

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
from serve.whole import new_file, sync

NEW = ".new"
"""Folder for files before they are published; on the same disk, so that linking works."""
_CHECK_BYTES = 64 * 1024
STALE_S = 24 * 3600
_FULL = (errno.ENOSPC, errno.EDQUOT)


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
        # Not obstore's put: it links the file before its bytes are synced.
        target = self._root / key
        if isinstance(source, Path) and not source.is_file():
            raise FileNotFoundError(source)
        if target.exists():
            return False
        try:
            target.parent.mkdir(exist_ok=True)
            with new_file(target, self._aside()) as new, new.open("xb") as out:
                if isinstance(source, bytes):
                    out.write(source)
                else:
                    with source.open("rb") as given:
                        shutil.copyfileobj(given, out, 1024 * 1024)
        except OSError as error:
            if isinstance(error, FileExistsError) and target.exists():
                return False
            raise self._refused(error) from error
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
            # Makes the removal survive a power cut.
            sync(target.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._refused(error) from error

    async def link(self, key: str, seconds: int, method: str) -> str | None:
        return None

    async def check(self) -> None:
        await asyncio.to_thread(self._check)

    def _check(self) -> None:
        if not os.access(self._new, os.W_OK):
            raise VaultUnavailable(f"the vault's folder {self._root} cannot be written to")
        new = self._aside()
        try:
            # A full disk may still accept an empty file.
            with new.open("xb") as out:
                out.write(bytes(_CHECK_BYTES))
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise self._refused(error) from error
        finally:
            new.unlink(missing_ok=True)

    def refusal(self, key: str, error: Exception) -> Exception:
        if isinstance(error, FileNotFoundError):
            return Missing(f"the vault has no {key}")
        return VaultUnavailable(f"the vault's folder {self._root}: {in_short(str(error))}")

    def _refused(self, error: OSError) -> VaultUnavailable:
        said = error.strerror or str(error)
        if error.errno in _FULL:
            return VaultFull(f"the disk under the vault {self._root} is full: free some space")
        return VaultUnavailable(f"the vault's folder {self._root} cannot be used: {said}")

    def _aside(self) -> Path:
        return self._new / secrets.token_hex(16)

    def _sweep(self) -> None:
        """Remove files that killed processes left behind."""
        stale = time.time() - STALE_S
        for left in self._new.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < stale:
                    left.unlink()
