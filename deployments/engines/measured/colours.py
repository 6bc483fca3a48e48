"""#rrggbb -> its everyday name, in Korean and in English.

By lightness, chroma and hue in OKLab (B. Ottosson, "A perceptual color space for image processing",
2020), in which blues do not turn into purples as in CIELAB. The Korean names are the basic ones of
KS A 0011 with those that advertising uses as well (베이지색, 하늘색, 남색).
"""

import math
from dataclasses import dataclass

from conte.vocabulary import Language

GREY = 0.03
"""Chroma below which a colour is called grey, white or black."""


@dataclass(frozen=True)
class Name:
    ko: str
    en: str

    def of(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


_GREYS = (
    (0.27, Name("검은색", "black")),
    (0.45, Name("어두운 회색", "dark grey")),
    (0.72, Name("회색", "grey")),
    (0.93, Name("밝은 회색", "light grey")),
    (1.01, Name("흰색", "white")),
)
_HUES = (
    (14, Name("분홍색", "pink")),
    (42, Name("빨간색", "red")),
    (80, Name("주황색", "orange")),
    (115, Name("노란색", "yellow")),
    (134, Name("연두색", "lime green")),
    (165, Name("초록색", "green")),
    (215, Name("청록색", "teal")),
    (278, Name("파란색", "blue")),
    (318, Name("보라색", "purple")),
    (345, Name("자홍색", "magenta")),
    (361, Name("분홍색", "pink")),
)
"""Upper bounds of the hue, in degrees of OKLab, with the colour's name."""
_DEEP, _PALE, _DULL = Name("짙은 ", "dark "), Name("연한 ", "pale "), Name("탁한 ", "muted ")


def name_of(colour: str) -> Name:
    """Return the name of an sRGB colour, such as 짙은 초록색 or "dark green".

    Raises:
        ValueError: if it is not `#rrggbb`.
    """
    lightness, chroma, hue = oklch(colour)
    # The darker or lighter a colour, the more chroma is needed to see a hue.
    if chroma < GREY or (lightness < 0.25 and chroma < 2 * GREY):
        return next(name for most, name in _GREYS if lightness < most)
    if special := _special(lightness, chroma, hue):
        return special
    base = next(name for most, name in _HUES if hue < most)
    kind = None
    if lightness < 0.46 and chroma < 0.25:
        kind = _DEEP
    elif lightness > 0.82 and chroma < 0.1:
        kind = _PALE
    elif chroma < 0.06:
        kind = _DULL
    return Name(kind.ko + base.ko, kind.en + base.en) if kind else base


def _special(lightness: float, chroma: float, hue: float) -> Name | None:
    """Return the name of a colour that is no light or dark form of another; None: it is one."""
    if 40 <= hue < 112 and lightness > 0.74 and chroma < 0.085:
        return Name("베이지색", "beige")
    if 45 <= hue < 95 and 0.65 <= lightness < 0.8 and chroma < 0.12:
        return Name("연한 갈색", "light brown")
    if 28 <= hue < 95 and lightness < 0.65 and chroma < 0.14:
        return Name("갈색", "brown") if lightness >= 0.33 else Name("짙은 갈색", "dark brown")
    if 95 <= hue < 125 and lightness < 0.65:
        return Name("올리브색", "olive")
    if 115 <= hue < 134 and 0.46 <= lightness < 0.65:
        return Name("초록색", "green")
    if 165 <= hue < 215 and lightness > 0.78:
        return Name("밝은 청록색", "turquoise")
    if 245 <= hue < 285 and lightness < 0.38:
        return Name("남색", "navy")
    if 200 <= hue < 265 and lightness > 0.72:
        return Name("하늘색", "sky blue")
    if (hue < 30 or hue >= 345) and lightness > 0.72:
        return Name("분홍색", "pink")
    if 318 <= hue < 345 and lightness < 0.55:
        return Name("보라색", "purple")
    if (hue < 28 or hue >= 345) and lightness < 0.45:
        return Name("자주색", "maroon")
    return None


def oklch(colour: str) -> tuple[float, float, float]:
    """Return lightness 0..1, chroma 0..0.33 and hue 0..360 degrees of `#rrggbb`.

    Raises:
        ValueError: if it is not `#rrggbb`.
    """
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"got {colour!r}, wanted a colour as #rrggbb")
    r, g, b = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    green_red = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    blue_yellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    hue = math.degrees(math.atan2(blue_yellow, green_red)) % 360
    return lightness, math.hypot(green_red, blue_yellow), hue


def _linear(value: float) -> float:
    """Invert sRGB's transfer function (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
