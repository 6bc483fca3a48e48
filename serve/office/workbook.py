"""Workbook: the sheets of an XLSX and the values of their cells. No style, picture or formula."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from serve.office.package import NoSheet, Package, below, child, local, plain, relation, unescaped

MAX_SHEETS = 50
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_STRINGS = 50_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Odd:
    """A cell whose value cannot be used."""

    why: str


CellValue = str | float | Odd
Row = Mapping[int, CellValue]


@dataclass
class Sheet:
    name: str
    part: str
    rows: dict[int, Row] = field(default_factory=dict[int, Row])
    """Rows by number from 1, without empty rows and cells."""


def sheets_of(package: Package) -> Iterator[Sheet]:
    main = package.main("sheet")
    related = package.related_by_id(main)
    strings = next(
        (
            _strings(package.part(one.part))
            for one in related.values()
            if one.kind == "sharedStrings"
        ),
        [],
    )
    listed = child(package.part(main), "sheets")
    entries = list(below(listed, "sheet")) if listed is not None else []
    if len(entries) > MAX_SHEETS:
        raise NoSheet(f"it has {len(entries)} sheets, wanted at most {MAX_SHEETS}")
    for entry in entries:
        where = related.get(relation(entry))
        if where is None or where.kind != "worksheet":
            continue
        sheet = Sheet(plain(entry.get("name") or "sheet", 40), where.part)
        sheet.rows = _rows(package.part(where.part), strings)
        yield sheet


def _strings(root: Any) -> list[str]:
    entries = [one for one in root if local(one) == "si"]
    if len(entries) > MAX_STRINGS:
        raise NoSheet(f"it has {len(entries)} texts, wanted at most {MAX_STRINGS}")
    return [_text(one) for one in entries]


def _text(element: Any) -> str:
    """Return the text of a cell, without its phonetic hints."""
    parts: list[str] = []
    for one in element:
        if local(one) == "t":
            parts.append(one.text or "")
        elif local(one) == "r":
            parts += [inner.text or "" for inner in one if local(inner) == "t"]
    return unescaped("".join(parts))


def _rows(root: Any, strings: Sequence[str]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    number = 0
    for row in below(root, "row"):
        said = row.get("r") or ""
        number = int(said) if said.isdecimal() and len(said) < 8 else number + 1
        cells: dict[int, CellValue] = {}
        column = 0
        for cell in row:
            if local(cell) != "c":
                continue
            found = place_of(cell)
            column = found[1] if found else column + 1
            value = _value(cell, strings)
            if value != "" and column <= MAX_COLUMNS:
                cells[column] = value
        if cells:
            rows[number] = cells
            if len(rows) > MAX_ROWS:
                raise NoSheet(f"a sheet has more than {MAX_ROWS} rows")
    return dict(sorted(rows.items()))


def place_of(cell: Any) -> tuple[int, int] | None:
    """Return the row and the column of a cell, from 1, by its reference (`C7`)."""
    found = _REFERENCE.fullmatch(cell.get("r") or "")
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column


def letters(column: int) -> str:
    """Return a column's letters: 1 is A."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def _value(cell: Any, strings: Sequence[str]) -> CellValue:
    kind, value = cell.get("t") or "n", child(cell, "v")
    text = "" if value is None else value.text or ""
    if kind == "inlineStr":
        inline = child(cell, "is")
        return "" if inline is None else _text(inline)
    if kind == "s":
        place = int(text) if text.isdecimal() and len(text) < 8 else len(strings)
        return strings[place] if place < len(strings) else Odd("its text is missing")
    if kind == "str":
        return unescaped(text)
    if kind == "e":
        return Odd(f"an error: {text}")
    if kind in ("b", "d"):
        return Odd("a date or a truth value, not a text or a number")
    if not text:
        formula = child(cell, "f") is not None
        return Odd("a formula whose value the file does not have") if formula else ""
    try:
        number = float(text)
    except ValueError:
        return Odd("it is no number")
    return number if abs(number) < 1e15 else Odd("its number is too large")


def notes_on(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each note on a sheet's cells."""
    for one in package.related(part):
        if one.kind not in ("comments", "threadedComment"):
            continue
        for note in below(package.part(one.part), "comment", "threadedComment"):
            text = "".join(inner.text or "" for inner in below(note, "t", "text"))
            yield plain(note.get("ref") or "-", 20), text
