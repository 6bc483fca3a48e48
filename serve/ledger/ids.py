"""Ids of productions and videos: unique without coordination, sorted by creation time."""

import re
import secrets
import time
from threading import Lock

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: without the ambiguous i, l, o, u; sorts as it counts."""
_ID = re.compile(rf"[a-z]+_([0-7][{_DIGITS}]{{25}})")


class _Rising:
    """Numbers of 128 bits, each above the one before, also within one millisecond."""

    def __init__(self) -> None:
        self._last, self._lock = 0, Lock()

    def next(self) -> int:
        with self._lock:
            drawn = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
            # A random step: an id does not tell the next one.
            self._last = max(drawn, self._last + 1 + secrets.randbits(64))
            return self._last


_rising = _Rising()


def new_id(kind: str = "prd") -> str:
    """`prd_` and 26 characters: 48 bits of milliseconds, then 80 random bits.

    Those of one process sort in the order they were made: rows accepted within one millisecond of
    the database's clock are listed and claimed by their ids.
    """
    number = _rising.next()
    return f"{kind}_" + "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def new_cut_id() -> str:
    """`c_` and 16 characters: 80 random bits."""
    number = secrets.randbits(80)
    return "c_" + "".join(_DIGITS[number >> shift & 31] for shift in range(75, -1, -5))


def made_at(id: str) -> float | None:  # noqa: A002
    """Seconds since the epoch, to the millisecond, by the clock of the machine that made the id."""
    number = number_of(id)
    return None if number is None else (number >> 80) / 1000


def number_of(id: str) -> int | None:  # noqa: A002
    """The 128 bits of a production's or video's id."""
    found = _ID.fullmatch(id)
    if found is None:
        return None
    number = 0
    for digit in found[1]:
        number = number << 5 | _DIGITS.index(digit)
    return number
