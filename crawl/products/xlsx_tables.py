"""XLSX -> one table per sheet: merged cells filled, formulas as their last values."""

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crawl.products.table import (
    DocumentBounds,
    HiddenRow,
    Remark,
    Table,
    UnreadableDocument,
    cell_text,
)

MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 2000
_PIECE = 1024 * 1024
_TAG = re.compile(rb"<(?:\w+:)?(mergeCell|row|col)\s([^<>]{0,1000})>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MERGED = re.compile(rb"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_LONGEST = 1100
"""Longest tag, in bytes, that is searched for."""
# OOXML has no DTD (ECMA-376, part 2), so a file with one is hostile.
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)|<\0!\0(D|E)\0|\0<\0!\0(D|E)", re.IGNORECASE)
_ZEROS = re.compile(r"0+")


def xlsx_tables(body: bytes, sheets: Collection[str] = ()) -> Iterator[Table]:
    """Yield the visible sheets, or those with the given names, as displayed.

    Raises:
        UnreadableDocument: if it is no workbook, exceeds a limit, or lacks a named sheet.
    """
    from openpyxl import load_workbook

    _look_at(body)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever its many parsers raise
        raise UnreadableDocument(f"no workbook: {error or type(error).__name__}") from error
    if missing := set(sheets) - set(book.sheetnames):
        raise UnreadableDocument(
            f"no sheet {sorted(missing)[0]!r}; there are {', '.join(book.sheetnames)}"
        )
    bounds = DocumentBounds()
    for sheet in book.worksheets:
        place = f"시트 {sheet.title!r}"
        if sheets and sheet.title not in sheets:
            continue
        if not sheets and sheet.sheet_state != "visible":
            remark = Remark(place, "숨겨진 시트라 읽지 않았습니다", "a hidden sheet was not read")
            yield Table(place, [], remark=remark)
            continue
        bounds.table()
        try:
            yield _shown_of(place, sheet, bounds)
        except UnreadableDocument:
            raise
        except Exception as error:
            raise UnreadableDocument(
                f"sheet {sheet.title!r}: {error or type(error).__name__}"
            ) from error


def _look_at(body: bytes) -> None:
    """Decompress the package once, piece by piece, before it is parsed: the sizes that a zip
    declares may be false."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            members = package.infolist()
            if len(members) > MAX_MEMBERS:
                raise UnreadableDocument(f"a package of more than {MAX_MEMBERS} files")
            unpacked = 0
            for member in members:
                with package.open(member) as file:
                    before = b""
                    while piece := file.read(_PIECE):
                        unpacked += len(piece)
                        if unpacked > MAX_UNPACKED:
                            raise UnreadableDocument(
                                f"unpacks to more than {MAX_UNPACKED >> 20} MiB"
                            )
                        if _DOCTYPE.search(before + piece) and _is_xml(member.filename):
                            raise UnreadableDocument(f"{member.filename} declares a document type")
                        before = piece[-32:]
    except UnreadableDocument:
        raise
    except Exception as error:  # zipfile, zlib and lzma may raise any exception
        raise UnreadableDocument(f"no workbook: {error or type(error).__name__}") from error


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _shown_of(place: str, sheet: Any, bounds: DocumentBounds) -> Table:
    # The dimensions that a sheet declares may be a million columns.
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, record in enumerate(sheet.iter_rows(), 1):
        width = len(record)
        while width and record[width - 1].value is None:
            width -= 1
        if width:  # some sheets end with a million empty rows
            bounds.row()
            bounds.cells(width, width)
            rows.append([cell_text(_shown(cell)) for cell in record[:width]])
            numbers.append(number)
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    layout = _layout(sheet)
    for top, left, bottom, right in layout.merged:
        first, last = bisect_left(numbers, top), bisect_right(numbers, bottom)
        right = min(right, width - 1)
        if first == last or numbers[first] != top or left > right:
            continue
        bounds.cells((last - first) * (right - left + 1), width)
        for row in rows[first:last]:
            row[left : right + 1] = [rows[first][left]] * (right + 1 - left)
    columns = [x for x in range(width) if not any(x in hidden for hidden in layout.columns)]
    seen = [[row[x] for x in columns] for row in rows]
    gone = width - len(columns)
    ko, en = f"숨겨진 열 {gone}개는 읽지 않았습니다", f"{gone} hidden columns were not read"
    return Table(
        place,
        [row for n, row in zip(numbers, seen, strict=True) if n not in layout.rows],
        [n for n in numbers if n not in layout.rows],
        [HiddenRow(n, row) for n, row in zip(numbers, seen, strict=True) if n in layout.rows],
        Remark(place, ko, en) if gone else None,
    )


@dataclass(frozen=True)
class _Layout:
    """Layout that openpyxl's read-only mode omits: merged cells, hidden rows and columns."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged ranges as top, left, bottom, right; rows from 1, columns from 0."""
    rows: set[int] = field(default_factory=set)
    """Hidden rows, from 1: hidden by hand, by a filter, or with height 0."""
    columns: list[range] = field(default_factory=list)
    """Hidden columns, from 0."""


def _layout(sheet: Any) -> _Layout:
    found = _Layout()
    number = 0
    for tag, said in _tags(sheet):
        match tag:
            case b"mergeCell":
                if merged := _MERGED.fullmatch(said.get(b"ref", b"")):
                    left, top, right, bottom = merged.groups()
                    found.merged.append((int(top), _column(left), int(bottom), _column(right)))
            case b"row":
                number = _whole(said.get(b"r"), number + 1)
                if _is_hidden(said, b"ht"):
                    found.rows.add(number)
            case _:
                if _is_hidden(said, b"width"):
                    first = _whole(said.get(b"min"), 1)
                    found.columns.append(range(first - 1, _whole(said.get(b"max"), first)))
    return found


def _tags(sheet: Any) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    with sheet._get_source() as file:
        before = b""
        while piece := file.read(_PIECE):
            text = before + piece
            end = 0
            for found in _TAG.finditer(text):
                attributes = _ATTRIBUTE.findall(found.group(2))
                yield found.group(1), {name: one or other for name, one, other in attributes}
                end = found.end()
            before = text[max(end, len(text) - _LONGEST) :]


def _is_hidden(said: dict[bytes, bytes], size: bytes) -> bool:
    try:
        nothing = size in said and float(said[size]) == 0
    except ValueError:
        nothing = False
    return nothing or said.get(b"hidden", b"").strip().lower() in (b"1", b"true", b"on")


def _whole(said: bytes | None, otherwise: int) -> int:
    return int(said[:9]) if said and said.isdigit() else otherwise


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _shown(cell: Any) -> str:
    """Return a cell's value as the sheet displays it; errors such as #N/A become ""."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        # Codes are often numbers shown with leading zeros.
        shape = cell.number_format or ""
        return str(value).zfill(len(shape)) if _ZEROS.fullmatch(shape) else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)
