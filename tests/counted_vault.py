"""A bucket that is asked and forgets: how many requests a job makes, and of how many bytes.

It counts what `serve.vault.bucket.Bucket` sends: a HEAD before each PUT, one GET for a range or a
file. tests/test_caption_faults.py compares it with what a bucket's server sees.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from serve.vault.errors import Missing
from serve.vault.vault import Stat, Vault
from tests.stub_videos import CLIP_BYTES, a_clip


class CountedVault(Vault):
    """Keys published since it was made are there, with their sizes; of bytes, only those of clips.

    `before`: clips of an earlier run are there as well; all have one size.
    """

    def __init__(self, before: bool = False) -> None:
        self._before = before
        self.requests = Counter[str]()
        """(method and kind of key) -> number; `bytes` likewise."""
        self.bytes = Counter[str]()
        self._sizes: dict[bytes, int] = {}

    async def publish(self, key: str, path: Path) -> bool:
        return await self._published(key, path.stat().st_size)

    async def publish_bytes(self, key: str, data: bytes) -> bool:
        return await self._published(key, len(data))

    async def stat(self, key: str) -> Stat:
        self._count("HEAD", key)
        return Stat(self._size(key), "")

    async def stream(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes]:
        size = self._size(key)
        end = size if end is None else min(end, size)
        self._count("GET", key, end - start)
        whole = (
            a_clip().ljust(size, b"\0") if key.startswith("clips/") else b"\xff\xd8" + bytes(size)
        )
        yield whole[start:end]

    @asynccontextmanager
    async def local(self, key: str, folder: Path | None = None) -> AsyncGenerator[Path]:
        """A source: its size is of no interest here."""
        self._count("GET", key)
        yield Path(key)

    async def _published(self, key: str, size: int) -> bool:
        self._count("HEAD", key)
        if self._sizes.get(_short(key)) is not None:
            return False
        self._count("PUT", key, size)
        self._sizes[_short(key)] = size
        return True

    def _size(self, key: str) -> int:
        try:
            return self._sizes[_short(key)]
        except KeyError:
            if self._before and key.startswith("clips/"):
                return CLIP_BYTES
            raise Missing(f"the vault has no {key}") from None

    def _count(self, method: str, key: str, size: int = 0) -> None:
        name = f"{method} {key.partition('/')[0]}"
        self.requests[name] += 1
        self.bytes[name] += size


def _short(key: str) -> bytes:
    """Eight bytes of the hash: hundreds of thousands of keys are held."""
    return bytes.fromhex(key.partition("/")[2][:16])
