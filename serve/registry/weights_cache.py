"""Promoted weights on the machine that serves them: fetched once, within a bounded folder.

Processes of one machine share the folder and agree by file locks. Knows entries, no engine.
"""

import asyncio
import fcntl
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from serve.registry.files import MAKING, fetch_files
from serve.telemetry import log
from serve.vault import Vault
from serve.whole import publish_folder

LOCKS = ".locks"
REMOVING = ".removing-"

Files = Mapping[str, str]
"""Path within an entry's folder -> vault key."""


class Held:
    """An entry's folder, which is not removed before `release` or the end of the process."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder, self._lock = folder, lock

    def release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1


class WeightsCache:
    """Entries' folders of one machine, of which the least recently used ones are removed."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """`most_bytes`: largest total. Entries that processes hold are kept even above it."""
        self._folder, self._most_bytes = folder, most_bytes

    async def hold(self, vault: Vault, entry: str, files: Files) -> Held:
        """Return an entry's folder, fetched if it is missing. Other processes wait meanwhile.

        Raises:
            Broken: if a file differs from the registered one.
            Missing, VaultUnavailable
            OSError: if the disk is full.
        """
        used = await asyncio.to_thread(self._locked, entry, fcntl.LOCK_SH)
        try:
            whole = self._folder / entry
            # Another lock: this one is given back, while a shared one is kept by each who loads it.
            fetching = await asyncio.to_thread(self._locked, f"{entry}.fetching", fcntl.LOCK_EX)
            try:
                if not whole.exists():
                    await self._fetch(vault, entry, files)
            finally:
                os.close(fetching)
            os.utime(used)  # the time of its last use
            return Held(whole, used)
        except BaseException:
            os.close(used)
            raise

    async def _fetch(self, vault: Vault, entry: str, files: Files) -> None:
        sizes = [(await vault.stat(key)).size for key in files.values()]
        await asyncio.to_thread(self._make_room, sum(sizes), entry)
        # Prefixed by the entry, whose lock is held: what a killed process left is nobody's.
        making = self._folder / f"{MAKING}{entry}"
        await asyncio.to_thread(shutil.rmtree, making, True)
        fetched = await fetch_files(vault, entry, files, making)
        await asyncio.to_thread(publish_folder, fetched, self._folder / entry)
        making.rmdir()
        log("weights.fetched", entry=entry, bytes=sum(sizes))

    def _make_room(self, wanted: int, entry: str) -> None:
        """Remove entries that nobody holds, least recently used first, until `wanted` bytes fit."""
        here = {path: _bytes_in(path) for path in self._entries()}
        left = sum(here.values()) + wanted
        for path in sorted(here, key=self._used_at):
            if left <= self._most_bytes:
                return
            if self._remove(path):
                left -= here[path]
                log("weights.removed", entry=path.name, bytes=here[path])
        if left > self._most_bytes:
            level = logging.WARNING
            log("weights.no_room", level=level, entry=entry, bytes=left, most=self._most_bytes)

    def _remove(self, path: Path) -> bool:
        """Remove an entry; False: a process holds it."""
        try:
            lock = self._locked(path.name, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        removing = path.with_name(f"{REMOVING}{path.name}")
        path.rename(removing)
        shutil.rmtree(removing, ignore_errors=True)  # `_entries` of another process may help
        os.close(lock)
        return True

    def _entries(self) -> Iterable[Path]:
        for path in self._folder.iterdir():
            if path.name.startswith(REMOVING):  # its remover was killed
                shutil.rmtree(path, ignore_errors=True)
            elif path.is_dir() and not path.name.startswith("."):
                yield path

    def _used_at(self, path: Path) -> float:
        try:
            return (self._folder / LOCKS / path.name).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _locked(self, name: str, how: int) -> int:
        """Lock a file. It is never removed: two processes could hold two locks of one name."""
        (self._folder / LOCKS).mkdir(parents=True, exist_ok=True)
        lock = os.open(self._folder / LOCKS / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, how)
        except BaseException:
            os.close(lock)
            raise
        return lock


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
