"""A conte -> one line per cut, with the columns that shot lists, workbooks and decks share.

Exports are written by this table, and edited files are compared with it.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from conte.bilingual import BilingualText
from conte.cut import Cut
from conte.field_words import CUT_FIELDS
from conte.revision.value_text import Reader, value_text
from conte.revision.working import Working
from conte.vocabulary import Language

Line = Mapping[str, str | int | float]

_OWN: Mapping[str, BilingualText] = {
    "number": BilingualText(ko="컷", en="Cut"),
    "picture": BilingualText(ko="화면", en="Picture"),
    "size": BilingualText(ko="샷", en="Shot"),
    "narration": BilingualText(ko="NA", en="NA"),
    "sound_effect": BilingualText(ko="SE", en="SE"),
    "music": BilingualText(ko="BGM", en="BGM"),
    "seconds": BilingualText(ko="초수", en="Seconds"),
    "total": BilingualText(ko="누적", en="Total"),
    "num_frames": BilingualText(ko="프레임", en="Frames"),
    "id": BilingualText(ko="ID", en="ID"),
    "remark": BilingualText(ko="의견", en="Remarks"),
}
COLUMNS = (
    "number", "size", "angle", "move", "place", "time_of_day", "action", "narration", "dialogue",
    "sound_effect", "music", "caption", "legal", "transition", "seconds", "total", "num_frames",
    "id",
)  # fmt: skip
BESIDE = ("picture", "remark")
"""Columns of workbooks that hold no field of a cut."""


class Lines(NamedTuple):
    labels: Mapping[str, str]
    """Headings by column."""
    lines: tuple[Line, ...]


def lines_of(working: Working) -> Lines:
    language, fps = working.brief.language, working.brief.fps
    reader = Reader.of(working, language)
    totals = accumulate(cut.num_frames for cut in working.conte.cuts)
    return Lines(
        {name: label(name, language) for name in COLUMNS},
        tuple(
            _line(cut, total, fps, reader)
            for cut, total in zip(working.conte.cuts, totals, strict=True)
        ),
    )


def label(column: str, language: Language) -> str:
    return (_OWN.get(column) or CUT_FIELDS[column]).of(language)


def column_named(heading: str) -> str | None:
    """Return the column that a heading names, in either language; None if there is none."""
    return _BY_LABEL.get(_folded(heading))


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _line(cut: Cut, total: int, fps: int, reader: Reader) -> Line:
    texts = {
        name: value_text(name, getattr(cut, name), reader)
        for name in COLUMNS
        if name in Cut.model_fields
    }
    return texts | {
        "number": cut.number,
        "place": cut.place or cut.setting.label(reader.language),
        "num_frames": cut.num_frames,
        "seconds": round(cut.num_frames / fps, 3),
        "total": round(total / fps, 3),
    }


_BY_LABEL: Mapping[str, str] = {
    _folded(label(column, language)): column
    for language in ("en", "ko")
    for column in (*COLUMNS, *BESIDE)
}
