"""Fetches a video's file to this machine, from a path, a URL or the vault."""

import asyncio
import os
import re
import stat
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from crawl.polite import Downloaded, Failed, Fetcher, FetchRefused
from crawl.polite.manners import CrawlSettings
from crawl.videos.work_folder import scratch
from serve.database.engine import Database
from serve.vault.errors import Missing
from serve.vault.vault import Vault

_KEY = re.compile(r"[a-z]+/[0-9a-f]{64}\.[a-z0-9]+")


class Unfetchable(Exception):
    """The file cannot be fetched, now or later; the message says why."""


class AwayForNow(Exception):
    """The file cannot be fetched now; a later attempt may succeed."""


class Fetching:
    """Fetches one file after another; temporary files are deleted when the context ends."""

    def __init__(
        self,
        vault: Vault,
        records: Database,
        max_bytes: int,
        scratch: Path,
        crawl: CrawlSettings = CrawlSettings(),  # noqa: B008 (it is frozen)
    ) -> None:
        self._vault, self._records, self._max_bytes = vault, records, max_bytes
        self._scratch, self._crawl = scratch, crawl

    @contextmanager
    def fetched(self, uri: str) -> Generator[Path]:
        """Yield a local path of the file at `uri`, which is a path, a URL or a vault's key.

        Raises:
            Unfetchable: if the file can never be fetched.
            AwayForNow: if a later attempt may succeed.
        """
        scheme = urlsplit(uri).scheme
        with scratch(self._scratch) as folder:
            if scheme in ("http", "https"):
                into = folder / "video"
                asyncio.run(self._download(uri, into))
                yield into
            elif in_vault(uri):
                with self._from_vault(uri, folder) as path:
                    yield path
            elif scheme in ("", "file"):
                # As bytes: the names of old archives' files are not always in UTF-8.
                plain = os.fsdecode(unquote_to_bytes(uri.removeprefix("file://")))
                path = Path(plain if scheme else uri)
                yield _looked_at(path, self._max_bytes)
            else:
                raise Unfetchable(f"uri {uri[:100]!r}: wanted a path, http(s):// or a vault's key")

    async def _download(self, url: str, into: Path) -> None:
        # The manners, which need a contact, are read only here: a job over local files needs none.
        async with Fetcher(self._crawl.manners(), self._records) as fetcher:
            match await fetcher.download(url, into, max_bytes=self._max_bytes):
                case Downloaded():
                    return
                case FetchRefused(_, reason):
                    raise Unfetchable(reason)
                case Failed(reason):
                    raise AwayForNow(reason)

    @contextmanager
    def _from_vault(self, key: str, folder: Path) -> Generator[Path]:
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            try:
                path = runner.run(stack.enter_async_context(self._vault.local(key, folder)))
            except Missing as error:
                raise Unfetchable(str(error)) from error
            try:
                yield path
            finally:
                runner.run(stack.aclose())


def in_vault(uri: str) -> bool:
    """Return whether a video's URI is a key of the vault."""
    return _KEY.fullmatch(uri) is not None


def _looked_at(path: Path, max_bytes: int) -> Path:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise Unfetchable(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(found.st_mode):
        raise Unfetchable(f"{path}: not a file")
    if found.st_size > max_bytes:
        raise Unfetchable(f"{path}: {found.st_size >> 20} MiB, at most {max_bytes >> 20} are read")
    return path
