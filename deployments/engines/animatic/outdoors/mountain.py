"""Mountains: snowy peaks, hills, pines on a meadow."""

import random

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    ground,
    pine,
    ridge,
    rock,
    scattered,
    tufts,
)
from deployments.engines.animatic.outdoors.skies import LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def mountain_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    for x, top, half in (
        (-1350, 210, 620),
        (1250, 180, 640),
        (-620, 250, 520),
        (560, 290, 480),
        (-150, 150, 470),
        (240, 250, 390),
    ):
        _peak(pen, scheme, x, top, half)
    ridge(pen, scheme, scheme.leaf_dark, 0.5, 600, 130, 11, step=170)
    ridge(pen, scheme, scheme.leaf_dark, 0.28, 640, 90, 16, step=150)
    ground(pen, mix(scheme.ground, scheme.leaf, 0.3), 690)


def _peak(pen: Pen, scheme: Scheme, x: float, top: float, half: float) -> None:
    """One summit with snow, its right side in shade."""
    rock = hazed(pen, scheme, mix(scheme.stone_dark, "#6d7896", 0.5), 0.4)
    snow = hazed(pen, scheme, "#ffffff", 0.12)
    drop = 720 - top
    pen.poly(
        [
            (x - half, 720),
            (x - half * 0.42, top + drop * 0.36),
            (x, top),
            (x + half * 0.38, top + drop * 0.42),
            (x + half, 720),
        ],
        rock,
        lit=False,
        ink=0.5,
    )
    cap = [
        (x - half * 0.3, top + drop * 0.27),
        (x, top),
        (x + half * 0.27, top + drop * 0.3),
        (x + half * 0.16, top + drop * 0.25),
        (x + half * 0.07, top + drop * 0.36),
        (x - half * 0.04, top + drop * 0.24),
        (x - half * 0.16, top + drop * 0.34),
    ]
    pen.poly(cap, snow, lit=False)
    pen.poly(
        [
            (x, top),
            (x + half * 0.38, top + drop * 0.42),
            (x + half, 720),
            (x + half * 0.2, 720),
            (x + half * 0.06, top + drop * 0.5),
        ],
        "#1f2748",
        alpha=0.17,
        lit=False,
    )


def mountain_mid(pen: Pen, scheme: Scheme) -> None:
    meadow = mix(scheme.ground, scheme.leaf, 0.3)
    pen.blob(
        [
            (LEFT - 300, 700),
            (-900, 730),
            (-300, 716),
            (100, 742),
            (500, 716),
            (1100, 736),
            (RIGHT + 300, 700),
            (RIGHT + 300, 1900),
            (LEFT - 300, 1900),
        ],
        meadow,
    )
    rng = random.Random(5)
    for k in range(48):
        x = LEFT + k * 80 + rng.uniform(-20, 20)
        if abs(x) > 120:
            pine(pen, scheme, x, 728 + rng.uniform(-6, 14), rng.uniform(90, 170), ink=0.7)
    pen.blob(
        [
            (LEFT, 900),
            (-700, 830),
            (-200, 850),
            (300, 830),
            (900, 860),
            (RIGHT, 820),
            (RIGHT, 1900),
            (LEFT, 1900),
        ],
        lighter(meadow, -0.05),
    )
    for x, base, height in (
        (-244, 800, 380),
        (248, 790, 320),
        (-460, 840, 520),
        (500, 830, 470),
        (-900, 850, 560),
        (860, 860, 600),
        (1400, 850, 540),
        (-1420, 850, 560),
    ):
        pine(pen, scheme, x, base, height)
    for x, y, r in ((-330, 880, 70), (340, 870, 58), (-760, 960, 120), (720, 980, 110)):
        rock(pen, scheme, x, y, r)
    tufts(pen, scheme.leaf_dark, scattered(41, 190, 780))


def mountain_front(pen: Pen, scheme: Scheme) -> None:
    for side in (-1, 1):
        pine(pen, scheme, side * 940, 1500, 1350, ink=0)
