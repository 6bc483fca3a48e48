"""Six more layouts of agencies' sheets: cells merged over two rows, cuts side by side, forms, time codes.

All of them say the same six cuts.
"""

import io
from collections.abc import Callable, Mapping
from typing import NamedTuple

import docx
import openpyxl
from docx.shared import Mm as DocxMm
from openpyxl.drawing.image import Image
from pptx import Presentation
from pptx.util import Mm

from tests.archived_sheets import panel


class Said(NamedTuple):
    number: str
    size: str
    angle: str
    move: str
    action: str
    narration: str
    sound_effect: str
    music: str
    caption: str
    seconds: float

    @property
    def heard(self) -> list[str]:
        named = (("NA", self.narration), ("SE", self.sound_effect), ("BGM", self.music))
        return [f"{name}: {text}" for name, text in named if text]


CUTS = (
    Said("1", "풀샷", "아이 레벨", "달리 인", "눈 덮인 산길을 오르는 차",
         "겨울이 오면, 길이 먼저 변합니다.", "바람 소리", "잔잔한 피아노", "겨울의 시작", 4),
    Said("2", "클로즈업", "로우 앵글", "고정", "타이어가 눈을 움켜쥔다",
         "그래서 타이어부터 바꿨습니다.", "눈 밟는 소리", "", "윈터그립", 3.5),
    Said("3", "바스트샷", "아이 레벨", "팬 좌", "운전석의 아내가 웃는다", "", "엔진 소리", "", "", 3),
    Said("4", "익스트림 클로즈업", "부감", "트랙 인", "물길을 가르는 홈",
         "세 줄의 홈이 물길을 가릅니다.", "물소리", "", "3D 배수 홈", 4.5),
    Said("5", "미디엄샷", "아이 레벨", "고정", "집 앞에 멈춘 차", "", "", "현악이 부푼다", "", 5),
    Said("6", "롱샷", "부감", "크레인 업", "제품과 로고",
         "윈터그립, 겨울을 쥐다.", "", "징글", "겨울을 쥐다", 10),
)  # fmt: skip
PAIRS = tuple(zip(CUTS[::2], CUTS[1::2], strict=True))


def merged_rows() -> bytes:
    """A workbook of two rows a cut: number, picture, caption and time merged over both."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["윈터그립 TVC 30초 콘티"])
    sheet.merge_cells("A1:F1")
    sheet.append(["광고주: 한빛타이어", None, "제품: 윈터그립"])
    sheet.append([])
    sheet.append(["CUT", "VIDEO", "DESCRIPTION / 화면설명", "AUDIO", "SUPER (자막)", "TIME"])
    for at, cut in enumerate(CUTS):
        row = 5 + 2 * at
        narration, *rest = cut.heard if cut.narration else ["", *cut.heard]
        sheet.append([int(cut.number), None, cut.action, narration, cut.caption, cut.seconds])
        sheet.append([None, None, f"{cut.size} / {cut.angle} / {cut.move}", "\n".join(rest)])
        for column in "ABEF":
            sheet.merge_cells(f"{column}{row}:{column}{row + 1}")
        sheet.add_image(Image(io.BytesIO(panel(int(cut.number)))), f"B{row}")
    return _saved(book.save)


def blocks_side_by_side() -> bytes:
    """A workbook of blocks: two cuts beside each other, the length beside the number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["제품명", "윈터그립"])
    for at, pair in enumerate(PAIRS):
        for left, cut in zip((1, 5), pair, strict=True):
            row = 3 + 9 * at
            for x, value in enumerate(("컷", int(cut.number), f"{cut.seconds:g}초")):
                sheet.cell(row, left + x, value)
            sheet.add_image(
                Image(io.BytesIO(panel(int(cut.number)))), f"{'AE'[left // 4]}{row + 1}"
            )
            told = (
                ("화면", cut.action), ("나레이션", cut.narration), ("효과음", cut.sound_effect),
                ("음악", cut.music), ("자막", cut.caption),
            )  # fmt: skip
            for y, (label, text) in enumerate(told, row + 2):
                sheet.cell(y, left, label)
                sheet.cell(y, left + 1, text or None)
    return _saved(book.save)


def time_codes() -> bytes:
    """A workbook with headings in two languages and running time codes of 30 frames."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(
        ["No.", "TC IN", "TC OUT", "Shot Size", "Angle", "Camera", "Video(화면)", "Audio(NA/대사)",
         "S.E", "Music", "Copy"]
    )  # fmt: skip
    at = 0.0
    for cut in CUTS:
        times = [_time_code(round(30 * one)) for one in (at, at + cut.seconds)]
        sheet.append([int(cut.number), *times, *cut[1:9]])
        at += cut.seconds
    return _saved(book.save)


def _time_code(frames: int) -> str:
    return f"00:00:{frames // 30:02}:{frames % 30:02}"


def slides_of_two() -> bytes:
    """A deck of two cuts a slide: floating pictures between a number and its words."""
    show = Presentation()
    for pair in PAIRS:
        slide = show.slides.add_slide(show.slide_layouts[6])
        for left, cut in zip((10, 130), pair, strict=True):
            picture = io.BytesIO(panel(int(cut.number)))
            slide.shapes.add_picture(picture, Mm(left), Mm(25), Mm(100), Mm(56))
            told = [
                f"화면: {cut.action}",
                f"카메라: {cut.size}, {cut.angle}, {cut.move}",
                *cut.heard,
            ]
            told += [f"자막: {cut.caption}"] if cut.caption else []
            number = f"CUT {cut.number}  ({cut.seconds:g}초)"
            for top, text in ((12, number), (85, "\n".join(told))):
                box = slide.shapes.add_textbox(Mm(left), Mm(top), Mm(100), Mm(10))
                box.text_frame.text = text
    return _saved(show.save)


def tables_of_two() -> bytes:
    """A deck of a table a slide: a cut a column, two of them."""
    show = Presentation()
    for pair in PAIRS:
        slide = show.slides.add_slide(show.slide_layouts[6])
        rows = [
            ("S#", *(cut.number for cut in pair)),
            ("내용", *(cut.action for cut in pair)),
            ("멘트", *(cut.narration for cut in pair)),
            ("효과음", *(cut.sound_effect for cut in pair)),
            ("음악", *(cut.music for cut in pair)),
            ("자막", *(cut.caption for cut in pair)),
            ("TIME", *(f"{cut.seconds:g}초" for cut in pair)),
        ]
        table = slide.shapes.add_table(len(rows), 3, Mm(9), Mm(9), Mm(230), Mm(150)).table
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                table.cell(y, x).text = text
    return _saved(show.save)


def forms() -> bytes:
    """A document of a form a cut, its number and times in one merged cell over all columns."""
    document = docx.Document()
    document.add_heading("윈터그립 30초 콘티", 0)
    document.add_paragraph("CLIENT : 한빛타이어    PRODUCT : 윈터그립")
    at = 0.0
    for cut in CUTS:
        table = document.add_table(4, 3)
        head = table.cell(0, 0).merge(table.cell(0, 2))
        head.text = f"CUT #{cut.number}   00:{int(at):02} ({cut.seconds:g}sec)"
        drawn = table.cell(1, 0).merge(table.cell(3, 0)).paragraphs[0].add_run()
        drawn.add_picture(io.BytesIO(panel(int(cut.number))), width=DocxMm(50))
        told = (
            ("VIDEO", f"{cut.size}. {cut.action}"), ("AUDIO", "\n".join(cut.heard)),
            ("SUPER", cut.caption),
        )  # fmt: skip
        for y, texts in enumerate(told, 1):
            for x, text in enumerate(texts, 1):
                table.cell(y, x).text = text
        document.add_paragraph("")
        at += cut.seconds
    return _saved(document.save)


LAYOUTS: Mapping[str, Callable[[], bytes]] = {
    one.__name__: one
    for one in (merged_rows, blocks_side_by_side, time_codes, slides_of_two, tables_of_two, forms)
}


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    save(made := io.BytesIO())
    return made.getvalue()
