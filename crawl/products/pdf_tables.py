"""PDF -> tables; a table that continues over several pages is one table."""

import io
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import Any

from crawl.products.table import DocumentBounds, Table, UnreadableDocument, cell_text, rectangle

MAX_PAGES = 200
_ANOTHER_WAY = 0.1
"""Share of a page's characters in another direction from which tables in that direction are
read."""
_WRAPPED = re.compile(r"(?<=[가-힣])\n(?=[가-힣])")


def pdf_tables(body: bytes, pages: str | None = None) -> Iterator[Table]:
    """Yield the tables of the pages `3-12`, or of all pages.

    Raises:
        UnreadableDocument: if it is no PDF, needs a password, or has too many pages.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            chosen = _chosen(pages, len(document.pages))
            bounds = DocumentBounds()
            begun: tuple[str, list[list[str]]] | None = None
            for number in chosen:
                page = document.pages[number - 1]
                for rows in _tables_on(page, bounds):
                    if begun and (more := _continued(begun[1], rows)) is not None:
                        begun[1].extend(more)
                        continue
                    if begun:
                        yield Table(*begun)
                    begun = f"{number}쪽", rows
                page.close()
            if begun:
                yield Table(*begun)
    except UnreadableDocument:
        raise
    except Exception as error:  # whatever its parsers raise
        said = str(error) or type(error).__name__
        raise UnreadableDocument(f"no PDF that can be read: {said}") from error


def _chosen(pages: str | None, num_pages: int) -> range:
    first, _, last = (pages or f"1-{num_pages}").partition("-")
    chosen = range(max(int(first), 1), min(int(last or first), num_pages) + 1)
    if not chosen:
        raise UnreadableDocument(f"has {num_pages} pages, and {pages} is none of them")
    if len(chosen) > MAX_PAGES:
        raise UnreadableDocument(f"{len(chosen)} pages; say which ones, {MAX_PAGES} at most")
    return chosen


def _tables_on(page: Any, bounds: DocumentBounds) -> Iterator[list[list[str]]]:
    """Yield the page's tables as they are read, including those drawn sideways."""
    turns = Counter(map(_turn, page.chars))
    main = _most(turns)
    for turn in sorted({*turns, main}, key=lambda turn: (turn != main, turn)):
        # A page number, or a header along its column, is not a separate table.
        if turn != main and turns[turn] < turns.total() * _ANOTHER_WAY:
            continue
        turned = _turned(page, turn) if turn else page
        for table in turned.find_tables():
            if _most(Counter(_turn(char) for char in turned.chars if _is_in(char, table))) == 0:
                bounds.table()
                yield _filled(table, bounds)


def _most(turns: Counter[int]) -> int:
    return max(turns, key=lambda turn: (turns[turn], -turn), default=0)


def _is_in(char: Any, table: Any) -> bool:
    left, top, right, bottom = table.bbox
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return left <= x <= right and top <= y <= bottom


def _turn(char: Any) -> int:
    """Return by how many degrees clockwise the page must be turned to set a character upright."""
    a, b, *_ = char["matrix"]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _turned(page: Any, turn: int) -> Any:
    from pdfplumber.page import Page

    inner = copy(page.page_obj)
    inner.rotate = (inner.rotate + turn) % 360
    return Page(page.pdf, inner, page.page_number, page.initial_doctop)


def _filled(table: Any, bounds: DocumentBounds) -> list[list[str]]:
    """Return the table with a cell's text in every row and column that its rectangle covers."""
    said = table.extract()
    lefts = sorted({left for left, _, _, _ in table.cells})
    tops = sorted({top for _, top, _, _ in table.cells})
    for _ in tops:
        bounds.row()
    bounds.cells(len(tops) * len(lefts), len(lefts))
    cells: dict[tuple[int, int], str] = {}
    for left, top, right, bottom in table.cells:
        row, column = tops.index(top), lefts.index(left)
        # A full line may break within a word.
        text = cell_text(_WRAPPED.sub("", said[row][column] or ""))
        for y in range(row, bisect_left(tops, bottom)):
            for x in range(column, bisect_left(lefts, right)):
                cells[y, x] = text
    return rectangle(cells, len(tops))


def _continued(begun: list[list[str]], rows: list[list[str]]) -> list[list[str]] | None:
    """Return the rows that continue a table of the page before, without repeated headers; None if
    they do not."""
    if not begun or not rows or len(begun[0]) != len(rows[0]):
        return None
    again = 0
    while again < len(rows) and again < 4 and again < len(begun) and rows[again] == begun[again]:
        again += 1
    return rows[again:]
