"""Table: rows of cells as a person sees them on the page, in any kind of document.

Every adapter makes tables within the same limits, which hostile or broken documents exceed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_TABLES = 300
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CELLS = 1_000_000
MAX_CELL = 4000
"""Characters; longer cells do not occur in a table of product types."""
MAX_SPAN = 1000
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")


class UnreadableDocument(Exception):
    """No table can be read from the document; the message is one sentence."""


@dataclass(frozen=True)
class HiddenRow:
    """A row that the document contains but does not display."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Remark:
    """An observation about a document, in Korean and English."""

    place: str
    ko: str
    en: str


@dataclass(frozen=True)
class Table:
    place: str
    """Position in the document, for readers of the report: `표 2`, `시트 '완구'`, `3쪽`."""
    rows: Sequence[Sequence[str]]
    """Rows of equal length; a cell that spans several rows or columns is repeated in all of
    them."""
    numbers: Sequence[int] = ()
    """Numbers of the rows in the document, from 1; empty if all rows are there, in order."""
    hidden: Sequence[HiddenRow] = ()
    remark: Remark | None = None
    """Remark on a part of the document that was not read."""

    def number(self, row: int) -> int:
        return self.numbers[row] if self.numbers else row + 1


class DocumentBounds:
    """Counts tables, rows and cells of a document; raises UnreadableDocument above a limit."""

    def __init__(self) -> None:
        self._tables = self._rows = self._cells = 0

    def table(self) -> None:
        self._tables += 1
        if self._tables > MAX_TABLES:
            raise UnreadableDocument(f"more than {MAX_TABLES} tables")

    def row(self) -> None:
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise UnreadableDocument(f"more than {MAX_ROWS} rows")

    def cells(self, count: int, width: int) -> None:
        """Count `count` more cells, in a row that is now `width` cells wide."""
        self._cells += count
        if width > MAX_COLUMNS:
            raise UnreadableDocument(f"a row of more than {MAX_COLUMNS} cells")
        if self._cells > MAX_CELLS:
            raise UnreadableDocument(f"more than {MAX_CELLS} cells")


def cell_text(text: str) -> str:
    """Normalise a cell's text for comparing and storing: NFC, single blanks, lines kept.

    Invisible characters (controls, U+FEFF) are left out.
    """
    if len(text) > MAX_CELL:
        raise UnreadableDocument(f"a cell of more than {MAX_CELL} characters")
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = (_BLANKS.sub(" ", line).strip() for line in lines)
    joined = "\n".join(line for line in clean if line)
    return "".join(
        c for c in joined if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )


def rectangle(cells: Mapping[tuple[int, int], str], num_rows: int) -> list[list[str]]:
    """Return rows of equal length from cells by (row, column); missing cells are empty."""
    width = max((column for _, column in cells), default=-1) + 1
    rows = [[""] * width for _ in range(num_rows)]
    for (row, column), text in cells.items():
        rows[row][column] = text
    return rows
