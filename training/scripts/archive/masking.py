"""Replaces people's names, numbers, addresses and clients' marks in a sheet by stand-ins.

A name has the same stand-in throughout a sheet, with the fitting particle. Replacements are counted
by kind; the replaced words are stored nowhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from conte.frozen import digest
from conte.korean import with_particle
from conte.storyboards.sheet import SheetCut, SpokenLine, StoryboardSheet

Masked = Literal["names", "phones", "emails", "marks"]
ALL: tuple[Masked, ...] = ("names", "phones", "emails", "marks")
_STAND_INS = ("하늘", "가온", "누리", "새봄", "다온", "이든", "나래", "도담")
_PHONE = re.compile(
    r"(?<![\d-])(?:\+82[-\s.]?\d{1,2}|0\d{1,2}|1[5-8]\d{2})[-\s.)]{0,2}\d{3,4}(?:[-\s.]?\d{4})?(?!\d)"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,}")
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류"
    "나진지엄채원천방공현함변염"
)
_TITLES = (
    "감독", "대표", "실장", "팀장", "부장", "차장", "과장", "대리", "사원", "이사", "상무",
    "전무", "국장", "피디", "PD", "AE", "CD", "작가", "배우", "모델", "선생님", "교수", "기자",
    "씨", "님", "선수", "원장",
)  # fmt: skip
_NAMED = re.compile(
    rf"(?<![가-힣])([{_SURNAMES}][가-힣]{{2}})(?=\s?(?:{'|'.join(_TITLES)})(?![가-힣]{{2}}))"
)
_LABELLED = re.compile(
    rf"((?:감독|작성자|담당자?|출연|모델|배우|성우|연출|촬영|기획|PD|AE|CD)\s*[:：]\s*)([{_SURNAMES}][가-힣]{{1,2}})(?![가-힣])"
)
_SPEAKER = re.compile(rf"[{_SURNAMES}][가-힣]{{2}}")
_PAIRS = ("은/는", "이/가", "을/를", "과/와")


class Masks:
    """Masks one sheet. `kinds`: kinds of data to mask. `names`, `marks`: known ones in the
    sheet."""

    def __init__(
        self,
        kinds: Iterable[Masked] = ALL,
        names: Sequence[str] = (),
        marks: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Prepare the masks. `marks`: mark -> its stand-in; longer marks are matched first."""
        self._kinds = frozenset(kinds)
        self._given = tuple(one for one in names if one)
        known = sorted({one for one in marks if one[0]}, key=lambda one: -len(one[0]))
        self._marks = tuple(known) if "marks" in self._kinds else ()
        self._names: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def sheet(self, sheet: StoryboardSheet) -> StoryboardSheet:
        """Return the masked sheet: neither values nor their original texts contain masked words."""
        if "names" in self._kinds:
            self._find_names(sheet)
        return StoryboardSheet.model_validate(self._value(sheet.model_dump(mode="json")))

    def text(self, text: str) -> str:
        if "emails" in self._kinds:
            text = self._replaced(_EMAIL, text, "emails", "이메일 주소")
        if "phones" in self._kinds:
            text = self._replaced(_PHONE, text, "phones", "전화번호")
        for mark, stand_in in self._marks:
            text = self._named(text, mark, stand_in, "marks")
        for name, stand_in in self._names.items():
            text = self._named(text, name, stand_in, "names")
        return text

    def _find_names(self, sheet: StoryboardSheet) -> None:
        found = list(self._given)
        for text in _texts(sheet):
            found += _NAMED.findall(text)
            found += [one[1] for one in _LABELLED.findall(text)]
        found += [
            line.speaker for cut in sheet.cuts for line in _spoken(cut)
            if _SPEAKER.fullmatch(line.speaker)
        ]  # fmt: skip
        for name in dict.fromkeys(found):
            at = int(digest(["stand-in", name])[:8], 16)
            taken = set(self._names.values())
            free = [one for one in _STAND_INS if one not in taken] or list(_STAND_INS)
            self._names[name] = free[at % len(free)]

    def _named(self, text: str, name: str, stand_in: str, kind: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            self.counts[kind] += 1
            after = match[1] or ""
            pair = next((one for one in _PAIRS if after and after in one), None)
            return with_particle(stand_in, pair) if pair else stand_in + after

        pattern = rf"{re.escape(name)}(?:([은는이가을를과와])(?![가-힣]))?"
        return re.sub(pattern, replaced, text)

    def _replaced(self, pattern: re.Pattern[str], text: str, kind: str, stand_in: str) -> str:
        text, count = pattern.subn(stand_in, text)
        self.counts[kind] += count
        return text

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            # Names of vocabularies are no texts: a name could be part of one.
            closed = ("kind", "layout", "language", "sure", "place")
            return {key: one if key in closed else self._value(one) for key, one in value.items()}
        return [self._value(one) for one in value] if isinstance(value, list) else value


def _spoken(cut: SheetCut) -> Sequence[SpokenLine]:
    return cut.dialogue.value if cut.dialogue else ()


def _texts(value: object) -> list[str]:
    if isinstance(value, BaseModel):
        return _texts([getattr(value, name) for name in type(value).model_fields])
    if isinstance(value, tuple | list):
        return [text for one in value for text in _texts(one)]  # pyright: ignore[reportUnknownVariableType]
    return [value] if isinstance(value, str) else []
