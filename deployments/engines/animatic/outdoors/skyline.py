"""The city across a river, from a roof with a rail; and rows of towers."""

import random

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    ground,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def towers(
    pen: Pen,
    scheme: Scheme,
    seed: int,
    haze: float,
    tops: tuple[float, float],
    widths: tuple[float, float],
    base: float,
) -> None:
    """A row of flat-roofed towers; at night some of their windows are lit."""
    rng = random.Random(seed)
    x = LEFT
    while x < RIGHT:
        w, top = rng.uniform(*widths), rng.uniform(*tops)
        colour = rng.choice((scheme.stone, scheme.wall_dark, scheme.stone_dark, scheme.cloth))
        tone = hazed(pen, scheme, colour, haze)
        pen.rect(x, top, w - 4, base - top, tone, lit=False)
        pen.rect(x + w * 0.72, top, w * 0.28 - 4, base - top, "#1d2238", alpha=0.13, lit=False)
        if rng.random() < 0.45:
            pen.rect(x + w * 0.2, top - 22, w * 0.4, 22, tone, lit=False)
        if rng.random() < 0.3:
            pen.rect(x + w * 0.38, top - 70, 4, 70, tone, lit=False)
        cols, step = max(2, int(w / 26)), 28.0
        pitch = (w - 4) / cols
        for row in range(int((base - top - 14) / step)):
            for col in range(cols):
                lit = scheme.lamps_on and rng.random() < (0.5 if scheme.night else 0.3)
                glass = scheme.window if lit else mix(tone, "#ffffff", 0.16)
                if scheme.night and not lit:
                    glass = mix(tone, "#060a18", 0.3)
                pen.rect(
                    x + pitch * (col + 0.24),
                    top + 14 + row * step,
                    pitch * 0.52,
                    15,
                    glass,
                    alpha=0.9,
                    lit=False,
                )
        x += w + rng.choice((0.0, 0.0, 14.0))


def skyline_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    towers(pen, scheme, 3, 0.62, (300, 480), (60, 120), 700)
    hill = hazed(pen, scheme, scheme.leaf_dark, 0.35)
    pen.blob(
        [(-760, 720), (-560, 520), (-330, 400), (-210, 372), (-90, 420), (120, 545), (330, 720)],
        hill,
        lit=False,
    )
    tone = hazed(pen, scheme, scheme.pale, 0.12)
    pen.rect(-226, 210, 22, 170, tone, lit=False)
    pen.poly([(-252, 232), (-178, 232), (-190, 262), (-240, 262)], tone, lit=False)
    pen.rect(-244, 214, 58, 18, scheme.window, r=4, lit=False)
    pen.rect(-217, 90, 4, 124, scheme.accent, lit=False)
    pen.rect(-221, 140, 12, 74, tone, lit=False)
    ground(pen, scheme.stone)


def skyline_mid(pen: Pen, scheme: Scheme) -> None:
    """The city across the river, from a roof with a rail."""
    towers(pen, scheme, 22, 0.22, (420, 560), (80, 130), 648)
    for x, top, w in ((196, 270, 90), (-640, 210, 130), (560, 130, 120), (330, 330, 110)):
        _tower_tall(pen, scheme, x, top, w)
    water = mix(scheme.sky[3], pen.light.on(scheme.cloth), 0.45)
    pen.rect(LEFT, 640, RIGHT - LEFT, 160, water, lit=False)
    rng = random.Random(4)
    for _ in range(150):
        y = rng.uniform(648, 790)
        tone = scheme.window if scheme.lamps_on and rng.random() < 0.5 else scheme.sky[4]
        pen.rect(
            rng.uniform(LEFT, RIGHT),
            y,
            rng.uniform(20, 70) * (y - 560) / 130,
            4,
            tone,
            r=2,
            alpha=0.65,
            lit=False,
        )
    deck = mix(scheme.wood, scheme.stone, 0.35)
    pen.rect(LEFT, 790, RIGHT - LEFT, BOTTOM - 790, deck)
    for k in range(-30, 31):
        pen.stroke([(k * 75, 800), (k * 300, BOTTOM)], 2.4, lighter(deck, -0.12))
    pen.rect(LEFT, 778, RIGHT - LEFT, 26, scheme.stone_dark, ink=1)
    steel = mix(scheme.metal, "#5a6070", 0.35)
    for k in range(-9, 10):
        pen.rect(k * 200 + 96, 636, 10, 146, steel, ink=0.8)
    for y in (676, 712, 748):
        pen.stroke([(LEFT, y), (RIGHT, y)], 3.4, steel)
    pen.rect(LEFT, 624, RIGHT - LEFT, 15, steel, r=6, ink=1)


def _tower_tall(pen: Pen, scheme: Scheme, x: float, top: float, w: float) -> None:
    """A tapering landmark of glass."""
    glass = hazed(pen, scheme, mix(scheme.cloth, "#9fc4d6", 0.5), 0.16)
    pen.poly(
        [
            (x - w / 2, 648),
            (x - w * 0.32, top + 40),
            (x, top),
            (x + w * 0.32, top + 40),
            (x + w / 2, 648),
        ],
        glass,
        ink=0.8,
        lit=False,
    )
    pen.poly(
        [(x, top), (x + w * 0.32, top + 40), (x + w / 2, 648), (x + w * 0.1, 648)],
        "#1d2238",
        alpha=0.16,
        lit=False,
    )
    rng = random.Random(round(x))
    for y in range(round(top) + 56, 640, 22):
        half = w * (0.3 + 0.16 * (y - top) / (648 - top))
        pen.stroke([(x - half, y), (x + half, y)], 2, mix(glass, "#ffffff", 0.3), lit=False)
        if scheme.lamps_on:
            at = x + rng.uniform(-0.8, 0.4) * half
            pen.rect(at, y + 4, half * 0.5, 12, scheme.window, lit=False, alpha=0.9)


def skyline_front(pen: Pen, scheme: Scheme) -> None:
    for side in (-1, 1):
        pen.rect(side * 900 - 190, 880, 380, 900, scheme.wood_dark)
        for dx, h in ((-110, 330), (0, 420), (110, 300)):
            pen.oval(side * 900 + dx, 880 - h * 0.35, 90, h * 0.55, scheme.leaf_dark)
