"""The sky by the hour: flat bands, the sun or the moon, clouds, and the haze of distance."""

import math
import random

from conte.vocabulary import TimeOfDay
from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen, Point
from deployments.engines.animatic.scheme import Scheme

LEFT, RIGHT, TOP, BOTTOM = -1900.0, 1900.0, -700.0, 1700.0
_EDGES = (-700.0, -60.0, 60.0, 170.0, 270.0, 360.0, 440.0, 510.0, 570.0)
_SUN = {
    TimeOfDay.MORNING: (226.0, 372.0, 58.0, "#fff6d8"),
    TimeOfDay.DAY: (228.0, 96.0, 50.0, "#fffbe8"),
    TimeOfDay.SUNSET: (205.0, 492.0, 84.0, "#ffe6a6"),
}
_CLOUDS = (
    (-610.0, 150.0, 1.2),
    (-235.0, 150.0, 0.72),
    (120.0, 265.0, 0.55),
    (520.0, 200.0, 1.05),
    (-1180.0, 240.0, 1.3),
    (1150.0, 90.0, 1.4),
    (-840.0, -260.0, 1.5),
    (330.0, -330.0, 1.6),
    (1500.0, -300.0, 1.5),
)


def hazed(pen: Pen, scheme: Scheme, colour: str, share: float) -> str:
    """Return a colour with `share` of haze over it. Draw it with lit=False."""
    return mix(pen.light.on(colour), scheme.sky[3 if not scheme.night else 2], share)


def draw_sky(pen: Pen, scheme: Scheme) -> None:
    """Draw the sky from y = -700 to 700; the lowest band is the brightest."""
    pen.rect(LEFT, TOP, RIGHT - LEFT, 1400, scheme.sky[0], lit=False)
    for k, edge in enumerate(_EDGES[1:], 1):
        step = k / 2
        low = int(step)
        colour = scheme.sky[low]
        if step != low:
            colour = mix(colour, scheme.sky[low + 1], 0.5)
        _band(pen, edge, colour, k)
    if scheme.overcast:
        pass
    elif scheme.night:
        _stars(pen)
        _moon(pen, 212.0, 150.0)
    elif scheme.time in _SUN:
        x, y, r, colour = _SUN[scheme.time]
        pen.glow(x, y, r * 3.1, colour, 0.2)
        pen.oval(x, y, r, r, colour, lit=False)
    else:
        pen.glow(0, 640, 420, "#fff0d0", 0.2)
    for x, y, size in _CLOUDS:
        cloud(pen, scheme, x, y, size)


def cloud(pen: Pen, scheme: Scheme, x: float, y: float, size: float) -> None:
    """Draw a cloud, round above and flat below, in the light of the band around it."""
    band = scheme.sky[4]
    body = mix(
        band, "#ffffff", {TimeOfDay.NIGHT: 0.0, TimeOfDay.SUNSET: 0.18}.get(scheme.time, 0.6)
    )
    shade = mix(body, scheme.sky[2], 0.45)
    alpha = 0.42 if scheme.night else 0.88
    lobes = ((-120, -26), (-86, -52), (-40, -52), (-8, -92), (52, -84), (74, -42), (118, -40))
    points = [(x + a * size, y + b * size) for a, b in lobes]
    points += [(x + 142 * size, y - 10 * size), (x + 110 * size, y), (x - 128 * size, y)]
    pen.blob(points, body, alpha=alpha, lit=False, tension=0.9)
    pen.rect(
        x - 118 * size,
        y - 11 * size,
        236 * size,
        12 * size,
        shade,
        r=6 * size,
        alpha=alpha,
        lit=False,
    )
    pen.rect(x - 10 * size, y + 9 * size, 150 * size, 7 * size, body, r=3, alpha=alpha, lit=False)


def _band(pen: Pen, edge: float, colour: str, seed: int) -> None:
    points: list[Point] = [
        (x, edge + 13 * math.sin(x / 430 + seed * 1.9)) for x in range(-1950, 1951, 130)
    ]
    pen.poly([*points, (RIGHT + 50, 700), (LEFT - 50, 700)], colour, lit=False)


def _stars(pen: Pen) -> None:
    rng = random.Random(7)
    for _ in range(260):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, 430)
        r = rng.choice((1.5, 2.2, 3.4))
        pen.oval(x, y, r, r, "#e9edff", alpha=rng.uniform(0.35, 0.95), lit=False)


def _moon(pen: Pen, x: float, y: float) -> None:
    pen.glow(x, y, 150, "#c9d6ff", 0.13)
    pen.oval(x, y, 46, 46, "#f3f0dc", lit=False)
    for dx, dy, r in ((-14, -10, 9), (12, 12, 12), (14, -16, 6), (-16, 18, 6)):
        pen.oval(x + dx, y + dy, r, r, "#d9d6c8", lit=False)
