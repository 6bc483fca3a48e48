"""DOCX -> tables, paragraphs and pictures in order. No headers, no notes, no macros."""

from collections.abc import Iterator
from typing import Any

from conte.storyboards.blocks import Block, Cell, PictureBlock, RawSheet, Table, TextBlock
from conte.storyboards.folding import clean
from conte.storyboards.sheet import NotRead
from serve.office.package import NoSheet, Package, below, child, local
from serve.storyboards.media import Pictures

MAX_ROWS = 2_000
MAX_PARAGRAPHS = 5_000


def docx_blocks(data: bytes) -> RawSheet:
    """Read a document.

    Raises:
        NoSheet: saying what is wrong.
    """
    package = Package.of(data)
    main = package.main("document")
    body = child(package.part(main), "body")
    if body is None:
        raise NoSheet("it has no text")
    reader = _Reader(package, main)
    raw = RawSheet("docx", list(reader.blocks(body)), reader.pictures.found)
    if any(one.kind == "comments" for one in package.related(main)):
        raw.unread.append(NotRead(place="-", reason="comments beside the text are not read"))
    return raw


class _Reader:
    def __init__(self, package: Package, part: str) -> None:
        self._package, self.pictures = package, Pictures()
        related = package.related_by_id(part)
        self._images = {name: one.part for name, one in related.items() if one.kind == "image"}
        self._tables = self._paragraphs = 0

    def blocks(self, body: Any) -> Iterator[Block]:
        for one in body:
            name = local(one)
            if name == "tbl":
                self._tables += 1
                place = f"table {self._tables}"
                yield Table(1, place, tuple(self._rows(one, place)))
            elif name == "p":
                yield from self._paragraph(one)
            elif name == "sdt" and (content := child(one, "sdtContent")) is not None:
                yield from self.blocks(content)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        self._paragraphs += 1
        if self._paragraphs > MAX_PARAGRAPHS:
            raise NoSheet(f"it has more than {MAX_PARAGRAPHS} paragraphs")
        place, text = f"paragraph {self._paragraphs}", _text(paragraph)
        if text.strip():
            yield TextBlock(1, place, text, _letters(paragraph))
        for index in self._pictures_in(paragraph):
            yield PictureBlock(1, place, index)

    def _rows(self, table: Any, place: str) -> Iterator[tuple[Cell, ...]]:
        for y, row in enumerate((one for one in table if local(one) == "tr"), 1):
            if y > MAX_ROWS:
                raise NoSheet(f"a table has more than {MAX_ROWS} rows")
            cells: list[Cell] = []
            for one in row:
                if local(one) == "sdt":
                    one = next(below(one, "tc"), one)
                if local(one) != "tc":
                    continue
                where = f"{place} row {y} column {len(cells) + 1}"
                paragraphs = list(below(one, "p"))
                text = clean("\n".join(_text(p) for p in paragraphs))
                properties = child(one, "tcPr")
                if _goes_on(properties):
                    text = ""
                cells.append(Cell(text, where, tuple(self._pictures_in(one))))
                cells += [Cell("", where)] * (_span(properties) - 1)
            yield tuple(cells)

    def _pictures_in(self, element: Any) -> Iterator[int]:
        for blip in below(element, "blip", "imagedata"):
            names = (str(v) for k, v in blip.attrib.items() if k.endswith(("}embed", "}id")))
            part = self._images.get(next(names, ""), "")
            if part:
                known = self.pictures.known(part)
                data = None if known else self._package.content(part, self.pictures.most)
                index = self.pictures.add(part, data)
                if index is not None:
                    yield index


def _span(properties: Any) -> int:
    grid = child(properties, "gridSpan") if properties is not None else None
    said = "" if grid is None else _value(grid)
    return min(64, int(said)) if said.isdecimal() and len(said) < 4 and int(said) else 1


def _goes_on(properties: Any) -> bool:
    """Return whether a cell is merged with the one above it."""
    merge = child(properties, "vMerge") if properties is not None else None
    return merge is not None and _value(merge) != "restart"


def _value(element: Any) -> str:
    return next((str(v) for k, v in element.attrib.items() if k.endswith("}val")), "")


def _letters(paragraph: Any) -> float:
    """Return the size of the largest letters, in points; a title counts as 26 by its style."""
    sizes = [_value(one) for one in below(paragraph, "sz")]
    points = max((int(one) / 2 for one in sizes if one.isdecimal() and len(one) < 4), default=0.0)
    styles = [_value(one).casefold() for one in below(paragraph, "pStyle")]
    if any(one.startswith(("title", "제목", "heading1")) for one in styles):
        return max(points, 26.0)
    return points or 10.0


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    for one in below(paragraph, "t", "br", "tab", "cr"):
        if local(one) == "tab" and local(one.getparent()) == "tabs":
            continue
        parts.append({"br": "\n", "cr": "\n", "tab": "\t"}.get(local(one), one.text or ""))
    return "".join(parts)
