"""The conte as an editable deck: a slide a cut, a picture beside a table. Needs python-pptx.

Picture and table are named by the cut's id: other programs keep the names of shapes. The notes of
each slide name the version, so that the deck can be read back (`serve/returned/deck.py`).
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Mm, Pt

from conte.clip import frame_size
from conte.edition import Edition
from conte.sheet_lines import Line, label
from conte.sheet_origin import SHOWN, marks_of, notes_of
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.base import base_of, made_line
from deployments.deliverables.sheets.lines import lines_of
from deployments.deliverables.sheets.page_data import SEOUL, badge_of, day, seconds
from deployments.deliverables.sheets.pictures import shown
from deployments.deliverables.sheets.words import words_of
from deployments.deliverables.sheets.wrapping import num_lines

_WIDTH, _HEIGHT = 338.67, 190.5
"""Millimetres of a slide: 16:9."""
_MARGIN, _TOP = 12.0, 24.0
_WIDEST, _TALLEST = 158.0, 148.0
_GAP = 8.0
_LATIN, _HANGUL = "Malgun Gothic", "맑은 고딕"
_ROWS = (
    "action", "narration", "dialogue", "sound_effect", "music", "caption", "legal", "seconds",
)  # fmt: skip
_INK, _SOFT, _TINT, _BAND = (
    RGBColor.from_string(colour) for colour in ("181A1E", "5D636D", "F4F5F7", "262A32")
)
_SIZES = (12, 11, 10, 9, 8, 7)
"""Sizes in points to try for a cut's table."""
_POINT = 25.4 / 72
_CELL_PAD = 1.2
_CELL = 24.0
"""Width of a table's labels."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def deck(material: Material) -> bytes:
    """Return a PPTX file: a title, then a slide a cut."""
    edition = material.edition
    show: Any = Presentation()
    show.slide_width, show.slide_height = Mm(_WIDTH), Mm(_HEIGHT)
    _properties(show.core_properties, edition)
    blank = show.slide_layouts[6]
    _title(show.slides.add_slide(blank), edition)
    for line in lines_of(edition).lines:
        _cut(show.slides.add_slide(blank), line, material)
    for slide in show.slides:
        _name_hangul_font(slide)
    made = io.BytesIO()
    show.save(made)
    return _without_times(made.getvalue())


def _properties(properties: Any, edition: Edition) -> None:
    brief = edition.brief
    properties.title = f"{brief.product.name} - {edition.conte.title} - {badge_of(edition)}"
    properties.author = brief.advertiser or "Sian"
    properties.comments = made_line(edition)
    properties.language = "ko-KR" if brief.language == "ko" else "en-US"
    at = datetime.fromtimestamp(edition.created_at, SEOUL).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = at
    properties.last_modified_by = properties.author


def _title(slide: Any, edition: Edition) -> None:
    brief, words = edition.brief, words_of(edition.brief.language)
    length = words["seconds"].format(seconds(edition.conte.num_frames, brief.fps))
    facts = (
        (words["advertiser"], brief.advertiser or words["none"]),
        (words["product"], brief.product.name),
        (words["version"], badge_of(edition)),
        (words["date"], day(edition.created_at)),
        (words["length"], f"{length} · {brief.fps} fps"),
        (words["ratio"], brief.aspect_ratio),
    )
    wide = _WIDTH - 2 * _MARGIN
    size = _fitting(edition.conte.title, wide, (34, 29, 24, 20))
    title = _text(slide, edition.conte.title, (_MARGIN, 52, wide, 20), size, bold=True)
    slogan = _text(slide, edition.conte.slogan, (_MARGIN, 74, wide, 10), 16, _SOFT)
    for box, name in ((title, "conte title"), (slogan, "conte slogan")):
        if box is not None:
            box.name = name
    told = "\n".join(f"{name}  {value}" for name, value in facts)
    _text(slide, told, (_MARGIN, 96, wide, 50), 14)
    _text(slide, made_line(edition), (_MARGIN, 176, wide, 8), 9, _SOFT)
    _notes(slide, edition, "")


def _cut(slide: Any, line: Line, material: Material) -> None:
    edition = material.edition
    language, words = edition.brief.language, words_of(edition.brief.language)
    cut_id, number = str(line["id"]), int(line["number"])
    shot = " · ".join(str(line[name]) for name in ("size", "angle", "move"))
    head = f"{words['number'].format(number)}   {shot}   {line['place']} · {line['time_of_day']}"
    wide = _WIDTH - 2 * _MARGIN - 40
    _text(slide, head, (_MARGIN, 8, wide, 12), _fitting(head, wide, (16, 14, 12)), bold=True)
    badge = (_WIDTH - _MARGIN - 60, 8, 60, 12)
    _text(slide, badge_of(edition), badge, 12, _SOFT, right=True)
    width, height = _picture_size(edition)
    still = material.stills.get(number)
    if still is not None:
        data = shown(still, round(width * 6), round(height * 6))
        picture = slide.shapes.add_picture(
            io.BytesIO(data), Mm(_MARGIN), Mm(_TOP), Mm(width), Mm(height)
        )
    else:
        picture = slide.shapes.add_textbox(Mm(_MARGIN), Mm(_TOP), Mm(width), Mm(height))
        picture.text_frame.text = words["no_picture"]
    picture.name = f"picture {cut_id}"
    left = _MARGIN + width + _GAP
    _table(slide, line, language, (left, _TOP, _WIDTH - _MARGIN - left)).name = f"table {cut_id}"
    _text(slide, made_line(edition), (_MARGIN, 181, _WIDTH - 2 * _MARGIN, 7), 8, _SOFT)
    _notes(slide, edition, cut_id)


def _picture_size(edition: Edition) -> tuple[float, float]:
    wide, high = frame_size(edition.brief.aspect_ratio)
    scale = min(_WIDEST / wide, _TALLEST / high)
    return wide * scale, high * scale


def _table(slide: Any, line: Line, language: Any, place: tuple[float, float, float]) -> Any:
    left, top, width = place
    texts = [str(line[name]) for name in _ROWS]
    size, least = _table_size(texts, width - _CELL)
    rows = len(_ROWS)
    shape = slide.shapes.add_table(rows, 2, Mm(left), Mm(top), Mm(width), Mm(least * rows))
    table = shape.table
    table.first_row = table.horz_banding = False
    table.columns[0].width = Mm(_CELL)
    table.columns[1].width = Emu(Mm(width) - Mm(_CELL))
    for row, (name, said) in enumerate(zip(_ROWS, texts, strict=True)):
        for column, text in enumerate((label(name, language), said)):
            cell = table.cell(row, column)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _TINT if column == 0 else RGBColor(255, 255, 255)
            cell.margin_top = cell.margin_bottom = Mm(_CELL_PAD)
            _fill(cell.text_frame, text, size if column else min(size, 11),
                  _INK if column else _SOFT, bold=column == 0)  # fmt: skip
    return shape


def _table_size(texts: Sequence[str], width: float) -> tuple[float, float]:
    """Return the largest size of letters with which the rows stay on the slide, and the least
    height of a row. Programs make a row as high as its text, and cut it off below the slide.
    """
    size, least = _SIZES[-1], 0.0
    for size in _SIZES:
        line = size * _POINT * 1.25
        least = min(12.0, line + 4 * _CELL_PAD)
        inside = (width - 2 * 2.54) / (size * _POINT)
        heights = [max(least, num_lines(text, inside) * line + 2 * _CELL_PAD) for text in texts]
        if sum(heights) <= _TALLEST:
            break
    return size, least


def _fitting(text: str, width: float, sizes: Sequence[float]) -> float:
    """Return the largest size in points at which the text is one line, or else the smallest."""
    for size in sizes:
        if num_lines(text, (width - 2 * 2.54) / (size * _POINT)) <= 1:
            return size
    return sizes[-1]


def _text(
    slide: Any,
    text: str,
    place: tuple[float, float, float, float],
    size: float,
    colour: RGBColor = _INK,
    *,
    bold: bool = False,
    right: bool = False,
) -> Any:
    """Return the box; None if there is no text."""
    if not text:
        return None
    box = slide.shapes.add_textbox(*(Mm(side) for side in place))
    box.text_frame.word_wrap = True
    _fill(box.text_frame, text, size, colour, bold=bold)
    if right:
        for paragraph in box.text_frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT
    return box


def _fill(frame: Any, text: str, size: float, colour: RGBColor, *, bold: bool) -> None:
    """Set the text, one paragraph per line, in a font with Hangul."""
    for at, one in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = one
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
        run.font.name = _LATIN


def _name_hangul_font(slide: Any) -> None:
    """Name the East Asian font: PowerPoint draws Hangul in it, and the library cannot set it."""
    for shape in slide.shapes:
        for latin in list(shape.element.iter(qn("a:latin"))):
            latin.addnext(latin.makeelement(qn("a:ea"), {"typeface": _HANGUL}))


def _notes(slide: Any, edition: Edition, cut: str) -> None:
    shown = marks_of(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    told = base_of(edition) | ({"cut": cut} if cut else {}) | {SHOWN: shown}
    slide.notes_slide.notes_text_frame.text = notes_of(told)


def _without_times(data: bytes) -> bytes:
    """Pack again with one time for all entries: the same deck gives the same bytes."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as found,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in found.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, found.read(name))
    return made.getvalue()
