"""Look + hour -> the limited palette of a panel: walls, wood, leaves, sky, ink, accent."""

from dataclasses import dataclass

from conte.conte import Look
from conte.vocabulary import TimeOfDay
from deployments.engines.animatic.colour import chroma, lab, lightness, mix, toned
from deployments.engines.animatic.reading import Weather

_SKIES = {
    TimeOfDay.DAWN: ("#5f6aa3", "#8d88b8", "#c7a3bd", "#f0bfae", "#fadcb8"),
    TimeOfDay.MORNING: ("#8fc3e0", "#a9d2e6", "#c6e2ea", "#e4eee0", "#fbf1d4"),
    TimeOfDay.DAY: ("#69aedb", "#84bfe3", "#a2d0ea", "#c0e0f0", "#dceef4"),
    TimeOfDay.SUNSET: ("#4d4a80", "#8c5a8b", "#cf6f73", "#f09463", "#fbc06c"),
    TimeOfDay.NIGHT: ("#0f1734", "#151f44", "#1c2a55", "#273766", "#3a4777"),
}


@dataclass(frozen=True)
class Scheme:
    """Colours by their role, before the light is applied (the sky is light itself)."""

    time: TimeOfDay
    wall: str
    wall_dark: str
    floor: str
    floor_dark: str
    wood: str
    wood_dark: str
    cloth: str
    cloth_dark: str
    pale: str
    metal: str
    leaf: str
    leaf_dark: str
    ground: str
    ground_dark: str
    stone: str
    stone_dark: str
    accent: str
    accent_dark: str
    accent_pale: str
    ink: str
    lamp: str
    sky: tuple[str, ...]
    weather: Weather = ""
    """Weather outside, which windows show."""

    @property
    def overcast(self) -> bool:
        """True: clouds hide sun, moon and stars."""
        return self.weather in ("rain", "snow", "fog")

    @property
    def night(self) -> bool:
        return self.time is TimeOfDay.NIGHT

    @property
    def lamps_on(self) -> bool:
        return self.time in (TimeOfDay.NIGHT, TimeOfDay.SUNSET, TimeOfDay.DAWN)

    @property
    def window(self) -> str:
        """Colour of a window seen from outside."""
        return "#ffd98a" if self.lamps_on else "#bcd7e2"


def scheme_of(look: Look, time: TimeOfDay, weather: Weather = "") -> Scheme:
    """Mix natural colours with the look's palette, so that all cuts look alike.

    `weather`: outside; a sky that rains is grey.
    """
    palette = look.palette
    accent = palette[-1]
    first, second, third = palette[0], palette[1], palette[2 if len(palette) > 3 else 0]
    if chroma(accent) < 0.04 and lightness(accent) < 0.3:
        accent = toned(accent, 0.35)

    def drawn(natural: str, by: str, share: float) -> str:
        _, a, b = lab(by)
        light = lab(natural)[0]
        return mix(natural, toned(by, light, 0.09 if (a or b) else 0.0), share)

    wall = drawn(toned(first, 0.88, 0.045), second, 0.15)
    wood = drawn("#b98a5e", second, 0.3)
    cloth = drawn(toned(second, 0.6, 0.08), third, 0.2)
    leaf = drawn("#6d9c62", first, 0.18)
    ground = drawn("#a9b98a", second, 0.22)
    stone = drawn("#b4b2b4", first, 0.35)
    floor = drawn(toned(second, 0.72, 0.05), first, 0.3)
    return Scheme(
        time=time,
        wall=wall,
        wall_dark=toned(wall, lightness(wall) - 0.09, 0.055),
        floor=floor,
        floor_dark=toned(floor, lightness(floor) - 0.07, 0.06),
        wood=wood,
        wood_dark=toned(wood, lightness(wood) - 0.13),
        cloth=cloth,
        cloth_dark=toned(cloth, lightness(cloth) - 0.11),
        pale=drawn("#f4efe6", first, 0.12),
        metal=drawn("#c9ced2", first, 0.2),
        leaf=leaf,
        leaf_dark=toned(leaf, lightness(leaf) - 0.14),
        ground=ground,
        ground_dark=toned(ground, lightness(ground) - 0.1),
        stone=stone,
        stone_dark=toned(stone, lightness(stone) - 0.13),
        accent=accent,
        accent_dark=toned(accent, max(0.2, lightness(accent) - 0.14)),
        accent_pale=mix(accent, "#fff8ee", 0.72),
        ink=drawn("#2d2733", first, 0.35),
        lamp="#ffe0a0",
        sky=_sky(time, first, weather),
        weather=weather,
    )


def _sky(time: TimeOfDay, first: str, weather: Weather) -> tuple[str, ...]:
    bands = (mix(band, toned(first, lightness(band), 0.06), 0.16) for band in _SKIES[time])
    if weather not in ("rain", "snow", "fog"):
        return tuple(bands)
    darker = 0.1 if weather == "rain" else 0.02
    return tuple(
        mix(band, toned("#8b95a1", max(0.12, lightness(band) - darker), 0.02), 0.7)
        for band in bands
    )
