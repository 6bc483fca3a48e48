"""Documents as offices publish them: notes, broken bytes, sideways tables, hidden rows, wrong names."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from crawl.products.charset import DAMAGED, decoded
from crawl.products.html_tables import html_tables
from crawl.products.kinds import kind_of
from crawl.products.notes import notes_among
from crawl.products.pdf_tables import pdf_tables
from crawl.products.reading import DocumentReading, read_document
from crawl.products.sources import SourceEntry
from crawl.products.table import UnreadableDocument
from crawl.products.xlsx_tables import xlsx_tables
from tests.pdf_page import grid, pdf_of
from tests.sideways_pdf import sideways_pdf_of, turned

HEAD = ["제품유형", "표시사항"]
CREAM, SOAP = ["수분크림", "용량"], ["샴푸", "전성분"]


def reading(file_format: str, body: bytes, served_as: str = "", **fields: Any) -> DocumentReading:
    given: dict[str, Any] = {
        "id": "kats",
        "urls": ["https://example.kr/a"],
        "format": file_format,
        "document": "안전기준",
        "publisher": "국가기술표준원",
        "licence": "law",
        "date": "2025-06-04",
        "industry": "20",
        "item": "화장품 | cosmetics",
        "columns": {"name": "제품유형", "labels": ["표시사항"]},
    }
    return read_document(SourceEntry.model_validate(given | fields), body, served_as)


def names(found: DocumentReading) -> list[str]:
    return [row.name for row in found.rows]


def why(found: DocumentReading) -> list[tuple[str, str]]:
    return [(row.place, row.en) for row in found.dropped]


def csv_of(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


# Notes


@pytest.mark.parametrize(
    "note",
    ["※ 위 표는 예시이다", "주) 용량은 ml로 한다", "주1) 용량", "주: 용량", "자료: 통계청", "출처 : 식약처",
     "* 표시는 권장 사항임", "Note: as of 2025", "Note 1 as of 2025", "Source: KATS", "비고: 없음", "† 제외",
     "[비고] 제외", "주 1 용량"],
)  # fmt: skip
def test_a_note_under_a_table_is_no_product(note: str) -> None:
    found = reading("csv", csv_of(HEAD, CREAM, SOAP, [note, ""], ["둘째 줄까지 이어진다.", ""]).encode())  # fmt: skip
    assert names(found) == ["수분크림", "샴푸"]
    assert why(found) == [(f"CSV, {n}행", "a note on the table") for n in (4, 5)]


@pytest.mark.parametrize(
    "name", ["(주)한빛 비누", "주방용품", "*블록 완구", "노트북", "Note 지", "자료집", "주스"]
)
def test_a_product_that_begins_like_a_note_is_a_product(name: str) -> None:
    found = reading("csv", csv_of(HEAD, [name, "재질"], CREAM).encode())
    assert names(found) == [name, "수분크림"]


def test_names_with_a_star_among_names_are_names() -> None:
    rows = [["*블록 완구", ""], ["*인형", ""]]
    assert notes_among(rows, 0) == frozenset()
    assert notes_among([["인형", ""], ["*블록", ""], ["퍼즐", ""]], 0) == frozenset()
    assert notes_among([["인형", ""], ["* 제외함", ""], ["", ""]], 0) == {1}
    assert notes_among([["완구", "인형"], ["※ 완구, 인형", "그리고 퍼즐"]], 1) == {1}


# Broken bytes


def broken(text: str, at: str, by: bytes, charset: str = "cp949") -> bytes:
    """The text with the second byte of the first `at` in it replaced."""
    before, after = text.split(at, 1)
    body = at.encode(charset)
    return before.encode(charset) + body[:1] + by + body[2:] + after.encode(charset)


@pytest.mark.parametrize("charset", ["cp949", "utf-8"])
@pytest.mark.parametrize("served_as", ["", "euc-kr", "iso-8859-1", "no-such-charset", "undefined"])
def test_one_broken_byte_costs_its_row_and_no_other(charset: str, served_as: str) -> None:
    body = broken(csv_of(HEAD, CREAM, SOAP, ["비누", "중량"]), "성", b"\xff", charset)
    found = reading("csv", body, served_as)
    assert names(found) == ["수분크림", "비누"]
    assert [(row.place, row.name, row.en) for row in found.dropped] == [
        ("CSV, 3행", "샴푸", "has bytes that are no text")
    ]


def test_a_lead_byte_that_went_astray_makes_no_product_of_the_rest_of_its_cell() -> None:
    text = csv_of(HEAD, CREAM, SOAP, ["비누", "중량"])
    before, after = text.split("샴푸", 1)
    body = before.encode("cp949") + b"0" + "샴푸".encode("cp949")[1:] + after.encode("cp949")
    found = reading("csv", body)
    assert names(found) == ["수분크림", "비누"]
    assert [row.place for row in found.dropped] == ["CSV, 3행"]


def test_a_file_that_breaks_off_within_a_character_is_read_up_to_there() -> None:
    body = csv_of(HEAD, CREAM, SOAP).rstrip().encode("cp949")[:-1]
    found = reading("csv", body)
    assert names(found) == ["수분크림"] and [row.place for row in found.dropped] == ["CSV, 3행"]


def test_what_is_damaged_all_over_is_not_taken_for_damage() -> None:
    with pytest.raises(UnreadableDocument, match="not in utf-8"):
        decoded("수분크림 샴푸".encode("cp949"), said="utf-8")
    assert DAMAGED not in decoded("샴푸".encode("cp949"), served_as="iso-8859-1")
    mended = broken("수분크림과 샴푸와 비누", "샴", b"\xff")
    assert decoded(mended, said="cp949").startswith("수분크림과 " + DAMAGED)


# Sideways


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_table_is_read_whichever_way_it_was_drawn_and_turned(turn: int, rotate: int) -> None:
    body = sideways_pdf_of(grid([HEAD, CREAM, SOAP]), turn)
    found = reading("pdf", turned(body, rotate) if rotate else body)
    assert [(row.name, row.labels) for row in found.rows] == [
        ("수분크림", ("용량",)),
        ("샴푸", ("전성분",)),
    ]


def test_a_sideways_table_beside_an_upright_one_is_read_as_well() -> None:
    upright = grid([HEAD, ["비누", "중량"]], top=700)
    body = sideways_pdf_of(grid([HEAD, CREAM, SOAP]), 90, upright)
    assert sorted(names(reading("pdf", body))) == ["비누", "샴푸", "수분크림"]


def test_an_upright_page_is_read_as_it_was() -> None:
    (table,) = pdf_tables(pdf_of([grid([HEAD, CREAM])]))
    assert table.rows == [HEAD, CREAM]


# Hidden


def xlsx_of(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_height_0(book: bytes, height: int) -> bytes:
    """The workbook with rows of a height as ones of none, which openpyxl does not write."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(f'ht="{height}"'.encode(), b'ht="0"'))
    return out.getvalue()


def test_hidden_rows_and_columns_of_a_workbook_are_no_data() -> None:
    def fill(sheet: Any) -> None:
        sheet.title = "완구"
        sheet.append(["제품유형", "옛이름", "표시사항"])
        sheet.append(["수분크림", "크림", "용량"])
        sheet.append(["옛 샴푸", "x", "용량"])
        sheet.append([])
        sheet.append(["옛 비누", "x", "용량"])
        sheet.append(["샴푸", "x", "전성분"])
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[5].height = 99
        sheet.column_dimensions["B"].hidden = True
        sheet.parent.create_sheet("숨김").sheet_state = "veryHidden"

    body = with_height_0(xlsx_of(fill), 99)
    found = reading("xlsx", body)
    assert [(row.name, row.place) for row in found.rows] == [
        ("수분크림", "시트 '완구', 2행"),
        ("샴푸", "시트 '완구', 6행"),
    ]
    assert [(row.place, row.name, row.en) for row in found.dropped] == [
        ("시트 '완구', 3행", "옛 샴푸", "a hidden row"),
        ("시트 '완구', 5행", "옛 비누", "a hidden row"),
    ]
    assert [(remark.place, remark.en) for remark in found.remarks] == [
        ("시트 '완구'", "1 hidden columns were not read"),
        ("시트 '숨김'", "a hidden sheet was not read"),
    ]
    columns = {"name": "옛이름", "labels": ["표시사항"]}
    with pytest.raises(UnreadableDocument, match="found '제품유형', '표시사항'"):
        reading("xlsx", body, columns=columns)


def test_a_merged_name_whose_first_row_is_hidden_still_names_the_others() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(HEAD)
        sheet.append(["수분크림", "용량"])
        sheet.append([None, "중량"])
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[2].hidden = True

    (table,) = xlsx_tables(xlsx_of(fill))
    assert table.rows == [HEAD, ["수분크림", "중량"]] and table.numbers == [1, 3]


@pytest.mark.parametrize(
    "row",
    ["<tr hidden>", "<tr style='display: none'>", "<tr style='color:red;visibility:collapse'>",
     "<tr class='a gone'>", "<tr id=old>", "<tbody style='DISPLAY:NONE'><tr>"],
)  # fmt: skip
def test_a_row_that_a_page_does_not_show_is_no_data(row: str) -> None:
    page = f"""<style>/* x */ @media print {{ tr {{ display: none }} }}
        .none, tr.gone, #old {{ color: red; display:none }} .shown {{ display: block }}</style>
        <table><tr class=shown><th>제품유형<th>표시사항<tr><td>수분크림<td>용량
        {row}<td>옛 샴푸<td>용량</tr><tbody><tr><td>비누<td style="display:none">x<td>중량
        <span hidden>안 보임</span></table>"""
    found = reading("html", page.encode())
    assert [(row.name, row.labels) for row in found.rows] == [("수분크림", ("용량",)), ("비누", ("중량",))]  # fmt: skip
    assert why(found) == [("표 1, 3행", "a hidden row")]


def test_a_table_that_a_page_does_not_show_is_remarked_upon() -> None:
    table = "<table><tr><th>제품유형<th>표시사항<tr><td>{}<td>용량</table>"
    page = f"{table.format('비누')}<div style='display:none'>{table.format('옛 비누')}</div>"
    found = reading("html", page.encode())
    assert names(found) == ["비누"] and found.tables == 1 and found.passed_over == 0
    assert [remark.en for remark in found.remarks] == ["a hidden table was not read"]


def test_a_span_over_a_row_that_is_not_shown_reaches_the_next_one_that_is() -> None:
    page = "<table><tr><td rowspan=2>a<td>b<tr hidden><td>c<tr><td>d</table>"
    (table,) = html_tables(page)
    assert table.rows == [["a", "b"], ["a", "d"]] and table.numbers == [1, 3]


# What it really is

PAGE = "<!-- x --><html><table><tr><th>제품유형<th>표시사항<tr><td>수분크림<td>용량</table>"


def a_workbook() -> bytes:
    def fill(sheet: Any) -> None:
        sheet.append(HEAD)
        sheet.append(CREAM)

    return xlsx_of(fill)


@pytest.mark.parametrize("said", ["csv", "xlsx", "html", "pdf"])
@pytest.mark.parametrize(
    ("body", "is_really"),
    [
        (a_workbook, "xlsx"),
        (lambda: PAGE.encode("cp949"), "html"),
        (lambda: ("\ufeff" + PAGE).encode("utf-16"), "html"),
        (lambda: csv_of(HEAD, CREAM).encode(), "csv"),
        (lambda: csv_of(HEAD, CREAM).encode("utf-16"), "csv"),
        (lambda: pdf_of([grid([HEAD, CREAM])]), "pdf"),
    ],
    ids=["xlsx", "html", "html in utf-16", "csv", "csv in utf-16", "pdf"],
)
def test_a_document_is_read_as_what_it_is(
    said: str, body: Callable[[], bytes], is_really: str
) -> None:
    found = reading(said, body())
    assert names(found) == ["수분크림"]
    assert (said == is_really) == (found.remarks == ())


def zipped(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in members:
            package.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (OLE + "Workbook\0".encode("utf-16-le"), "it is an Excel 97-2003 workbook"),
        (OLE + "EncryptedPackage\0".encode("utf-16-le"), "wants a password"),
        (OLE + "\5HwpSummaryInformation\0".encode("utf-16-le"), "it is an HWP document"),
        (OLE, "it is an OLE document"),
        (struct.pack("<HH", 0x0809, 16) + bytes(16), "it is an early Excel workbook"),
        (zipped("mimetype", "Contents/content.hpf"), "it is an HWPX document"),
        (zipped("word/document.xml"), "it is a Word document"),
        (zipped("a.csv"), "it is a ZIP archive"),
        (b"\x1f\x8b\x08\0", "it is a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "it is a PNG picture"),
        (bytes(range(256)), "it is neither text nor a document"),
        (b" \r\n", "it is an empty file"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "it is an XML Spreadsheet 2003"),
        (b"<!doctype html><title>404 Not Found</title>", "it is an HTML page"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", ["csv", "pdf"])
def test_what_is_not_read_is_refused_by_its_name(said: str, body: bytes, what: str) -> None:
    with pytest.raises(
        UnreadableDocument, match=f"no {said.upper()}: .*{what}|no {said.upper()}: {what}"
    ):
        reading(said, body)


def test_a_control_character_from_a_word_processor_is_no_reason_to_refuse_a_text() -> None:
    assert kind_of((csv_of(HEAD, CREAM, SOAP) * 20 + "비누\x02,\x00\n").encode()) == "csv"
