"""PDF with a text layer -> tables, texts and pictures, page by page. Requires pdfplumber.

A line that is full is joined to the next one in the same type; text in small type is marked. A
picture is a rendered area of the page, whatever it is composed of.
"""

import io
import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conte.storyboards.audio import begins_with_label
from conte.storyboards.blocks import Block, Cell, PictureBlock, RawSheet, Table, TextBlock
from conte.storyboards.folding import clean
from conte.storyboards.headings import fact_of
from serve.office.package import NoSheet
from serve.storyboards.media import Pictures
from serve.storyboards.pdf_bounds import begin_page, bound_pdfminer

MAX_PAGES = 40
MAX_CHARS = 60_000
MAX_OBJECTS = 60_000
"""Largest number of lines, rectangles and curves on a page."""
MAX_SIDE = 3_000.0
"""Largest longer side of a page, in points."""
_DPI = 110
_LEAST_PICTURE = 24.0
_SMALL = 0.86
"""Share of a cell's largest type size below which text counts as small."""
_WIDE = 0.8
"""A word wider than this share of its cell may have been divided: programs estimate widths."""

_Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class _Line:
    text: str
    rect: _Rect
    size: float
    font: str
    first: float = 0.0
    """Width of its first word."""
    last: float = 0.0
    """Width of its last word."""
    spaced: bool = False
    """True: it ends with a blank, which some programs write at the end of a full line."""


def pdf_blocks(data: bytes) -> RawSheet:
    """Read a PDF.

    Raises:
        NoSheet: saying what is wrong.
    """
    try:
        import pdfplumber
    except ImportError:
        raise NoSheet("this server reads no PDF: it lacks sian[deliver]") from None
    bound_pdfminer()
    raw, pictures = RawSheet("pdf"), Pictures()
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise NoSheet(f"it has {len(document.pages)} pages, wanted at most {MAX_PAGES}")
            letters, spaced = 0, False
            for page in document.pages:
                begin_page()
                letters += len(page.chars)
                _check(page, letters)
                one = _Page(page, pictures, spaced)
                raw.blocks += one.blocks()
                spaced = one.spaced
                page.close()
            if letters == 0:
                raise NoSheet(
                    "it has no text layer: it is pictures of pages; export it from the program that"
                    " it was made in"
                )
    except NoSheet:
        raise
    except Exception as error:  # whatever its parsers raise
        if error.args and isinstance(error.args[0], NoSheet):
            raise error.args[0] from None
        raise NoSheet(
            f"it is no PDF that can be read: {error or type(error).__name__}"[:200]
        ) from None
    raw.pictures = pictures.found
    return raw


def _check(page: Any, letters: int) -> None:
    if letters > MAX_CHARS:
        raise NoSheet(f"it has more than {MAX_CHARS} letters")
    if max(page.width, page.height) > MAX_SIDE:
        raise NoSheet(f"page {page.page_number} is larger than {MAX_SIDE:g} points")
    if len(page.lines) + len(page.rects) + len(page.curves) > MAX_OBJECTS:
        raise NoSheet(f"page {page.page_number} has more than {MAX_OBJECTS} lines")


class _Page:
    def __init__(self, page: Any, pictures: Pictures, spaced: bool) -> None:
        """Prepare a page. `spaced`: whether lines of earlier pages end with blanks."""
        self.spaced = spaced
        self._page, self._number, self._kept = page, int(page.page_number), pictures
        self._shown: Any = None
        self._taken: set[int] = set()

    def blocks(self) -> list[Block]:
        found: list[tuple[float, Block]] = []
        tables = self._tables()
        images = [
            rect for one in self._page.images if (rect := _rect(one)) and self._is_panel(rect)
        ]
        for table in tables:
            rows = tuple(self._rows(table, images))
            place = f"page {self._number} table"
            found.append((table.bbox[1], Table(self._number, place, rows)))
        inside = [table.bbox for table in tables]
        chars = [one for one in self._page.chars if not any(_has(box, one) for box in inside)]
        lines = _with_labels(_lines(chars, wide=True))
        place = f"page {self._number}"
        found += [
            (one.rect[1], TextBlock(self._number, place, clean(one.text), one.size))
            for one in lines
        ]
        for at, rect in enumerate(images):
            if at not in self._taken and (index := self._picture(rect)) is not None:
                area = (rect[2] - rect[0]) * (rect[3] - rect[1])
                found.append((rect[1], PictureBlock(self._number, place, index, area)))
        return [block for _, block in sorted(found, key=lambda one: one[0])]

    def _tables(self) -> list[Any]:
        """Return the ruled tables; their outermost vertical lines may be missing."""
        across = [one for one in self._page.edges if one["orientation"] == "h"]
        found = self._page.find_tables()
        settings: dict[str, Any] = {}
        if across:
            left = min(one["x0"] for one in across)
            right = max(one["x1"] for one in across)
            settings = {"explicit_vertical_lines": [left, right]}
            wider = self._page.find_tables(settings)
            if sum(len(one.cells) for one in wider) > sum(len(one.cells) for one in found):
                found = wider
        return [one for one in found if len(one.rows) > 1 or len(one.cells) > 2]

    def _rows(self, table: Any, images: Sequence[_Rect]) -> Iterator[tuple[Cell, ...]]:
        chars = [one for one in self._page.chars if _has(table.bbox, one)]
        lines = {
            box: _lines([one for one in chars if _has(box, one)])
            for row in table.rows
            for box in row.cells
            if box is not None
        }
        # Where blanks are written at the ends of lines, a line without one ends within a word.
        self.spaced |= any(line.spaced for some in lines.values() for line in some[:-1])
        # A notice may be all there is in its cell: its letters are small beside its column's.
        largest: dict[int, float] = {}
        for row in table.rows[1:]:
            for x, box in enumerate(row.cells, 1):
                sizes = [line.size for line in lines.get(box, ())] if box is not None else []
                largest[x] = max(largest.get(x, 0.0), *sizes, 0.0)
        for y, row in enumerate(table.rows, 1):
            cells: list[Cell] = []
            for x, box in enumerate(row.cells, 1):
                place = f"page {self._number} row {y} column {x}"
                if box is None:
                    cells.append(Cell("", place))
                    continue
                beside = largest.get(x, 0.0) if y > 1 else 0.0
                text, small = _paragraphs(lines[box], box, self.spaced, beside)
                cells.append(Cell(text, place, tuple(self._pictures_in(box, images)), small))
            yield tuple(cells)

    def _pictures_in(self, box: _Rect, images: Sequence[_Rect]) -> Iterator[int]:
        for at, rect in enumerate(images):
            middle = {"x0": rect[0], "x1": rect[2], "top": rect[1], "bottom": rect[3]}
            if at not in self._taken and _has(box, middle):
                self._taken.add(at)
                if (index := self._picture(rect)) is not None:
                    yield index

    def _is_panel(self, rect: _Rect) -> bool:
        wide, high = rect[2] - rect[0], rect[3] - rect[1]
        whole = wide * high > 0.9 * self._page.width * self._page.height
        return min(wide, high) >= _LEAST_PICTURE and not whole

    def _picture(self, rect: _Rect) -> int | None:
        if self._shown is None:
            self._shown = self._page.to_image(resolution=_DPI).original.convert("RGB")
        scale = self._shown.width / float(self._page.width)
        made = io.BytesIO()
        self._shown.crop(tuple(round(side * scale) for side in rect)).save(made, "PNG")
        return self._kept.add(f"{self._number} {rect}", made.getvalue())


def _rect(image: Any) -> _Rect | None:
    left, top, right, bottom = (float(image[one]) for one in ("x0", "top", "x1", "bottom"))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _has(box: Sequence[float], one: Any) -> bool:
    x, y = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _lines(chars: Sequence[Any], *, wide: bool = False) -> list[_Line]:
    """Return lines of text from top to bottom. `wide`: split a line at wide gaps."""
    rows: list[list[Any]] = []
    for one in sorted(chars, key=lambda c: ((c["top"] + c["bottom"]) / 2, c["x0"])):
        middle = (one["top"] + one["bottom"]) / 2
        row = rows[-1] if rows else None
        if row is not None and abs(middle - _middle(row)) < 0.45 * max(one["size"], row[0]["size"]):
            row.append(one)
        else:
            rows.append([one])
    found: list[_Line] = []
    for row in rows:
        row.sort(key=lambda c: c["x0"])
        runs: list[list[Any]] = [[]]
        for one in row:
            before = runs[-1][-1] if runs[-1] else None
            gap = one["x0"] - before["x1"] if before else 0.0
            if wide and before and gap > 1.5 * one["size"]:
                runs.append([])
            runs[-1].append(one)
        found += [line for run in runs if (line := _line(run)) is not None]
    return found


def _middle(row: Sequence[Any]) -> float:
    return statistics.fmean((one["top"] + one["bottom"]) / 2 for one in row)


def _line(run: Sequence[Any]) -> _Line | None:
    text = ""
    for at, one in enumerate(run):
        before = run[at - 1] if at else None
        if before and one["x0"] - before["x1"] > 0.18 * one["size"] and not text.endswith(" "):
            text += " "
        text += one["text"]
    if not text.strip():
        return None
    seen = [one for one in run if one["text"].strip()]
    rect = (seen[0]["x0"], min(one["top"] for one in seen), seen[-1]["x1"],
            max(one["bottom"] for one in seen))  # fmt: skip
    # Of most of its letters: marks that hang before a text are in another size.
    sizes = [round(one["size"], 1) for one in seen]
    fonts = [str(one["fontname"]) for one in seen]
    size = max(set(sizes), key=lambda one: (sizes.count(one), one))
    font = max(set(fonts), key=fonts.count)
    first, last = _words_at_ends(seen)
    return _Line(text.strip(), rect, size, font, first, last, run[-1]["text"].isspace())


def _words_at_ends(chars: Sequence[Any]) -> tuple[float, float]:
    """Return the widths of the first and the last word."""
    gaps = [
        (before["x1"], one["x0"])
        for before, one in itertools.pairwise(chars)
        if one["x0"] - before["x1"] > 0.18 * one["size"]
    ]
    left, right = chars[0]["x0"], chars[-1]["x1"]
    return (gaps[0][0] if gaps else right) - left, right - (gaps[-1][1] if gaps else left)


def _paragraphs(
    lines: Sequence[_Line], box: _Rect, spaced: bool, beside: float = 0.0
) -> tuple[str, tuple[str, ...]]:
    """Return a cell's text, and separately its lines in small type.

    Small is relative to the cell's largest type, or to the size `beside`. A line is joined to the
    one before if it has the same type, follows at the usual distance, and its first word had no
    room there.
    """
    if not lines:
        return "", ()
    left = min(line.rect[0] for line in lines)
    right = box[2] - (left - box[0])
    gaps = [
        (later.rect[1] - earlier.rect[3]) / later.size
        for earlier, later in itertools.pairwise(lines)
    ]
    least = min((gap for gap in gaps if gap > -0.5), default=0.0)
    joined: list[tuple[str, float]] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if before is not None and (
            abs(line.size - before.size) < 0.3
            and gaps[at - 1] < least + 0.22
            and not _begins(line, before, left, right)
        ):
            text, size = joined[-1]
            joined[-1] = f"{text}{_between(before, line, left, right, spaced)}{line.text}", size
        else:
            joined.append((line.text, line.size))
    largest = max(beside, *(size for _, size in joined))
    small = tuple(clean(text) for text, size in joined if size < _SMALL * largest)
    return clean("\n".join(text for text, _ in joined)), small


def _between(line: _Line, later: _Line, left: float, right: float, spaced: bool) -> str:
    """Return the separator between a full line and the next: empty within a word.

    `spaced`: whether full lines end with blanks.
    """
    if line.spaced:
        return " "
    if spaced and not line.text.endswith("\u200b"):
        # Korean words are divided anywhere, others where a line has no room for the whole.
        if "가" <= line.text[-1] <= "힣" or line.last + later.first > _WIDE * (right - left):
            return ""
        return "\n"
    if line.text.endswith(("\u200b", "\u00ad")):
        return ""
    whole = " " not in line.text.strip() and len(line.text) > 7
    return "" if whole and line.rect[2] > right - 1.5 * line.size else " "


def _begins(line: _Line, before: _Line, left: float, right: float) -> bool:
    """Return whether a line begins a new text: its first word had room on the line before, it
    begins further left, as labels do, or its type differs."""
    if begins_with_label(line.text) or line.font != before.font:
        return True
    if before.rect[2] + 0.3 * line.size + line.first < right - 1:
        return True
    hangs = before.rect[0] > left + before.size or line.rect[0] < before.rect[0] - line.size
    return hangs and line.rect[0] < before.rect[0] - 0.5


def _with_labels(lines: Sequence[_Line]) -> list[_Line]:
    """Join labels to the values below them: 광고주 above 한울타이어."""
    found: list[_Line] = []
    taken: set[int] = set()
    for at, line in enumerate(lines):
        if at in taken:
            continue
        if fact_of(line.text) is not None:
            below = next(
                (
                    n
                    for n, one in enumerate(lines)
                    if n != at and n not in taken and abs(one.rect[0] - line.rect[0]) < 3
                    and 0 <= one.rect[1] - line.rect[3] < 1.6 * one.size
                ),
                None,
            )  # fmt: skip
            if below is not None:
                taken.add(below)
                value = lines[below]
                line = _Line(f"{line.text}: {value.text}", line.rect, value.size, line.font)
        found.append(line)
    return found
