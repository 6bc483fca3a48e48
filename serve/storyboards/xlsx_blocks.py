"""XLSX -> one table per sheet, with the pictures over its cells. Only values, no formulas."""

from collections.abc import Mapping
from typing import Any

from conte.sheet_origin import BASE
from conte.storyboards.blocks import Cell, RawSheet, Table
from conte.storyboards.folding import clean
from conte.storyboards.sheet import NotRead
from serve.office.package import Package, below, child, local, relation
from serve.office.workbook import Odd, Sheet, letters, sheets_of
from serve.storyboards.media import Pictures
from serve.storyboards.shown_times import TimeFormats

_Places = Mapping[tuple[int, int], list[int]]


def xlsx_blocks(data: bytes) -> RawSheet:
    """Read a workbook.

    Raises:
        NoSheet: saying what is wrong.
    """
    package = Package.of(data)
    main = package.main("sheet")
    hidden = _hidden(package.part(main))
    times = TimeFormats.of(package, main)
    raw, pictures = RawSheet("xlsx"), Pictures()
    for number, sheet in enumerate(sheets_of(package), 1):
        if sheet.name == BASE:
            raw.fps = _fps(sheet)
            continue
        if sheet.name in hidden:
            raw.unread.append(NotRead(place=sheet.name, reason="a hidden sheet, not read"))
            continue
        root = package.part(sheet.part)
        placed = _pictures(package, sheet.part, pictures)
        raw.blocks.append(_table(number, sheet, root, times, placed))
        for one in package.related(sheet.part):
            if one.kind in ("comments", "threadedComment"):
                raw.unread.append(NotRead(place=sheet.name, reason="notes on its cells, not read"))
                break
    raw.pictures = pictures.found
    return raw


def _hidden(root: Any) -> frozenset[str]:
    return frozenset(
        one.get("name") or ""
        for one in below(root, "sheet")
        if one.get("state") in ("hidden", "veryHidden")
    )


def _fps(sheet: Sheet) -> int:
    """Return the frames per second in our own hidden sheet; 0 if there is none."""
    for row in sheet.rows.values():
        value = row.get(2)
        if row.get(1) == "fps" and isinstance(value, str) and value.isdecimal() and len(value) < 4:
            return int(value)
    return 0


def _table(number: int, sheet: Sheet, root: Any, times: TimeFormats, pictures: _Places) -> Table:
    shown = times.shown_in(root)
    width = max(
        [*(max(row) for row in sheet.rows.values()), *(column for _, column in pictures)], default=0
    )
    rows: list[tuple[Cell, ...]] = []
    for at in sorted({*sheet.rows, *(row for row, _ in pictures)}):
        row = sheet.rows.get(at, {})
        cells: list[Cell] = []
        for column in range(1, width + 1):
            value = row.get(column, "")
            text = shown.get((at, column)) or _as_text(value)
            own = tuple(pictures.get((at, column), ()))
            cells.append(Cell(clean(text), f"{sheet.name} {letters(column)}{at}", own))
        rows.append(tuple(cells))
    return Table(number, sheet.name, tuple(rows))


def _as_text(value: str | float | Odd) -> str:
    if isinstance(value, Odd):
        return ""
    if isinstance(value, str):
        return value
    return f"{round(value, 6):.10g}"


def _pictures(package: Package, part: str, kept: Pictures) -> _Places:
    """Return the pictures by the cell under their upper left corner, from 1."""
    found: dict[tuple[int, int], list[int]] = {}
    for one in package.related(part):
        if one.kind != "drawing":
            continue
        named = package.related_by_id(one.part)
        for anchor in below(package.part(one.part), "oneCellAnchor", "twoCellAnchor"):
            place, index = _corner(anchor), _picture(package, anchor, named, kept)
            if place is not None and index is not None:
                found.setdefault(place, []).append(index)
    return found


def _picture(package: Package, anchor: Any, named: Mapping[str, Any], kept: Pictures) -> int | None:
    blip = next(below(anchor, "blip"), None)
    if blip is None:
        return None
    related = named.get(relation(blip, "embed") or relation(blip))
    if related is None or related.kind != "image":
        return None
    data = None if kept.known(related.part) else package.content(related.part, kept.most)
    return kept.add(related.part, data)


def _corner(anchor: Any) -> tuple[int, int] | None:
    start = child(anchor, "from")
    if start is None:
        return None
    said = {local(one): (one.text or "").strip() for one in start}
    row, column = said.get("row", ""), said.get("col", "")
    if not (row.isdecimal() and column.isdecimal() and len(row) < 7 and len(column) < 4):
        return None
    return int(row) + 1, int(column) + 1
