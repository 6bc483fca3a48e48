"""HTML -> tables, with row and column spans filled, and nested tables as separate ones."""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # has no stubs

from crawl.products.hiding import Hiding
from crawl.products.table import (
    MAX_SPAN,
    DocumentBounds,
    HiddenRow,
    Remark,
    Table,
    cell_text,
    rectangle,
)

_ROWS = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "dd", "dt"})
_HIDDEN = frozenset({"script", "style", "template", "table", "noscript"})


def html_tables(page: str) -> Iterator[Table]:
    """Yield the page's tables. Raises UnreadableDocument above the limits of `DocumentBounds`."""
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    # UTF-8 cannot encode lone surrogates.
    root = etree.fromstring(page.encode("utf-8", "replace"), parser) if page.strip() else None
    if root is None:
        return
    bounds, hiding = DocumentBounds(), Hiding.of(root)
    for number, table in enumerate(root.iter("table"), 1):
        bounds.table()
        caption = "".join(table.xpath("string(./caption)")).strip()
        place = f"표 {number}" + (f" ({cell_text(caption)[:60]})" if caption else "")
        if hiding.within(table):
            remark = Remark(place, "숨겨진 표라 읽지 않았습니다", "a hidden table was not read")
            yield Table(place, [], remark=remark)
        elif (found := _shown(place, table, bounds, hiding)).rows:
            yield found


def _shown(place: str, table: Any, bounds: DocumentBounds, hiding: Hiding) -> Table:
    """Return the table without its hidden rows, which do not count in spans, as in browsers."""
    rows: list[Any] = table.xpath(_ROWS)
    gone = [hiding.hides(row) or hiding.hides(row.getparent()) for row in rows]
    numbers = [number for number, is_gone in enumerate(gone, 1) if not is_gone]
    hidden: list[HiddenRow] = []
    for number, row in enumerate(rows, 1):
        if gone[number - 1]:
            bounds.row()
            cells = [cell_text("".join(_text(cell))) for cell in row.iterchildren("td", "th")]
            bounds.cells(len(cells), len(cells))
            hidden.append(HiddenRow(number, cells))
    shown = _grid([rows[number - 1] for number in numbers], bounds, hiding)
    return Table(place, shown, numbers, hidden)


def _grid(rows: Sequence[Any], bounds: DocumentBounds, hiding: Hiding) -> list[list[str]]:
    cells: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        bounds.row()
        for cell in row.iterchildren("td", "th"):
            if hiding.hides(cell):
                continue
            while (y, x) in cells:  # a cell above reaches down to here
                x += 1
            across = max(_span(cell, "colspan"), 1)
            # 0 means "to the end of its part of the table"; no cell extends below the table.
            down = min(_span(cell, "rowspan") or len(rows), len(rows) - y)
            bounds.cells(across * down, x + across)
            text = cell_text("".join(_text(cell, hiding)))
            for below in range(down):
                for right in range(across):
                    cells.setdefault((y + below, x + right), text)
            x += across
    return rectangle(cells, len(rows))


def _span(cell: Any, name: str) -> int:
    said = (cell.get(name) or "1").strip()[:6]
    return min(int(said), MAX_SPAN) if said.isdecimal() else 1


def _text(cell: Any, hiding: Hiding | None = None) -> Iterator[str]:
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        within = element is not cell
        if event == "start":
            if within and element.tag in _BREAKS:
                yield "\n"
            if within and (element.tag in _HIDDEN or (hiding and hiding.hides(element))):
                walk.skip_subtree()
            else:
                yield element.text or ""
        elif within:
            if element.tag in _BREAKS and element.tag != "br":
                yield "\n"
            yield element.tail or ""
