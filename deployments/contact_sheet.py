"""The contact sheet: one PNG in an agency's conte layout, a row for each cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import skia

from conte.ai_label import AI_LABEL
from conte.brief import Brief
from conte.cut import Cut
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS
from conte.vocabulary import Language, Transition
from deployments.cutting_room import FilmOrder
from deployments.film_pictures import Pictures
from deployments.lettering import Lettering, Weight
from deployments.png import png
from deployments.stills import Picture, still_size

WIDTH = 2000
MARGIN = 64
PAD = 20

INK = skia.ColorSetRGB(24, 26, 30)
SOFT = skia.ColorSetRGB(110, 116, 126)
LINE = skia.ColorSetRGB(205, 209, 216)
BAND = skia.ColorSetRGB(38, 42, 50)
PAPER = skia.ColorSetRGB(255, 255, 255)
TINT = skia.ColorSetRGB(246, 247, 249)

_WORDS: dict[Language, dict[str, str]] = {
    "ko": {
        "conte": "콘티 {0}", "length": "총초수", "cut": "컷", "picture": "화면", "audio": "오디오",
        "time": "초수 (누적)",
        "seconds": "{0}초", "number": "{0}컷", "frames": "{0}프레임", "none": "-",
        "next": "다음 컷으로: {0}", "end": "끝: {0}", "clips": "영상: {0}",
    },
    "en": {
        "conte": "Conte {0}", "length": "Length", "cut": "Cut", "picture": "Picture",
        "audio": "Audio", "time": "Time (total)", "seconds": "{0} s", "number": "{0}",
        "frames": "{0} frames", "none": "-", "next": "To the next: {0}", "end": "Ends: {0}",
        "clips": "Clips: {0}",
    },
}  # fmt: skip
_FIELDS = {
    "client": BRIEF_FIELDS["advertiser"],
    "product": CONTE_FIELDS["product"],
    "ratio": BRIEF_FIELDS["aspect_ratio"],
    "cuts": BRIEF_FIELDS["cuts"],
    "concept": CONTE_FIELDS["concept"],
    "slogan": CONTE_FIELDS["slogan"],
    "action": CUT_FIELDS["action"],
    "caption": CUT_FIELDS["caption"],
}


def _words(language: Language) -> dict[str, str]:
    return {
        **{name: label.of(language) for name, label in _FIELDS.items()},
        **_WORDS[language],
    }


@dataclass(frozen=True)
class _Line:
    """A piece of a cell: text in one style, with a maximum number of lines."""

    text: str
    weight: Weight = "Medium"
    size: float = 22
    colour: int = INK
    max_lines: int = 6
    space_after: float = 6


class _Cell:
    """Lines set to a width, from the top down."""

    def __init__(self, lines: Sequence[_Line], width: float, *, centred: bool = False) -> None:
        align = skia.textlayout_TextAlign.kCenter if centred else skia.textlayout_TextAlign.kLeft
        self._set = [
            (
                Lettering(
                    line.weight,
                    line.size,
                    skia.Paint(AntiAlias=True, Color=line.colour),
                    align=align,
                ).set_within(line.text, width, line.max_lines),
                line.space_after,
            )
            for line in lines
            if line.text
        ]
        self.height = sum(paragraph.Height + after for paragraph, after in self._set)

    def paint(self, canvas: skia.Canvas, x: float, y: float) -> None:
        for paragraph, after in self._set:
            paragraph.paint(canvas, x, y)
            y += paragraph.Height + after


@dataclass(frozen=True)
class _Columns:
    """Left edges of cut, picture, action, audio, caption and time, and the table's right edge."""

    edges: tuple[float, ...]

    @classmethod
    def beside(cls, picture_width: float) -> "_Columns":
        left, cut, time = MARGIN, 92, 176
        words = WIDTH - 2 * MARGIN - cut - (picture_width + 2 * PAD) - time
        widths = (cut, picture_width + 2 * PAD, 0.38 * words, 0.38 * words, 0.24 * words, time)
        return cls(tuple(accumulate(widths, initial=left)))

    def inner(self, column: int) -> tuple[float, float]:
        """Return the left edge and the width of a column's text."""
        left, right = self.edges[column : column + 2]
        return left + PAD, right - left - 2 * PAD


@dataclass(frozen=True)
class _Row:
    cells: tuple[_Cell, ...]
    """Cells of all columns but the picture."""
    picture: Picture
    height: float


def contact_sheet(order: FilmOrder, version: int, pictures: Pictures) -> bytes:
    """Return the sheet as PNG: a header, then a row for each cut."""
    brief, conte = order.brief, order.conte
    words = _words(brief.language)
    across, down = still_size(pictures.width, pictures.height)
    columns = _Columns.beside(across)
    totals = accumulate(cut.num_frames for cut in conte.cuts)
    rows = [
        _row(cut, total, brief, columns, picture, down, last=cut is conte.cuts[-1])
        for cut, total, picture in zip(conte.cuts, totals, pictures.cuts, strict=True)
    ]
    head, title, foot = _Head(order, version), 46, 96
    height = round(MARGIN + head.height + title + sum(row.height for row in rows) + foot)
    pixels = np.zeros((height, WIDTH, 4), np.uint8)
    surface = skia.Surface.MakeRasterDirect(
        skia.ImageInfo.Make(WIDTH, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType),
        pixels,
    )
    with surface as canvas:
        canvas.clear(PAPER)
        head.paint(canvas, MARGIN)
        y = MARGIN + head.height
        _paint_titles(canvas, columns, y, title, words)
        y += title
        for index, row in enumerate(rows):
            _paint_row(canvas, columns, row, y, (across, down), tinted=index % 2 == 1)
            y += row.height
        _Cell([_footer(order, words)], WIDTH - 2 * MARGIN).paint(canvas, MARGIN, y + 24)
    return png(pixels[..., :3])


class _Head:
    """The header: title and version, then client, product, length, ratio and idea."""

    def __init__(self, order: FilmOrder, version: int) -> None:
        brief, conte, words = order.brief, order.conte, _words(order.brief.language)
        whole = WIDTH - 2 * MARGIN
        length = words["seconds"].format(_seconds(brief.num_frames, brief.fps))
        facts = (
            ("client", brief.advertiser or words["none"], 0.26),
            ("product", brief.product.name, 0.32),
            ("conte", "", 0),
            ("length", f"{length} · {brief.fps} fps", 0.18),
            ("ratio", brief.aspect_ratio, 0.12),
            ("cuts", words["number"].format(len(conte.cuts)), 0.12),
        )
        self._title = _Cell([_Line(conte.title, "SemiBold", 46, max_lines=2)], whole - 260)
        self._version = _Cell(
            [_Line(words["conte"].format(version), "SemiBold", 30, PAPER)], 200, centred=True
        )
        self._facts: list[tuple[float, _Cell]] = []
        x = MARGIN
        for name, value, share in facts:
            if share:
                width = share * whole
                lines = [
                    _Line(words[name], size=18, colour=SOFT, space_after=2),
                    _Line(value, "SemiBold", 26, max_lines=1),
                ]
                self._facts.append((x, _Cell(lines, width - PAD)))
                x += width
        self._idea = [
            (words[name], _Cell([_Line(text, size=22, max_lines=3)], whole - 140))
            for name, text in (("concept", conte.concept), ("slogan", conte.slogan))
            if text
        ]
        self._facts_height = max(cell.height for _, cell in self._facts)
        self.height = (
            self._title.height
            + 20
            + self._facts_height
            + 28
            + sum(cell.height for _, cell in self._idea)
            + 20
        )

    def paint(self, canvas: skia.Canvas, y: float) -> None:
        self._title.paint(canvas, MARGIN, y - 10)
        badge = skia.Rect.MakeXYWH(WIDTH - MARGIN - 200, y - 4, 200, 56)
        canvas.drawRoundRect(badge, 8, 8, _fill(BAND))
        self._version.paint(canvas, badge.left(), badge.top() + 7)
        y += self._title.height + 4
        canvas.drawRect(skia.Rect.MakeXYWH(MARGIN, y, WIDTH - 2 * MARGIN, 3), _fill(INK))
        y += 16
        for x, cell in self._facts:
            cell.paint(canvas, x, y)
        y += self._facts_height + 8
        canvas.drawRect(skia.Rect.MakeXYWH(MARGIN, y, WIDTH - 2 * MARGIN, 1), _fill(LINE))
        y += 18
        for name, cell in self._idea:
            _Cell([_Line(name, size=20, colour=SOFT)], 140).paint(canvas, MARGIN, y + 1)
            cell.paint(canvas, MARGIN + 140, y)
            y += cell.height


def _row(
    cut: Cut,
    total: int,
    brief: Brief,
    columns: _Columns,
    picture: Picture,
    picture_height: float,
    *,
    last: bool,
) -> _Row:
    language, words = brief.language, _words(brief.language)
    ends = "end" if last else "next"
    shot = f"{cut.size.value} {cut.size.label(language)}" if language == "ko" else cut.size.value
    action = [
        _Line(
            f"{shot} · {cut.angle.label(language)} · {cut.move.label(language)}",
            "SemiBold",
            max_lines=2,
            space_after=2,
        ),
        _Line(
            f"{cut.place or cut.setting.label(language)} · {cut.time_of_day.label(language)}",
            size=19,
            colour=SOFT,
            max_lines=2,
            space_after=10,
        ),
        _Line(cut.action, max_lines=7),
    ]
    if cut.transition != Transition.CUT:
        way = words[ends].format(cut.transition.label(language))
        action.append(_Line(way, size=18, colour=SOFT, max_lines=1))
    audio = [_Line(f"NA  {cut.narration}" if cut.narration else "", max_lines=4)]
    audio += [_Line(f"{line.speaker}: “{line.text}”", max_lines=3) for line in cut.dialogue]
    audio += [
        _Line(f"{kind}  {text}", size=19, colour=SOFT, max_lines=2)
        for kind, text in (("SE", cut.sound_effect), ("BGM", cut.music))
        if text
    ]
    seconds = words["seconds"].format
    time = [
        _Line(seconds(_seconds(cut.num_frames, brief.fps)), "SemiBold", 26, space_after=2),
        _Line(f"({seconds(_seconds(total, brief.fps))})", size=20, space_after=2),
        _Line(words["frames"].format(cut.num_frames), size=17, colour=SOFT),
    ]
    cells = (
        _Cell([_Line(str(cut.number), "SemiBold", 36)], columns.inner(0)[1], centred=True),
        _Cell(action, columns.inner(2)[1]),
        _Cell(audio, columns.inner(3)[1]),
        _Cell(
            [
                _Line(cut.caption, "SemiBold", max_lines=6),
                _Line(cut.legal, size=15, colour=SOFT, max_lines=8),
            ],
            columns.inner(4)[1],
        ),
        _Cell(time, columns.inner(5)[1], centred=True),
    )
    height = max(picture_height, *(cell.height for cell in cells)) + 2 * PAD
    return _Row(cells, picture, height)


def _paint_titles(
    canvas: skia.Canvas, columns: _Columns, y: float, height: float, words: dict[str, str]
) -> None:
    canvas.drawRect(
        skia.Rect.MakeLTRB(columns.edges[0], y, columns.edges[-1], y + height), _fill(BAND)
    )
    for column, name in enumerate(("cut", "picture", "action", "audio", "caption", "time")):
        x, width = columns.inner(column)
        line = _Line(words[name], "SemiBold", 20, PAPER, max_lines=1)
        centred = name in ("cut", "picture", "time")
        _Cell([line], width + PAD, centred=centred).paint(canvas, x - PAD / 2, y + 10)


def _paint_row(
    canvas: skia.Canvas,
    columns: _Columns,
    row: _Row,
    y: float,
    size: tuple[int, int],
    *,
    tinted: bool,
) -> None:
    edges = columns.edges
    if tinted:
        canvas.drawRect(skia.Rect.MakeLTRB(edges[0], y, edges[-1], y + row.height), _fill(TINT))
    x, top = edges[1] + PAD, y + PAD
    # On whole pixels: a still that has this size stays sharp.
    frame = skia.Rect.MakeXYWH(round(x), round(top), *size)
    opaque = np.full((*row.picture.shape[:2], 4), 255, np.uint8)
    opaque[..., :3] = row.picture
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    canvas.drawImageRect(_image(opaque), frame, sampling)
    canvas.drawRect(frame, skia.Paint(Color=INK, Style=skia.Paint.kStroke_Style, StrokeWidth=1.5))
    for column, cell in zip((0, 2, 3, 4, 5), row.cells, strict=True):
        cell.paint(canvas, columns.inner(column)[0], y + PAD - 4)
    stroke = skia.Paint(Color=LINE, StrokeWidth=1)
    canvas.drawLine(edges[0], y + row.height, edges[-1], y + row.height, stroke)
    for edge in edges:
        canvas.drawLine(edge, y, edge, y + row.height, stroke)


def _footer(order: FilmOrder, words: dict[str, str]) -> _Line:
    engines = ", ".join(dict.fromkeys(clip.engine.label for clip in order.clips))
    parts = [words["clips"].format(engines)]
    if order.settings.label_ai:
        parts.insert(0, AI_LABEL[order.brief.language])
    if order.sound:
        parts.append(order.sound)
    return _Line(" · ".join(parts), size=18, colour=SOFT, max_lines=2)


def _seconds(num_frames: int, fps: int) -> str:
    return f"{num_frames / fps:.2f}".rstrip("0").rstrip(".")


def _fill(colour: int) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color=colour)


def _image(rgba: Picture) -> skia.Image:
    return skia.Image.fromarray(rgba, skia.kRGBA_8888_ColorType, copy=True)
