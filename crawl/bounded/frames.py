"""What goes over the two pipes between parent and child.

To the child: pickles, for it trusts its parent. From the child: a kind, a text and blobs with
their lengths before them, for nothing that it says is trusted.

    kind: 1 byte   num_parts: u32   length of each part: u64   the parts
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ANSWERED = b"A"
"""Parts: seconds of processor and resident bytes as text, the text, the blobs."""
UNUSABLE = b"U"
"""Parts: seconds and bytes, the reason."""
NO_MEMORY = b"M"
RAISED = b"R"
READY = b"!"
"""Parts: resident bytes, and the peak as the kernel will tell it, as text. The function's module is
imported and the limits are set: the clocks begin."""

KINDS = frozenset((ANSWERED, UNUSABLE, NO_MEMORY, RAISED, READY))
MAX_PARTS = 4096

_HEAD = struct.Struct("!cI")
_LENGTH = struct.Struct("!Q")


class Garbled(Exception):
    """What came is no frame."""


class TooLarge(Exception):
    """The frame announces more bytes than are taken."""


@dataclass(frozen=True)
class Frame:
    kind: bytes
    parts: tuple[bytes, ...]


def packed(kind: bytes, parts: Sequence[bytes]) -> bytes:
    """The frame's head; the parts follow it."""
    return _HEAD.pack(kind, len(parts)) + b"".join(_LENGTH.pack(len(part)) for part in parts)


class Reader:
    """Frames from bytes as they come, at most `max_bytes` of parts in each."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> None:
        self._bytes += piece

    def take(self) -> Frame | None:
        """The next frame, or None while it is not whole.

        Raises:
            Garbled, TooLarge: before anything of it is kept.
        """
        if len(self._bytes) < _HEAD.size:
            return None
        kind, num_parts = _HEAD.unpack_from(self._bytes)
        if kind not in KINDS or num_parts > MAX_PARTS:
            raise Garbled
        start = _HEAD.size + num_parts * _LENGTH.size
        if len(self._bytes) < start:
            return None
        lengths = [
            _LENGTH.unpack_from(self._bytes, _HEAD.size + n * _LENGTH.size)[0]
            for n in range(num_parts)
        ]
        if sum(lengths) > self._max_bytes:
            raise TooLarge(sum(lengths))
        if len(self._bytes) < start + sum(lengths):
            return None
        parts: list[bytes] = []
        for length in lengths:
            parts.append(bytes(self._bytes[start : start + length]))
            start += length
        del self._bytes[:start]
        return Frame(kind, tuple(parts))
