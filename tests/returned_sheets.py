"""Workbooks and decks as people's programs leave them: edited, renamed, shuffled, and hostile."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import openpyxl
from pptx import Presentation

Part = Callable[[str], str]


def edited_workbook(data: bytes, *changes: Callable[[Any, dict[str, int]], None]) -> bytes:
    """Change the first sheet through openpyxl; a change gets its columns, from 1, by heading."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet: Any = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[4]}
    for change in changes:
        change(sheet, columns)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def cell(row: int, heading: str, value: Any) -> Callable[[Any, dict[str, int]], None]:
    """Set a cell of a cut's line, from 1."""

    def change(sheet: Any, columns: dict[str, int]) -> None:
        sheet.cell(4 + row, columns[heading]).value = value

    return change


def edited_deck(data: bytes, *changes: Callable[[Any], None]) -> bytes:
    show: Any = Presentation(io.BytesIO(data))
    for change in changes:
        change(show)
    made = io.BytesIO()
    show.save(made)
    return made.getvalue()


def line(slide: int, heading: str, value: str) -> Callable[[Any], None]:
    """Set a row of a cut's table; the title is slide 0."""

    def change(show: Any) -> None:
        table = next(one.table for one in show.slides[slide].shapes if one.has_table)
        row = next(one for one in table.rows if one.cells[0].text == heading)
        row.cells[1].text = value

    return change


def repacked(data: bytes, parts: Mapping[str, Part | None], **added: bytes) -> bytes:
    """Pack again with parts, by patterns of their names, changed as text; None leaves one out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as found,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in found.namelist():
            content = found.read(name)
            for pattern, change in parts.items():
                if re.fullmatch(pattern, name):
                    content = b"" if change is None else change(content.decode()).encode()
            if content:
                packed.writestr(name, content)
        for name, content in added.items():
            packed.writestr(name, content)
    return made.getvalue()


def inline(data: bytes) -> bytes:
    """The workbook with its texts in their cells, without references, and its sheets renamed."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        shared = found.read("xl/sharedStrings.xml").decode()
    texts = re.findall(r"<si>(.*?)</si>", shared, re.DOTALL)

    def in_cells(xml: str) -> str:
        return re.sub(
            r'<c r="([A-Z]+[0-9]+)"([^>]*) t="s"><v>(\d+)</v></c>',
            lambda one: f'<c r="{one[1]}"{one[2]} t="inlineStr"><is>{texts[int(one[3])]}</is></c>',
            xml,
        )

    def renamed(xml: str) -> str:
        names = iter(("시트1", "Sheet2", "Sheet3"))
        return re.sub(r'(<sheet [^>]*?name=")[^"]*', lambda one: one[1] + next(names), xml)

    return repacked(
        data,
        {
            r"xl/worksheets/sheet\d\.xml": in_cells,
            r"xl/workbook\.xml": renamed,
            r"xl/sharedStrings\.xml": None,
            r"xl/_rels/workbook\.xml\.rels|\[Content_Types\]\.xml": lambda xml: re.sub(
                r"<(?:Relationship|Override) [^>]*sharedStrings[^>]*/>", "", xml
            ),
        },
    )


def hostile_sheets(book: bytes, deck: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what each is, and its bytes."""
    sheet, slide = r"xl/worksheets/sheet1\.xml", r"ppt/slides/slide2\.xml"
    for name, data, part in (("book", book, sheet), ("deck", deck, slide)):
        yield f"{name}: a bomb", repacked(data, {part: lambda xml: xml + " " * 12_000_000})
        yield f"{name}: a bomb within bounds", repacked(data, {part: lambda x: x + " " * 7_000_000})
        yield (
            f"{name}: a picture that is a bomb",
            repacked(data, {}, **{"a/1.png": b"\0" * 20_000_000}),
        )
        yield f"{name}: entities", repacked(data, {part: _with_dtd})
        yield f"{name}: depth", repacked(data, {part: lambda _: "<a>" * 5000 + "</a>" * 5000})
        yield f"{name}: no XML", repacked(data, {part: lambda _: "not XML"})
        yield (
            f"{name}: nothing in it",
            repacked(data, {part: lambda _: "<a/>", r"ppt/slides/.*": lambda _: "<a/>"}),
        )
        yield f"{name}: macros", repacked(data, {}, **{"xl/vbaProject.bin": b"x"})
        yield (
            f"{name}: macros by its type",
            repacked(data, {r"\[Content_Types\]\.xml": lambda xml: re.sub(
                r"openxmlformats-officedocument\.(spreadsheetml\.sheet|presentationml\.presentation)\.main",
                r"\1.macroEnabled.main", xml)}),
        )  # fmt: skip
        yield f"{name}: many entries", repacked(data, {}, **{f"x/{at}": b"x" for at in range(3000)})
        yield f"{name}: cut short", data[: len(data) // 2]
        yield f"{name}: a part that is missing", repacked(data, {part: None})
        yield f"{name}: encrypted entries", _flagged(data)
        yield f"{name}: a directory for giants", data[:-22] + b"PK\6\7" + bytes(16) + data[-22:]
    yield "a workbook of many rows", repacked(book, {sheet: _many_rows})
    yield "a workbook that leads out", repacked(book, {r"xl/_rels/workbook\.xml\.rels": _leads_out})
    yield "an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    yield (
        "an OpenDocument",
        b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.sheet",
    )


def _with_dtd(xml: str) -> str:
    head, end, body = xml.partition("?>")
    return f'{head}{end}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>{body}'


def _many_rows(_: str) -> str:
    rows = "".join(f'<row r="{at}"><c><v>1</v></c></row>' for at in range(1, 6000))
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def _leads_out(xml: str) -> str:
    return re.sub(r'Target="worksheets/', 'Target="../../../../etc/', xml)


def _flagged(data: bytes) -> bytes:
    """Every entry marked as encrypted."""
    made = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            made[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(made)
