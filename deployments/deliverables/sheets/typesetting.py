"""Texts -> lines of words for the page, and a template with its data -> PDF. Needs typst."""

import json
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from conte.glyphs import lettered

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parents[2] / "fonts"

Lines = list[list[tuple[str, bool]]]
"""A text for the page: lines of words, each with True if it is kept whole."""

ZERO_WIDTH_SPACE = "\u200b"
_AFTER = "/.,-_&=?@:"
_PIECE = 8


def lines(text: str, most_em: float = 9) -> Lines:
    """Return the lines of a text, without characters that the fonts do not have.

    `most_em`: width of the narrowest column for it. A wider word may be broken: anywhere between
    Hangul, elsewhere after some punctuation.
    """
    return [[word_of(word, most_em) for word in line.split()] for line in _lines_in(text)]


def _lines_in(text: str) -> list[str]:
    return [line for line in lettered(text).split("\n") if line.strip()]


def word_of(word: str, most_em: float) -> tuple[str, bool]:
    """Return the word with possible breaks, and whether it is kept whole."""
    word = lettered(word)
    if width_em(word) <= most_em:
        return word, True
    pieces: list[str] = []
    since = 0
    for character in word:
        pieces.append(character)
        since += 1
        narrow = unicodedata.east_asian_width(character) not in "WF"
        if narrow and (character in _AFTER or since >= _PIECE):
            pieces.append(ZERO_WIDTH_SPACE)
            since = 0
    return "".join(pieces), False


def width_em(text: str) -> float:
    """Estimate the width of a text in em of Pretendard, rounded up."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return 0.92 * wide + 0.6 * (len(text) - wide)


def num_lines(text: str, width_em_: float) -> int:
    """Estimate the number of lines that a text takes in a column."""
    return sum(1 + int(1.1 * width_em(line) / width_em_) for line in _lines_in(text))


@cache
def _fonts() -> typst.Fonts:
    # Never the machine's fonts: the same page everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Return the PDF: tagged (PDF/UA-1), fonts as subsets, the same bytes for the same data.

    `pictures`: by their names in the data.
    """
    with tempfile.TemporaryDirectory(prefix="typst-") as made:
        root = Path(made)
        for file in TEMPLATES.glob("*.typ"):
            shutil.copyfile(file, root / file.name)
        for name, picture in pictures.items():
            (root / name).write_bytes(picture)
        compiler = typst.Compiler(
            root / template,
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        found = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(found, bytes):
        raise TypeError(f"typst made {type(found).__name__}, wanted one PDF")
    return found
