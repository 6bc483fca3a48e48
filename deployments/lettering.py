"""Text -> shaped lines in the bundled fonts, never the machine's.

Hangul and Latin are set in Pretendard; characters it lacks come from Noto Emoji, then from Sian
Hanja, by grapheme. Characters that none of them has are left out: a film shows no empty boxes.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import regex
import skia

from conte.glyphs import lettered

Weight = Literal["Medium", "SemiBold"]

FONTS = Path(__file__).parent / "fonts"
EMOJI = "NotoEmoji"
HANJA = "SianHanja"
_FILES = {EMOJI: "NotoEmoji-Bold.ttf", HANJA: "SianHanja-Medium.otf"}
_WEIGHTS: tuple[Weight, ...] = ("Medium", "SemiBold")
SOURCES = (*(f"Pretendard-{weight}.otf" for weight in _WEIGHTS), *_FILES.values())
"""Files of the fonts, in the order in which they are searched for a character."""
ELLIPSIS = "…"
WORD_JOINER = "\u2060"
# Unicode allows a break between any two syllables; Korean print breaks between words. A word too
# wide for its line is broken nevertheless.
_BETWEEN_HANGUL = re.compile(r"(?<=[가-힣])(?=[가-힣])")


@cache
def typeface(weight: Weight) -> skia.Typeface:
    """Return the typeface of a weight, for Hangul and Latin."""
    return glyph_source(f"Pretendard-{weight}.otf")


def glyph_source(file: str) -> skia.Typeface:
    """Return the typeface in one of the files of `SOURCES`.

    Raises:
        OSError: if there is no font in it.
    """
    if not (FONTS / file).is_file():
        raise FileNotFoundError(f"there is no {FONTS / file}")
    # An empty manager: the default one reads the machine's font configuration and warns about it.
    face = skia.FontMgr.New_Custom_Empty().makeFromFile(str(FONTS / file))
    if face is None or not face.countGlyphs():
        raise OSError(f"{FONTS / file} is no font")
    return face


@cache
def _collection() -> skia.textlayout_FontCollection:
    fonts = skia.textlayout_TypefaceFontProvider()
    for weight in _WEIGHTS:
        fonts.registerTypeface(typeface(weight), weight)
    for name, file in _FILES.items():
        fonts.registerTypeface(glyph_source(file), name)
    collection = skia.textlayout_FontCollection()
    collection.setDefaultFontManager(fonts)
    return collection


@cache
def _unicode() -> skia.Unicode:
    return skia.Unicodes.ICU.Make()


class Lettering:
    """Sets lines in one weight, size in pixels and paint."""

    def __init__(
        self,
        weight: Weight,
        size: float,
        paint: skia.Paint,
        line_height: float = 1.35,
        align: skia.textlayout_TextAlign = skia.textlayout_TextAlign.kLeft,
    ) -> None:
        self.size, self.line_height = size, line_height
        self._align = align
        self._style = skia.textlayout_TextStyle()
        self._style.setFontFamilies([weight, EMOJI, HANJA])
        self._style.setFontSize(size)
        self._style.setForegroundPaint(paint)
        # All lines have the same height, with emoji or without.
        self._strut = skia.textlayout_StrutStyle()
        self._strut.setFontFamilies([weight])
        self._strut.setFontSize(size)
        self._strut.setHeight(line_height)
        self._strut.setHeightOverride(True)
        self._strut.setHalfLeading(True)
        self._strut.setForceStrutHeight(True)
        self._strut.setStrutEnabled(True)

    def set(self, text: str, width: float = 1e5) -> skia.textlayout_Paragraph:
        """Set the text in lines of at most `width`, broken between words if they fit."""
        style = skia.textlayout_ParagraphStyle()
        style.setTextStyle(self._style)
        style.setTextAlign(self._align)
        style.setStrutStyle(self._strut)
        builder = skia.textlayout_ParagraphBuilder.make(style, _collection(), _unicode())
        builder.pushStyle(self._style)
        # For empty text Skia returns a longest line of minus infinity.
        builder.addText(_BETWEEN_HANGUL.sub(WORD_JOINER, lettered(text)) or WORD_JOINER)
        builder.pop()
        paragraph = builder.Build()
        paragraph.layout(width)
        return paragraph

    def width(self, text: str) -> float:
        """Return the width of an unbroken line, in pixels."""
        return self.set(text).MaxIntrinsicWidth if text else 0.0

    def set_within(self, text: str, width: float, max_lines: int) -> skia.textlayout_Paragraph:
        """Set the text in at most `max_lines`; the rest becomes an ellipsis."""
        most = (max_lines + 0.5) * self.size * self.line_height
        paragraph = self.set(text, width)
        if paragraph.Height < most:
            return paragraph
        letters = regex.findall(r"\X", text)
        shortest, longest = 0, len(letters)
        while shortest + 1 < longest:
            middle = (shortest + longest) // 2
            if self.set(_shortened(letters[:middle]), width).Height < most:
                shortest = middle
            else:
                longest = middle
        return self.set(_shortened(letters[:shortest]), width)


def _shortened(letters: Sequence[str]) -> str:
    return "".join(letters).rstrip() + ELLIPSIS
