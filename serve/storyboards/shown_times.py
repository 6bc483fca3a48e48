"""Numbers that a workbook displays as times -> these times, as a person sees them.

A workbook stores 0:03 as a fraction of a day. People who type that mean seconds;
`conte.storyboards.lengths` interprets the displayed text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from serve.office.package import NoSheet, Package, below, child, local
from serve.office.workbook import place_of

_BUILT_IN = {
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    45: "mm:ss",
    46: "h:mm:ss",
    47: "mm:ss",
}
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[\$[^\]]*\]")
_DAY_S = 86_400
MAX_STYLES = 10_000


@dataclass(frozen=True)
class TimeFormats:
    """Cell styles that display a time, and how, by the style's number."""

    styles: Mapping[int, str]

    @classmethod
    def of(cls, package: Package, main: str) -> Self:
        for one in package.related(main):
            if one.kind == "styles":
                try:
                    return cls(_styles(package.part(one.part)))
                except NoSheet:
                    break
        return cls({})

    def shown_in(self, root: Any) -> Mapping[tuple[int, int], str]:
        """Return the displayed times of a sheet by row and column."""
        found: dict[tuple[int, int], str] = {}
        if not self.styles:
            return found
        for cell in below(root, "c"):
            style, place = cell.get("s") or "", place_of(cell)
            if not style.isdecimal() or len(style) > 6 or place is None:
                continue
            shape = self.styles.get(int(style))
            if shape is None or (cell.get("t") or "n") != "n":
                continue
            value = child(cell, "v")
            text = _shown("" if value is None else value.text or "", shape)
            if text:
                found[place] = text
        return found


def _styles(root: Any) -> dict[int, str]:
    codes = dict(_BUILT_IN)
    for one in below(root, "numFmt"):
        number = one.get("numFmtId") or ""
        if number.isdecimal() and len(number) < 6:
            shape = _shape(one.get("formatCode") or "")
            codes.pop(int(number), None)
            if shape:
                codes[int(number)] = shape
    found: dict[int, str] = {}
    formats = child(root, "cellXfs")
    entries = [one for one in formats if local(one) == "xf"] if formats is not None else []
    for at, one in enumerate(entries[:MAX_STYLES]):
        number = one.get("numFmtId") or ""
        if number.isdecimal() and len(number) < 6 and int(number) in codes:
            found[at] = codes[int(number)]
    return found


def _shape(code: str) -> str:
    """Return which of the three time notations a number format has; empty: none."""
    plain = _QUOTED.sub("", code.split(";")[0]).casefold().replace("[", "").replace("]", "")
    if any(letter in plain for letter in "yd#") or ":" not in plain:
        return ""
    hours, seconds = "h" in plain, "s" in plain
    return "h:mm:ss" if hours and seconds else "h:mm" if hours else "mm:ss" if seconds else ""


def _shown(text: str, shape: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return ""
    if not 0 <= value < 10:
        return ""
    seconds = round(value * _DAY_S, 3)
    whole = int(seconds)
    rest = f".{round((seconds - whole) * 1000):03}".rstrip("0") if seconds - whole > 0.0005 else ""
    if shape == "h:mm":
        return f"{whole // 3600}:{whole // 60 % 60:02}"
    if shape == "mm:ss":
        return f"{whole // 60}:{whole % 60:02}{rest}"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}{rest}"
