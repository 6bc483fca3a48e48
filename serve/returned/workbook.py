"""XLSX -> the cuts in its rows. Reads only values: no style, no picture, no formula."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from conte.revision.edited import MAX_LISTED, EditedCut, EditedVersion, Unread
from conte.sheet_lines import column_named
from conte.sheet_origin import BASE, SHOWN, SheetOrigin, mark_of
from serve.office.package import NoSheet, Package, plain
from serve.office.workbook import Odd, Row, Sheet, notes_on, sheets_of

MAX_CUTS = 64
_CUT = re.compile(r"c_[0-9a-z]{4,32}")
_TITLE_ABOVE = 3
"""Number of lines above the headings in an exported sheet; the first is the title."""
_KNOWN_HEADINGS = 3


class _Listed:
    def __init__(self) -> None:
        self.unread: list[Unread] = []

    def __call__(self, place: str, reason: str) -> None:
        if len(self.unread) < MAX_LISTED:
            self.unread.append(Unread(place=plain(place) or "-", reason=plain(reason, 200)))


def read_workbook(data: bytes) -> EditedVersion:
    """Read a workbook.

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
    for where, text in notes_on(package, sheet.part):
        listed(f"{sheet.name} {where}", f"a note: {text}")
    return EditedVersion(
        base=origin.base if origin else None,
        cuts=tuple(cuts),
        fps=origin.fps if origin else None,
        ordered=True,
        fields=fields,
        unread=tuple(listed.unread),
    )


def _origin(sheets: Sequence[Sheet]) -> tuple[Sheet | None, SheetOrigin | None]:
    """Return the origin in the hidden sheet, which is found by its content if it was renamed."""
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
    """Return the number of the heading row; 0: the sheet lists no cuts."""
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
    """Return the title, if it is in its original place."""
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
