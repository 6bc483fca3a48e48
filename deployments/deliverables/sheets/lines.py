"""A conte -> a line a cut, with the columns that shot lists and workbooks share."""

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from conte.bilingual import BilingualText
from conte.cut import Cut
from conte.edition import Edition
from conte.field_words import CUT_FIELDS
from conte.revision.value_text import Reader, value_text
from conte.revision.working import Working
from conte.vocabulary import Language

Line = Mapping[str, str | int | float]

_OWN: Mapping[str, BilingualText] = {
    "number": BilingualText(ko="컷", en="Cut"),
    "size": BilingualText(ko="샷", en="Shot"),
    "narration": BilingualText(ko="NA", en="NA"),
    "sound_effect": BilingualText(ko="SE", en="SE"),
    "music": BilingualText(ko="BGM", en="BGM"),
    "seconds": BilingualText(ko="초수", en="Seconds"),
    "total": BilingualText(ko="누적", en="Total"),
    "num_frames": BilingualText(ko="프레임", en="Frames"),
    "id": BilingualText(ko="ID", en="ID"),
}
COLUMNS = (
    "number", "size", "angle", "move", "place", "time_of_day", "action", "narration", "dialogue",
    "sound_effect", "music", "caption", "legal", "transition", "seconds", "total", "num_frames",
    "id",
)  # fmt: skip


class Lines(NamedTuple):
    labels: Mapping[str, str]
    """Headings, by column."""
    lines: tuple[Line, ...]


def lines_of(edition: Edition) -> Lines:
    language, fps = edition.brief.language, edition.brief.fps
    reader = Reader.of(Working(conte=edition.conte, brief=edition.brief), language)
    totals = accumulate(cut.num_frames for cut in edition.conte.cuts)
    return Lines(
        {name: label(name, language) for name in COLUMNS},
        tuple(
            _line(cut, total, fps, reader)
            for cut, total in zip(edition.conte.cuts, totals, strict=True)
        ),
    )


def label(column: str, language: Language) -> str:
    return (_OWN.get(column) or CUT_FIELDS[column]).of(language)


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
