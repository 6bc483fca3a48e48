"""The ground as seen from straight above, by setting, in scene units around (0, 500)."""

import random

from conte.vocabulary import Setting
from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

LEFT, TOP, SIDE = -1900.0, -1400.0, 3800.0
_TILED = (Setting.KITCHEN, Setting.BATHROOM, Setting.HOSPITAL, Setting.SHOP, Setting.SCHOOL)
_CONCRETE = (Setting.FACTORY, Setting.GYM, Setting.SKYLINE)
_GREEN = (Setting.PARK, Setting.FIELD, Setting.FOREST, Setting.MOUNTAIN, Setting.HOME_EXTERIOR)


def draw_ground(pen: Pen, scheme: Scheme, setting: Setting) -> None:
    match setting:
        case Setting.ROAD | Setting.VEHICLE:
            _road(pen, scheme)
        case Setting.STREET:
            _paving(pen, scheme)
        case Setting.SEA:
            _shore(pen, scheme)
        case Setting.STUDIO:
            pen.rect(LEFT, TOP, SIDE, SIDE, scheme.accent_pale)
            pen.oval(0, 500, 900, 620, scheme.pale, alpha=0.55)
            pen.oval(0, 500, 560, 400, scheme.pale, alpha=0.55)
        case _ if setting in _GREEN:
            _meadow(pen, scheme, setting)
        case _ if setting in _TILED:
            _tiles(pen, scheme)
        case _ if setting in _CONCRETE:
            _concrete(pen, scheme)
        case _:
            _boards(pen, scheme)


def _boards(pen: Pen, s: Scheme) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, s.floor)
    rng = random.Random(3)
    for row in range(38):
        y, x = TOP + row * 100, LEFT
        while x < LEFT + SIDE:
            width = rng.uniform(420, 900)
            pen.rect(x, y, width, 100, lighter(s.floor, rng.uniform(-0.03, 0.03)))
            pen.stroke([(x, y), (x, y + 100)], 2.4, s.floor_dark)
            x += width
        pen.stroke([(LEFT, y), (LEFT + SIDE, y)], 2.8, s.floor_dark)


def _tiles(pen: Pen, s: Scheme) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, s.pale)
    for row in range(22):
        for column in range(22):
            if (row + column) % 2:
                pen.rect(LEFT + column * 180, TOP + row * 180, 180, 180, s.wall)
    for k in range(22):
        at = k * 180.0
        pen.stroke([(LEFT, TOP + at), (LEFT + SIDE, TOP + at)], 2.4, s.wall_dark)
        pen.stroke([(LEFT + at, TOP), (LEFT + at, TOP + SIDE)], 2.4, s.wall_dark)


def _concrete(pen: Pen, s: Scheme) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, s.stone)
    for k in range(8):
        at = k * 520.0
        pen.stroke([(LEFT, TOP + at), (LEFT + SIDE, TOP + at)], 3, s.stone_dark)
        pen.stroke([(LEFT + at, TOP), (LEFT + at, TOP + SIDE)], 3, s.stone_dark)
    pen.rect(-700, TOP, 46, SIDE, s.accent)


def _road(pen: Pen, s: Scheme) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, s.ground)
    _tufts(pen, s)
    asphalt = mix(s.stone_dark, "#4a4b52", 0.55)
    pen.rect(LEFT, 60, SIDE, 880, asphalt)
    pen.rect(LEFT, 84, SIDE, 13, s.pale)
    pen.rect(LEFT, 904, SIDE, 13, s.pale)
    for k in range(12):
        pen.rect(LEFT + 60 + k * 330, 208, 190, 13, s.pale)
        pen.rect(LEFT + 60 + k * 330, 776, 190, 13, s.lamp)


def _paving(pen: Pen, s: Scheme) -> None:
    asphalt = mix(s.stone_dark, "#4a4b52", 0.45)
    pen.rect(LEFT, TOP, SIDE, SIDE, asphalt)
    for k in range(16):
        pen.rect(-420, TOP + k * 240, 840, 120, s.pale)
    for x in (LEFT, 720.0):
        pen.rect(x, TOP, 1180, SIDE, s.stone)
        for row in range(40):
            pen.stroke([(x, TOP + row * 95), (x + 1180, TOP + row * 95)], 2.2, s.stone_dark)
        for column in range(13):
            pen.stroke([(x + column * 95, TOP), (x + column * 95, TOP + SIDE)], 2.2, s.stone_dark)
    for x in (-738.0, 720.0):
        pen.rect(x, TOP, 18, SIDE, s.stone_dark)


def _meadow(pen: Pen, s: Scheme, setting: Setting) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, mix(s.ground, s.leaf, 0.45))
    if setting is Setting.FIELD:
        for k in range(32):
            pen.rect(LEFT + k * 120, TOP, 52, SIDE, s.ground_dark, alpha=0.55)
    else:
        pen.blob([(-330, TOP - 200), (330, TOP - 200), (240, 300), (360, 900), (220, 2500),
                  (-420, 2500), (-260, 900), (-380, 300)], s.ground, tension=0.7)  # fmt: skip
    _tufts(pen, s)
    rng = random.Random(11)
    for x in (-760, 760, -1180, 1160, -1600, 1560):
        for y in (-900, -260, 330, 940, 1600):
            _crown(pen, s, x + rng.uniform(-110, 110), y + rng.uniform(-120, 120), rng)


def _crown(pen: Pen, s: Scheme, x: float, y: float, rng: random.Random) -> None:
    r = rng.uniform(130, 210)
    pen.oval(x + 46, y + 52, r, r, s.ink, alpha=0.2)
    pen.blob(
        [(x + r * 0.9, y), (x + r * 0.7, y + r * 0.75), (x, y + r), (x - r * 0.8, y + r * 0.66),
         (x - r, y), (x - r * 0.66, y - r * 0.8), (x, y - r * 0.95), (x + r * 0.75, y - r * 0.7)],
        s.leaf_dark, ink=1,
    )  # fmt: skip
    pen.oval(x - r * 0.16, y - r * 0.2, r * 0.62, r * 0.58, s.leaf)
    pen.oval(x - r * 0.28, y - r * 0.34, r * 0.3, r * 0.26, lighter(s.leaf, 0.06))


def _tufts(pen: Pen, s: Scheme) -> None:
    rng = random.Random(5)
    for _ in range(150):
        x, y = rng.uniform(LEFT, LEFT + SIDE), rng.uniform(TOP, TOP + SIDE)
        pen.stroke([(x - 14, y - 10), (x, y), (x + 12, y - 14)], 4, s.leaf_dark, alpha=0.55)


def _shore(pen: Pen, s: Scheme) -> None:
    pen.rect(LEFT, TOP, SIDE, SIDE, mix("#ead9b4", s.ground, 0.15))
    water = mix("#5aa6b8", s.sky[1], 0.35)
    edge = [(LEFT, 120.0), (-900.0, 190.0), (-200.0, 110.0), (560.0, 200.0), (1900.0, 130.0)]
    for shift, colour in ((70, lighter(water, 0.16)), (36, "#f6fbfa"), (0, water)):
        shape = [(LEFT, TOP), *[(x, y + shift) for x, y in edge], (1900.0, TOP)]
        pen.blob(shape, colour, tension=0.6)
    for k in range(9):
        y = TOP + k * 160
        for x in range(-1700, 1700, 560):
            at = x + (k % 2) * 260
            pen.stroke([(at, y), (at + 70, y - 16), (at + 150, y)], 5, lighter(water, 0.1),
                       curved=True)  # fmt: skip
