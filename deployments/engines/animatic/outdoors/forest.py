"""A forest: trunks in four depths under a roof of leaves, and shafts of light."""

import random

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    blurred_grass,
    bush,
    crown,
    ground,
    scattered,
    tufts,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def forest_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    for haze, seed, wide in ((0.62, 1, 26), (0.42, 2, 38)):
        rng = random.Random(seed)
        tone = hazed(pen, scheme, scheme.leaf_dark, haze)
        pen.rect(LEFT, 470 + 60 * seed, RIGHT - LEFT, 300, tone, lit=False)
        for k in range(44):
            x = LEFT + k * 88 + rng.uniform(-26, 26)
            pen.rect(x, -700, wide * rng.uniform(0.6, 1.1), 1400, tone, lit=False)
        for k in range(40):
            pen.oval(
                LEFT + k * 98,
                rng.uniform(-60, 60) - 40 * seed,
                110,
                rng.uniform(80, 130),
                tone,
                lit=False,
            )
        pen.rect(LEFT, -700, RIGHT - LEFT, 660 - 40 * seed, tone, lit=False)
    ground(pen, mix(scheme.ground, scheme.leaf_dark, 0.5), 646)


def forest_mid(pen: Pen, scheme: Scheme) -> None:
    """Trunks in two depths under one roof of leaves, and shafts of light between them."""
    floor = mix(scheme.ground_dark, scheme.leaf_dark, 0.45)
    pen.rect(LEFT, 690, RIGHT - LEFT, BOTTOM - 690, floor)
    pen.blob(
        [
            (-480, 1740),
            (-170, 960),
            (-60, 800),
            (-20, 700),
            (40, 692),
            (70, 790),
            (200, 960),
            (560, 1740),
        ],
        mix(floor, scheme.wood, 0.45),
    )
    for x, w, base in (
        (-130, 30, 706),
        (118, 34, 710),
        (-420, 40, 716),
        (400, 36, 712),
        (-900, 44, 720),
        (880, 40, 716),
        (1400, 44, 720),
        (-1400, 40, 716),
    ):
        _trunk(
            pen, x, base, w, mix(scheme.wood_dark, hazed(pen, scheme, scheme.leaf, 0.5), 0.4), 0.6
        )
    beam = 0.09 if scheme.night else 0.2
    for x, w in ((-300, 90), (-60, 120), (170, 70), (480, 130)):
        pen.poly(
            [(x + 330, -700), (x + 330 + w, -700), (x + w * 1.3, 900), (x - w * 0.4, 900)],
            "#9fb2ea" if scheme.night else scheme.sky[4],
            alpha=beam,
            lit=False,
        )
    for x, w, base in (
        (-254, 68, 790),
        (258, 78, 806),
        (-640, 110, 850),
        (640, 96, 830),
        (-1120, 120, 850),
        (1080, 110, 840),
        (1600, 120, 860),
        (-1640, 110, 850),
    ):
        _trunk(pen, x, base, w, scheme.wood_dark, 1)
    rng = random.Random(9)
    for k in range(27):
        x = LEFT + k * 146
        crown(
            pen,
            x,
            rng.uniform(-70, 20) - (60 if abs(x) < 160 else 0),
            rng.uniform(110, 150),
            scheme.leaf,
            scheme.leaf_dark,
            0.9,
        )
    pen.rect(LEFT, -700, RIGHT - LEFT, 590, scheme.leaf_dark)
    for x, base, w in (
        (-340, 806, 150),
        (350, 820, 160),
        (-180, 742, 90),
        (196, 738, 84),
        (-800, 850, 240),
        (840, 850, 240),
        (1350, 850, 220),
    ):
        bush(pen, scheme, x, base, w, w * 0.42)
    tufts(pen, scheme.leaf, scattered(23, 200, 720))


def _trunk(pen: Pen, x: float, base: float, w: float, colour: str, ink: float) -> None:
    pen.blob(
        [
            (x - w * 0.5, -700),
            (x - w * 0.44, 200),
            (x - w * 0.5, base - 90),
            (x - w, base),
            (x, base + w * 0.12),
            (x + w, base),
            (x + w * 0.5, base - 90),
            (x + w * 0.44, 200),
            (x + w * 0.5, -700),
        ],
        colour,
        ink=ink,
        tension=0.6,
    )
    pen.poly(
        [
            (x + w * 0.12, -700),
            (x + w * 0.44, -700),
            (x + w * 0.46, base - 60),
            (x + w * 0.2, base - 20),
        ],
        "#141a26",
        alpha=0.2,
    )
    for k in range(5):
        y = 170 + k * 110
        pen.stroke(
            [(x - w * 0.2, y), (x - w * 0.16, y + 46)], max(1.5, w * 0.04), lighter(colour, -0.1)
        )


def forest_front(pen: Pen, scheme: Scheme) -> None:
    for x, w in ((-900, 240), (960, 200)):
        _trunk(pen, x, 1600, w, scheme.wood_dark, 0)
    blurred_grass(pen, scheme.leaf_dark, scheme.leaf)
