"""Size of a sheet's pictures, chosen by the number of pages. Lengths in millimetres."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Room(NamedTuple):
    """Heights of a page, and of what surrounds the table's rows."""

    page: float
    """Height within the margins."""
    head: float
    """Height above the table on the first page."""
    titles: float = 5.7
    total: float = 10.4


def num_pages(rows: Sequence[float], room: Room) -> int:
    """Estimate the pages that rows of these heights take, none of them broken."""
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
    """Return the largest of these widths for which the sheet has the fewest pages.

    `rows_of`: width of the pictures -> heights of the rows.
    """
    return min(widths, key=lambda width: (num_pages(rows_of(width), room), -width))
