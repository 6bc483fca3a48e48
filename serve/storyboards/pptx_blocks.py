"""PPTX -> tables, texts and pictures, slide by slide. No layouts, no sound, no notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conte.storyboards.blocks import Block, Cell, PictureBlock, RawSheet, Table, TextBlock
from conte.storyboards.folding import clean
from conte.storyboards.labelled import number_in
from conte.storyboards.sheet import NotRead
from serve.office.deck import comments_on, slides_of, text_of
from serve.office.package import NoSheet, Package, below, child, local, relation
from serve.storyboards.media import Pictures

MAX_ROWS = 2_000
_EVERYWHERE = 2
"""A picture on half of the slides, and on more than this number of them, is a logo."""
_SCALE = 12_700.0
"""EMU per point."""


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    width: float
    height: float

    def has(self, other: "_Box") -> bool:
        x, y = other.left + other.width / 2, other.top + other.height / 2
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height


_Placed = tuple[_Box, Block]


@dataclass
class _Picture:
    box: _Box
    index: int
    name: str


def pptx_blocks(data: bytes) -> RawSheet:
    """Read a deck.

    Raises:
        NoSheet: saying what is wrong.
    """
    package = Package.of(data)
    slides = [slide for slide in slides_of(package) if not slide.is_hidden]
    raw, pictures = RawSheet("pptx"), Pictures()
    media = [_media(package, slide.part) for slide in slides]
    logos = _logos([set(named.values()) for named in media])
    for number, (slide, named) in enumerate(zip(slides, media, strict=True), 1):
        found = list(_pictures(slide.root, package, named, pictures, logos))
        taken: set[int] = set()
        placed = list(_shapes(slide.root, number, found, taken))
        placed += [(one.box, _panel(one, number)) for one in found if one.index not in taken]
        raw.blocks += _in_order(placed)
        for text in comments_on(package, slide.part):
            raw.unread.append(NotRead(place=f"slide {number}", reason=f"a comment: {text}"[:300]))
    raw.pictures = pictures.found
    return raw


def _panel(one: _Picture, number: int) -> PictureBlock:
    area = one.box.width * one.box.height / 1e6
    return PictureBlock(number, f"slide {number}", one.index, area)


def _in_order(placed: list[_Placed]) -> list[Block]:
    """Return what a slide shows in the order of reading; pictures last, if it is of one cut.

    Where several cuts stand on it, each number is followed by what belongs to it: what stands in
    its column, below it, or nearest to it.
    """
    texts = sorted(
        (one for one in placed if not isinstance(one[1], PictureBlock)),
        key=lambda one: _row(one[0]),
    )
    pictures = [one for one in placed if isinstance(one[1], PictureBlock)]
    marks = [
        one for one in texts if isinstance(one[1], TextBlock) and number_in(one[1].text) is not None
    ]
    if len(marks) < 2 or any(isinstance(block, Table) for _, block in placed):
        return [block for _, block in (*texts, *pictures)]
    first = min(box.top for box, _ in marks)
    found: list[Block] = []
    belonging: list[list[_Placed]] = [[] for _ in marks]
    for one in (*texts, *pictures):
        box, block = one
        if any(one is mark for mark in marks):
            continue
        is_picture = isinstance(block, PictureBlock)
        if not is_picture and box.top + box.height <= first:
            found.append(block)
            continue
        belonging[_owner(box, [box for box, _ in marks], by_distance=is_picture)].append(one)
    for (_, mark), some in zip(marks, belonging, strict=True):
        found += [mark, *(block for _, block in some)]
    return found


def _owner(box: _Box, marks: list[_Box], *, by_distance: bool) -> int:
    """Return which of the numbers a box belongs to."""
    middle = box.left + box.width / 2
    aside = [abs(one.left + one.width / 2 - middle) for one in marks]
    nearest = min(aside)
    lane = [at for at, far in enumerate(aside) if far <= nearest + marks[at].width / 4]
    above = [at for at in lane if marks[at].top <= box.top + marks[at].height / 2]
    if above and not by_distance:
        return max(above, key=lambda at: marks[at].top)
    down = box.top + box.height / 2
    return min(lane, key=lambda at: abs(marks[at].top + marks[at].height / 2 - down))


def _row(box: _Box) -> tuple[float, float]:
    return box.top, box.left


def _media(package: Package, part: str) -> dict[str, str]:
    """Return the slide's picture files: relation id -> part."""
    related = package.related_by_id(part)
    return {name: one.part for name, one in related.items() if one.kind == "image"}


def _logos(slides: list[set[str]]) -> frozenset[str]:
    every = {name for slide in slides for name in slide}
    least = max(_EVERYWHERE + 1, len(slides) / 2)
    return frozenset(name for name in every if sum(name in slide for slide in slides) >= least)


def _pictures(
    root: Any, package: Package, named: dict[str, str], kept: Pictures, logos: frozenset[str]
) -> Iterator[_Picture]:
    for one in below(root, "pic"):
        blip = next(below(one, "blip"), None)
        name = "" if blip is None else named.get(relation(blip, "embed"), "")
        if not name or name in logos:
            continue
        data = None if kept.known(name) else package.content(name, kept.most)
        index = kept.add(name, data)
        if index is not None:
            yield _Picture(_box(child(one, "spPr")), index, name)


def _shapes(root: Any, number: int, pictures: list[_Picture], taken: set[int]) -> Iterator[_Placed]:
    at = 0
    for one in below(root, "sp", "graphicFrame"):
        at += 1
        if local(one) == "sp":
            body = child(one, "txBody")
            text = text_of(body) if body is not None else ""
            if text.strip():
                block = TextBlock(number, f"slide {number}", text, _letters(body))
                yield _box(child(one, "spPr")), block
            continue
        for table in below(one, "tbl"):
            frame = child(one, "xfrm")
            box = _placed(frame) if frame is not None else _Box(0, 0, 0, 0)
            place = f"slide {number} table" if at < 2 else f"slide {number} table {at}"
            rows = tuple(_rows(table, box, f"slide {number}", pictures, taken))
            yield box, Table(number, place, rows)


def _rows(
    table: Any, box: _Box, place: str, pictures: list[_Picture], taken: set[int]
) -> Iterator[tuple[Cell, ...]]:
    grid = child(table, "tblGrid")
    widths = [_number(one.get("w")) for one in grid] if grid is not None else []
    top = box.top
    for y, row in enumerate((one for one in table if local(one) == "tr"), 1):
        if y > MAX_ROWS:
            raise NoSheet(f"a table has more than {MAX_ROWS} rows")
        height = _number(row.get("h"))
        left, cells = box.left, list[Cell]()
        for x, one in enumerate((c for c in row if local(c) == "tc"), 1):
            width = widths[x - 1] if x <= len(widths) else 0.0
            area = _Box(left, top, width, height)
            body = child(one, "txBody")
            own = tuple(p.index for p in pictures if area.has(p.box) and p.index not in taken)
            taken.update(own)
            text = clean(text_of(body)) if body is not None else ""
            merged = one.get("hMerge") or one.get("vMerge")
            cells.append(Cell("" if merged else text, f"{place} row {y} column {x}", own))
            left += width
        top += height
        yield tuple(cells)


def _box(properties: Any) -> _Box:
    frame = child(properties, "xfrm") if properties is not None else None
    return _placed(frame) if frame is not None else _Box(0, 0, 0, 0)


def _placed(frame: Any) -> _Box:
    off, ext = child(frame, "off"), child(frame, "ext")
    if off is None or ext is None:
        return _Box(0, 0, 0, 0)
    x, y = _number(off.get("x")), _number(off.get("y"))
    return _Box(x, y, _number(ext.get("cx")), _number(ext.get("cy")))


def _number(text: str | None) -> float:
    return float(text) if text and text.lstrip("-").isdecimal() and len(text) < 16 else 0.0


def _letters(body: Any) -> float:
    """Return the size of the largest letters, in points."""
    sizes = [_number(one.get("sz")) for one in below(body, "rPr", "defRPr", "endParaRPr")]
    return max(sizes, default=0.0) / 100
