"""Vault: publishes files once and whole, and reads them with ranges. Never lists.

A reader sees a complete file or none; of several writers of one key, one wins.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from serve.vault.bucket import Bucket
from serve.vault.errors import Missing, VaultUnavailable
from serve.vault.folder import Folder
from serve.vault.keys import checked, key_of

if TYPE_CHECKING:  # obstore has these types for type checkers only
    from obstore import GetOptions

CHUNK_BYTES = 256 * 1024
RANGES_AT_ONCE = 8
"""Concurrent requests of one download: one alone has a fraction of the bucket's bandwidth."""
RANGE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Stat:
    """A file's metadata. Size in bytes."""

    size: int
    etag: str


class Shelf(Protocol):
    """Storage behind the vault. Reading is the same for all; publishing differs."""

    @property
    def store(self) -> ObjectStore: ...

    async def publish(self, key: str, source: Path | bytes) -> bool: ...

    def local(self, key: str, folder: Path | None = None) -> AbstractAsyncContextManager[Path]: ...

    async def remove(self, key: str) -> None: ...

    async def link(self, key: str, seconds: int, method: Literal["GET", "HEAD"]) -> str | None: ...

    async def check(self) -> None: ...

    def refusal(self, key: str, error: Exception) -> Exception: ...


class Vault:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @classmethod
    def open(
        cls,
        url: str,
        endpoint: str = "",
        region: str = "",
        access_key: str = "",
        secret_key: str = "",
    ) -> "Vault":
        """Open a folder by its path, or a bucket as `s3://bucket/prefix`.

        Without keys a bucket is opened with the environment's credentials or the machine's role.

        Raises:
            VaultUnavailable: if the folder cannot be made or the URL is invalid.
        """
        if url.startswith("s3://"):
            return cls(Bucket(url, endpoint, region, access_key, secret_key))
        if "://" in url and not url.startswith("file://"):
            raise VaultUnavailable(f"{url} is neither a folder nor s3://bucket/prefix")
        return cls(Folder(Path(url.removeprefix("file://"))))

    async def reachable(self) -> bool:
        """Return True if the storage can be reached.

        Raises:
            VaultUnavailable: with the reason.
        """
        await self._shelf.check()
        return True

    async def has(self, key: str) -> bool:
        try:
            await self.stat(key)
        except Missing:
            return False
        return True

    async def stat(self, key: str) -> Stat:
        """Return a file's size and ETag.

        Raises:
            Missing: if the vault has no such key.
        """
        try:
            meta = await obstore.head_async(self._shelf.store, checked(key))
        except (BaseError, OSError) as error:
            raise self._shelf.refusal(key, error) from error
        return Stat(meta["size"], meta["e_tag"] or "")

    async def publish(self, key: str, path: Path) -> bool:
        """Publish a file. Returns False if the key exists; its content is then unchanged.

        Raises:
            VaultFull: if there is no space for it.
        """
        return await self._shelf.publish(checked(key), path)

    async def publish_bytes(self, key: str, data: bytes) -> bool:
        return await self._shelf.publish(checked(key), data)

    async def publish_content(self, kind: str, data: bytes, suffix: str) -> str:
        """Publish bytes under their hash, and return the key."""
        key = key_of(kind, data, suffix)
        await self._shelf.publish(key, data)
        return key

    async def remove(self, key: str) -> None:
        """Delete a file. Does nothing if it is missing.

        Other records may use the same content: the caller checks that none does. A current reader
        finishes or fails, and never gets another file's bytes.

        Raises:
            VaultUnavailable: if the file may still exist.
        """
        await self._shelf.remove(checked(key))

    async def link(
        self, key: str, seconds: int, method: Literal["GET", "HEAD"] = "GET"
    ) -> str | None:
        """Return a URL that anyone can read for this many seconds; None for a folder."""
        return await self._shelf.link(checked(key), seconds, method)

    async def stream(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes]:
        """Yield the bytes from `start` up to but not including `end`, in chunks.

        Close the generator: a file or request stays open until then.

        Raises:
            Missing: if the vault has no such key.
        """
        checked(key)
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"bytes {start} to {end} are no range")
        if end == start:
            return
        at, resumed_at = start, start
        while True:
            try:
                async with aclosing(self._read(key, at, end)) as chunks:
                    async for chunk in chunks:
                        at += len(chunk)
                        yield chunk
                return
            except BaseError as error:
                # A request to a bucket has a time limit, which a slow reader exceeds: the rest is
                # requested again after a break, as long as each request brings something.
                if at == resumed_at:
                    raise self._shelf.refusal(key, error) from error
                if at == end:
                    return
                resumed_at = at
            except OSError as error:
                raise self._shelf.refusal(key, error) from error

    async def download(self, key: str, path: Path, range_bytes: int = RANGE_BYTES) -> None:
        """Copy a file to `path`, in concurrent ranges.

        Raises:
            Missing: if the vault has no such key.
            OSError: if the disk is full.
        """
        size = (await self.stat(key)).size
        with path.open("wb") as out:
            out.truncate(size)
            starts = iter(range(0, size, range_bytes))
            try:
                async with asyncio.TaskGroup() as together:
                    for _ in range(RANGES_AT_ONCE):
                        copying = self._copy(key, starts, size, range_bytes, out.fileno())
                        together.create_task(copying)
            except ExceptionGroup as several:  # the first one has cancelled the others
                raise several.exceptions[0] from several

    async def _copy(
        self, key: str, starts: Iterator[int], size: int, range_bytes: int, out: int
    ) -> None:
        """Copy ranges until none is left; several tasks share `starts`."""
        for start in starts:
            at, end = start, min(start + range_bytes, size)
            async with aclosing(self.stream(key, start, end)) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(os.pwrite, out, chunk, at)
                    at += len(chunk)
            if at != end:
                raise VaultUnavailable(f"{key}: bytes {start} to {end} broke off at {at}")

    async def _read(self, key: str, start: int, end: int | None) -> AsyncGenerator[bytes]:
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, end)
        elif start:
            options["range"] = {"offset": start}
        try:
            found = await obstore.get_async(self._shelf.store, key, options=options)
            skip, left = 0, None
        except BaseError as error:
            if "non-partial" not in str(error).lower():
                raise
            # The server responds to ranges with the whole file (200, not 206): cut the range out
            # here.
            found = await obstore.get_async(self._shelf.store, key)
            skip, left = start, None if end is None else end - start
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            piece = bytes(chunk)
            if skip:
                dropped = min(skip, len(piece))
                piece, skip = piece[dropped:], skip - dropped
            if left is not None:
                piece = piece[:left]
                left -= len(piece)
            if piece:
                yield piece
            if left == 0:
                return

    @asynccontextmanager
    async def local(self, key: str, folder: Path | None = None) -> AsyncGenerator[Path]:
        """Yield a local path of the file, valid within the block.

        `folder`: where a copy is made if one is needed; by default the system's temporary folder.

        Raises:
            Missing: if the vault has no such key.
        """
        async with self._shelf.local(checked(key), folder) as path:
            yield path
