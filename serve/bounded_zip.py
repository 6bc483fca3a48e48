"""Bytes -> the entries of a ZIP whose directory and ratios are bounded before anything is unzipped.

It does not know what the entries mean; entries are read one by one, each up to a size.
"""

import io
import struct
import zipfile
import zlib
from types import MappingProxyType

from serve.bounded.outcome import Unusable

MAX_DIRECTORY = 1 << 20
"""Largest size of the ZIP's directory, in bytes."""
MAX_RATIO = 200
SMALL = 1 << 16
"""Largest unzipped size, in bytes, of an entry whose compression ratio is not limited."""
_END, _LARGE = b"PK\x05\x06", b"PK\x06\x07"
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError,
    zlib.error,
)  # fmt: skip


class UnreadableZip(Unusable):
    """A ZIP that cannot be read; the message is a sentence about the file."""


class BoundedZip:
    def __init__(self, data: bytes, max_entries: int) -> None:
        """Read the directory.

        Raises:
            UnreadableZip: if it is damaged or too large, or names an entry twice.
        """
        _check_directory(data, max_entries)
        try:
            self._bundle = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise UnreadableZip(f"it cannot be unzipped: {error}"[:200]) from None
        entries = self._bundle.infolist()
        _check_count(len(entries), max_entries)
        self.entries = MappingProxyType({entry.filename: entry for entry in entries})
        if len(self.entries) < len(entries):
            raise UnreadableZip("it has two entries of one name")

    def check_ratio(self, name: str, shown: str) -> None:
        """Refuse an entry with too high a compression ratio. `shown`: its name in the message.

        Raises:
            UnreadableZip
        """
        entry = self.entries[name]
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise UnreadableZip(f"{shown} is packed more than {MAX_RATIO} times")

    def read(self, name: str, most: int, shown: str) -> bytes:
        """Return the first `most` bytes of an entry, unzipped.

        Raises:
            UnreadableZip: if it cannot be unzipped.
        """
        try:
            with self._bundle.open(self.entries[name]) as file:
                return file.read(most)
        except _BROKEN as error:
            raise UnreadableZip(f"{shown} cannot be unzipped: {error}"[:200]) from None


def _check_directory(data: bytes, max_entries: int) -> None:
    """Refuse a directory that is too large before it is read."""
    at = data.rfind(_END, max(0, len(data) - (1 << 16) - 22))
    if at < 0 or len(data) < at + 22:
        raise UnreadableZip("it cannot be unzipped: it has no end")
    # It would overrule the sizes that are checked here.
    if data[max(0, at - 20) : at].startswith(_LARGE):
        raise UnreadableZip("it is a ZIP for more than 4 GiB")
    entries, size = struct.unpack_from("<HI", data, at + 10)
    _check_count(entries, max_entries)
    if size > MAX_DIRECTORY:
        raise UnreadableZip(f"its directory has {size} bytes, wanted at most {MAX_DIRECTORY}")


def _check_count(entries: int, most: int) -> None:
    if entries > most:
        raise UnreadableZip(f"it has {entries} entries, wanted at most {most}")
