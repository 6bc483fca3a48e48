"""Texts for people about a read sheet: names of fields, certainty, values."""

from collections.abc import Mapping, Sequence
from typing import Any

from conte.bilingual import BilingualText
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS
from conte.storyboards.sheet import Layout, Seen, SheetCut, SheetLength, SpokenLine, Sure
from conte.vocabulary import Language, ShotSize, Term

SURE: Mapping[Sure, BilingualText] = {
    Sure.CERTAIN: BilingualText(ko="확실", en="certain"),
    Sure.LIKELY: BilingualText(ko="유력", en="likely"),
    Sure.GUESSED: BilingualText(ko="추정", en="guessed"),
}
MARKS: Mapping[Sure, str] = {Sure.CERTAIN: "", Sure.LIKELY: "~", Sure.GUESSED: "?"}
LAYOUTS: Mapping[Layout, BilingualText] = {
    Layout.ONE_TABLE: BilingualText(ko="표 하나, 한 줄에 한 컷", en="one table, a row a cut"),
    Layout.COLUMNS: BilingualText(ko="표 하나, 한 열에 한 컷", en="one table, a column a cut"),
    Layout.TABLE_A_CUT: BilingualText(ko="컷마다 표 하나", en="a table a cut"),
    Layout.LABELLED: BilingualText(ko="컷마다 이름표가 붙은 글", en="labelled texts a cut"),
}
_OWN: Mapping[str, BilingualText] = {
    "number": BilingualText(ko="컷", en="Cut"),
    "picture": BilingualText(ko="그림", en="Picture"),
    "location": CUT_FIELDS["place"],
    "length": CUT_FIELDS["num_frames"],
    "title": CONTE_FIELDS["title"],
    "advertiser": BRIEF_FIELDS["advertiser"],
    "product": BRIEF_FIELDS["product.name"],
    "fps": BRIEF_FIELDS["fps"],
    "ratio": BRIEF_FIELDS["aspect_ratio"],
    "total": BilingualText(ko="총 초수", en="Length of the film"),
}


def field_name(field: str, language: Language) -> str:
    return (_OWN.get(field) or CUT_FIELDS[field]).of(language)


def seen_text(seen: Seen[Any], language: Language) -> str:
    """Return a value as a text."""
    value: Any = seen.value
    if isinstance(value, ShotSize):
        return f"{value.value} {value.label(language)}"
    if isinstance(value, Term):
        return value.label(language)
    if isinstance(value, SheetLength):
        return length_text(value, language)
    if isinstance(value, tuple):
        lines: Sequence[SpokenLine] = value  # pyright: ignore[reportUnknownVariableType]
        return "\n".join(
            f"{line.speaker}: “{line.text}”" if line.speaker else f"“{line.text}”" for line in lines
        )
    return str(value)


def length_text(length: SheetLength, language: Language) -> str:
    ko = language == "ko"
    parts = [f"{length.seconds:g}{'초' if ko else ' s'}"] if length.seconds else []
    if length.frames:
        parts.append(f"{length.frames}{'프레임' if ko else ' frames'}")
    return " ".join(parts)


def heard_text(cut: SheetCut, language: Language) -> str:
    """Return everything that is heard in a cut, one item per line."""
    marks = (
        ("NA", cut.narration),
        ("", cut.dialogue),
        ("SE", cut.sound_effect),
        ("BGM", cut.music),
    )
    return "\n".join(
        f"{mark} {seen_text(seen, language)}{MARKS[seen.sure]}".strip()
        for mark, seen in marks
        if seen is not None
    )
