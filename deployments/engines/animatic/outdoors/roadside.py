"""Objects of several outdoor settings: trees, bushes, grass, lamp posts, ground, hills."""

import math
import random
from collections.abc import Sequence

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, hazed
from deployments.engines.animatic.pen import Pen, Point
from deployments.engines.animatic.scheme import Scheme


def ground(pen: Pen, colour: str, top: float = 640.0) -> None:
    pen.rect(LEFT, top, RIGHT - LEFT, BOTTOM - top, colour)


def ridge(
    pen: Pen,
    scheme: Scheme,
    colour: str,
    haze: float,
    top: float,
    rise: float,
    seed: int,
    *,
    step: float = 150.0,
    base: float = 720.0,
    sharp: bool = False,
) -> None:
    """A line of hills (`sharp`: peaks) across the set; with more `haze` it is paler."""
    rng = random.Random(seed)
    points: list[Point] = [(LEFT - 200, base)]
    x, up = LEFT - 200, True
    while x < RIGHT + 200:
        points.append((x, top - rise * rng.uniform(0.55, 1.0) * (1 if up else 0.25)))
        x, up = x + step * rng.uniform(0.7, 1.3), not up
    points.append((RIGHT + 200, base))
    tone = hazed(pen, scheme, colour, haze)
    if sharp:
        pen.poly(points, tone, lit=False)
    else:
        pen.blob(points, tone, lit=False, tension=0.9)


def crown(pen: Pen, x: float, y: float, r: float, colour: str, shade: str, ink: float) -> None:
    """A round crown of leaves, darker at the bottom right."""
    rng = random.Random(round(x * 7 + y))
    points: list[Point] = []
    for k in range(9):
        turn = k * math.tau / 9 + 0.2
        far = r * (rng.uniform(0.94, 1.08) if k % 2 else rng.uniform(0.86, 0.96))
        points.append((x + far * math.cos(turn), y + far * 0.92 * math.sin(turn)))
    pen.blob(points, colour)
    under: list[Point] = [
        (x + r * 0.86, y - r * 0.2),
        (x + r * 0.88, y + r * 0.3),
        (x + r * 0.42, y + r * 0.78),
        (x - r * 0.35, y + r * 0.78),
        (x - r * 0.8, y + r * 0.42),
        (x - r * 0.1, y + r * 0.36),
        (x + r * 0.5, y + r * 0.12),
    ]
    pen.blob(under, shade, alpha=0.75)
    for dx, dy in ((-0.45, -0.4), (-0.08, -0.58), (-0.3, -0.02), (0.2, -0.2)):
        pen.stroke(
            [
                (x + r * dx, y + r * dy),
                (x + r * (dx + 0.1), y + r * (dy - 0.07)),
                (x + r * (dx + 0.2), y + r * dy),
            ],
            max(2.0, r * 0.035),
            lighter(colour, 0.07),
            curved=True,
        )
    if ink:
        pen.blob(points, colour, alpha=0.0, ink=ink)


def tree(
    pen: Pen, scheme: Scheme, x: float, base: float, height: float, *, ink: float = 1.0
) -> None:
    """A leafy tree that stands at (x, base)."""
    w, r = height * 0.045, height * 0.33
    pen.oval(x + w, base, height * 0.24, height * 0.026, "#1d2530", alpha=0.16)
    pen.poly(
        [
            (x - w, base),
            (x - w * 0.6, base - height * 0.5),
            (x + w * 0.6, base - height * 0.5),
            (x + w, base),
        ],
        scheme.wood_dark,
        ink=ink,
    )
    pen.stroke([(x, base - height * 0.3), (x + r * 0.42, base - height * 0.5)], w, scheme.wood_dark)
    crown(pen, x, base - height * 0.66, r, scheme.leaf, scheme.leaf_dark, ink)


def pine(
    pen: Pen, scheme: Scheme, x: float, base: float, height: float, *, ink: float = 1.0
) -> None:
    """A conifer with four tiers of branches."""
    dark = mix(scheme.leaf_dark, "#2f4a44", 0.45)
    pen.rect(
        x - height * 0.03, base - height * 0.14, height * 0.06, height * 0.14, scheme.wood_dark
    )
    for k in range(4):
        top, low = base - height * (0.52 - 0.0 + 0.16 * k), base - height * (0.1 + 0.2 * k)
        half = height * (0.25 - 0.05 * k)
        top = base - height if k == 3 else top
        skirt: list[Point] = [(x, top), (x + half, low), (x, low + height * 0.03), (x - half, low)]
        pen.poly(skirt, dark, ink=ink)
        pen.poly([(x, top), (x + half, low), (x, low + height * 0.03)], "#16232a", alpha=0.18)


def bush(pen: Pen, scheme: Scheme, x: float, base: float, w: float, h: float) -> None:
    lobes = [(-0.5, 0.0), (-0.52, -0.5), (-0.3, -0.86), (0.0, -1.0), (0.3, -0.84), (0.52, -0.45)]
    points = [(x + a * w, base + b * h) for a, b in lobes] + [(x + 0.5 * w, base)]
    pen.blob(points, scheme.leaf, ink=0.9, tension=0.8)
    shade = [(x - 0.3 * w, base - 0.12 * h), (x + 0.3 * w, base - 0.55 * h), (x + 0.44 * w, base)]
    pen.blob(shade, scheme.leaf_dark, alpha=0.6)


def lamp_post(pen: Pen, scheme: Scheme, x: float, base: float, height: float, arm: float) -> None:
    """A lamp post with an arm to the right, or to the left if `arm` is below 0; 0: a lantern on
    top.
    """
    dark, w = mix(scheme.stone_dark, "#2c3038", 0.6), height * 0.014
    top = base - height
    pen.rect(x - w * 2.2, base - height * 0.05, w * 4.4, height * 0.05, dark, r=3, ink=0.8)
    pen.rect(x - w, top, w * 2, height * 0.96, dark, ink=0.8)
    bulb = scheme.lamp if scheme.lamps_on else scheme.pale
    lit = not scheme.lamps_on
    if arm:
        pen.stroke([(x, top + 4), (x + arm * 0.5, top - 12), (x + arm, top - 6)], w * 1.7, dark)
        head = x + arm
        pen.poly(
            [(head - 34, top), (head - 14, top - 16), (head + 14, top - 16), (head + 34, top)],
            dark,
            ink=0.8,
        )
        pen.rect(head - 26, top, 52, 9, bulb, r=4, lit=lit)
        at = (head, top + 8)
    else:
        r = height * 0.055
        pen.oval(x, top - r * 0.5, r, r * 1.15, bulb, ink=0.9, lit=lit)
        pen.poly([(x - r, top - r), (x, top - r * 2.3), (x + r, top - r)], dark, ink=0.8)
        pen.rect(x - r * 0.7, top + r * 0.35, r * 1.4, r * 0.4, dark)
        at = (x, top - r * 0.5)
    if scheme.lamps_on:
        pen.glow(*at, min(150.0, height * 0.26), scheme.lamp, 0.2)


def tufts(pen: Pen, colour: str, spots: Sequence[tuple[float, float, float]]) -> None:
    """Tufts of grass: three blades at every (x, y, size)."""
    for x, y, size in spots:
        for lean in (-0.5, 0.05, 0.55):
            pen.stroke([(x, y), (x + lean * size, y - size)], max(2.0, size * 0.16), colour)


def scattered(seed: int, count: int, top: float = 690.0) -> list[tuple[float, float, float]]:
    """Return (x, y, size) of ground spots, larger towards the camera, none under a subject."""
    rng = random.Random(seed)
    spots: list[tuple[float, float, float]] = []
    for _ in range(count):
        near = rng.random()
        x, y = rng.uniform(LEFT, RIGHT), top + (BOTTOM - top) * near**1.7
        if abs(x) > 190 or y < 760:
            spots.append((x, y, 10 + 34 * near))
    return spots


def blurred_branch(pen: Pen, scheme: Scheme, side: int) -> None:
    """A branch that hangs into an upper corner of the picture; `side` -1 is left."""
    x, dark, leaf = side * 900.0, scheme.leaf_dark, scheme.leaf
    limb: list[Point] = [(side * 2400, -420), (x + side * 500, -160), (x, 20), (x - side * 240, 90)]
    pen.stroke(limb, 34, scheme.wood_dark, curved=True)
    rng = random.Random(3 + side)
    for k in range(44):
        out = rng.uniform(-270, 420) if k < 13 else rng.uniform(300, 1500)
        y = rng.uniform(-190, 190 - abs(out) * 0.2) - max(0.0, out - 200) * 0.25
        rx, ry = rng.uniform(60, 110), rng.uniform(50, 80)
        pen.oval(x + side * out, y, rx, ry, rng.choice((dark, leaf)))


def blurred_grass(pen: Pen, colour: str, other: str) -> None:
    """Tall blades of grass in both lower corners."""
    rng = random.Random(12)
    for side in (-1, 1):
        for _ in range(64):
            x = side * rng.uniform(560, 2300)
            top = 1000 - rng.uniform(0.35, 1.0) * (min(abs(x), 1500.0) - 480) * 0.42
            pen.poly(
                [(x - 24, 1700), (x - side * rng.uniform(10, 80), max(top, 560)), (x + 24, 1700)],
                rng.choice((colour, other)),
            )


def rock(pen: Pen, scheme: Scheme, x: float, y: float, r: float) -> None:
    """A boulder with its right side in shade."""
    pen.poly(
        [
            (x - r, y),
            (x - r * 0.7, y - r * 0.6),
            (x - r * 0.1, y - r * 0.85),
            (x + r * 0.6, y - r * 0.55),
            (x + r, y),
        ],
        scheme.stone,
        ink=1,
    )
    pen.poly(
        [(x + r * 0.1, y), (x - r * 0.1, y - r * 0.85), (x + r * 0.6, y - r * 0.55), (x + r, y)],
        scheme.stone_dark,
    )
