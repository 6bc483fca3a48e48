"""Collects the pictures of a file, each once, in order, with limits on number and bytes."""

from serve.pictures.header import MAX_BYTES

MAX_PICTURES = 64
MAX_ALL_BYTES = 48 << 20
LEAST_BYTES = 200
"""Smallest size of a picture, in bytes; smaller ones are lines and dots."""
_KNOWN = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"RIFF")


class Pictures:
    """Collects pictures. Checks only their first bytes: they are decoded elsewhere."""

    def __init__(self) -> None:
        self.found: list[bytes] = []
        self._places: dict[str, int | None] = {}
        self._bytes = 0

    @property
    def most(self) -> int:
        return min(MAX_BYTES, MAX_ALL_BYTES - self._bytes)

    def add(self, name: str, data: bytes | None) -> int | None:
        """Return the picture's index; None if it is not kept. `name`: identifies repeated
        pictures."""
        if name not in self._places:
            self._places[name] = self._added(data)
        return self._places[name]

    def known(self, name: str) -> bool:
        return name in self._places

    def _added(self, data: bytes | None) -> int | None:
        if data is None or not LEAST_BYTES <= len(data) <= self.most:
            return None
        if not data.startswith(_KNOWN) or len(self.found) >= MAX_PICTURES:
            return None
        self.found.append(data)
        self._bytes += len(data)
        return len(self.found) - 1
