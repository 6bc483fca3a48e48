"""Mixes colours in OKLab, and defines the light of each time of day. Draws nothing."""

import math
from dataclasses import dataclass
from functools import lru_cache

from conte.vocabulary import TimeOfDay

Lab = tuple[float, float, float]


def rgb(colour: str) -> tuple[float, float, float]:
    """Parse "#rrggbb" to sRGB, 0..1."""
    return (
        int(colour[1:3], 16) / 255,
        int(colour[3:5], 16) / 255,
        int(colour[5:7], 16) / 255,
    )


def css(red: float, green: float, blue: float) -> str:
    """Format sRGB, 0..1, as "#rrggbb", clipped."""
    parts = (min(255, max(0, round(part * 255))) for part in (red, green, blue))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _companded(part: float) -> float:
    part = max(0.0, part)
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


@lru_cache(4096)
def lab(colour: str) -> Lab:
    r, g, b = (_linear(part) for part in rgb(colour))
    m1 = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    m2 = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    m3 = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * m1 + 0.7936177850 * m2 - 0.0040720468 * m3,
        1.9779984951 * m1 - 2.4285922050 * m2 + 0.4505937099 * m3,
        0.0259040371 * m1 + 0.7827717662 * m2 - 0.8086757660 * m3,
    )


def from_lab(value: Lab) -> str:
    light, a, b = value
    m1 = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m2 = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    m3 = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return css(
        _companded(4.0767416621 * m1 - 3.3077115913 * m2 + 0.2309699292 * m3),
        _companded(-1.2684380046 * m1 + 2.6097574011 * m2 - 0.3413193965 * m3),
        _companded(-0.0041960863 * m1 - 0.7034186147 * m2 + 1.7076147010 * m3),
    )


@lru_cache(8192)
def mix(one: str, other: str, share: float) -> str:
    """Return a mix of two colours in OKLab with `share`, 0..1, of the other."""
    p, q = lab(one), lab(other)
    return from_lab(
        (
            p[0] + (q[0] - p[0]) * share,
            p[1] + (q[1] - p[1]) * share,
            p[2] + (q[2] - p[2]) * share,
        )
    )


def toned(colour: str, light: float, most_chroma: float = 1.0) -> str:
    """Return the same hue with another lightness, 0..1, and a chroma of at most `most_chroma`."""
    _, a, b = lab(colour)
    chroma = math.hypot(a, b)
    shrink = min(1.0, most_chroma / chroma) if chroma else 1.0
    return from_lab((light, a * shrink, b * shrink))


def lighter(colour: str, by: float) -> str:
    value = lab(colour)
    return from_lab((min(1.0, max(0.0, value[0] + by)), value[1], value[2]))


def lightness(colour: str) -> float:
    return lab(colour)[0]


def chroma(colour: str) -> float:
    _, a, b = lab(colour)
    return math.hypot(a, b)


@dataclass(frozen=True)
class Light:
    """Light of a time of day: a factor for each channel, then a share of a tint."""

    gain: tuple[float, float, float]
    tint: str
    share: float

    def on(self, colour: str) -> str:
        red, green, blue = rgb(colour)
        lit = css(red * self.gain[0], green * self.gain[1], blue * self.gain[2])
        return mix(lit, self.tint, self.share) if self.share else lit


OUTDOORS = {
    TimeOfDay.DAWN: Light((0.86, 0.85, 0.95), "#b9a3c6", 0.16),
    TimeOfDay.MORNING: Light((1.0, 0.99, 0.95), "#fff1cf", 0.08),
    TimeOfDay.DAY: Light((1.0, 1.0, 1.0), "#ffffff", 0.0),
    TimeOfDay.SUNSET: Light((1.0, 0.82, 0.72), "#e8835a", 0.14),
    TimeOfDay.NIGHT: Light((0.36, 0.42, 0.62), "#1c2750", 0.22),
}
INDOORS = {
    TimeOfDay.DAWN: Light((0.88, 0.87, 0.95), "#b3a5c9", 0.10),
    TimeOfDay.MORNING: Light((1.0, 0.99, 0.95), "#fff0d0", 0.07),
    TimeOfDay.DAY: Light((1.0, 1.0, 1.0), "#ffffff", 0.0),
    TimeOfDay.SUNSET: Light((1.0, 0.88, 0.78), "#e89a66", 0.10),
    TimeOfDay.NIGHT: Light((0.76, 0.70, 0.70), "#2f2a4d", 0.1),
}
ON_PEOPLE = {
    TimeOfDay.DAWN: Light((0.93, 0.91, 0.98), "#b9a3c6", 0.06),
    TimeOfDay.MORNING: Light((1.0, 0.99, 0.96), "#fff1cf", 0.03),
    TimeOfDay.DAY: Light((1.0, 1.0, 1.0), "#ffffff", 0.0),
    TimeOfDay.SUNSET: Light((1.0, 0.91, 0.83), "#e8835a", 0.06),
    TimeOfDay.NIGHT: Light((0.74, 0.73, 0.84), "#29305c", 0.08),
}
"""Light on people: weaker than on the place, so that faces stay visible at night."""
