"""A document's bytes -> the rows that its source's entry selects. Runs in a bounded child."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawl.products.charset import DAMAGED, decoded
from crawl.products.csv_table import csv_table
from crawl.products.html_tables import html_tables
from crawl.products.kinds import Kind, kind_of
from crawl.products.notes import notes_among
from crawl.products.pdf_tables import pdf_tables
from crawl.products.row import (
    MARKS,
    DroppedRow,
    Row,
    industry_code,
    items_of,
    one_line,
    says_nothing,
)
from crawl.products.sources import Columns, SourceEntry
from crawl.products.table import Remark, Table, UnreadableDocument
from crawl.products.xlsx_tables import xlsx_tables

_HEADER_STARTS, _HEADER_ROWS = 10, 4
"""Rows at which a header may start, and rows that it may span, at most."""
_JOIN = " > "
_MAX_NAME = 100
_MAX_LABEL = 200
_KINDS: dict[Kind, tuple[str, str, str]] = {
    "html": ("HTML", "an HTML page", "page"),
    "csv": ("CSV", "text", "CSV"),
    "xlsx": ("XLSX", "an XLSX workbook", "workbook"),
    "pdf": ("PDF", "a PDF", "PDF"),
}


@dataclass(frozen=True)
class DocumentReading:
    """Result of reading one document."""

    rows: tuple[Row, ...]
    dropped: tuple[DroppedRow, ...]
    tables: int
    """Number of tables with the wanted columns."""
    passed_over: int
    """Number of tables without them."""
    remarks: tuple[Remark, ...] = ()


def read_document(entry: SourceEntry, body: bytes, served_as: str = "") -> DocumentReading:
    """Read a document's rows. Raises UnreadableDocument if it is unreadable, or no table has the
    columns."""
    rows: list[Row] = []
    dropped: list[DroppedRow] = []
    used = passed_over = 0
    seen: list[str] = []
    kind = kind_read(entry.format, body)
    remarks = [] if kind == entry.format else [_is_another(kind, entry.format)]
    for table in tables_of(entry, body, served_as, kind):
        if table.remark is not None:
            remarks.append(table.remark)
            if not table.rows:
                continue
        header = _header(table, entry.columns)
        if header is None:
            passed_over += 1
            seen += [one_line(cell) for cell in table.rows[0] if cell][:8] if table.rows else []
            continue
        used += 1
        for row in _rows(table, header, entry):
            rows.append(row) if isinstance(row, Row) else dropped.append(row)
    if not used:
        wanted = ", ".join(repr(name) for name in _wanted(entry.columns))
        found = ", ".join(repr(name) for name in dict.fromkeys(seen)) or "no table"
        said = "".join(f"; {remark.en}" for remark in remarks[:3])
        raise UnreadableDocument(f"no table has the columns {wanted}; found {found[:300]}{said}")
    return DocumentReading(tuple(rows), tuple(dropped), used, passed_over, tuple(remarks))


def kind_read(said: Kind, body: bytes) -> Kind:
    """Return the kind as which a document is read, which may differ from the declared one.

    Raises:
        UnreadableDocument: if that kind is not supported; the message names it.
    """
    try:
        found = kind_of(body)
    except UnreadableDocument as error:
        raise UnreadableDocument(f"no {_KINDS[said][2]}: it {error}") from error
    # A fragment of a page may begin with text instead of a tag.
    is_part = said == "html" and found == "csv" and b"<t" in body.lower()
    return "html" if is_part else found


def _is_another(found: Kind, said: Kind) -> Remark:
    (found_ko, found_en, _), (said_ko, _, wanted) = _KINDS[found], _KINDS[said]
    ko = f"{said_ko} 문서라고 되어 있으나 내용은 {found_ko}입니다"
    return Remark("문서", ko, f"no {wanted}: it is {found_en}")


def tables_of(
    entry: SourceEntry, body: bytes, served_as: str = "", kind: Kind | None = None
) -> Iterator[Table]:
    """Yield the document's tables. `kind` replaces the format of the entry."""
    match kind or entry.format:
        case "html":
            text = decoded(body, said=entry.charset or "", served_as=served_as, is_html=True)
            yield from html_tables(text)
        case "csv":
            text = decoded(body, said=entry.charset or "", served_as=served_as)
            yield csv_table(text, entry.delimiter)
        case "xlsx":
            yield from xlsx_tables(body, entry.sheets)
        case "pdf":
            yield from pdf_tables(body, entry.pages)


@dataclass(frozen=True)
class _Header:
    """Positions of the fields' columns, and the row where the body begins."""

    begins: int
    at: dict[str, int]
    labels: tuple[tuple[int, str], ...]
    """Columns of labelling items, each with the last part of its header."""


def _header(table: Table, columns: Columns) -> _Header | None:
    for start in range(min(_HEADER_STARTS, len(table.rows))):
        for num_rows in range(1, min(_HEADER_ROWS, len(table.rows) - start) + 1):
            names = _names(table.rows[start : start + num_rows])
            if (found := _found(names, columns, start + num_rows)) is not None:
                return found
    return None


def _names(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return each column's header from the top down; a cell that spans several rows counts once."""
    names: list[tuple[str, ...]] = []
    for cells in zip(*rows, strict=True):
        parts = [one_line(cell) for cell in cells if cell]
        names.append(tuple(dict.fromkeys(parts)))
    return names


def _found(names: list[tuple[str, ...]], columns: Columns, begins: int) -> _Header | None:
    at: dict[str, int] = {}
    for field, wanted in columns.model_dump(exclude={"labels"}, exclude_none=True).items():
        places = [x for x, name in enumerate(names) if _is(name, wanted)]
        if not places:
            return None
        at[field] = places[0]
    labels: dict[int, str] = {}
    for wanted in columns.labels or ():
        group = wanted.removesuffix("*").rstrip(" >")
        below = wanted.endswith("*")
        places = [x for x, name in enumerate(names)
                  if (_is_below(name, group) if below else _is(name, wanted))]  # fmt: skip
        if not places:
            return None
        labels |= {x: names[x][-1] for x in places}
    return _Header(begins, at, tuple(labels.items()))


def _is(name: tuple[str, ...], wanted: str) -> bool:
    """Return whether the wanted header is the whole path, or its last part."""
    return bool(name) and _folded(wanted) in (_folded(_JOIN.join(name)), _folded(name[-1]))


def _is_below(name: tuple[str, ...], group: str) -> bool:
    return any(_folded(group) == _folded(_JOIN.join(name[:n])) for n in range(1, len(name)))


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _wanted(columns: Columns) -> list[str]:
    fields = columns.model_dump(exclude={"labels"}, exclude_none=True)
    return [*map(str, fields.values()), *(columns.labels or ())]


def _rows(table: Table, header: _Header, entry: SourceEntry) -> Iterator[Row | DroppedRow]:
    body = table.rows[header.begins :]
    name = header.at["name"]
    notes = notes_among(body, name)

    def no(number: int, cells: Sequence[str], ko: str, en: str) -> DroppedRow:
        said = one_line(cells[name] if len(cells) > name and cells[name] else "".join(cells[:1]))
        return DroppedRow(f"{table.place}, {number}행", said[:_MAX_NAME], ko, en)

    for row, cells in enumerate(body):
        number = table.number(header.begins + row)
        # Skip empty rows, headings that span the table, and repeated parts of the header.
        if len(set(cells)) == 1 and (len(cells) > 1 or not cells[0]):
            continue
        if _is((one_line(cells[name]),), entry.columns.name.split(_JOIN)[-1]):
            continue
        if any(DAMAGED in cell for cell in cells):
            yield no(number, cells, "깨진 글자가 있습니다", "has bytes that are no text")
        elif row in notes:
            yield no(number, cells, "표에 달린 주석입니다", "a note on the table")
        else:
            yield _row(cells, header, entry, f"{table.place}, {number}행")
    for hidden in table.hidden:
        if any(hidden.cells):
            yield no(hidden.number, hidden.cells, "숨겨진 행입니다", "a hidden row")


def _row(cells: Sequence[str], header: _Header, entry: SourceEntry, place: str) -> Row | DroppedRow:
    found = {field: one_line(cells[x]) for field, x in header.at.items()}
    name = found["name"]

    def no(ko: str, en: str) -> DroppedRow:
        return DroppedRow(place, name[:_MAX_NAME], ko, en)

    if says_nothing(name):
        return no("제품 유형의 이름이 비어 있습니다", "the product type has no name")
    item = found.get("item", entry.item.ko if entry.item else "")
    if says_nothing(item):
        return no("품목이 비어 있습니다", "there is no item")
    for text in (name, item):
        if len(text) > _MAX_NAME:
            return no(
                f"{_MAX_NAME}자를 넘는 이름입니다", f"a name longer than {_MAX_NAME} characters"
            )
    code = industry_code(found["industry"]) if "industry" in found else entry.industry
    if code is None:
        return no("산업분류코드가 아닌 값입니다", f"not a KSIC code: {found['industry'][:40]!r}")
    labels = tuple(dict.fromkeys(_labels(cells, header)))
    if any(len(label) > _MAX_LABEL for label in labels):
        return no(f"표시사항 하나가 {_MAX_LABEL}자를 넘습니다",
                  f"a labelling item longer than {_MAX_LABEL} characters")  # fmt: skip
    item_en = entry.item.en if entry.item and "item" not in found else ""
    synonyms = items_of(cells[header.at["synonyms"]]) if "synonyms" in header.at else ()
    return Row(
        name=name,
        item=item,
        industry=code,
        industry_name=found.get("industry_name", ""),
        name_en=found.get("name_en") or entry.english.get(name, ""),
        item_en=found.get("item_en") or entry.english.get(item, "") or item_en,
        synonyms=tuple(word for word in synonyms if word != name)[:20],
        labels=labels,
        place=place,
    )


def _labels(cells: Sequence[str], header: _Header) -> Iterator[str]:
    for x, name in header.labels:
        cell = cells[x]
        if one_line(cell) in MARKS:
            yield name
        else:
            yield from items_of(cell)
