"""Tables -> one line per cut, from a row, a column or a table per cut. Knows only headings."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conte.storyboards.blocks import Cell, Row, Table, Unread
from conte.storyboards.folding import folded, one_line
from conte.storyboards.headings import column_of, fact_of
from conte.storyboards.lengths import read_length
from conte.storyboards.sheet import MAX_LISTED, Layout

_SAYING = frozenset(
    {"screen", "picture", "action", "audio", "narration", "dialogue", "caption", "sound_effect",
     "music"}
)  # fmt: skip
_TOTALS = frozenset(
    {"합계", "총계", "총초수", "total", "계", "총", "sum", "총합", "총길이", "총시간"}
)
HEAD_ROWS = 40
"""Number of rows in which headings are searched."""


@dataclass
class CutLine:
    """Cells of a cut, by column."""

    place: str
    page: int
    cells: dict[str, Cell] = field(default_factory=dict[str, Cell])
    pictures: list[int] = field(default_factory=list[int])


@dataclass
class Facts:
    """Cells above the cuts, by the facts that their labels name."""

    found: dict[str, Cell] = field(default_factory=dict[str, Cell])

    def add(self, name: str, cell: Cell) -> None:
        if cell.text.strip():
            self.found.setdefault(name, cell)


@dataclass
class Lines:
    layout: Layout
    cuts: list[CutLine]
    total: Cell | None = None
    """Cell of the totals row."""


def lines_of(tables: Sequence[Table], facts: Facts, unread: Unread) -> Lines | None:
    """Return the lines of all tables; None if no table has cuts."""
    tables = [part for table in tables for part in _side_by_side(table)]
    asides = [Unread(MAX_LISTED) for _ in range(3)]
    rows = _ByRows(facts, asides[0])
    for table in tables:
        rows.read(table)
    columns = [line for table in tables for line in _by_columns(table, asides[1])]
    single = [line for table in tables if (line := _one_cut(table, facts, asides[2]))]
    found = [
        Lines(Layout.ONE_TABLE, rows.cuts, rows.total),
        Lines(Layout.COLUMNS, columns),
        Lines(Layout.TABLE_A_CUT, single),
    ]
    # Most cuts; of two readings with as many, the first.
    at, best = max(enumerate(found), key=lambda one: (len(one[1].cuts), -one[0]))
    if not best.cuts:
        return None
    unread.found += asides[at].found
    return best


def _side_by_side(table: Table) -> list[Table]:
    """Divide a table whose labels stand again further right: a cut beside the other."""
    rows = [row for row in table.rows if any(cell.text.strip() or cell.pictures for cell in row)]
    named = [[column_of(cell.text) for cell in row] for row in rows]
    starts = [
        x
        for x in range(max(map(len, rows), default=0))
        if sum(bool(row[0]) and x < len(row) and row[x] == row[0] for row in named) >= 3
    ]
    # Labels stand beside their values: two columns at least.
    if len(starts) < 2 or any(b - a < 2 for a, b in itertools.pairwise(starts)):
        return [table]
    first = next(row[0] for row in named if row[0] and row[starts[1] :][:1] == [row[0]])
    found: list[Table] = []
    for group in _groups(rows, first):
        found += [
            Table(table.page, table.place, tuple(row[start:end] for row in group))
            for start, end in zip(starts, [*starts[1:], None], strict=True)
        ]
    return found


def _groups(rows: Sequence[Row], first: str) -> list[list[Row]]:
    """Divide before every row that begins with this column."""
    found: list[list[Row]] = [[]]
    for row in rows:
        if found[-1] and row and column_of(row[0].text) == first:
            found.append([])
        found[-1].append(row)
    return found


_NUMBERED = re.compile(
    r"\s*(?:컷|cut|scene|씬|신|s|c|shot)\s*[#.]?\s*(\d{1,3})(?:\s+|\s*[-|/:]\s+|$)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_SECONDS = re.compile(r"\s*[(\[]?\s*\d{1,3}(?:\.\d+)?\s*(?:초|sec|s|\")\s*[)\]]?\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]")


def _headings(row: Row) -> dict[int, str]:
    """Return the columns of a heading row; of equal headings the first counts."""
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        name = column_of(cell.text)
        if name is not None and name not in found.values():
            found[at] = name
    return found


def _told_apart(row: Row, body: Sequence[Row]) -> dict[int, str]:
    """Return the columns of a row of headings. Of two of one name that which says something counts:
    VIDEO may be the picture, beside its description.
    """
    found = _headings(row)
    for at, name in list(found.items()):
        others = [
            x for x, cell in enumerate(row) if x not in found and column_of(cell.text) == name
        ]
        other = next((x for x in others if _says(x, body)), None)
        if other is not None and not _says(at, body):
            del found[at]
            found[other] = name
            if "picture" not in found.values():
                found[at] = "picture"
    return found


def _says(column: int, rows: Sequence[Row]) -> bool:
    return any(column < len(row) and row[column].text.strip() for row in rows)


def _is_head(row: Row, found: Mapping[int, str]) -> bool:
    names = set(found.values())
    filled = [cell for cell in row if cell.text.strip()]
    enough = len(names) >= 3 or (len(names) == 2 and len(filled) == 2)
    return enough and bool(names & _SAYING) and 2 * len(found) >= len(filled)


class _ByRows:
    """Reads tables with one row per cut; a table that continues on the next page is one table."""

    def __init__(self, facts: Facts, unread: Unread) -> None:
        self.cuts: list[CutLine] = []
        self.total: Cell | None = None
        self._facts, self._unread = facts, unread
        self._head: dict[int, str] = {}
        self._width = 0

    def read(self, table: Table) -> None:
        rows = list(table.rows)
        at = next(
            (n for n, row in enumerate(rows[:HEAD_ROWS]) if _is_head(row, _headings(row))), None
        )
        if at is None:
            if not self._head or not rows or len(rows[0]) != self._width:
                return
            body = rows  # it goes on from the page before, without its headings
        else:
            for row in rows[:at]:
                facts_in(row, self._facts)
            body = rows[at + 1 :]
            self._head, self._width = _told_apart(rows[at], body), len(rows[at])
            self._list_unknown(rows[at])
            body = self._two_row_head(rows[at], body)
        for row in body:
            self._line(table, row)

    def _two_row_head(self, head: Row, body: list[Row]) -> list[Row]:
        """Merge a second heading row into the first: 오디오 above NA and SE."""
        if not body:
            return body
        below = {
            at: name
            for at, name in _headings(body[0]).items()
            if at not in self._head or self._head[at] == "audio"
        }
        filled = [cell for cell in body[0] if cell.text.strip()]
        if len(below) < 2 or len(below) + sum(
            column_of(cell.text) is not None for cell in filled
        ) < 2 * len(filled):
            return body
        self._head |= below
        return body[1:]

    def _list_unknown(self, head: Row) -> None:
        for at, cell in enumerate(head):
            if cell.text.strip() and at not in self._head:
                if (name := column_of(cell.text)) is None:
                    self._unread(
                        cell.place, f"a heading that is not known: {one_line(cell.text)[:60]}"
                    )
                else:
                    self._unread(
                        cell.place,
                        f"another column of the {name}; the first one is read: "
                        f"{one_line(cell.text)[:60]}",
                    )

    def _line(self, table: Table, row: Row) -> None:
        if not any(cell.text.strip() or cell.pictures for cell in row):
            return
        if _headings(row) == self._head and _is_head(row, self._head):
            return  # said again on another page
        texts = [cell for cell in row if cell.text.strip()]
        if any(folded(cell.text) in _TOTALS for cell in texts):
            self.total = next(
                (cell for cell in reversed(texts) if folded(cell.text) not in _TOTALS), self.total
            )
            return
        cells = {name: row[at] for at, name in self._head.items() if at < len(row)}
        said = [name for name, cell in cells.items() if cell.text.strip()]
        if len(texts) == 1 and len(row) > 3 and not cells.get("number", Cell()).text.strip():
            self._unread(texts[0].place, f"a line of one cell: {one_line(texts[0].text)[:80]}")
            return
        pictures = [picture for cell in row for picture in cell.pictures]
        if not said and not pictures:
            for cell in texts:
                self._unread(cell.place, f"under no heading: {one_line(cell.text)[:80]}")
            return
        if self._goes_on(cells, said, pictures):
            return
        first = next((cell.place for cell in row if cell.place), table.place)
        self.cuts.append(CutLine(first, table.page, cells, pictures))
        for at, cell in enumerate(row):
            if at not in self._head and cell.text.strip():
                self._unread(cell.place, f"under no known heading: {one_line(cell.text)[:80]}")

    def _goes_on(self, cells: Mapping[str, Cell], said: Sequence[str], pictures: list[int]) -> bool:
        """Append a row without a number to the cut before it, if the other rows have numbers."""
        if not self.cuts or "number" not in self._head.values():
            return False
        before = self.cuts[-1]
        has_number = bool(cells["number"].text.strip()) if "number" in cells else False
        numbered = bool(before.cells.get("number", Cell()).text.strip())
        has_length = any(cells.get(name, Cell()).text.strip() for name in ("length", "frames"))
        if has_number or not numbered or has_length or pictures or "scene" in said:
            return False
        for name in said:
            was, more = before.cells.get(name, Cell()), cells[name]
            text = f"{was.text}\n{more.text}" if was.text.strip() else more.text
            place = was.place if was.text.strip() else more.place
            before.cells[name] = Cell(text, place, was.pictures)
        return True


def _by_columns(table: Table, unread: Unread) -> list[CutLine]:
    """Read a table with one column per cut: headings in the first column, cut numbers in the first
    row."""
    rows = [row for row in table.rows if row]
    named = {at: column_of(row[0].text) for at, row in enumerate(rows)}
    names = [name for name in named.values() if name]
    if len(set(names)) < 3 or not set(names) & _SAYING or 2 * len(names) < len(rows):
        return []
    number = next((at for at, name in named.items() if name in ("number", "scene")), None)
    if number is None or len({cell.text for cell in rows[number][1:] if cell.text.strip()}) < 2:
        return []
    if any(_SECONDS.fullmatch(cell.text) for cell in rows[number]):
        return []  # one cut, with its length beside its number
    cuts: list[CutLine] = []
    width = max(len(row) for row in rows)
    for column in range(1, width):
        if column >= len(rows[number]) or not rows[number][column].text.strip():
            continue
        line = CutLine(rows[number][column].place, table.page)
        for at, name in named.items():
            cell = rows[at][column] if column < len(rows[at]) else Cell()
            line.pictures += cell.pictures
            if name is not None:
                line.cells.setdefault(name, cell)
            elif cell.text.strip():
                unread(cell.place, f"under no known heading: {one_line(cell.text)[:80]}")
        cuts.append(line)
    return cuts


def _one_cut(table: Table, facts: Facts, unread: Unread) -> CutLine | None:
    """Read a table of one cut: labels beside their values, or above them."""
    rows = [row for row in table.rows if any(cell.text.strip() or cell.pictures for cell in row)]
    pairs = _pairs(rows)
    named = [(column_of(label.text), value) for label, value in pairs]
    names = {name for name, _ in named if name}
    if len(names) < 2 or not names & _SAYING:
        for label, value in pairs:
            if (fact := fact_of(label.text)) is not None:
                facts.add(fact, value)
        return None
    line = CutLine(rows[0][0].place or table.place, table.page)
    for (name, value), (label, _) in zip(named, pairs, strict=True):
        if name is not None:
            line.cells.setdefault(name, value)
        elif (fact := fact_of(label.text)) is not None:
            facts.add(fact, value)
        elif label.text.strip():
            text = one_line(f"{label.text} {value.text}")[:80]
            unread(label.place, f"a line that is not known: {text}")
    line.pictures = [picture for row in rows for cell in row for picture in cell.pictures]
    return line


def _pairs(rows: Sequence[Row]) -> list[tuple[Cell, Cell]]:
    """Return labels with their values: beside each other, or one below the other if a whole row
    holds labels."""
    found: list[tuple[Cell, Cell]] = []
    above: Row | None = None
    for row in rows:
        filled = [cell for cell in row if cell.text.strip() or cell.pictures]
        labels = [cell for cell in filled if column_of(cell.text) or fact_of(cell.text)]
        if above is not None:
            found += [(label, row[at]) for at, label in enumerate(above) if at < len(row)]
            above = None
        elif len(labels) == len(filled) and len(filled) > 1:
            above = row
        elif len(row) == 1 or len(filled) == 1:
            if labels and filled and len(row) > 1 and row[0] is filled[0]:
                found.append((row[0], row[1]))
            elif filled:
                found += _labels_within(filled[0])
        else:
            cells = list(row)
            at = 0
            while at < len(cells):
                label = cells[at]
                known = column_of(label.text) or fact_of(label.text)
                if known and at + 1 < len(cells):
                    found.append((label, cells[at + 1]))
                    at += 2
                elif at == 0 and len(cells) == 2:
                    found.append((label, cells[1]))
                    at += 2
                else:
                    if label.text.strip():
                        found += _labels_within(label)
                    at += 1
    return [pair for pair in found if pair[0].text.strip() or pair[1].text.strip()]


def _labels_within(cell: Cell) -> list[tuple[Cell, Cell]]:
    """Return the labels that a cell itself has, and the rest: `자막: 겨울`,
    `CUT #3  00:07 (3sec)`.
    """
    if (numbered := _NUMBERED.fullmatch(cell.text)) is not None:
        number, rest = numbered[1], numbered[2].strip()
        side = _IN_BRACKETS.search(rest)
        length = side[1] if side is not None and read_length(side[1]) is not None else rest
        if not rest or read_length(length) is not None:
            pairs = (("cut", number), ("length", length)) if rest else (("cut", number),)
            return [
                (Cell(label, cell.place), Cell(value, cell.place, cell.pictures))
                for label, value in pairs
            ]
    if _SECONDS.fullmatch(cell.text):
        return [(Cell("length", cell.place), cell)]
    for mark in (":", "：", "\n"):
        label, found, value = cell.text.partition(mark)
        if found and (column_of(label) or fact_of(label)):
            return [
                (Cell(label.strip(), cell.place), Cell(value.strip(), cell.place, cell.pictures))
            ]
    return [(Cell("", cell.place), cell)]


def facts_in(row: Row, facts: Facts) -> None:
    """Collect facts above the cuts: labels beside their values, or in one cell with them."""
    for label, value in _pairs([row]):
        if (fact := fact_of(label.text)) is not None:
            facts.add(fact, value)
