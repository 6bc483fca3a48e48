"""HTML -> tables, with row and column spans filled, and nested tables as tables of their own."""

from collections.abc import Iterator
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # has no stubs

from crawl.products.table import MAX_SPAN, Bounds, Table, cell_text, rectangle

_ROWS = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "dd", "dt"})
_HIDDEN = frozenset({"script", "style", "template", "table", "noscript"})


def html_tables(page: str) -> Iterator[Table]:
    """Raises Unreadable where there is more than anybody would write."""
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    # Lone surrogates are nothing that UTF-8 has.
    root = etree.fromstring(page.encode("utf-8", "replace"), parser) if page.strip() else None
    if root is None:
        return
    bounds = Bounds()
    for number, table in enumerate(root.iter("table"), 1):
        bounds.table()
        rows = _grid(table, bounds)
        if rows:
            caption = "".join(table.xpath("string(./caption)")).strip()
            place = f"표 {number}" + (f" ({cell_text(caption)[:60]})" if caption else "")
            yield Table(place, rows)


def _grid(table: Any, bounds: Bounds) -> list[list[str]]:
    cells: dict[tuple[int, int], str] = {}
    rows = table.xpath(_ROWS)
    for y, row in enumerate(rows):
        x = 0
        bounds.row()
        for cell in row.iterchildren("td", "th"):
            while (y, x) in cells:  # a cell above reaches down to here
                x += 1
            across = max(_span(cell, "colspan"), 1)
            # 0 is "to the end of its part of the table"; no cell reaches below the table.
            down = min(_span(cell, "rowspan") or len(rows), len(rows) - y)
            bounds.cells(across * down, x + across)
            text = cell_text("".join(_text(cell)))
            for below in range(down):
                for right in range(across):
                    cells.setdefault((y + below, x + right), text)
            x += across
    return rectangle(cells, len(rows))


def _span(cell: Any, name: str) -> int:
    said = (cell.get(name) or "1").strip()[:6]
    return min(int(said), MAX_SPAN) if said.isdecimal() else 1


def _text(cell: Any) -> Iterator[str]:
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        within = element is not cell
        if event == "start":
            if within and element.tag in _BREAKS:
                yield "\n"
            if within and element.tag in _HIDDEN:
                walk.skip_subtree()
            else:
                yield element.text or ""
        elif within:
            if element.tag in _BREAKS and element.tag != "br":
                yield "\n"
            yield element.tail or ""
