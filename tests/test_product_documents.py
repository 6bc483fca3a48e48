"""Tables in HTML, CSV, XLSX and PDF -> rows, whatever spans, charsets and hostility are in them."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from crawl.products.bounded_reading import read_bounded
from crawl.products.charset import decoded
from crawl.products.csv_table import csv_table
from crawl.products.html_tables import html_tables
from crawl.products.pdf_tables import pdf_tables
from crawl.products.reading import read_document
from crawl.products.row import Row, industry_code, items_of
from crawl.products.sources import SourceEntry
from crawl.products.table import MAX_ROWS, UnreadableDocument
from crawl.products.xlsx_tables import xlsx_tables
from serve.bounded import CallLimits
from tests.pdf_page import grid, pdf_of


def an_entry(file_format: str, **fields: Any) -> SourceEntry:
    given: dict[str, Any] = {
        "id": "kats",
        "urls": ["https://example.kr/a"],
        "format": file_format,
        "document": "안전기준",
        "publisher": "국가기술표준원",
        "licence": "law",
        "date": "2025-06-04",
        "columns": {
            "industry": "산업분류",
            "item": "품목",
            "name": "제품유형",
            "labels": ["표시사항"],
        },
    }
    return SourceEntry.model_validate(given | fields)


def rows_of(entry: SourceEntry, body: bytes, served_as: str = "") -> tuple[Row, ...]:
    return read_document(entry, body, served_as).rows


HEAD = ["산업분류", "품목", "제품유형", "표시사항"]
TOY = ["C33402", "완구", "블록 완구", "사용연령, 주의사항"]


def xlsx_of(fill: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# HTML


def html_rows(page: str) -> list[list[str]]:
    return [list(row) for row in next(iter(html_tables(page))).rows]


def test_spans_stand_in_every_row_and_column_they_reach() -> None:
    page = """<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td colspan=3>e</table>"""
    assert html_rows(page) == [["a", "b", "b"], ["a", "c", "d"], ["e", "e", "e"]]


def test_spans_that_make_no_sense_are_bounded() -> None:
    page = "<table><tr><td rowspan=99999999>a<td colspan=-1>b<td colspan=x>c<tr><td>d</table>"
    assert html_rows(page) == [["a", "b", "c"], ["a", "d", ""]]
    assert html_rows("<table><tr><td rowspan=0>a<td>b<tr><td>c</table>") == [["a", "b"], ["a", "c"]]
    with pytest.raises(UnreadableDocument):
        html_rows("<table><tr><td colspan=1000>a</table>")


def test_a_cell_keeps_its_lines_and_nothing_that_is_not_shown() -> None:
    page = "<table><tr><td> 재질<br>치수 <p>용\u200b도</p><script>x</script><!-- y --></table>"
    assert html_rows(page) == [["재질\n치수\n용도"]]


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    page = "<table><tr><td>a<table><tr><td>b</table></table>"
    assert [table.rows for table in html_tables(page)] == [[["a"]], [["b"]]]


def test_nested_headers_marks_and_merged_items_make_rows() -> None:
    page = """
    <p>아래 표와 같다.</p><table><tr><td>메뉴</td></tr></table>
    <table><caption>타이어</caption>
    <tr><th rowspan=2>산업분류<th rowspan=2>품목<th rowspan=2>제품 유형<th colspan=2>표시사항
    <tr><th>회전저항<th>소음
    <tr><td rowspan=2>C2211<td rowspan=2>타이어<td>승용차용 타이어<td>○<td>○
    <tr><td>트럭용 타이어<td>○<td>-
    <tr><td colspan=5>비고: 그 밖의 타이어는 제외한다.
    </table>"""
    entry = an_entry("html", columns={"industry": "산업분류", "item": "품목", "name": "제품유형", "labels": ["표시사항 > *"]})  # fmt: skip
    reading = read_document(entry, page.encode("euc-kr"), "euc-kr")
    assert [(row.industry, row.item, row.name, row.labels) for row in reading.rows] == [
        ("2211", "타이어", "승용차용 타이어", ("회전저항", "소음")),
        ("2211", "타이어", "트럭용 타이어", ("회전저항",)),
    ]
    assert (reading.tables, reading.passed_over, reading.dropped) == (1, 1, ())
    assert reading.rows[1].place == "표 2 (타이어), 4행"


def test_no_page_makes_the_reader_raise_anything_else_than_unreadable() -> None:
    pieces = st.sampled_from(
        ["<table>", "</table>", "<tr>", "<td rowspan=3>", "<td colspan=2>", "<th>", "가", "\0", "<",
         "&#x110000;", "<!--", "<![CDATA[", "<?xml?>", "\ud800", "<script>", "</td>", "<caption>"]
    )  # fmt: skip

    @given(st.lists(pieces, max_size=40))
    def holds(parts: list[str]) -> None:
        for table in html_tables("".join(parts)):
            assert len({len(row) for row in table.rows}) <= 1

    holds()


# Charsets


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp949", "euc-kr"])
def test_a_document_in_any_of_the_charsets_is_read(charset: str) -> None:
    text = "산업분류,품목\n22,고무 제품"
    assert decoded(text.encode(charset)) == text


def test_syllables_that_only_cp949_has_are_read_though_it_is_called_euc_kr() -> None:
    body = '<meta http-equiv=Content-Type content="text/html; charset=euc-kr">똠방각하 펲시콜라'.encode(
        "cp949"
    )
    assert decoded(body, served_as="euc-kr", is_html=True).endswith("똠방각하 펲시콜라")
    assert decoded(body, is_html=True).endswith("똠방각하 펲시콜라")


def test_a_charset_that_its_server_made_up_is_not_believed() -> None:
    assert decoded("타이어".encode(), served_as="iso-8859-1") == "타이어"
    assert decoded("타이어".encode(), served_as="no-such-charset") == "타이어"
    assert decoded("타이어 품목".encode("cp949"), served_as="utf-8") == "타이어 품목"


def test_a_charset_in_the_entry_is_believed_or_told_to_be_wrong() -> None:
    assert decoded("타이어".encode("johab"), said="johab") == "타이어"
    with pytest.raises(UnreadableDocument, match="not in utf-8"):
        decoded("타이어".encode("cp949"), said="utf-8")


# CSV


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f'제품유형{delimiter}표시사항\n"블록{delimiter} 완구"{delimiter}재질\n인형{delimiter}\n'
    block = f"블록{delimiter} 완구".replace("\t", "")  # a tab within a cell is a blank
    assert csv_table(text).rows == [["제품유형", "표시사항"], [block, "재질"], ["인형", ""]]


def test_a_euc_kr_csv_with_lines_in_its_cells_makes_rows() -> None:
    text = ",".join(HEAD) + '\r\n26529,음향기기,이어폰,"1. 정격전압\r\n2. 제조국"\r\n'
    (row,) = rows_of(an_entry("csv"), text.encode("euc-kr"))
    assert row == Row(
        "이어폰", "음향기기", "26529", labels=("정격전압", "제조국"), place="CSV, 2행"
    )


def test_a_quote_that_is_never_closed_does_not_swallow_the_file() -> None:
    with pytest.raises(UnreadableDocument, match="after row 1"):
        csv_table('a,b\n"' + "c,d\n" * 5000)


def test_formulas_in_cells_stay_text() -> None:
    text = ",".join(HEAD) + '\n22,품목,"=HYPERLINK(""http://x"")",+1\n'
    (row,) = rows_of(an_entry("csv"), text.encode())
    assert row.name.startswith("=HYPERLINK")


@pytest.mark.parametrize("text", ["a," * 300, "a\n" * (MAX_ROWS + 1), "x" * 5000, ""])
def test_a_csv_of_too_much_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        rows_of(an_entry("csv"), text.encode())


# XLSX


def test_merged_cells_titles_and_hidden_sheets_of_a_workbook() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.title = "완구"
        sheet.append(["어린이제품 안전기준"])
        sheet.merge_cells("A1:D1")
        sheet.append(HEAD)
        sheet.append(TOY)
        sheet.append([None, None, "작동 완구", "사용연령"])
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("B3:B4")
        hidden = book.create_sheet("숨김")
        hidden.sheet_state = "hidden"
        hidden.append(HEAD)
        hidden.append(["33", "완구", "안 보이는 완구", ""])
        more = book.create_sheet("가구")
        more.append(HEAD)
        more.append([32, "가구", "침대", "#N/A"])

    body = xlsx_of(fill)
    rows = rows_of(an_entry("xlsx"), body)
    assert [(row.industry, row.item, row.name, row.labels) for row in rows] == [
        ("33402", "완구", "블록 완구", ("사용연령", "주의사항")),
        ("33402", "완구", "작동 완구", ("사용연령",)),
        ("32", "가구", "침대", ()),
    ]
    assert rows[1].place == "시트 '완구', 4행"
    hidden = rows_of(an_entry("xlsx", sheets=["숨김"]), body)
    assert [row.name for row in hidden] == ["안 보이는 완구"]
    with pytest.raises(UnreadableDocument, match="no sheet '없음'; there are 완구, 숨김, 가구"):
        rows_of(an_entry("xlsx", sheets=["없음"]), body)


def test_a_code_shown_with_leading_zeros_is_read_as_shown() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(HEAD)
        sheet.append([1152, "채소", "딸기", "원산지"])
        sheet["A2"].number_format = "00000"
        sheet.append([1152.0, "채소", "=1+1", ""])

    (row,) = rows_of(an_entry("xlsx"), xlsx_of(fill))  # a formula without a value is nothing
    assert row.industry == "01152"


def package(**members: bytes) -> bytes:
    """A workbook with some of its members replaced, or more of them."""

    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(HEAD)
        sheet.append(TOY)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of(fill))) as plain, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:  # fmt: skip
        replaced = {name.replace("__", "/") + ".xml": body for name, body in members.items()}
        for name in plain.namelist():
            made.writestr(name, replaced.pop(name, plain.read(name)))
        for name, body in replaced.items():
            made.writestr(name, body)
    return out.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'


DTD = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>'
WIDE = b'<row r="1"><c r="KZ1" t="str"><v>a</v></c></row>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (lambda: package(xl__worksheets__sheet1=DTD + SHEET % b""), "declares a document type"),
        (lambda: package(xl__worksheets__sheet1=SHEET % WIDE), "a row of more than 256 cells"),
        (lambda: package(xl__worksheets__sheet1=b"<worksheet"), "no workbook"),
        (lambda: package(xl__workbook=b"<x/>"), "no table"),
        (lambda: b"PK\x03\x04 no zip", "no workbook"),
        (lambda: b"", "no workbook"),
        (lambda: b"<html>", "no workbook"),
    ],
    ids=["dtd", "columns", "torn", "workbook", "no zip", "empty", "html"],
)
def test_a_hostile_workbook_is_refused(body: Callable[[], bytes], said: str) -> None:
    with pytest.raises(UnreadableDocument, match=said):
        rows_of(an_entry("xlsx"), body())


def test_a_zip_bomb_is_refused_before_anything_parses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    body = package(xl__more=bytes(8 << 20))
    assert len(body) < 40_000
    monkeypatch.setattr("crawl.products.xlsx_tables.MAX_UNPACKED", 4 << 20)
    with pytest.raises(UnreadableDocument, match="unpacks to more than 4 MiB"):
        rows_of(an_entry("xlsx"), body)


def test_a_sheet_that_goes_on_for_a_million_rows_with_nothing_in_them_is_read() -> None:
    def row(number: int, values: list[str]) -> bytes:
        cells = (f'<c r="{"ABCD"[x]}{number}" t="str"><v>{v}</v></c>' for x, v in enumerate(values))
        return f'<row r="{number}">{"".join(cells)}</row>'.encode()

    last = b'<row r="1048576"><c r="XFD1048576"/></row></sheetData><mergeCells>'
    merged = last + b'<mergeCell ref="A2:A1048576"/></mergeCells><sheetData>'
    body = package(xl__worksheets__sheet1=SHEET % (row(1, HEAD) + row(2, TOY) + merged))
    assert [found.name for found in rows_of(an_entry("xlsx"), body)] == ["블록 완구"]


def test_merged_cells_over_a_whole_sheet_fill_only_what_is_there() -> None:
    merge = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>'
    cells = b'<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
    (table,) = xlsx_tables(package(xl__worksheets__sheet1=SHEET % (cells + merge)))
    assert [list(row) for row in table.rows] == [["a", "a"]]


# PDF


def test_a_pdfs_cells_stand_where_their_rectangles_reach() -> None:
    body = pdf_of(
        [
            [
                ((50, 50, 150, 110), "품목"),
                ((150, 50, 250, 110), "제품유형"),
                ((250, 50, 450, 80), "표시사항"),
                ((250, 80, 350, 110), "재질"),
                ((350, 80, 450, 110), "치수"),
                ((50, 110, 150, 210), "가구"),
                ((150, 110, 250, 160), "식탁용 의\n자"),
                ((250, 110, 350, 160), "○"),
                ((350, 110, 450, 160), ""),
                ((150, 160, 250, 210), "침대"),
                ((250, 160, 350, 210), "○"),
                ((350, 160, 450, 210), "○"),
            ]
        ]
    )
    columns = {"item": "품목", "name": "제품유형", "labels": ["표시사항 > *"]}
    rows = rows_of(an_entry("pdf", industry="32", columns=columns), body)
    assert [(row.item, row.name, row.labels) for row in rows] == [
        ("가구", "식탁용 의자", ("재질",)),
        ("가구", "침대", ("재질", "치수")),
    ]


def test_a_table_that_goes_on_over_pages_is_one_table() -> None:
    again = pdf_of([grid([HEAD, TOY]), grid([HEAD, [*TOY[:2], "인형", ""]]), grid([[*TOY[:2], "퍼즐", ""]])])  # fmt: skip
    (table,) = pdf_tables(again)
    assert [row[2] for row in table.rows] == ["제품유형", "블록 완구", "인형", "퍼즐"]
    assert [row.name for row in rows_of(an_entry("pdf"), again)] == ["블록 완구", "인형", "퍼즐"]
    (first,) = pdf_tables(again, "1")
    assert len(first.rows) == 2
    with pytest.raises(UnreadableDocument, match="3 pages, and 7-9 is none"):
        list(pdf_tables(again, "7-9"))


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\n%%EOF", b"<html>", b"%PDF-" + bytes(1000)])
def test_what_is_no_pdf_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        rows_of(an_entry("pdf"), body)


# Rows


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("재질, 치수", ("재질", "치수")),
        ("1. 품명\n2. 재질 3) 치수", ("품명", "재질", "치수")),
        ("① 품명 ② 재질", ("품명", "재질")),
        ("가. 품명 나. 재질", ("품명", "재질")),
        ("- 품명\n- 재질(겉감, 안감)", ("품명", "재질(겉감, 안감)")),
        ("품명·재질ㆍ치수", ("품명", "재질", "치수")),
        ("품명/재질;품명", ("품명", "재질")),
        ("해당 없음", ()),
        ("-", ()),
        ("", ()),
        ("KC 인증번호 3.5", ("KC 인증번호 3.5",)),
    ],
)  # fmt: skip
def test_a_cell_of_labelling_items_is_taken_apart(cell: str, items: tuple[str, ...]) -> None:
    assert items_of(cell) == items


@pytest.mark.parametrize(
    ("cell", "code"),
    [("C22111", "22111"), ("C 221", "221"), ("10", "10"), ("04", None), ("1", None), ("100000", None),
     ("가", None), ("", None), ("Z10", None)],
)  # fmt: skip
def test_a_ksic_code_is_known_by_its_division(cell: str, code: str | None) -> None:
    assert industry_code(cell) == code


def test_every_row_is_taken_or_dropped_with_a_reason() -> None:
    lines = [
        HEAD,
        TOY,
        ["04", "완구", "인형", ""],
        ["33", "", "인형", ""],
        ["33", "완구", "-", ""],
        ["33", "완구", "가" * 101, ""],
        ["33", "완구", "퍼즐", "나" * 201],
        HEAD,
        ["", "", "", ""],
    ]
    reading = read_document(an_entry("csv"), "\n".join(",".join(line) for line in lines).encode())
    assert [row.name for row in reading.rows] == ["블록 완구"]
    assert [row.place for row in reading.dropped] == [f"CSV, {n}행" for n in range(3, 8)]
    assert all(row.ko and row.en for row in reading.dropped)


def test_a_document_without_the_columns_says_which_it_has() -> None:
    with pytest.raises(
        UnreadableDocument, match=r"no table has the columns '제품유형'.*found '이름', '값'"
    ):
        rows_of(an_entry("csv"), "이름,값\n가,나\n".encode())


# Apart


def test_reading_apart_gives_what_reading_gives() -> None:
    body = (",".join(HEAD) + "\n" + "33,완구,인형,재질·치수\n04,,,\n").encode("cp949")
    assert read_bounded(an_entry("csv"), body, "euc-kr") == read_document(an_entry("csv"), body)
    with pytest.raises(UnreadableDocument, match="no table has the columns"):
        read_bounded(an_entry("csv"), b"x,y\n", "")


def test_a_document_takes_no_more_memory_than_it_is_given() -> None:
    small = CallLimits(memory_bytes=32 << 20)
    with pytest.raises(UnreadableDocument, match="more than 32 MiB of memory"):
        read_bounded(an_entry("csv"), b"a,b\n" + b"x,y\n" * 4_000_000, limits=small)
