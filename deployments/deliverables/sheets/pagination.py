"""The size of a sheet's pictures, by the pages that it then takes. Lengths in millimetres."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Room(NamedTuple):
    """Heights that a layout has for the table, and what stands around its rows."""

    page: float
    """Inside of the margins."""
    head: float
    """Above the table on the first page."""
    titles: float = 6.0
    total: float = 11.0


def num_pages(rows: Sequence[float], room: Room) -> int:
    """Estimate how many pages rows of these heights take, none of them broken."""
    pages, left = 1, room.page - room.head - room.titles
    for at, row in enumerate(rows):
        needed = row + (room.total if at == len(rows) - 1 else 0)
        if needed > left:
            pages, left = pages + 1, room.page - room.titles
        left -= row
    return pages


def best_width(
    widths: Sequence[float], rows_of: Callable[[float], Sequence[float]], room: Room
) -> float:
    """Return the largest of these widths with which the sheet takes the fewest pages.

    `rows_of`: heights of the rows for pictures of a width.
    """
    return min(widths, key=lambda width: (num_pages(rows_of(width), room), -width))
