"""Agencies' storyboards for tests: 40 sheets in 12 layouts, made from one table of words."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import docx
import numpy as np
import typst
import xlsxwriter
from docx.shared import Mm as DocxMm
from pptx import Presentation
from pptx.util import Mm

from conte.vocabulary import Angle, CameraMove, ShotSize

SIZES: Sequence[tuple[str, ShotSize]] = (
    ("풀샷", ShotSize.FS), ("바스트", ShotSize.MCU), ("C.U", ShotSize.CU), ("니샷", ShotSize.MLS),
    ("롱샷", ShotSize.LS), ("미디엄샷", ShotSize.MS), ("익스트림 클로즈업", ShotSize.ECU),
    ("와이드 샷", ShotSize.LS),
)  # fmt: skip
ANGLES: Sequence[tuple[str, Angle]] = (
    ("부감", Angle.HIGH), ("앙각", Angle.LOW), ("아이레벨", Angle.EYE_LEVEL), ("직부감", Angle.TOP),
    ("오버 숄더", Angle.OVER_SHOULDER),
)  # fmt: skip
MOVES: Sequence[tuple[str, CameraMove]] = (
    ("달리 인", CameraMove.DOLLY_IN), ("픽스", CameraMove.STATIC), ("우로 팬", CameraMove.PAN_RIGHT),
    ("틸트 업", CameraMove.TILT_UP), ("줌 아웃", CameraMove.ZOOM_OUT), ("핸드헬드", CameraMove.HANDHELD),
    ("트랙 인", CameraMove.DOLLY_IN),
)  # fmt: skip
ACTIONS = (
    "눈 덮인 새벽 도로를 차 한 대가 천천히 달린다.", "아이가 창밖을 보며 입김으로 하트를 그린다.",
    "타이어 홈 사이로 눈이 밀려 나간다.", "아빠가 브레이크를 밟자 차가 부드럽게 멈춘다.",
    "할머니 집 대문 앞, 가족이 서로를 껴안는다.", "손난로를 쥔 두 손이 겹쳐진다.",
    "김이 오르는 찻잔 너머로 웃음소리가 번진다.", "제품이 흰 배경 위에서 한 바퀴 돈다.",
)  # fmt: skip
SAID = (
    "올겨울, 첫눈이 오던 날.", "우리는 같은 길을 달렸습니다.", "미끄러질 틈도 없이.", "집으로 가는 가장 안전한 길.",
    "마음까지 멈춰 세우는 힘.",
)  # fmt: skip
CAPTIONS = ("겨울이 기다려진다", "첫눈, 첫 제동", "끝까지 붙잡다", "눈길에서도 그대로", "")
SOUNDS = ("바람 소리", "눈 밟는 소리", "타이어가 눈을 미는 소리", "현관 종소리")
TUNES = ("잔잔한 피아노", "따뜻한 현악", "우쿨렐레")


@dataclass(frozen=True)
class MadeCut:
    """What is written of a cut, and what is to be read."""

    number: int
    size: tuple[str, ShotSize]
    angle: tuple[str, Angle]
    move: tuple[str, CameraMove]
    action: str
    narration: str
    sound_effect: str
    music: str
    caption: str
    half_seconds: int

    @property
    def seconds(self) -> str:
        return f"{self.half_seconds / 2:g}"

    @property
    def camera(self) -> str:
        return f"{self.size[0]} / {self.angle[0]} / {self.move[0]}"


@dataclass(frozen=True)
class MadeSheet:
    name: str
    layout: str
    cuts: tuple[MadeCut, ...]
    data: bytes
    shows: frozenset[str]
    """The fields that this layout has."""
    whole_seconds: bool = False


def made_cuts(seed: int, num: int, *, whole: bool) -> tuple[MadeCut, ...]:
    def pick(words: Sequence[Any], at: int) -> Any:
        return words[(seed * 7 + at * 3) % len(words)]

    return tuple(
        MadeCut(
            number=at + 1,
            size=pick(SIZES, at),
            angle=pick(ANGLES, at + 1),
            move=pick(MOVES, at + 2),
            action=pick(ACTIONS, at),
            narration=pick(SAID, at) if at % 3 != 2 else "",
            sound_effect=pick(SOUNDS, at),
            music=pick(TUNES, at) if at % 2 == 0 else "",
            caption=pick(CAPTIONS, at),
            half_seconds=2 * (2 + (seed + at) % 4) if whole else 3 + (seed + at) % 6,
        )
        for at in range(num)
    )


def panel(number: int) -> bytes:
    """A drawn panel, different for each cut."""
    picture = np.full((90, 160, 3), 240, np.uint8)
    cv2.circle(picture, (20 + 9 * number, 45), 18, (40, 20 * number % 255, 90), -1)
    cv2.putText(picture, str(number), (64, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    return bytes(cv2.imencode(".png", picture)[1])


def _audio(cut: MadeCut) -> str:
    said = (("NA) ", cut.narration), ("SE) ", cut.sound_effect), ("BGM) ", cut.music))
    return "\n".join(label + text for label, text in said if text)


def _book(write: Callable[[Any, Any], None]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    write(book, book.add_worksheet("콘티"))
    book.close()
    return made.getvalue()


def _rows(sheet: Any, rows: Sequence[Sequence[Any]], top: int = 0) -> None:
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            sheet.write(top + y, x, value)


def agency_book(cuts: Sequence[MadeCut]) -> bytes:
    def write(_: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 5, "겨울 캠페인 스토리보드")
        _rows(sheet, [("광고주", "한빛타이어", "제품명", "윈터그립", "총 초수", "")], 1)
        _rows(sheet, [("컷", "화면", "화면 설명", "오디오 (NA/SE/BGM)", "자막", "초수")], 3)
        for at, cut in enumerate(cuts):
            words = f"({cut.size[0]}) {cut.action}"
            row = (cut.number, "", words, _audio(cut), cut.caption, cut.half_seconds / 2)
            _rows(sheet, [row], 4 + at)
            sheet.insert_image(4 + at, 1, "p.png", {"image_data": io.BytesIO(panel(cut.number))})
        _rows(
            sheet, [("합계", "", "", "", "", sum(c.half_seconds for c in cuts) / 2)], 4 + len(cuts)
        )

    return _book(write)


def camera_book(cuts: Sequence[MadeCut]) -> bytes:
    heads = (
        "S#",
        "사이즈",
        "앵글",
        "카메라 워크",
        "지문",
        "나레이션",
        "효과음",
        "음악",
        "카피",
        "TC",
    )

    def write(_: Any, sheet: Any) -> None:
        _rows(sheet, [("작품명: 눈길",), (), heads])
        at_s = 0.0
        for at, cut in enumerate(cuts):
            end = at_s + cut.half_seconds / 2
            row = (f"S#{cut.number}", cut.size[0], cut.angle[0], cut.move[0], cut.action,
                   cut.narration, cut.sound_effect, cut.music, cut.caption,
                   f"{_clock(at_s)}~{_clock(end)}")  # fmt: skip
            _rows(sheet, [row], 3 + at)
            at_s = end

    return _book(write)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{seconds % 60:04.1f}".replace(".0", "")


def column_book(cuts: Sequence[MadeCut]) -> bytes:
    rows = [
        ("컷", *(cut.number for cut in cuts)), ("화면", *("" for _ in cuts)),
        ("화면 설명", *(cut.action for cut in cuts)), ("카메라", *(cut.camera for cut in cuts)),
        ("멘트", *(cut.narration for cut in cuts)), ("자막", *(cut.caption for cut in cuts)),
        ("시간(초)", *(cut.half_seconds / 2 for cut in cuts)),
    ]  # fmt: skip

    def write(_: Any, sheet: Any) -> None:
        _rows(sheet, rows)
        for at, cut in enumerate(cuts, 1):
            sheet.insert_image(1, at, "p.png", {"image_data": io.BytesIO(panel(cut.number))})

    return _book(write)


def timed_book(cuts: Sequence[MadeCut]) -> bytes:
    """Lengths as the program keeps them that were typed as 0:03."""

    def write(book: Any, sheet: Any) -> None:
        time = book.add_format({"num_format": "h:mm"})
        _rows(sheet, [("No.", "씬설명", "샷", "VO", "슈퍼", "길이")])
        for at, cut in enumerate(cuts, 1):
            _rows(sheet, [(cut.number, cut.action, cut.size[0], cut.narration, cut.caption)], at)
            sheet.write_number(at, 5, cut.half_seconds / 2 / 1440, time)

    return _book(write)


def old_csv(cuts: Sequence[MadeCut]) -> bytes:
    lines = ["씬,비디오,오디오,자막,길이(sec)"]
    for cut in cuts:
        audio = _audio(cut).replace("\n", " / ")
        lines.append(
            f'{cut.number},"[{cut.size[0]}] {cut.action}","{audio}","{cut.caption}",{cut.seconds}초'
        )
    return "\r\n".join(lines).encode("cp949")


def english_csv(cuts: Sequence[MadeCut]) -> bytes:
    lines = ["Cut\tShot size\tAngle\tVideo\tNarration\tSFX\tMusic\tSuper\tFrames\tFPS 24fps"]
    for cut in cuts:
        row = (cut.number, cut.size[1].en, cut.angle[1].en, cut.action, cut.narration,
               cut.sound_effect, cut.music, cut.caption, cut.half_seconds * 12, "")  # fmt: skip
        lines.append("\t".join(map(str, row)))
    return "\n".join(lines).encode("utf-16")


def _deck(build: Callable[[Any], None]) -> bytes:
    show: Any = Presentation()
    build(show)
    made = io.BytesIO()
    show.save(made)
    return made.getvalue()


def _slide(show: Any) -> Any:
    return show.slides.add_slide(show.slide_layouts[6])


def _say(slide: Any, text: str, top: float) -> None:
    slide.shapes.add_textbox(Mm(10), Mm(top), Mm(200), Mm(12)).text_frame.text = text


def table_deck(cuts: Sequence[MadeCut]) -> bytes:
    def build(show: Any) -> None:
        for cut in cuts:
            slide = _slide(show)
            _say(slide, "한빛기획 2026", 180)
            rows = (("컷 번호", str(cut.number)), ("카메라", cut.camera), ("화면 설명", cut.action),
                    ("오디오", _audio(cut)), ("자막", cut.caption), ("초수", f'{cut.seconds}"'))  # fmt: skip
            table = slide.shapes.add_table(len(rows), 2, Mm(120), Mm(20), Mm(120), Mm(90)).table
            for y, row in enumerate(rows):
                for x, text in enumerate(row):
                    table.cell(y, x).text = text
            slide.shapes.add_picture(io.BytesIO(panel(cut.number)), Mm(10), Mm(20), Mm(100))

    return _deck(build)


def labelled_deck(cuts: Sequence[MadeCut]) -> bytes:
    def build(show: Any) -> None:
        _say(_slide(show), "눈길 30초 CF 콘티", 60)
        for cut in cuts:
            slide = _slide(show)
            _say(slide, f"CUT {cut.number} ({cut.size[0]}) ({cut.seconds}초)", 5)
            _say(slide, cut.action, 120)
            _say(slide, f"{_audio(cut)}\n자막) {cut.caption}" if cut.caption else _audio(cut), 140)
            slide.shapes.add_picture(io.BytesIO(panel(cut.number)), Mm(10), Mm(20), Mm(150))

    return _deck(build)


def crowded_deck(cuts: Sequence[MadeCut]) -> bytes:
    """Three cuts a slide in one table, the panels laid over its cells."""

    def build(show: Any) -> None:
        for first in range(0, len(cuts), 3):
            slide, some = _slide(show), cuts[first : first + 3]
            frame = slide.shapes.add_table(len(some) + 1, 5, Mm(5), Mm(10), Mm(240), Mm(10))
            table = frame.table
            table.rows[0].height = Mm(10)
            for x, text in enumerate(("컷", "그림", "내용", "사운드", "TIME")):
                table.cell(0, x).text = text
            for y, cut in enumerate(some, 1):
                table.rows[y].height = Mm(50)
                row = (str(cut.number), "", cut.action, _audio(cut), f"{cut.seconds} sec")
                for x, text in enumerate(row):
                    table.cell(y, x).text = text
                top = 20 + 50 * (y - 1)
                slide.shapes.add_picture(
                    io.BytesIO(panel(cut.number)), Mm(55), Mm(top + 8), Mm(45), Mm(25)
                )

    return _deck(build)


def table_document(cuts: Sequence[MadeCut]) -> bytes:
    document: Any = docx.Document()
    document.add_heading("눈길 편", 0)
    document.add_paragraph("클라이언트: 한빛타이어")
    document.add_paragraph("제품: 윈터그립")
    table = document.add_table(rows=1, cols=6)
    for cell, text in zip(
        table.rows[0].cells, ("C#", "콘티", "영상", "NA", "SE / BGM", "초"), strict=True
    ):
        cell.text = text
    for cut in cuts:
        cells = table.add_row().cells
        cells[0].text, cells[2].text = str(cut.number), cut.action
        picture = cells[1].paragraphs[0].add_run()
        picture.add_picture(io.BytesIO(panel(cut.number)), width=DocxMm(30))
        cells[3].text = cut.narration
        cells[4].text = f"SE: {cut.sound_effect}" + (f"\nBGM: {cut.music}" if cut.music else "")
        cells[5].text = cut.seconds
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def script_document(cuts: Sequence[MadeCut]) -> bytes:
    document: Any = docx.Document()
    document.add_heading("눈길", 0)
    document.add_paragraph("광고주: 한빛타이어")
    for cut in cuts:
        document.add_paragraph(f"S#{cut.number}  {cut.seconds}초")
        document.add_paragraph(f"지문: {cut.action}")
        for label, text in (
            ("NA", cut.narration),
            ("효과음", cut.sound_effect),
            ("자막", cut.caption),
        ):
            if text:
                document.add_paragraph(f"{label}: {text}")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


_TYPST = """
#set page(paper: "a4", flipped: true, margin: 12mm)
#set text(font: "Pretendard", size: 9pt)
#let cuts = json(bytes(sys.inputs.cuts))
#text(size: 18pt)[눈길 편 스토리보드]

#table(columns: (14mm, 40mm, 1fr, 60mm, 40mm, 20mm), stroke: 0.5pt,
  [컷], [화면], [화면 설명], [오디오], [자막], [초수],
  ..cuts.map(one => (one.number, image("p" + one.number + ".png", width: 34mm),
    one.action, one.audio.join(linebreak()), one.caption, one.seconds)).flatten())
"""


def page_document(cuts: Sequence[MadeCut]) -> bytes:
    import json
    import tempfile
    from pathlib import Path

    rows = [
        {
            "number": str(cut.number), "action": f"{cut.action} {cut.action}",
            "audio": _audio(cut).split("\n"), "caption": cut.caption, "seconds": f"{cut.seconds}초",
        }
        for cut in cuts
    ]  # fmt: skip
    fonts = Path(__file__).parents[1] / "deployments" / "fonts"
    with tempfile.TemporaryDirectory() as folder:
        for cut in cuts:
            (Path(folder) / f"p{cut.number}.png").write_bytes(panel(cut.number))
        source = Path(folder) / "sheet.typ"
        source.write_text(_TYPST, "utf-8")
        return typst.compile(
            str(source), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"cuts": json.dumps(rows, ensure_ascii=False)},
        )  # fmt: skip


_HEARD = frozenset({"narration", "sound_effect", "music"})
_ALL = frozenset({"number", "action", "caption", "length"})
LAYOUTS: Mapping[str, tuple[Callable[[Sequence[MadeCut]], bytes], frozenset[str]]] = {
    "agency.xlsx": (agency_book, _ALL | _HEARD | {"picture", "size"}),
    "camera.xlsx": (camera_book, _ALL | _HEARD | {"size", "angle", "move"}),
    "columns.xlsx": (column_book, _ALL | {"size", "angle", "move", "narration", "picture"}),
    "timed.xlsx": (timed_book, _ALL | {"size", "narration"}),
    "old.csv": (old_csv, _ALL | _HEARD | {"size"}),
    "english.csv": (english_csv, _ALL | _HEARD | {"size", "angle"}),
    "tables.pptx": (table_deck, _ALL | _HEARD | {"size", "angle", "move", "picture"}),
    "labels.pptx": (labelled_deck, _ALL | _HEARD | {"size", "picture"}),
    "crowded.pptx": (crowded_deck, (_ALL - {"caption"}) | _HEARD | {"picture"}),
    "table.docx": (table_document, (_ALL - {"caption"}) | _HEARD | {"picture"}),
    "script.docx": (script_document, _ALL | {"narration", "sound_effect"}),
    "page.pdf": (page_document, _ALL | _HEARD | {"picture"}),
}
NUMBERS = (4, 6, 8, 5, 3, 12, 7)
"""Cuts of the sheets, in turn: three of them are 3 or 12."""
_WHOLE = frozenset({"timed.xlsx"})


def made_sheets() -> list[MadeSheet]:
    """Return the 38 that are whole; with `broken_sheets` they are 40."""
    found: list[MadeSheet] = []
    for at in range(38):
        layout = list(LAYOUTS)[at % len(LAYOUTS)]
        make, shows = LAYOUTS[layout]
        cuts = made_cuts(at, NUMBERS[at % len(NUMBERS)], whole=layout in _WHOLE)
        found.append(MadeSheet(f"{at:02} {layout}", layout, cuts, make(cuts), shows))
    return found


def broken_sheets() -> dict[str, bytes]:
    """Return two: a deck that breaks off, and a book without cuts."""
    whole = table_deck(made_cuts(1, 5, whole=False))
    minutes = _book(
        lambda _, sheet: _rows(sheet, [("회의록", ""), ("참석", "세 명"), ("일시", "월요일")])
    )
    return {"cut short.pptx": whole[: len(whole) // 2], "minutes.xlsx": minutes}
