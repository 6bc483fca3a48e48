"""The format of the two pipes between parent and child.

To the child: pickles, because the child trusts its parent. From the child: a kind, a text and
blobs, preceded by their lengths, because the parent trusts nothing that the child sends.

    kind: 1 byte   num_parts: u32   length of each part: u64   the parts
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ANSWERED = b"A"
"""Parts: CPU seconds and resident bytes as text, the text, the blobs."""
UNUSABLE = b"U"
"""Parts: CPU seconds and resident bytes as text, the reason."""
PART = b"P"
"""Same parts as ANSWERED; more frames follow."""
NO_MEMORY = b"M"
RAISED = b"R"
READY = b"!"
"""The function's module is imported and the limits are set: the clocks start.

Parts: resident bytes, and the kernel's peak bytes, as text.
"""

KINDS = frozenset((ANSWERED, PART, UNUSABLE, NO_MEMORY, RAISED, READY))
MAX_PARTS = 4096

_HEAD = struct.Struct("!cI")
_LENGTH = struct.Struct("!Q")


class Garbled(Exception):
    """The bytes are not a frame."""


class TooLarge(Exception):
    """The frame announces more bytes than allowed."""


@dataclass(frozen=True)
class Frame:
    kind: bytes
    parts: tuple[bytes, ...]


def packed(kind: bytes, parts: Sequence[bytes]) -> bytes:
    """Return the frame's header; the parts themselves follow it."""
    return _HEAD.pack(kind, len(parts)) + b"".join(_LENGTH.pack(len(part)) for part in parts)


class Reader:
    """Assembles frames from bytes as they arrive, with at most `max_bytes` of parts in each."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> None:
        self._bytes += piece

    def take(self) -> Frame | None:
        """Return the next frame, or None while it is incomplete.

        Raises:
            Garbled, TooLarge: before any of it is stored.
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
