"""Cursors: the end of a page, in a form that stays valid when its last row is deleted."""

import math
import re
from typing import NamedTuple

_CURSOR = re.compile(r"(?P<id>[A-Za-z0-9_]+):(?P<at>[0-9]+(\.[0-9]+)?)")


class PagePosition(NamedTuple):
    """Position of a row in a list sorted by creation time, then by id."""

    created_at: float
    id: str

    @property
    def cursor(self) -> str:
        return f"{self.id}:{self.created_at!r}"


def place_of(cursor: str) -> PagePosition | None:
    """Return the position; None if the text is no cursor (0.1's cursor was a row's id)."""
    found = _CURSOR.fullmatch(cursor)
    if found is None or not math.isfinite(at := float(found["at"])):
        return None
    return PagePosition(at, found["id"])
