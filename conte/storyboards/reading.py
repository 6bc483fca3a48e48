"""Tables and texts of a file -> StoryboardSheet. Knows agencies' terms, but no file format."""

import re
from collections.abc import Sequence
from typing import Any, get_args

from conte.brief import AspectRatio, Fps
from conte.storyboards.blocks import (
    Cell,
    PictureBlock,
    RawSheet,
    Table,
    TextBlock,
    Unread,
)
from conte.storyboards.cutting import CutReader, columns_in
from conte.storyboards.folding import clean, folded, one_line
from conte.storyboards.labelled import (
    facts_of_texts,
    labelled_lines,
    read_head,
    repeated_texts,
)
from conte.storyboards.lengths import LengthCell, lengths_of, read_length, told_fps
from conte.storyboards.sheet import (
    MAX_CUTS_READ,
    MAX_LISTED,
    Layout,
    Seen,
    SheetCut,
    SheetLength,
    StoryboardSheet,
    Sure,
)
from conte.storyboards.tables import CutLine, Facts, Lines, lines_of
from conte.vocabulary import Language

_LENGTHS = ("frames", "length", "timecode", "start", "end", "total")
_FPS = re.compile(r"\b(24|25|30)\s?(?:fps|프레임/초|p\b)", re.IGNORECASE)
_RATIO = re.compile(
    r"(?<![\d:])(16\s?[:：]\s?9|9\s?[:：]\s?16|1\s?[:：]\s?1|4\s?[:：]\s?5)(?![\d:])"
)
_OWN_LINE = re.compile(
    r"(?:(.{1,200}?) · )?([^·]{1,60}) · (?:.{1,20} · )?(?:콘티|Conte) \d{1,5} · "
)
_HANGUL = re.compile(r"[가-힣]")
_LATIN = re.compile(r"[A-Za-z]")
USUAL_FPS = 30
"""Frames per second for time codes if the file names none."""


class NoStoryboard(ValueError):
    """The file holds no storyboard; the message is a sentence about the file."""


def sheet_of(raw: RawSheet) -> StoryboardSheet:
    """Find the cuts of a file.

    Raises:
        NoStoryboard: if it has no cuts, or too many.
    """
    unread, facts = Unread(MAX_LISTED), Facts()
    unread.found += raw.unread
    tables = [one for one in raw.blocks if isinstance(one, Table)]
    lines = lines_of(tables, facts, unread)
    if lines is None or (len(lines.cuts) == 1 and len(tables) < 2):
        labelled = labelled_lines(raw.blocks, unread)
        if labelled:
            lines = Lines(Layout.LABELLED, labelled)
    if lines is None:
        raise NoStoryboard(
            "it has no cuts that can be told: wanted a table with headings such as 컷, 화면 설명,"
            " 자막 and 초수, or a slide a cut with labels such as NA: and 자막:"
        )
    if len(lines.cuts) > MAX_CUTS_READ:
        raise NoStoryboard(f"it has {len(lines.cuts)} cuts, wanted at most {MAX_CUTS_READ}")
    facts_of_texts(raw.blocks, facts)
    _own_facts(tables, facts)
    if lines.layout is Layout.TABLE_A_CUT:
        _beside_tables(lines.cuts, raw, unread)
    reader = _Sheet(raw, lines, facts, unread)
    return reader.sheet()


def _own_facts(tables: Sequence[Table], facts: Facts) -> None:
    """Read the facts above the headings of our own workbooks: advertiser, product, version and
    others."""
    for row in tables[0].rows[:3] if tables else ():
        if row and (found := _OWN_LINE.match(row[0].text)):
            for name, text in (("product", found[2]), ("advertiser", found[1] or "")):
                facts.add(name, Cell(text, row[0].place))


def _beside_tables(cuts: Sequence[CutLine], raw: RawSheet, unread: Unread) -> None:
    """Add what stands beside the tables to the cuts of the same page: a line above the table, a
    picture."""
    repeated = repeated_texts(raw.blocks)
    alone = [line for line in cuts if sum(one.page == line.page for one in cuts) == 1]
    by_page = {line.page: line for line in alone}
    for one in raw.blocks:
        line = by_page.get(one.page)
        if line is None:
            continue
        if isinstance(one, TextBlock) and folded(one.text) not in repeated:
            said = one.text.strip()
            if said and not read_head(line, one, unread):
                unread(one.place, f"beside the table: {one_line(said)[:80]}")
    for page, line in by_page.items():
        pictures = [p for p in raw.blocks if isinstance(p, PictureBlock) and p.page == page]
        pictures.sort(key=lambda one: -one.area)
        line.pictures += [one.index for one in pictures if one.index not in line.pictures]


class _Sheet:
    def __init__(self, raw: RawSheet, lines: Lines, facts: Facts, unread: Unread) -> None:
        self._raw, self._lines, self._facts, self._unread = raw, lines, facts, unread
        self._fps = self._frames_a_second()

    def sheet(self) -> StoryboardSheet:
        lines = self._lines.cuts
        self._give_loose_pictures(lines)
        total = self._total()
        lengths = self._lengths(lines, total)
        camera = bool(columns_in(lines) & {"size", "angle", "camera"})
        reader = CutReader(self._unread, camera)
        cuts = tuple(reader.cut(line, length) for line, length in zip(lines, lengths, strict=True))
        return StoryboardSheet(
            kind=self._raw.kind,
            layout=self._lines.layout,
            language=_language(cuts),
            title=self._title(),
            advertiser=self._fact("advertiser"),
            product=self._fact("product"),
            fps=self._fps,
            ratio=self._ratio(),
            total=total,
            cuts=cuts,
            unread=tuple(self._unread.found[:MAX_LISTED]),
        )

    def _lengths(
        self, lines: Sequence[CutLine], total: Seen[SheetLength] | None
    ) -> list[Seen[SheetLength] | None]:
        columns: dict[str, list[LengthCell]] = {}
        for name in _LENGTHS:
            if any(line.cells.get(name, Cell()).text.strip() for line in lines):
                columns[name] = [
                    LengthCell(cell.text.strip(), cell.place or line.place)
                    for line in lines
                    for cell in (line.cells.get(name, Cell()),)
                ]
        if self._fps is None and (told := told_fps(columns)) is not None:
            self._fps = Seen(value=told, place=columns["frames"][0].place, sure=Sure.LIKELY)
        fps = self._fps.value if self._fps else USUAL_FPS
        found, unread = lengths_of(columns, len(lines), fps, total.value if total else None)
        for place, why in unread:
            self._unread(place, one_line(why))
        return found

    def _give_loose_pictures(self, lines: Sequence[CutLine]) -> None:
        """Assign the pictures outside of cells to the cuts, if there is one for each cut."""
        if any(line.pictures for line in lines):
            return
        loose = [one for one in self._raw.blocks if isinstance(one, PictureBlock)]
        if loose and len(loose) == len(lines):
            for line, one in zip(lines, loose, strict=True):
                line.pictures = [one.index]
        elif loose:
            self._unread(
                loose[0].place,
                f"{len(loose)} pictures beside {len(lines)} cuts: none is given to a cut",
            )

    def _total(self) -> Seen[SheetLength] | None:
        for cell, sure in ((self._facts.found.get("total"), Sure.CERTAIN),
                           (self._lines.total, Sure.LIKELY)):  # fmt: skip
            if cell is None:
                continue
            first = re.split(r"\s*[·,/]\s*", cell.text.strip())[0]
            read = read_length(cell.text) or read_length(first)
            if read is not None:
                return Seen(
                    value=read.length, place=cell.place or "-", sure=sure, said=cell.text[:200]
                )
        return None

    def _fact(self, name: str) -> Seen[str] | None:
        cell = self._facts.found.get(name)
        if cell is None or not (text := one_line(clean(cell.text))) or text == "-":
            return None
        return Seen(value=text[:200], place=cell.place or "-", sure=Sure.CERTAIN, said=text[:200])

    def _title(self) -> Seen[str] | None:
        if (named := self._fact("title")) is not None:
            return named
        first = self._lines.cuts[0]
        texts = [
            one
            for one in self._raw.blocks
            if isinstance(one, TextBlock) and one.page <= first.page and one.size
        ]
        if texts:
            largest = max(texts, key=lambda one: one.size)
            others = [one.size for one in texts if one is not largest]
            text = one_line(clean(largest.text))
            if text and len(text) <= 100 and (not others or largest.size > max(others)):
                return Seen(value=text, place=largest.place, sure=Sure.LIKELY, said=text)
        return self._title_over_the_table()

    def _title_over_the_table(self) -> Seen[str] | None:
        """Return the text of a first row that holds one cell above the headings."""
        table = next((one for one in self._raw.blocks if isinstance(one, Table)), None)
        if table is None or self._lines.layout not in (Layout.ONE_TABLE, Layout.COLUMNS):
            return None
        filled = [cell for cell in (table.rows[0] if table.rows else ()) if cell.text.strip()]
        if len(filled) != 1 or len(filled[0].text) > 100 or len(table.rows) < 3:
            return None
        text = one_line(clean(filled[0].text))
        return Seen(value=text, place=filled[0].place, sure=Sure.LIKELY, said=text)

    def _frames_a_second(self) -> Seen[int] | None:
        if self._raw.fps in get_args(get_args(Fps)[0]):
            return Seen(value=self._raw.fps, place="-", sure=Sure.CERTAIN)
        cell = self._facts.found.get("fps")
        if cell is not None and (digits := re.search(r"24|25|30", cell.text)):
            return Seen(
                value=int(digits[0]),
                place=cell.place or "-",
                sure=Sure.CERTAIN,
                said=cell.text[:80],
            )
        for place, text in self._every_text():
            if found := _FPS.search(text):
                return Seen(value=int(found[1]), place=place, sure=Sure.CERTAIN, said=found[0])
        return None

    def _ratio(self) -> Seen[Any] | None:
        cell = self._facts.found.get("ratio")
        texts = [(cell.place, cell.text)] if cell is not None else self._every_text()
        for place, text in texts:
            if len(text) < 200 and (found := _RATIO.search(text)):
                ratio = re.sub(r"\s", "", found[1]).replace("：", ":")
                if ratio in get_args(AspectRatio):
                    sure = Sure.CERTAIN if cell is not None else Sure.LIKELY
                    return Seen(value=ratio, place=place or "-", sure=sure, said=found[0])
        return None

    def _every_text(self) -> list[tuple[str, str]]:
        """Return the texts outside of cuts."""
        found: list[tuple[str, str]] = []
        for one in self._raw.blocks:
            if isinstance(one, TextBlock):
                found.append((one.place, one.text))
            elif isinstance(one, Table):
                found += [(cell.place, cell.text) for row in one.rows[:6] for cell in row]
        return found


def _language(cuts: Sequence[SheetCut]) -> Language:
    said = " ".join(
        seen.said
        for cut in cuts
        for seen in (cut.action, cut.narration, cut.dialogue, cut.caption)
        if seen is not None
    )
    return "ko" if len(_HANGUL.findall(said)) * 2 >= len(_LATIN.findall(said)) else "en"
