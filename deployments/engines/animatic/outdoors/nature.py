"""A park with a path and a bench, and a field of rows with a lone tree."""

import random

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    blurred_branch,
    blurred_grass,
    bush,
    ground,
    lamp_post,
    ridge,
    scattered,
    tree,
    tufts,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def park_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    rng = random.Random(6)
    for k in range(26):
        x, top = LEFT + k * 150, rng.uniform(330, 500)
        tone = hazed(pen, scheme, scheme.wall_dark, 0.62)
        pen.rect(x, top, 92, 640 - top, tone, lit=False)
        for y in range(int(top) + 16, 620, 30):
            for dx in (14, 42, 68):
                if scheme.lamps_on and rng.random() < 0.4:
                    pen.rect(x + dx, y, 12, 14, scheme.window, lit=False, alpha=0.85)
    for dx, haze, seed in ((0, 0.42, 2), (60, 0.2, 5)):
        rng = random.Random(seed)
        for k in range(36):
            r = rng.uniform(64, 112)
            tone = hazed(pen, scheme, scheme.leaf_dark, haze)
            pen.oval(LEFT + dx + k * 110, 640 - r * 0.5, r, r, tone, lit=False)
    ground(pen, mix(scheme.ground, scheme.leaf, 0.45))


def park_mid(pen: Pen, scheme: Scheme) -> None:
    lawn = mix(scheme.ground, scheme.leaf, 0.45)
    pen.rect(LEFT, 650, RIGHT - LEFT, BOTTOM - 650, lawn)
    pen.blob(
        [(LEFT, 690), (-900, 700), (-300, 720), (-640, 800), (LEFT, 830)], scheme.leaf, alpha=0.6
    )
    pen.blob(
        [(RIGHT, 700), (800, 705), (400, 750), (900, 860), (RIGHT, 880)], scheme.leaf, alpha=0.6
    )
    tufts(pen, scheme.leaf_dark, scattered(17, 190))
    way = mix(scheme.stone, "#d9c8a4", 0.5)
    pen.blob(
        [
            (84, 654),
            (70, 684),
            (66, 726),
            (14, 800),
            (-210, 930),
            (-520, 1250),
            (-760, 1740),
            (860, 1740),
            (560, 1250),
            (330, 950),
            (236, 800),
            (146, 726),
            (112, 684),
            (98, 654),
        ],
        way,
        ink=0.8,
        tension=0.7,
    )
    for x, base, height in (
        (-232, 690, 430),
        (470, 720, 560),
        (-620, 740, 600),
        (820, 700, 480),
        (-1150, 720, 560),
        (1350, 730, 600),
        (-1640, 740, 520),
    ):
        tree(pen, scheme, x, base, height)
    for x in (-420, -360, 350, 600, 1050, -900):
        bush(pen, scheme, x, 712, 150, 78)
    lamp_post(pen, scheme, 252, 772, 430, 0)
    lamp_post(pen, scheme, 128, 684, 130, 0)
    _bench(pen, scheme, -212, 800)


def _bench(pen: Pen, scheme: Scheme, x: float, base: float) -> None:
    dark = mix(scheme.stone_dark, "#2c3038", 0.6)
    pen.oval(x, base, 150, 14, "#1d2530", alpha=0.18)
    for side in (-1, 1):
        pen.rect(x + side * 98 - 6, base - 142, 12, 142, dark, ink=0.7)
        pen.stroke([(x + side * 98, base - 92), (x + side * 116, base - 92)], 10, dark)
    for k in range(3):
        pen.rect(x - 128, base - 142 + k * 25, 256, 18, scheme.wood, r=4, ink=0.9)
    pen.rect(x - 136, base - 62, 272, 20, lighter(scheme.wood, 0.04), r=5, ink=1)
    pen.rect(x - 136, base - 42, 272, 10, scheme.wood_dark, ink=0.8)


def park_front(pen: Pen, scheme: Scheme) -> None:
    blurred_branch(pen, scheme, 1)
    blurred_grass(pen, scheme.leaf_dark, scheme.leaf)


def field_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    ridge(pen, scheme, scheme.leaf_dark, 0.6, 610, 170, 21, step=300)
    ridge(pen, scheme, scheme.leaf, 0.35, 632, 80, 8, step=220)
    ground(pen, scheme.ground)


def field_mid(pen: Pen, scheme: Scheme) -> None:
    """Rows of a ripe field that run together at the horizon."""
    ripe = mix("#d8b65a", scheme.ground, 0.35)
    pen.rect(LEFT, 644, RIGHT - LEFT, BOTTOM - 644, ripe)
    for k in range(-34, 35):
        a, b = k * 30.0, k * 30.0 + 13
        pen.poly(
            [(a, 644), (b, 644), (b * 11, BOTTOM), (a * 11, BOTTOM)],
            mix(scheme.leaf, ripe, 0.25 if k % 2 else 0.5),
        )
    pen.rect(LEFT, 640, RIGHT - LEFT, 12, scheme.leaf_dark)
    rng = random.Random(2)
    spots: list[tuple[float, float, float]] = []
    for _ in range(360):
        near = rng.random() ** 1.4
        y = 664 + (BOTTOM - 664) * near
        k = rng.randint(-34, 34)
        x = (k * 30 + 20) * (1 + 10 * (y - 644) / (BOTTOM - 644))
        spots.append((x, y, 8 + 60 * near))
    tufts(pen, lighter(ripe, -0.12), spots)
    tree(pen, scheme, -226, 672, 400)
    for x in (-700, -640, 520, 1100):
        bush(pen, scheme, x, 658, 130, 54)
    for x in (176, 236, 296, 356):
        pen.rect(x, 612, 9, 64, scheme.wood, ink=0.7)
    for y in (624, 646):
        pen.rect(160, y, 230, 7, scheme.wood, ink=0.7)


def field_front(pen: Pen, scheme: Scheme) -> None:
    ripe = mix("#d8b65a", scheme.ground, 0.35)
    blurred_grass(pen, ripe, lighter(ripe, -0.12))
