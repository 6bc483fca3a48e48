"""XLSX -> what its lines say of cuts. Reads values alone: no style, no picture, no formula."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conte.revision.edited import MAX_LISTED, EditedCut, EditedVersion, Unread
from conte.sheet_lines import column_named
from conte.sheet_origin import BASE, SHOWN, SheetOrigin, mark_of
from serve.returned.package import NoSheet, Package, below, child, local, plain, relation, unescaped

MAX_SHEETS = 50
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CUTS = 64
MAX_STRINGS = 50_000
_CUT = re.compile(r"c_[0-9a-z]{4,32}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TITLE_ABOVE = 3
"""Lines above the headings as the sheet was exported: the title first."""
_KNOWN_HEADINGS = 3


@dataclass(frozen=True)
class Odd:
    """A cell without a value."""

    why: str


CellValue = str | float | Odd
Row = Mapping[int, CellValue]


@dataclass
class Sheet:
    name: str
    part: str
    rows: dict[int, Row] = field(default_factory=dict[int, Row])
    """By number from 1; rows and cells without a value are left out."""


class _Listed:
    def __init__(self) -> None:
        self.unread: list[Unread] = []

    def __call__(self, place: str, reason: str) -> None:
        if len(self.unread) < MAX_LISTED:
            self.unread.append(Unread(place=plain(place) or "-", reason=plain(reason, 200)))


def read_workbook(data: bytes) -> EditedVersion:
    """
    Raises:
        NoSheet: saying what is wrong.
    """
    package = Package.of(data)
    sheets = list(sheets_of(package))
    origin_sheet, origin = _origin(sheets)
    listed = _Listed()
    table: tuple[Sheet, int] | None = None
    for sheet in sheets:
        if sheet is origin_sheet:
            continue
        head = _head_of(sheet)
        if head and table is None:
            table = sheet, head
        elif head:
            listed(sheet.name, "another sheet with cuts; the first one is read alone")
        elif origin and origin.shown:
            _unknown_rows(sheet, sheet.rows, origin, listed)
    if table is None:
        raise NoSheet("no sheet of it has a line of headings with ID and the cuts below")
    sheet, head = table
    cuts = _cuts(sheet, head, listed)
    above = {at: row for at, row in sheet.rows.items() if at < head}
    fields = _title(above, head)
    if fields:
        above.pop(1)
    if origin and origin.shown:
        _unknown_rows(sheet, above, origin, listed)
    for where, text in _notes(package, sheet.part):
        listed(f"{sheet.name} {where}", f"a note: {text}")
    return EditedVersion(
        base=origin.base if origin else None,
        cuts=tuple(cuts),
        fps=origin.fps if origin else None,
        ordered=True,
        fields=fields,
        unread=tuple(listed.unread),
    )


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
    """Return the text of a cell; how it is pronounced is no part of it."""
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
            found = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _column(found[1]) if found else column + 1
            value = _value(cell, strings)
            if value != "" and column <= MAX_COLUMNS:
                cells[column] = value
        if cells:
            rows[number] = cells
            if len(rows) > MAX_ROWS:
                raise NoSheet(f"a sheet has more than {MAX_ROWS} rows")
    return dict(sorted(rows.items()))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


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


def _origin(sheets: Sequence[Sheet]) -> tuple[Sheet | None, SheetOrigin | None]:
    """Return the sheet that names the version; its name may have been lost."""
    for sheet in sorted(sheets, key=lambda one: one.name != BASE):
        pairs = {
            name: value
            for row in sheet.rows.values()
            if isinstance(name := row.get(1), str) and isinstance(value := row.get(2), str)
        }
        if not {"version", "conte"} <= pairs.keys():
            continue
        marks = (row.get(4) for row in sheet.rows.values() if row.get(3) == SHOWN)
        pairs[SHOWN] = ",".join(one for one in marks if isinstance(one, str))
        if origin := SheetOrigin.of(pairs):
            return sheet, origin
    return None, None


def _head_of(sheet: Sheet) -> int:
    """Return the number of the row of headings; 0: it is no sheet of cuts."""
    for at, row in sheet.rows.items():
        named = {column_named(cell) for cell in row.values() if isinstance(cell, str)} - {None}
        if "id" in named and len(named) > _KNOWN_HEADINGS:
            return at
    return 0


def _cuts(sheet: Sheet, head: int, listed: _Listed) -> list[EditedCut]:
    columns: dict[int, str] = {}
    others: dict[int, str] = {}
    for at, heading in sheet.rows[head].items():
        name = column_named(heading) if isinstance(heading, str) else None
        if name is None or name in columns.values():
            others[at] = plain(heading, 40) if isinstance(heading, str) else "-"
        else:
            columns[at] = name
    by_name = {name: at for at, name in columns.items()}
    cuts: list[EditedCut] = []
    strange: dict[int, int] = {}
    for number, row in sheet.rows.items():
        if number <= head:
            continue
        id = row.get(by_name["id"], "")  # noqa: A001
        id = id.strip() if isinstance(id, str) else ""  # noqa: A001
        if not _CUT.fullmatch(id):
            shown = " ".join(cell for cell in row.values() if isinstance(cell, str))
            listed(f"{sheet.name} {number}", f"a line without the id of a cut: {shown}")
            continue
        cells: dict[str, str | float] = {}
        for at, name in columns.items():
            cell = row.get(at, "")
            if isinstance(cell, Odd):
                listed(f"{id} {sheet.rows[head][at]}", cell.why)
            elif name == "remark":
                if cell != "":
                    listed(f"{id} {sheet.rows[head][at]}", f"a remark: {cell}")
            elif name not in ("id", "picture"):
                cells[name] = cell
        for at in row:
            # Behind the last heading, too: a cell that no heading names.
            if at not in columns:
                strange[at] = strange.get(at, 0) + 1
        cuts.append(EditedCut(cut=id, cells=cells))
        if len(cuts) > MAX_CUTS:
            raise NoSheet(f"it has more than {MAX_CUTS} cuts")
    for at, count in strange.items():
        listed(
            f"{sheet.name} {others.get(at, f'column {at}')}", f"{count} cells of no known column"
        )
    return cuts


def _title(above: Mapping[int, Row], head: int) -> dict[str, Any]:
    """Return the title, if it stands where it was written."""
    first = above.get(1, {})
    title = first.get(1)
    as_written = head == _TITLE_ABOVE + 1 and len(first) == 1
    return {"title": title} if as_written and isinstance(title, str) else {}


def _unknown_rows(
    sheet: Sheet, rows: Mapping[int, Row], origin: SheetOrigin, listed: _Listed
) -> None:
    for at, row in rows.items():
        values = [cell for _, cell in sorted(row.items()) if not isinstance(cell, Odd)]
        if values and mark_of(*values) not in origin.shown:
            texts = " ".join(f"{value}" for value in values)
            listed(f"{sheet.name} {at}", f"a line that is not read: {texts}")


def _notes(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """Yield the notes that people have put on cells, and their places."""
    for one in package.related(part):
        if one.kind not in ("comments", "threadedComment"):
            continue
        for note in below(package.part(one.part), "comment", "threadedComment"):
            text = "".join(inner.text or "" for inner in below(note, "t", "text"))
            yield plain(note.get("ref") or "-", 20), text
