"""Table: cells in rows, as a person sees them on the page, whatever the document was.

Every adapter makes these, within the same bounds: what hostile or careless documents have more of
is not read.
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
"""Characters; what is longer is no cell of a table of product types."""
MAX_SPAN = 1000
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")


class UnreadableDocument(Exception):
    """A document that no table can be read from; in one sentence."""


@dataclass(frozen=True)
class HiddenRow:
    """A row that the document has and does not show."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Remark:
    """What was found out about a document, in Korean and English."""

    place: str
    ko: str
    en: str


@dataclass(frozen=True)
class Table:
    place: str
    """Where it stands, for readers of the report: `표 2`, `시트 '완구'`, `3쪽`."""
    rows: Sequence[Sequence[str]]
    """Rows of one length; a cell that spans several rows or columns stands in all of them."""
    numbers: Sequence[int] = ()
    """Numbers of the rows, as the document counts them from 1; empty: all rows in their order."""
    hidden: Sequence[HiddenRow] = ()
    remark: Remark | None = None
    """What the document contains beyond the table, unread."""

    def number(self, row: int) -> int:
        return self.numbers[row] if self.numbers else row + 1


class DocumentBounds:
    """Counts what a document has; raises UnreadableDocument where it is too much."""

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
        """`count` more of them, in a row that is `width` of them wide by now."""
        self._cells += count
        if width > MAX_COLUMNS:
            raise UnreadableDocument(f"a row of more than {MAX_COLUMNS} cells")
        if self._cells > MAX_CELLS:
            raise UnreadableDocument(f"more than {MAX_CELLS} cells")


def cell_text(text: str) -> str:
    """A cell as it is compared and stored: composed (NFC), blanks as one, lines kept.

    Characters that a document may contain and nobody sees (controls, U+FEFF) are left out.
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
    """Rows of one length, of cells by (row, column); what is not there is empty."""
    width = max((column for _, column in cells), default=-1) + 1
    rows = [[""] * width for _ in range(num_rows)]
    for (row, column), text in cells.items():
        rows[row][column] = text
    return rows
