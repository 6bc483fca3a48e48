"""A file written aside and renamed when it is complete. Writes in a thread."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Self

from serve.whole import beside, publish_file


class HashedFile:
    def __init__(self, file: BinaryIO, aside: Path, place: Path) -> None:
        self._file, self._aside, self._place = file, aside, place
        self._hash = hashlib.sha256()
        self.num_bytes = 0

    @classmethod
    @asynccontextmanager
    async def beside(cls, place: Path) -> AsyncGenerator[Self]:
        """Yield a file beside `place`; it is deleted if it is not published."""
        aside = beside(place)
        file: BinaryIO = await asyncio.to_thread(aside.open, "xb")
        try:
            yield cls(file, aside, place)
        finally:
            file.close()
            aside.unlink(missing_ok=True)

    async def write(self, piece: bytes) -> None:
        await asyncio.to_thread(self._write, piece)

    async def publish(self) -> None:
        await asyncio.to_thread(self._publish)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.num_bytes += len(piece)

    def _publish(self) -> None:
        self._file.flush()
        publish_file(self._aside, self._place)
