"""The seaside: bands of water, foam, sand, a lighthouse and parasols."""

import math
import random

from conte.vocabulary import TimeOfDay
from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    blurred_grass,
    rock,
    scattered,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def sea_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    for x, half, top in ((214, 150, 566), (-700, 330, 520), (980, 380, 540)):
        pen.blob(
            [
                (x - half, 650),
                (x - half * 0.5, top + 30),
                (x, top),
                (x + half * 0.55, top + 40),
                (x + half, 650),
            ],
            hazed(pen, scheme, scheme.leaf_dark, 0.45),
            lit=False,
        )
    pen.rect(LEFT, 620, RIGHT - LEFT, BOTTOM - 620, _water(pen, scheme, 0.5), lit=False)


def _water(pen: Pen, scheme: Scheme, deep: float) -> str:
    return mix(scheme.sky[3], pen.light.on(mix("#1f7f9c", scheme.cloth_dark, 0.2)), deep)


def sea_mid(pen: Pen, scheme: Scheme) -> None:
    """Bands of water, incoming foam, sand; a lighthouse and a sail far out."""
    for k, y in enumerate((626, 648, 676, 712, 756)):
        pen.poly(
            [
                (LEFT, BOTTOM),
                (LEFT, y),
                *(
                    (x, y + (k + 1) * 1.7 * math.sin(x / (50 + 24 * k) + k))
                    for x in range(-1900, 1901, 20)
                ),
                (RIGHT, BOTTOM),
            ],
            _water(pen, scheme, 0.9 - 0.13 * k),
            lit=False,
        )
    rng = random.Random(13)
    for _ in range(170):
        y = rng.uniform(632, 770)
        w = rng.uniform(24, 80) * (y - 560) / 150
        pen.rect(rng.uniform(LEFT, RIGHT), y, w, 3.4, scheme.sky[4], r=2, alpha=0.6, lit=False)
    if scheme.time in (TimeOfDay.NIGHT, TimeOfDay.SUNSET):
        for k in range(13):
            w = 30 + 9 * k + 20 * (k % 3)
            pen.rect(
                208 - w / 2 + 12 * (k % 2),
                632 + k * 11,
                w,
                5,
                "#fff0c4",
                r=2,
                alpha=0.75,
                lit=False,
            )
    _sail(pen, scheme, 104, 652)
    _lighthouse(pen, scheme, -236, 668)
    sand = mix("#ecd6a6", scheme.pale, 0.25)
    for dy, tone, lit in (
        (-22, mix(sand, "#ffffff", 0.75), True),
        (0, lighter(sand, -0.08), True),
        (34, sand, True),
    ):
        edge = [
            (x, 800 + dy + 13 * math.sin(x / 170 + 1) + 5 * math.sin(x / 61))
            for x in range(-1900, 1901, 20)
        ]
        pen.poly([*edge, (RIGHT, BOTTOM), (LEFT, BOTTOM)], tone, lit=lit)
    for x, y, r in scattered(3, 150, 850):
        pen.oval(x, y, r * 0.35, r * 0.1, lighter(sand, -0.1))
    _parasol(pen, scheme, 470, 930)
    _parasol(pen, scheme, -620, 940)


def _sail(pen: Pen, scheme: Scheme, x: float, y: float) -> None:
    pen.poly([(x - 3, y - 12), (x - 3, y - 104), (x - 46, y - 16)], scheme.pale, ink=0.8)
    pen.poly([(x + 4, y - 16), (x + 4, y - 92), (x + 36, y - 18)], scheme.accent, ink=0.8)
    pen.poly(
        [(x - 48, y - 10), (x + 46, y - 10), (x + 30, y + 8), (x - 34, y + 8)], scheme.wood, ink=0.8
    )


def _lighthouse(pen: Pen, scheme: Scheme, x: float, y: float) -> None:
    for dx, r in ((-54, 48), (50, 54), (0, 60)):
        rock(pen, scheme, x + dx, y + 8, r)
    for k in range(5):
        top, low = 1 - (k + 1) / 5, 1 - k / 5
        a, b = 20 + 12 * low, 20 + 12 * top
        yl, yt = y - 34 - 46 * k, y - 80 - 46 * k
        pen.poly(
            [(x - a, yl), (x + a, yl), (x + b, yt), (x - b, yt)],
            scheme.pale if k % 2 else scheme.accent,
            ink=0.8,
        )
    top = y - 264
    pen.rect(x - 34, top - 8, 68, 12, scheme.stone_dark, ink=0.8)
    pen.rect(x - 17, top - 44, 34, 36, scheme.lamp, ink=0.8, lit=not scheme.lamps_on)
    pen.poly([(x - 26, top - 44), (x, top - 76), (x + 26, top - 44)], scheme.accent_dark, ink=0.9)
    if scheme.lamps_on:
        pen.poly(
            [(x, top - 26), (x - 900, top - 110), (x - 900, top + 20)],
            scheme.lamp,
            alpha=0.16,
            lit=False,
        )
        pen.glow(x, top - 26, 110, scheme.lamp, 0.22)


def _parasol(pen: Pen, scheme: Scheme, x: float, base: float) -> None:
    pen.oval(x + 30, base, 120, 16, "#3a3020", alpha=0.2)
    pen.stroke([(x, base), (x - 12, base - 250)], 9, scheme.wood_dark)
    for k in range(6):
        a, b = -150 + 50 * k, -100 + 50 * k
        pen.blob(
            [
                (x + a, base - 190),
                (x - 12 + a * 0.55, base - 258),
                (x - 12, base - 286),
                (x - 12 + b * 0.55, base - 258),
                (x + b, base - 190),
            ],
            scheme.pale if k % 2 else scheme.accent,
            ink=0.8,
            tension=0.5,
        )


def sea_front(pen: Pen, scheme: Scheme) -> None:
    blurred_grass(pen, scheme.leaf_dark, mix(scheme.leaf, "#cdbb7a", 0.5))
