"""A street: shop fronts behind a pavement with trees and lamps."""

import random

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    bush,
    ground,
    lamp_post,
    tree,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky
from deployments.engines.animatic.outdoors.skyline import towers
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def street_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    towers(pen, scheme, 5, 0.55, (40, 330), (110, 190), 700)
    ground(pen, scheme.stone)


def street_mid(pen: Pen, scheme: Scheme) -> None:
    pave = mix(scheme.stone, scheme.pale, 0.45)
    pen.rect(LEFT, 690, RIGHT - LEFT, 330, pave)
    for k in range(-22, 23):
        pen.stroke([(k * 90, 690), (k * 175, 1020)], 2.0, scheme.stone_dark, alpha=0.55)
    for y in (716, 756, 814, 896):
        pen.stroke([(LEFT, y), (RIGHT, y)], 2.0, scheme.stone_dark, alpha=0.55)
    pen.rect(LEFT, 1020, RIGHT - LEFT, 26, scheme.pale, ink=0.8)
    pen.rect(LEFT, 1046, RIGHT - LEFT, BOTTOM - 1046, mix(scheme.stone_dark, "#4a4b52", 0.6))
    for k in range(-6, 7):
        pen.rect(k * 320 - 100, 1270, 200, 26, scheme.pale)
    fronts = (scheme.wall, mix(scheme.wood, scheme.accent, 0.3), scheme.cloth, scheme.wall_dark)
    awnings = (scheme.accent, scheme.leaf_dark, scheme.cloth_dark, scheme.accent_dark)
    for k in range(-5, 6):
        top = (70, 128, 20, 160)[(k * 7) % 4]
        _shop(pen, scheme, 165 + k * 330, top, fronts[k % 4], awnings[(k + 1) % 4], k)
    for x in (-1230, -640, 620, 1240):
        tree(pen, scheme, x, 830, 600)
    tree(pen, scheme, -252, 742, 380)
    bush(pen, scheme, -252, 756, 110, 44)
    for x, arm in ((246, -70), (-880, 70), (950, -70)):
        lamp_post(pen, scheme, x, 764, 520, arm)


def _shop(
    pen: Pen, scheme: Scheme, x: float, top: float, front: str, awning: str, seed: int
) -> None:
    """A shop, 330 wide, centred on x: two windows above, an awning, glass and a door."""
    rng, left, w, base = random.Random(seed), x - 165, 330, 700
    pen.rect(left, top, w, base - top, front, ink=1)
    pen.rect(left - 6, top - 18, w + 12, 22, lighter(front, -0.12), ink=1)
    for wx in (left + 45, left + 195):
        for wy in range(int(top) + 44, 300, 130):
            lit = scheme.lamps_on and rng.random() < 0.7
            glass = scheme.window if lit or not scheme.lamps_on else "#3c4a66"
            pen.rect(wx, wy, 90, 88, glass, ink=0.9, lit=not lit)
            pen.rect(wx + 42, wy, 6, 88, scheme.pale)
            pen.rect(wx - 8, wy + 88, 106, 10, scheme.pale, ink=0.7)
    pen.rect(left + 14, 340, w - 28, base - 340, lighter(front, -0.17), ink=0.8)
    lit = scheme.lamps_on
    warm = mix(scheme.window, scheme.pale, 0.25)
    door = left + (34 if seed % 2 else w - 124)
    glass_x = left + (138 if seed % 2 else 34)
    pen.rect(glass_x, 430, 158, 200, warm, ink=0.9, lit=not lit)
    pen.rect(glass_x, 560, 158, 9, scheme.wood)
    for k in range(4):
        h = rng.uniform(22, 52)
        tone = (scheme.accent, scheme.leaf, scheme.cloth, scheme.wood_dark)[(k + seed) % 4]
        pen.rect(glass_x + 14 + k * 36, 560 - h, 24, h, tone, r=5)
        pen.rect(glass_x + 12 + k * 36, 630 - h * 0.8, 28, h * 0.8, tone, r=5)
    pen.poly(
        [
            (glass_x + 20, 430),
            (glass_x + 58, 430),
            (glass_x + 8, 520),
            (glass_x, 520),
            (glass_x, 466),
        ],
        "#ffffff",
        alpha=0.3,
    )
    pen.rect(door, 430, 90, 270, scheme.wood, ink=0.9)
    pen.rect(door + 14, 446, 62, 160, warm, ink=0.7, lit=not lit)
    pen.oval(door + 76, 626, 5, 5, scheme.metal, ink=0.6)
    stripes, wide = 10, (w - 4) / 10
    for k in range(stripes):
        a, b = left + 8 + k * (w - 16) / stripes, left + 8 + (k + 1) * (w - 16) / stripes
        c, d = left - 8 + k * (w + 16) / stripes, left - 8 + (k + 1) * (w + 16) / stripes
        tone = scheme.pale if k % 2 else awning
        pen.oval((c + d) / 2, 424, wide / 2 + 1, 13, tone, ink=0.7)
        pen.poly([(a, 352), (b, 352), (d, 424), (c, 424)], tone)
    pen.poly(
        [(left + 8, 352), (left + w - 8, 352), (left + w + 8, 424), (left - 8, 424)],
        awning,
        alpha=0,
        ink=0.9,
    )
    if lit:
        pen.glow(glass_x + 80, 530, 150, scheme.lamp, 0.13)


def street_front(pen: Pen, scheme: Scheme) -> None:
    lamp_post(pen, scheme, -820, 1500, 1500, 0)
    for x in (760, 900, 1060):
        bush(pen, scheme, x, 1240, 330, 300)
