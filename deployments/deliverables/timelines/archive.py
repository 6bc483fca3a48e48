"""Archive: a ZIP with the same bytes for the same contents, written to a file piece by piece."""

import shutil
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

PIECE = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of every entry: the earliest that the format allows."""


class Archive:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._zip.close()

    def add(self, name: str, data: bytes) -> None:
        self._zip.writestr(_entry(name, zipfile.ZIP_DEFLATED), data, compresslevel=6)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file uncompressed: media does not become smaller."""
        entry = _entry(name, zipfile.ZIP_STORED)
        entry.file_size = path.stat().st_size  # decides whether the entry needs ZIP64
        with path.open("rb") as source, self._zip.open(entry, "w") as into:
            shutil.copyfileobj(source, into, PIECE)


def _entry(name: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = how
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
