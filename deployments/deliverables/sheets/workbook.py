"""The conte as a workbook to edit: a line per cut with its picture. Needs xlsxwriter.

Every text is written as text: none becomes a formula or a link. Each line has the cut's id, and a
hidden sheet names the version, so that the workbook can be read back.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from conte.clip import frame_size
from conte.edition import Edition
from conte.sheet_lines import BESIDE, Line, label
from conte.sheet_origin import BASE, SHOWN, mark_of
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.base import base_of, made_line
from deployments.deliverables.sheets.lines import lines_of
from deployments.deliverables.sheets.page_data import SEOUL, badge_of, day, seconds
from deployments.deliverables.sheets.pictures import shown
from deployments.deliverables.sheets.words import words_of
from deployments.deliverables.sheets.wrapping import num_lines

_BEFORE = "size"
"""Column before which the pictures stand."""
_WIDTHS = {
    "number": 5, "size": 13, "angle": 10, "move": 11, "place": 16, "time_of_day": 8, "action": 36,
    "narration": 26, "dialogue": 26, "sound_effect": 16, "music": 16, "caption": 20, "legal": 18,
    "transition": 9, "seconds": 7, "total": 7, "num_frames": 8, "id": 18, "remark": 30,
}  # fmt: skip
"""Widths of columns in characters."""
_TALL_PX, _WIDE_PX = 150, 240
_PAD_PX = 6
_LETTER_PX, _LINE_PX = 13.4, 19
_TALLEST_PX = 545
"""A spreadsheet's rows are 409 points at most."""
_FONT = {"font_name": "맑은 고딕", "font_size": 10}
_NUMBERS = {"seconds": "0.0##", "total": "0.0##", "num_frames": "0", "number": "0"}


def workbook(material: Material) -> bytes:
    """Return an XLSX file: the conte first, then comments if there are any."""
    edition = material.edition
    words = words_of(edition.brief.language)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(_properties(edition))
    sheet = book.add_worksheet(words["sheet"])
    shown = _conte(book, sheet, material)
    if edition.comments:
        shown += _comments(book, edition)
    hidden = book.add_worksheet(BASE)
    for at, (name, value) in enumerate(base_of(edition).items()):
        hidden.write_string(at, 0, name)
        hidden.write_string(at, 1, value)
    # What a person adds beside the cuts is found by it. A cell has room for 2,900 marks.
    hidden.write_string(0, 2, SHOWN)
    hidden.write_string(0, 3, ",".join(dict.fromkeys(shown)))
    hidden.very_hidden()
    book.close()
    return target.getvalue()


def _properties(edition: Edition) -> dict[str, Any]:
    brief = edition.brief
    return {
        "title": f"{brief.product.name} - {edition.conte.title} - {badge_of(edition)}",
        "author": brief.advertiser or "Sian",
        "comments": made_line(edition),
        # Of the version, so that the same version gives the same bytes.
        "created": datetime.fromtimestamp(edition.created_at, SEOUL).replace(tzinfo=None),
    }


def _conte(book: Any, sheet: Any, material: Material) -> list[str]:
    """Write the cuts, and return the marks of the lines above them."""
    edition = material.edition
    found = lines_of(edition)
    names = list(found.labels)
    at = names.index(_BEFORE)
    columns = [*names[:at], "picture", *names[at:], "remark"]
    labels = {**found.labels, **{name: label(name, edition.brief.language) for name in BESIDE}}
    title = book.add_format({**_FONT, "bold": True, "font_size": 16})
    quiet = book.add_format({**_FONT, "font_color": "#5d636d", "font_size": 9})
    head = book.add_format(
        {**_FONT, "bold": True, "bg_color": "#262a32", "font_color": "#ffffff", "border": 1,
         "align": "center", "valign": "vcenter"}
    )  # fmt: skip
    above = edition.conte.title, _facts(edition), made_line(edition)
    for row, text in enumerate(above):
        sheet.write_string(row, 0, text, quiet if row else title)
    top = len(above)
    width, height = _picture_size(edition)
    for place, name in enumerate(columns):
        sheet.write_string(top, place, labels[name], head)
        if name == "picture":
            sheet.set_column_pixels(place, place, width + 2 * _PAD_PX)
        else:
            sheet.set_column(place, place, _WIDTHS[name])
    formats = _formats(book)
    for number, line in enumerate(found.lines):
        row = top + 1 + number
        sheet.set_row_pixels(row, max(height + 2 * _PAD_PX, _text_px(line)))
        for place, name in enumerate(columns):
            _write(sheet, row, place, name, line, formats)
        still = material.stills.get(int(line["number"]))
        if still is not None:
            picture = shown(still, 2 * width, 2 * height)
            sheet.insert_image(
                row,
                columns.index("picture"),
                f"cut-{line['number']:02}.jpg",
                {
                    "image_data": io.BytesIO(picture),
                    "x_offset": _PAD_PX,
                    "y_offset": _PAD_PX,
                    **_scale(picture, width),
                    # It moves and grows with its cell; other programs keep that.
                    "object_position": 1,
                    "description": str(line["id"]),
                },
            )
    sheet.freeze_panes(top + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3: that many columns are too small to read on A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    return [mark_of(text) for text in above]


def _text_px(line: Line) -> int:
    """Estimate the height of a line's longest text: a row of a fixed height cuts it off."""
    most = max(
        num_lines(text, (7 * _WIDTHS[name] - 6) / _LETTER_PX)
        for name, text in line.items()
        if isinstance(text, str) and name in _WIDTHS
    )
    return min(most * _LINE_PX + 4, _TALLEST_PX)


def _scale(picture: bytes, width: int) -> dict[str, float]:
    import cv2
    import numpy as np

    across = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).shape[1]  # pyright: ignore[reportOptionalMemberAccess]
    return {"x_scale": width / across, "y_scale": width / across}


def _picture_size(edition: Edition) -> tuple[int, int]:
    wide, high = frame_size(edition.brief.aspect_ratio)
    scale = min(_WIDE_PX / wide, _TALL_PX / high)
    return round(wide * scale), round(high * scale)


def _facts(edition: Edition) -> str:
    brief, words = edition.brief, words_of(edition.brief.language)
    length = words["seconds"].format(seconds(edition.conte.num_frames, brief.fps))
    facts = (
        brief.advertiser, brief.product.name, badge_of(edition), day(edition.created_at),
        f"{length}, {brief.fps} fps", brief.aspect_ratio,
    )  # fmt: skip
    return " · ".join(fact for fact in facts if fact)


def _formats(book: Any) -> dict[str, Any]:
    cell = {**_FONT, "border": 1, "border_color": "#c6cad2", "text_wrap": True, "valign": "top"}
    found = {"": book.add_format(cell)}
    found["id"] = book.add_format({**cell, "font_color": "#8a9099", "font_size": 8})
    for name, digits in _NUMBERS.items():
        found[name] = book.add_format({**cell, "num_format": digits, "align": "center"})
    return found


def _write(
    sheet: Any, row: int, place: int, name: str, line: Line, formats: dict[str, Any]
) -> None:
    value, form = line.get(name, ""), formats.get(name, formats[""])
    if isinstance(value, str):
        if value:
            sheet.write_string(row, place, value, form)
        else:
            sheet.write_blank(row, place, None, form)
    else:
        sheet.write_number(row, place, value, form)


def _comments(book: Any, edition: Edition) -> list[str]:
    """Write the comments, and return the marks of their lines."""
    words = words_of(edition.brief.language)
    sheet = book.add_worksheet(words["comments"])
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    numbers = {cut.id: cut.number for cut in edition.conte.cuts}
    cell = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    head = book.add_format({**_FONT, "bold": True, "bottom": 1})
    headings = ("cut", "second", "comment", "author", "date")
    for place, (name, width) in enumerate(zip(headings, (8, 10, 60, 16, 14), strict=True)):
        sheet.write_string(0, place, words[name], head)
        sheet.set_column(place, place, width)
    shown = [mark_of(*(words[name] for name in headings))]
    for row, one in enumerate(edition.comments, start=1):
        number = numbers.get(one.cut)
        said = f"↳ {one.text}" if one.reply else one.text
        place = [] if number is None else [number, round(one.frame / edition.brief.fps, 3)]
        for column, value in enumerate(place):
            sheet.write_number(row, column, value, cell)
        texts = said, one.author, day(one.at)
        for column, text in enumerate(texts, start=2):
            sheet.write_string(row, column, text, cell)
        shown.append(mark_of(*place, *texts))
    return shown
