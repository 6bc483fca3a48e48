"""HTTP ranges (RFC 9110, section 14): a header and a size -> which bytes. Pure."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ByteRange:
    """Bytes `start` to `end`, `end` not included."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


class NotSatisfiable(Exception):
    """The range lies outside of the file."""


def span_of(header: str | None, size: int) -> ByteRange | None:
    """Parse a Range header. None: send the whole file.

    A header that is not a byte range, or has several ranges, is ignored, as the RFC allows.

    Raises:
        NotSatisfiable: if the range contains no byte of the file.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if first:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    elif last:
        if int(last) == 0:
            raise NotSatisfiable
        start, end = max(0, size - int(last)), size
    else:
        return None
    if start >= size:
        raise NotSatisfiable
    return ByteRange(start, end)
