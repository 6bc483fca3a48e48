"""Thirty more files that nobody sends by mistake: bombs in every nesting, cycles, absurd measures,
paths and links to outside, truncations. Made, never stored.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.returned_sheets import repacked

_SHEET, _SLIDE = r"xl/worksheets/sheet1\.xml", r"ppt/slides/slide2\.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def hostile_imports(book: bytes, deck: bytes, document: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what each is, and its bytes."""
    yield from _bombs(book, deck, document)
    yield from _measures(book, deck, document)
    yield from _cycles(book, deck)
    yield from _paths(book)
    yield from _pages()
    for name, data in (("workbook", book), ("deck", deck), ("document", document)):
        for share in (0.3, 0.97):
            yield f"a {name} cut short at {share:.0%}", data[: int(len(data) * share)]


def _bombs(book: bytes, deck: bytes, document: bytes) -> Iterator[tuple[str, bytes]]:
    strings = f'<sst xmlns="{_MAIN}">' + "<si><t>a</t></si>" * 450_000 + "</sst>"
    yield (
        "small strings by the hundred thousand",
        repacked(book, {r"xl/sharedStrings\.xml": lambda _: strings}),
    )
    noise = "".join(f'<c r="A{at}" t="n"><v>{at * 7919}</v></c>' for at in range(160_000))
    yield "cells by the hundred thousand in one row", repacked(
        book,
        {_SHEET: lambda _: f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1">{noise}</row></sheetData></worksheet>'},
    )  # fmt: skip
    yield (
        "sheets by the hundred, each within bounds",
        repacked(
            book, {}, **{f"xl/worksheets/more{at}.xml": b"<a> </a>" * 8_000 for at in range(1_990)}
        ),
    )
    yield "entries that lie over each other", _overlapping(300, 1 << 20)
    yield "an entry that says it is small and is not", _understated(book)
    inner = _zip({"0": bytes(20_000_000)})
    for at in range(4):
        inner = _zip({f"{at}": inner})
    yield "a ZIP in a ZIP in a ZIP", _zip({"xl/workbook.xml": inner})
    yield "a timeline that is a ZIP", _zip({"content.otio": _zip({"content.otio": b"{" * 9_000})})
    yield "runs of text by the hundred thousand", repacked(
        deck, {_SLIDE: lambda xml: xml.replace("<a:t>", "<a:t>" + "</a:t></a:r><a:r><a:t>a" * 9_000)}
    )  # fmt: skip
    yield "tables within tables", repacked(
        document,
        {r"word/document\.xml": lambda xml: re.sub(
            r"<w:tc>", "<w:tc>" + "<w:tbl><w:tr><w:tc>" * 400, xml, count=1)},
    )  # fmt: skip


def _measures(book: bytes, deck: bytes, document: bytes) -> Iterator[tuple[str, bytes]]:
    yield (
        "a cell at the end of the world",
        repacked(book, {_SHEET: lambda xml: re.sub(r'r="[A-Z]+4"', 'r="XFD1048576"', xml)}),
    )
    yield (
        "a row of a number without end",
        repacked(
            book, {_SHEET: lambda xml: re.sub(r'<row r="\d+"', f'<row r="{"9" * 4000}"', xml)}
        ),
    )
    yield "cells merged over all of a sheet, a thousand times", repacked(
        book,
        {_SHEET: lambda xml: xml.replace(
            "</sheetData>",
            "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 1000 + "</mergeCells>")},
    )  # fmt: skip
    yield "a table of columns without end", repacked(
        document,
        {r"word/document\.xml": lambda xml: xml.replace(
            "<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>')},
    )  # fmt: skip
    yield (
        "shapes larger than numbers",
        repacked(
            deck, {_SLIDE: lambda xml: re.sub(r'(c[xy]|[xy])="\d+"', f'\\1="{"9" * 5000}"', xml)}
        ),
    )


def _cycles(book: bytes, deck: bytes) -> Iterator[tuple[str, bytes]]:
    rels = r"xl/_rels/workbook\.xml\.rels"
    yield "a workbook whose sheets are itself", repacked(
        book, {rels: lambda xml: re.sub(r'Target="worksheets/\w+\.xml"', 'Target="workbook.xml"', xml)}
    )  # fmt: skip
    yield (
        "a workbook that begins with its relations",
        repacked(
            book,
            {r"_rels/\.rels": lambda xml: re.sub(r"xl/workbook\.xml", "_rels/.rels", xml)},
        ),
    )
    yield "a deck of one slide, thousands of times", repacked(
        deck,
        {r"ppt/presentation\.xml": lambda xml: re.sub(
            r"(<p:sldId [^>]*/>)", lambda one: one[0] * 4_000, xml, count=1)},
    )  # fmt: skip
    yield (
        "groups of shapes that never end",
        repacked(
            deck,
            {_SLIDE: lambda xml: xml.replace("<p:sp>", "<p:grpSp>" * 3_000 + "<p:sp>", 1)},
        ),
    )


def _paths(book: bytes) -> Iterator[tuple[str, bytes]]:
    timeline = b'{"OTIO_SCHEMA": "Timeline.1", "tracks": {"children": []}}'
    yield "a timeline bundle that leads out", _zip({"../../content.otio": timeline})
    yield "a timeline bundle from the root", _zip({"/content.otio": timeline})
    yield "a timeline bundle by Windows paths", _zip({"..\\content.otio": timeline})
    yield "a timeline that is a link", _link("content.otio", "/etc/passwd")
    yield "a workbook whose strings are a file of the machine", repacked(
        book,
        {r"xl/_rels/workbook\.xml\.rels": lambda xml: re.sub(
            r'Target="(worksheets/\w+|sharedStrings)\.xml"', 'Target="file:///etc/passwd"', xml)},
    )  # fmt: skip


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "a PDF whose pages are their own parents", _pdf(kids="2 0 R")
    yield "a PDF of a page as large as a country", _pdf(box="0 0 999999999 999999999")
    yield (
        "a PDF whose page unzips without end",
        _pdf(content=zlib.compress(b"0 0 m " * 30_000_000, 9)),
    )
    yield "a PDF whose forms draw themselves", _pdf(form=b"/F Do " * 50)
    yield "a PDF of forms that draw forms, ten times each", _nested_forms(7)
    yield "a PDF of letters by the hundred thousand", _pdf(
        content=zlib.compress(b"BT /T 9 Tf 9 9 Td " + b"(aaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 40_000 + b"ET")
    )  # fmt: skip
    yield (
        "a PDF of rectangles by the hundred thousand",
        _pdf(content=zlib.compress(b"0 0 9 9 re S " * 400_000)),
    )
    yield "a PDF that is locked", _pdf(trailer=b"/Encrypt <</Filter/Standard/V 9/R 9>>")


def _pdf(
    kids: str = "3 0 R",
    box: str = "0 0 595 842",
    content: bytes = b"",
    form: bytes = b"",
    form_below: int = 5,
    more: Sequence[bytes] = (),
    trailer: bytes = b"",
) -> bytes:
    content = content or zlib.compress(b"/F Do")
    form = zlib.compress(form)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count 1>>".encode(),
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources"
        "<</XObject<</F 5 0 R>>/Font<</T 6 0 R>>>>>>".encode(),
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>"
        b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (form_below, len(form), form),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    ]
    made, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, trailer, table,
    )  # fmt: skip
    return bytes(made)


def _nested_forms(depth: int) -> bytes:
    """Ten million texts in a page of ten lines."""
    contents = [b"/F Do " * 10] * depth + [b"BT /T 9 Tf (aaaaaaaa) Tj ET " * 10]
    return _pdf(
        form=b"/F Do",
        form_below=7,
        more=[
            b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</T 6 0 R>>"
            b"/XObject<</F %d 0 R>>>>/Length %d>>stream\n%b\nendstream"
            % (at + 1, len(content), content)
            for at, content in enumerate(contents, 7)
        ],
    )


def _zip(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


def _link(name: str, target: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, target)
    return made.getvalue()


def _overlapping(entries: int, size: int) -> bytes:
    """A ZIP whose entries are all the same bytes of the file."""
    whole = _zip({"xl/workbook.xml": bytes(size)})
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    one = whole[start:end]
    names = [f"xl/w{at:08}.xml"[:15].encode() for at in range(entries - 1)]
    more = [one.replace(b"xl/workbook.xml", name.ljust(15, b"x")) for name in names]
    directory = one + b"".join(more)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, entries, entries, len(directory), start, 0)
    return whole[:start] + directory + tail


def _understated(book: bytes) -> bytes:
    """A workbook whose sheet is 40 MB, and is said to be 100 bytes."""
    swollen = repacked(book, {_SHEET: lambda xml: xml + " " * 40_000_000})
    made = bytearray(swollen)
    places = [one.start() for one in re.finditer(b"PK\x01\x02", swollen)]
    for place, _ in pairwise([*places, len(made)]):
        if struct.unpack_from("<L", made, place + 24)[0] > 1 << 20:
            struct.pack_into("<L", made, place + 24, 100)
    return bytes(made)
