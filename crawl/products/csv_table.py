"""CSV -> one table. Knows the delimiters that spreadsheets write."""

import csv
import io
from collections import Counter
from itertools import islice

from crawl.products.table import MAX_CELL, DocumentBounds, Table, UnreadableDocument, cell_text

_DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 50


def csv_table(text: str, delimiter: str | None = None) -> Table:
    """Parse one table. Raises UnreadableDocument if the text is no CSV, or too large."""
    # Otherwise an unclosed quote would take the rest of the file for one cell.
    csv.field_size_limit(MAX_CELL)
    separator = delimiter or _likely(text)
    bounds = DocumentBounds()
    rows: list[list[str]] = []
    numbers: list[int] = []
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, record in enumerate(records, 1):
            bounds.row()
            bounds.cells(len(record), len(record))
            if record:
                rows.append([cell_text(cell) for cell in record])
                numbers.append(number)
    except csv.Error as error:
        raise UnreadableDocument(f"after row {len(rows)}: {error}") from error
    width = max(map(len, rows), default=0)
    return Table("CSV", [row + [""] * (width - len(row)) for row in rows], numbers)


def _likely(text: str) -> str:
    """Return the delimiter that splits most of the first rows into the same number of cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            lengths = Counter(len(record) for record in islice(reader, _LOOKED_AT) if record)
        except csv.Error:
            return (0, 0)
        length, times = max(lengths.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
        return (times, length) if length > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)
