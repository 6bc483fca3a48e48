"""Sheets that agencies and clients exchange: PDF, workbook, deck and shot list of one edition."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pypdfium2
import pytest
import typst
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from conte.edition import Edition, Remark, Signed, Since
from conte.export import Document, ExportOptions, Layout
from conte.glyphs import lettered
from conte.revision.changes import changes
from conte.revision.working import Working
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.base import base_of
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.pagination import Room, best_width, num_pages
from deployments.deliverables.sheets.pdf import pdf
from deployments.deliverables.sheets.shot_list import guarded, shot_list
from deployments.deliverables.sheets.workbook import workbook
from deployments.deliverables.sheets.wrapping import lines, word_of
from serve.bounded import Unusable
from tests.exported_editions import full, stills_of, written
from tests.pdf_accessibility import faults_of


@pytest.fixture(scope="module")
def tire() -> Edition:
    return written("tire", cuts=8)


@pytest.fixture(scope="module")
def stills(tire: Edition, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    return stills_of(tire, tmp_path_factory.mktemp("stills"))


def revised(edition: Edition) -> Edition:
    new = full(edition)
    old = Working(conte=edition.conte, brief=edition.brief)
    first = edition.conte.cuts[0].id
    table = changes(
        old, Working(conte=new.conte, brief=new.brief), {(first, "action"): "더 크게 보여 주세요"}
    )
    return new.model_copy(update={"since": Since(version=1, table=table)})


def of(
    edition: Edition,
    stills: dict[int, Path] | None = None,
    layout: Layout = "landscape",
    document: Document = "sheet",
) -> Material:
    return Material(edition, ExportOptions(layout=layout, document=document), stills or {})


def read(data: bytes) -> str:
    """All text, without blanks."""
    return plain(extracted(data))


def extracted(data: bytes) -> str:
    """All text as a viewer copies it."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join(pages).replace("\r", "")


def plain(text: str) -> str:
    return "".join(text.split())


def tagged(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """The structure's elements by their type."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    found: dict[str, list[dict[str, Any]]] = {}
    waiting: list[Any] = [reader.trailer["/Root"]["/StructTreeRoot"]]  # pyright: ignore[reportIndexIssue]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "/S" in one:
                found.setdefault(str(one["/S"]), []).append(dict(one))
            if "/K" in one:
                waiting.append(one["/K"])
    return found


@pytest.mark.parametrize("layout", ["landscape", "portrait"])
def test_everything_of_a_conte_is_read_from_its_pdf(
    tire: Edition, stills: dict[int, Path], layout: Layout
) -> None:
    edition = full(tire)
    data = pdf(of(edition, stills, layout))
    by_pypdf = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    for text in (extracted(data), by_pypdf):
        for cut in edition.conte.cuts:
            said = (cut.action, cut.narration, cut.caption, cut.legal, cut.place, cut.sound_effect)
            for words in (*said, *(line.text for line in cut.dialogue)):
                assert re.search(wrapped(words), text), words
        assert re.search(r"합계\s+30초\s+900프레임", text)
        assert "누적 30초" in text
        # Copied with an address, it would lead nowhere.
        assert "\u200b" not in text


def wrapped(text: str) -> str:
    """Pattern of a text as a page has it: every blank is there, as a blank or where a line ends;
    a line ends within a word that is wider than its column alone.
    """
    words = [word_of(word, 9) for word in lettered(text).split()]
    return r"\s+".join(r"\n?".join(map(re.escape, pieces)) for pieces in words)


def test_the_pdf_is_tagged_for_readers_and_says_what_it_is(
    tire: Edition, stills: dict[int, Path]
) -> None:
    data = pdf(of(tire, stills))
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ko"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert tire.brief.product.name in str(reader.metadata and reader.metadata.title)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    tags = tagged(data)
    assert len(tags["/H1"]) == 1
    pictures = [one for one in tags["/Figure"] if one.get("/Alt")]
    assert len(pictures) == len(tags["/Figure"]) == 8
    assert {"/Table", "/TR", "/TH", "/TD"} <= tags.keys()


def test_its_fonts_are_subsets_inside_of_it_and_no_glyph_is_missing(tire: Edition) -> None:
    odd = tire.conte.cuts[0].model_copy(update={"caption": "漢字와 이모지 🚗, 그리고 ก"})
    conte = tire.conte.model_copy(update={"cuts": (odd, *tire.conte.cuts[1:])})
    data = pdf(of(tire.model_copy(update={"conte": conte})))
    text = read(data)
    assert "漢字와이모지🚗,그리고" in text
    # A letter that no font of ours has is left out, not a box.
    assert "ก" not in text
    reader = pypdf.PdfReader(io.BytesIO(data))
    fonts: dict[str, Any] = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # pyright: ignore[reportIndexIssue]
            below = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(below["/BaseFont"])] = below["/FontDescriptor"].get_object()
    assert len(fonts) >= 4
    assert all("+" in name for name in fonts)
    assert all({"/FontFile2", "/FontFile3"} & one.keys() for one in fonts.values())


def test_the_same_edition_gives_the_same_bytes(tire: Edition, stills: dict[int, Path]) -> None:
    assert pdf(of(tire, stills)) == pdf(of(tire, stills))


def test_a_conte_of_usual_length_takes_one_page_upright_and_two_across(
    tire: Edition, stills: dict[int, Path]
) -> None:
    with pypdfium2.PdfDocument(pdf(of(tire, stills))) as document:
        assert len(document) == 2
        assert all(document.get_page_size(n)[0] > 800 for n in range(2))
    data = pdf(of(tire, stills, "portrait"))
    assert len(data) < 400_000
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 1
        assert document.get_page_size(0)[0] < 600


def test_four_cuts_are_one_page_though_their_texts_and_their_header_are_long() -> None:
    edition = written("tire", cuts=4)
    legal = "※ 본 제품은 의료기기가 아니며 개인에 따라 차이가 있을 수 있습니다. 자세한 내용은 누리집에 있습니다."
    first = edition.conte.cuts[0].model_copy(
        update={"caption": "초특가!!!!!!!!!!!!!!!!!!!! 99,000원", "legal": legal}
    )
    conte = edition.conte.model_copy(update={"cuts": (first, *edition.conte.cuts[1:])})
    product = edition.brief.product.model_copy(
        update={"name": "윈터그립 프리미엄 올웨더 SUV 전용 235/55R19 XL 런플랫"}
    )
    brief = edition.brief.model_copy(update={"product": product})
    data = pdf(of(edition.model_copy(update={"conte": conte, "brief": brief})))
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 1


def test_the_header_and_the_running_title_are_on_every_page(tire: Edition) -> None:
    with pypdfium2.PdfDocument(pdf(of(full(tire)))) as document:
        assert len(document) > 1
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert all("화면 설명" in page and "오디오" in page for page in pages)
    assert all("콘티 2" in page and tire.conte.title[:5] in page for page in pages)
    assert all(f"{at} / {len(pages)}" in page for at, page in enumerate(pages, start=1))


def test_a_row_longer_than_a_page_is_broken_and_loses_nothing(tire: Edition) -> None:
    text = " ".join(f"{number}번째로 화면을 가로지르는 빗줄기." for number in range(110))[:2000]
    first = tire.conte.cuts[0].model_copy(update={"action": text})
    conte = tire.conte.model_copy(update={"cuts": (first, *tire.conte.cuts[1:])})
    found = read(pdf(of(tire.model_copy(update={"conte": conte}))))
    assert [f"{number}번째로" for number in range(90) if f"{number}번째로" not in found] == []


def test_texts_are_data_and_never_typst() -> None:
    edition = written("tire", cuts=4)
    text = '#panic("x") $x$ *b* <label> @ref #image("/etc/passwd") \\ `raw` // gone'
    first = edition.conte.cuts[0].model_copy(update={"action": text, "caption": "= 1+1"})
    conte = edition.conte.model_copy(
        update={"title": text[:60], "cuts": (first, *edition.conte.cuts[1:])}
    )
    assert plain(text) in read(pdf(of(edition.model_copy(update={"conte": conte}))))


def test_labels_are_english_where_the_brief_is() -> None:
    text = read(pdf(of(written("shoes"))))
    assert "PictureActionAudioCaption" in text
    assert "콘티" not in text


def test_a_change_table_shows_what_was_and_what_is(tire: Edition) -> None:
    edition = revised(tire)
    text = read(pdf(of(edition, document="changes")))
    assert "수정전수정후사유" in text
    assert "콘티1→콘티2" in text
    assert "더크게보여주세요" in text
    # A cut's changes may go on over the page: each says whose it is.
    assert text.count("1내레이션") == text.count("1대사") == text.count("1장면전환") == 1
    assert plain(tire.conte.cuts[0].narration) in text
    assert plain(edition.conte.cuts[0].narration) in text
    assert "사유" not in read(pdf(of(_without_causes(edition), document="changes")))
    with pytest.raises(Unusable, match="no version before it"):
        pdf(of(tire, document="changes"))


def _without_causes(edition: Edition) -> Edition:
    assert edition.since is not None
    table = edition.since.table
    rows = tuple(row.model_copy(update={"cause": None}) for row in table.rows)
    since = edition.since.model_copy(update={"table": table.model_copy(update={"rows": rows})})
    return edition.model_copy(update={"since": since})


def test_an_approval_page_has_room_to_sign_until_somebody_approved(
    tire: Edition, stills: dict[int, Path]
) -> None:
    blank = read(pdf(of(tire, stills, document="approval")))
    assert "구분성명서명날짜" in blank
    signed = Signed(name="박서준", at=tire.created_at, number=3, hash="3f" * 32)
    approved = tire.model_copy(update={"approval": signed})
    text = read(pdf(of(approved, stills, document="approval")))
    assert "승인자박서준" in text
    assert "3f" * 32 in text
    assert "서명" not in text


def test_a_cut_without_a_clip_says_so_and_the_rest_is_there(tire: Edition) -> None:
    text = read(pdf(of(tire)))
    assert text.count("그림없음") == 8


def test_words_are_whole_unless_they_are_wider_than_their_column() -> None:
    assert lines("빗길의 3초\n둘째 줄") == [[("빗길의",), ("3초",)], [("둘째",), ("줄",)]]
    assert word_of("가" * 12, 9) == ("가",) * 12
    pieces = word_of("https://example.com/abcdefghijkl", 9)
    assert pieces == ("https://", "example.", "com/", "abcdefgh", "ijkl")


@pytest.mark.parametrize(
    "pieces",
    [
        # A price, brackets, the parts of an emoji and a flag stay together.
        ("99,000", "원", "부", "터", "시", "작", "합", "니", "다"),
        ("이", "것", "은", "(조", "용", "한", "밤)", "입", "니", "다", "정", "말", "로!"),
        ("👨\u200d👩\u200d👧",) * 12,
        ("🇰🇷🇯🇵", "입", "니", "다", "정", "말", "입", "니", "다"),
        # Nothing runs out of its column.
        ("1" * 16, "1" * 16, "1" * 8),
        ("!" * 8,) * 3,
    ],
)
def test_a_line_does_not_break_within_what_is_read_as_one(pieces: tuple[str, ...]) -> None:
    assert word_of("".join(pieces), 6) == pieces


def test_pictures_are_as_large_as_the_fewest_pages_allow() -> None:
    room = Room(page=100, head=20, titles=5, total=5)
    assert num_pages([30, 30, 30], room) == 2
    assert num_pages([25, 25, 20], room) == 1
    assert best_width([60, 50, 40], lambda width: [width / 2] * 4, room) == 60
    assert best_width([40, 30, 20], lambda width: [width / 2] * 4, room) == 30


def test_a_shot_list_opens_in_a_spreadsheet_and_runs_nothing(tire: Edition) -> None:
    cut = tire.conte.cuts[0].model_copy(update={"caption": '=HYPERLINK("http://example.com")'})
    conte = tire.conte.model_copy(update={"cuts": (cut, *tire.conte.cuts[1:])})
    data = shot_list(of(tire.model_copy(update={"conte": conte})))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["ID"] for row in rows] == [cut.id for cut in conte.cuts]
    assert rows[0]["자막"].startswith("'=HYPERLINK")
    assert rows[-1]["누적"] == "30.0"
    assert [guarded(text) for text in ("+1", "-1", "@x", "\t=1", " =1", "1-2", "초")] == [
        "'+1", "'-1", "'@x", "'\t=1", "' =1", "1-2", "초",
    ]  # fmt: skip


def hostile(edition: Edition) -> Edition:
    texts = {
        "caption": '=HYPERLINK("http://example.com")',
        "narration": "+82-2-1234",
        "action": "-",
    }
    first = edition.conte.cuts[0].model_copy(update=texts)
    conte = edition.conte.model_copy(update={"cuts": (first, *edition.conte.cuts[1:])})
    return edition.model_copy(update={"conte": conte})


def commented(edition: Edition) -> Edition:
    cut = edition.conte.cuts[2].id
    said: dict[str, Any] = {
        "author": "민", "audience": "client", "resolved": False, "version": 1, "at": 1.796e9,
    }  # fmt: skip
    remarks = (
        Remark(cut=cut, frame=15, text="@더 밝게", **said),
        Remark(cut=cut, frame=15, text="네", reply=True, **said),
        Remark(cut="", text="사라진 컷", **said),
    )
    return edition.model_copy(update={"comments": remarks})


def test_a_workbook_has_a_line_and_a_picture_a_cut_and_names_its_origin(
    tire: Edition, stills: dict[int, Path]
) -> None:
    edition = commented(hostile(tire))
    book = openpyxl.load_workbook(io.BytesIO(workbook(of(edition, stills))))
    sheet, comments, base = book.worksheets
    rows = list(sheet.iter_rows(min_row=4))
    names = {cell.value: at for at, cell in enumerate(rows[0])}
    assert [row[names["ID"]].value for row in rows[1:]] == [cut.id for cut in edition.conte.cuts]
    assert [row[names["프레임"]].value for row in rows[1:]] == [
        cut.num_frames for cut in edition.conte.cuts
    ]
    first = rows[1]
    for name, text in (("자막", '=HYPERLINK("http://example.com")'), ("NA", "+82-2-1234")):
        cell = first[names[name]]
        assert (cell.value, cell.data_type) == (text, "s")
    assert [image.anchor._from.row for image in sheet._images] == list(range(4, 12))  # pyright: ignore
    assert {image.anchor._from.col for image in sheet._images} == {names["화면"]}  # pyright: ignore
    assert [cell.value for cell in comments["C"]] == ["내용", "@더 밝게", "↳ 네", "사라진 컷"]
    assert [cell.value for cell in comments["A"]] == ["컷", 3, 3, None]
    assert base.sheet_state == "veryHidden"
    told = {str(row[0].value): row[1].value for row in base.iter_rows()}
    assert told == base_of(edition)
    assert told["version"] == "2"


def test_a_deck_has_a_slide_a_cut_whose_shapes_carry_its_id(
    tire: Edition, stills: dict[int, Path]
) -> None:
    edition = hostile(tire)
    show = Presentation(io.BytesIO(deck(of(edition, stills))))
    slides = list(show.slides)
    assert len(slides) == 1 + len(edition.conte.cuts)
    for slide, cut in zip(slides[1:], edition.conte.cuts, strict=True):
        by_name: dict[str, Any] = {shape.name: shape for shape in slide.shapes}
        assert by_name[f"picture {cut.id}"].shape_type == MSO_SHAPE_TYPE.PICTURE
        table = by_name[f"table {cut.id}"].table
        said = {row.cells[0].text: row.cells[1].text for row in table.rows}
        assert said["자막"] == cut.caption
        assert said["화면 설명"] == cut.action
        notes = slide.notes_slide.notes_text_frame
        assert notes is not None
        assert f"version=2 conte={base_of(edition)['conte']}" in notes.text
        assert f"cut={cut.id}" in notes.text
    with zipfile.ZipFile(io.BytesIO(deck(of(edition)))) as parts:
        xml = parts.read("ppt/slides/slide2.xml").decode()
    assert xml.count('<a:ea typeface="맑은 고딕"/>') == xml.count("<a:latin ") > 10


@pytest.mark.parametrize("make", [workbook, deck])
def test_workbook_and_deck_are_the_same_for_the_same_edition(
    make: Callable[[Material], bytes],
    tire: Edition,
    stills: dict[int, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make(of(tire, stills))
    monkeypatch.setattr(time, "time", lambda: 1.9e9)
    assert make(of(tire, stills)) == first
    assert len(first) < 1_500_000


def test_what_is_long_is_not_cut_off_in_a_workbook_or_below_a_slide(tire: Edition) -> None:
    title = "우리나라에서 가장 긴 제목을 가진 이십오 초짜리 겨울 타이어 광고 콘티 초안"
    long = full(tire)
    long = long.model_copy(update={"conte": long.conte.model_copy(update={"title": title})})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(of(long)))).worksheets[0]
    heights = [float(sheet.row_dimensions[row].height or 0) for row in (5, 6)]
    assert heights[0] > 2 * heights[1]
    show = Presentation(io.BytesIO(deck(of(long))))
    sizes = [
        {run.font.size.pt for run in runs_of(slide, name) if run.font.size is not None}
        for slide, name in ((show.slides[1], "table"), (show.slides[2], "table"))
    ]
    assert max(sizes[0]) < max(sizes[1]) == 12
    (size,) = (run.font.size for run in runs_of(show.slides[0], "conte title"))
    assert size is not None
    assert size.pt < 34


def runs_of(slide: Any, name: str) -> list[Any]:
    shape = next(shape for shape in slide.shapes if shape.name.startswith(name))
    frames = (
        [cell.text_frame for row in shape.table.rows for cell in row.cells]
        if shape.has_table
        else [shape.text_frame]
    )
    return [run for frame in frames for one in frame.paragraphs for run in one.runs]


def test_a_deck_and_a_workbook_are_made_without_pictures_and_in_english() -> None:
    edition = written("shoes")
    for make in (workbook, deck):
        assert make(of(edition))[:2] == b"PK"


@pytest.mark.parametrize("layout", ["landscape", "portrait"])
@pytest.mark.parametrize("name", ["tire", "shoes"])
def test_every_document_holds_what_pdf_ua_asks_for(
    name: str, layout: Layout, stills: dict[int, Path]
) -> None:
    edition = revised(written(name))
    signed = Signed(name="박서준", at=edition.created_at, number=3, hash="3f" * 32)
    approved = edition.model_copy(update={"approval": signed})
    documents: tuple[Document, ...] = "sheet", "changes", "approval"
    for document in documents:
        assert faults_of(pdf(of(edition, stills, layout, document))) == [], document
    assert faults_of(pdf(of(approved, stills, layout, "approval"))) == []


@pytest.mark.parametrize(
    ("source", "standard", "clauses"),
    [
        ("#set document(title: [a])\n= a\n#table(columns: 2)[a][b]", "ua-1", {"7.5"}),
        ("= a\n=== b\n#rect()", "1.7", {"5", "7.1", "7.4"}),
        ("#set document(title: [a])\n#figure(rect())", "1.7", {"5", "7.1", "7.3"}),
    ],
)
def test_what_lacks_it_is_found(source: str, standard: Any, clauses: set[str]) -> None:
    data = typst.compile(source.encode(), format="pdf", pdf_standards=[standard])
    assert isinstance(data, bytes)
    assert {fault.partition(":")[0] for fault in faults_of(data)} == clauses


def test_content_that_stands_in_no_element_is_found(tire: Edition) -> None:
    page = (writer := pypdf.PdfWriter(io.BytesIO(pdf(of(tire))))).pages[0]
    content = page.get_contents()
    assert content is not None
    content.set_data(content.get_data() + b"\n0 0 9 9 re f\n/Span <</MCID 999>> BDC EMC")
    page.replace_contents(content)
    writer.write(made := io.BytesIO())
    first, second = faults_of(made.getvalue())
    assert first == "7.1: f is neither content nor decoration"
    assert re.fullmatch(r"7\.1: content \(\d+, 999\) of the page stands in no element", second)
