"""Recognises notes: lines under a table's rows that explain the table."""

import re
from collections.abc import Sequence

_SURE = re.compile(
    r"[※☞]|(?:주석|주|자료|출처|비고|참고|註|注)\s*\d*\s*[):：]|\[(?:주|자료|출처|비고|참고)\]"
    r"|(?:notes?|sources?|remarks?)\s*\d*\s*[:：]",
    re.IGNORECASE,
)
"""Beginnings that only notes have. (`(주)` marks a company, and `주방용품` is a product.)"""
_PERHAPS = re.compile(
    r"[*†‡＊]|\(?주\s?\d+\b|(?:주석|비고|참고)\b|(?:notes?|sources?)\b", re.IGNORECASE
)
"""Beginnings that both notes and product names may have."""
_GOES_ON = re.compile(r"\d{1,2}[.)]|.*[.。]$", re.DOTALL)
"""Pattern of a line that continues a note."""


def notes_among(rows: Sequence[Sequence[str]], name: int) -> frozenset[int]:
    """Return the indices of rows that are notes. `name`: column of the names."""
    sure, marked = set[int](), set[int]()
    for number, cells in enumerate(rows):
        said = _alone(cells) or ""
        if _is_note(cells, name) or (number - 1 in sure and _GOES_ON.fullmatch(said)):
            sure.add(number)
        elif _PERHAPS.match(said) or (number - 1 in marked and _GOES_ON.fullmatch(said)):
            marked.add(number)
    # A doubtful row is a note if only notes follow it, and other rows come before.
    under = len(rows)
    while under and (under - 1 in sure | marked or not any(rows[under - 1])):
        under -= 1
    return frozenset(sure | {number for number in marked if number >= under > 0})


def _is_note(cells: Sequence[str], name: int) -> bool:
    first = next((cell for cell in cells if cell), "")
    return bool(_SURE.match(first) or _SURE.match(cells[name]))


def _alone(cells: Sequence[str]) -> str | None:
    """Return the text of a row if all its filled cells repeat it, otherwise None."""
    said = {cell for cell in cells if cell}
    return said.pop() if len(said) == 1 else None
