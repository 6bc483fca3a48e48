"""The conte as PDF: the form of Korean agencies, a row a cut."""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from conte.clip import frame_size
from conte.cut import Cut
from conte.edition import Edition
from conte.export import Layout
from conte.vocabulary import Language, Transition
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.cut_pictures import name_of, pictures_of
from deployments.deliverables.sheets.page_data import SIZES, facts_of, page_data, seconds
from deployments.deliverables.sheets.pagination import Room, best_width
from deployments.deliverables.sheets.typesetting import typeset
from deployments.deliverables.sheets.words import words_of
from deployments.deliverables.sheets.wrapping import Lines, lines, num_lines

_POINT = 25.4 / 72
_PAD = 4.3
"""Padding of both sides of a cell, in millimetres."""
_ABOVE = 3.95
"""Padding above and below a cell, with its rule."""
_LINE, _LEADING = 1.23, 0.52
"""Distance of two lines, and what of it lies between them, in em."""
_SMALL, _LEGAL = 0.88, 0.78
"""Sizes of the place and of legal lines beside the text, as in `sheet.typ`."""
_TITLE = 19.0
"""Size of the heading in points, as in `form.typ`."""
_HEIGHTS = (*range(52, 32, -2), *range(32, 22, -1))
"""Heights of pictures to try, in millimetres."""
_LEAST_ACROSS = 24.0


class _Page(NamedTuple):
    """Measures of a layout, in millimetres."""

    width: float
    """Width within the margins."""
    height: float
    cut: float
    caption: float
    time: float
    picture: float
    """Width of the widest picture."""


_PAGES: Mapping[Layout, _Page] = {
    "landscape": _Page(273, 184, 12, 42, 21, 62),
    "portrait": _Page(188, 269, 10, 27, 20, 50),
}


class _Columns(NamedTuple):
    """Widths of the columns, in millimetres; action and audio share what is left."""

    cut: float
    picture: float
    words: float
    caption: float
    time: float

    @classmethod
    def of(cls, page: _Page, picture: float) -> "_Columns":
        left = page.width - page.cut - picture - _PAD - page.caption - page.time
        return cls(page.cut, picture + _PAD, left / 2, page.caption, page.time)

    @property
    def all(self) -> tuple[float, ...]:
        return self.cut, self.picture, self.words, self.words, self.caption, self.time


def _lines_of(text: str, width_em: float, size: float) -> float:
    """Estimate the height of a text in smaller letters, in lines of the usual size."""
    return size * num_lines(text, width_em / size)


class _Heard(NamedTuple):
    mark: str
    who: str
    text: str
    quiet: bool


def conte_pdf(material: Material) -> bytes:
    """Return the conte as PDF, one row per cut."""
    edition, layout = material.edition, material.options.layout
    brief, conte = edition.brief, edition.conte
    words = words_of(brief.language)
    idea = [
        (words[name], text)
        for name, text in (("concept", conte.concept), ("slogan", conte.slogan))
        if text
    ]
    across, down = _picture_size(edition, layout, [text for _, text in idea])
    columns = _Columns.of(_PAGES[layout], across)
    pictures = pictures_of(material, across, down)
    totals = accumulate(cut.num_frames for cut in conte.cuts)
    row = _Rows(edition, layout)
    data = page_data(edition, layout, conte.title) | {
        "picture": [across, down],
        "columns": columns.all,
        "headings": [
            words[name] for name in ("cut", "picture", "action", "audio", "caption", "time")
        ],
        "idea": [[label, lines(text, 20)] for label, text in idea],
        "cuts": [
            row.data(cut, total, columns, name_of(cut.number) in pictures)
            for cut, total in zip(conte.cuts, totals, strict=True)
        ],
        "total": {
            "seconds": words["seconds"].format(seconds(conte.num_frames, brief.fps)),
            "frames": words["frames"].format(conte.num_frames),
        },
    }
    return typeset("sheet.typ", data, pictures)


def _head(edition: Edition, layout: Layout, idea: list[str]) -> float:
    """Estimate the height above the table, in millimetres."""
    width, em = _PAGES[layout].width, SIZES[layout] * _POINT
    title = num_lines(edition.conte.title, (width - 30) / (_TITLE * _POINT))
    facts = facts_of(edition, edition.conte.title)
    shares = sum(share for _, _, share in facts)
    taken = max(num_lines(text, (width * share / shares - _PAD) / em) for _, text, share in facts)
    said = sum(num_lines(text, width / em - 6) for text in idea)
    return 8.9 + title * _TITLE * _POINT * _LINE + (taken + said) * _LINE * em


def _picture_size(edition: Edition, layout: Layout, idea: list[str]) -> tuple[float, float]:
    page, rows = _PAGES[layout], _Rows(edition, layout)
    width, height = frame_size(edition.brief.aspect_ratio)
    room = Room(page=page.height, head=_head(edition, layout, idea))

    def heights(across: float) -> list[float]:
        columns = _Columns.of(page, across)
        down = across * height / width
        return [max(down, rows.height(cut, columns)) + _ABOVE for cut in edition.conte.cuts]

    widths = {min(page.picture, down * width / height) for down in _HEIGHTS}
    roomy = [across for across in widths if across >= _LEAST_ACROSS]
    best = best_width(sorted(roomy, reverse=True), heights, room)
    return round(best, 2), round(best * height / width, 2)


class _Rows:
    """Texts of a sheet's rows, and their estimated heights."""

    def __init__(self, edition: Edition, layout: Layout) -> None:
        self._edition, self._page = edition, _PAGES[layout]
        self._em = SIZES[layout] * _POINT
        self._language: Language = edition.brief.language
        self._fps = edition.brief.fps
        self._words = words_of(self._language)

    def data(self, cut: Cut, total: int, columns: _Columns, has_picture: bool) -> dict[str, Any]:
        wide = self._width_em(columns.words)
        narrow = self._width_em(columns.caption)
        whole = self.height(cut, columns) + _ABOVE < self._page.height - 20
        return {
            "number": cut.number,
            "picture": name_of(cut.number) if has_picture else None,
            "alt": self._words["alt"].format(cut.number, cut.action or self._place(cut)),
            "shot": lines(self._shot(cut), wide),
            "place": lines(self._place(cut), wide),
            "action": lines(cut.action, wide),
            "transition": self._transition(cut, wide),
            "audio": [
                {
                    "mark": one.mark,
                    "who": lines(one.who, wide - 4),
                    "text": lines(one.text, wide - 4),
                    "quiet": one.quiet,
                }
                for one in self._heard(cut)
            ],
            "caption": lines(cut.caption, narrow),
            "legal": lines(cut.legal, narrow),
            "seconds": self._words["seconds"].format(seconds(cut.num_frames, self._fps)),
            "total": self._words["sum"].format(seconds(total, self._fps)),
            "frames": self._words["frames"].format(cut.num_frames),
            # A row that fits a page stays on one.
            "whole": whole,
        }

    def height(self, cut: Cut, columns: _Columns) -> float:
        """Estimate the height of a row's texts, in millimetres."""
        wide, narrow = self._width_em(columns.words), self._width_em(columns.caption)
        ends = cut.transition != Transition.CUT
        heights = (
            num_lines(self._shot(cut), 0.97 * wide)
            + _lines_of(self._place(cut), wide, _SMALL)
            + num_lines(cut.action, wide)
            + (0.15 + (0.15 + _SMALL) * ends),
            sum(num_lines(f"{one.who} {one.text}", wide - 3.1) + 0.2 for one in self._heard(cut)),
            num_lines(cut.caption, 0.97 * narrow)
            + (0.15 + _lines_of(cut.legal, narrow, _LEGAL)) * bool(cut.legal),
            2.9,
        )
        return (max(heights) * _LINE - _LEADING) * self._em

    def _width_em(self, column: float) -> float:
        return (column - _PAD) / self._em

    def _shot(self, cut: Cut) -> str:
        language = self._language
        size = f"{cut.size.value} {cut.size.label(language)}" if language == "ko" else cut.size
        return f"{size} · {cut.angle.label(language)} · {cut.move.label(language)}"

    def _place(self, cut: Cut) -> str:
        place = cut.place or cut.setting.label(self._language)
        return f"{place} · {cut.time_of_day.label(self._language)}"

    def _transition(self, cut: Cut, width: float) -> Lines | None:
        if cut.transition == Transition.CUT:
            return None
        last = cut is self._edition.conte.cuts[-1]
        way = self._words["end" if last else "next"]
        return lines(way.format(cut.transition.label(self._language)), width)

    def _heard(self, cut: Cut) -> list[_Heard]:
        said = [
            _Heard(self._words["said"], line.speaker, f"“{line.text}”", quiet=False)
            for line in cut.dialogue
        ]
        heard = [
            _Heard("NA", "", cut.narration, quiet=False),
            *said,
            _Heard("SE", "", cut.sound_effect, quiet=True),
            _Heard("BGM", "", cut.music, quiet=True),
        ]
        return [one for one in heard if one.text]
