"""CSV -> one table. Knows the charsets and delimiters that Korean spreadsheets write."""

import csv
import io
from collections.abc import Iterator

from conte.storyboards.blocks import Cell, RawSheet, Table
from conte.storyboards.folding import clean
from serve.office.package import NoSheet

MAX_BYTES = 4 << 20
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
_MARKS = (",", "\t", ";", "|")
_FORMULA = ("=", "+", "-", "@")


def csv_blocks(data: bytes) -> RawSheet:
    """Read a CSV file.

    Raises:
        NoSheet: saying what is wrong.
    """
    text = _text(data)
    rows = tuple(_rows(text, _mark(text)))
    return RawSheet("csv", [Table(1, "CSV", rows)])


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise NoSheet(f"it has {len(data)} bytes, wanted at most {MAX_BYTES}")
    names = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp949")
    for name in names:
        try:
            text = data.decode(name)
        except ValueError:
            continue
        if "\0" not in text:
            return text
    raise NoSheet("it is no text in UTF-8, UTF-16 or EUC-KR")


def _mark(text: str) -> str:
    """Return the delimiter that splits most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    return max(_MARKS, key=lambda mark: (sum(mark in line for line in lines), text.count(mark)))


def _rows(text: str, mark: str) -> Iterator[tuple[Cell, ...]]:
    csv.field_size_limit(MAX_CELL)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            if number > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise NoSheet(f"it has more than {MAX_ROWS} lines or {MAX_COLUMNS} columns")
            yield tuple(
                Cell(_unguarded(clean(cell)), f"line {number} column {at}")
                for at, cell in enumerate(row, 1)
            )
    except csv.Error as error:
        raise NoSheet(f"it is no CSV: {error}"[:200]) from None


def _unguarded(text: str) -> str:
    """Remove the apostrophe that protects a text from becoming a formula."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" ").startswith(_FORMULA) else text
