"""Row: one product type as a document has it, and the meaning of its cells."""

import re
from dataclasses import dataclass

from crawl.products.divisions import DIVISIONS

MARKS = frozenset({*"○◯〇●◎⚪⭕OoYyVv✓✔√", "해당", "적용"})
"""Cells that mean: the item in this column's header applies."""
_NOTHING = frozenset(
    {"", "-", "–", "—", "×", "X", "x", "N", "n", "해당없음", "해당 없음", "없음", "미해당"}
)
_NUMBERED = re.compile(
    r"(?:(?<=\s)|^)(?:\(?\d{1,2}[.)](?!\d)|[①-⑳]|[㉠-㉻]|\(?[가나다라마바사아자차카타파하][.)]|[-•·ㆍ▪◦※○*])\s*"
)
_BETWEEN = re.compile(r"\n|[,;·ㆍ、/](?![^(]*\))")
_CODE = re.compile(r"[A-U]?\s?(\d{2,5})", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    name: str
    item: str
    industry: str
    """KSIC code, digits only."""
    industry_name: str = ""
    name_en: str = ""
    item_en: str = ""
    synonyms: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    place: str = ""
    """Table and row of the document, for readers of the report."""


@dataclass(frozen=True)
class DroppedRow:
    """A row that was left out, and why, in Korean and English."""

    place: str
    name: str
    ko: str
    en: str


def one_line(cell: str) -> str:
    return " ".join(cell.split())


def industry_code(cell: str) -> str | None:
    """Parse a KSIC code such as `C22111` or `22111` to its digits; None if it is none."""
    found = _CODE.fullmatch(one_line(cell))
    return found.group(1) if found and found.group(1)[:2] in DIVISIONS else None


def items_of(cell: str) -> tuple[str, ...]:
    """Split a cell's list into items: by lines, numbers or bullets, and commas outside of
    brackets."""
    found: dict[str, None] = {}
    for line in cell.split("\n"):
        for numbered in _NUMBERED.split(line):
            for part in _BETWEEN.split(numbered):
                text = one_line(part).strip(" .")
                if text not in _NOTHING:
                    found.setdefault(text)
    return tuple(found)


def says_nothing(cell: str) -> bool:
    return one_line(cell) in _NOTHING
