"""The front of a house: two storeys, a gable, a gate in a low wall, a path and a hedge."""

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.outdoors.roadside import (
    blurred_branch,
    bush,
    ground,
    ridge,
    scattered,
    tree,
    tufts,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky, hazed
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def house_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    ridge(pen, scheme, scheme.leaf_dark, 0.55, 560, 190, 14, step=280)
    for x, w, top in ((-1560, 420, 360), (-1020, 380, 400), (860, 400, 380), (1400, 440, 350)):
        tone = hazed(pen, scheme, scheme.wall_dark, 0.3)
        roof = hazed(pen, scheme, scheme.stone_dark, 0.3)
        pen.rect(x, top, w, 700 - top, tone, lit=False)
        pen.poly([(x - 30, top), (x + w / 2, top - 150), (x + w + 30, top)], roof, lit=False)
        for wx in (x + w * 0.2, x + w * 0.6):
            pen.rect(wx, top + 70, 70, 80, scheme.window, alpha=0.8, lit=False)
    ground(pen, scheme.ground)


def house_mid(pen: Pen, scheme: Scheme) -> None:
    pen.rect(LEFT, 690, RIGHT - LEFT, BOTTOM - 690, mix(scheme.ground, scheme.leaf, 0.4))
    tufts(pen, scheme.leaf_dark, scattered(31, 150, 800))
    tree(pen, scheme, -540, 700, 620)
    tree(pen, scheme, 640, 700, 540)
    brick = mix(scheme.wood, "#b5654a", 0.55)
    pen.canvas.save()
    pen.canvas.translate(0, 700)
    pen.canvas.scale(0.87, 0.87)
    pen.canvas.translate(0, -700)
    _walls(pen, scheme, brick)
    for x, y, w, h in ((-255, 220, 130, 120), (115, 220, 130, 120), (-262, 438, 180, 128)):
        _window(pen, scheme, x, y, w, h)
    _door(pen, scheme, 150)
    pen.canvas.restore()
    _garden(pen, scheme, brick)


def _walls(pen: Pen, scheme: Scheme, brick: str) -> None:
    """Brick below, plaster above, a tiled gable with a chimney."""
    tiles = mix(scheme.stone_dark, "#4a4e5c", 0.55)
    pen.rect(210, -20, 62, 130, brick, ink=1)
    pen.rect(202, -34, 78, 20, scheme.stone, ink=1)
    pen.rect(-330, 170, 660, 230, scheme.pale, ink=1)
    pen.poly([(-330, 180), (0, -30), (330, 180)], scheme.pale, ink=1)
    pen.poly(
        [(-330, 180), (0, -30), (330, 180), (330, 212), (0, 2), (-330, 212)], "#20243a", alpha=0.14
    )
    pen.poly(
        [(-392, 196), (0, -64), (392, 196), (392, 158), (0, -104), (-392, 158)], tiles, ink=1.2
    )
    for k in range(1, 14):
        for side in (-1, 1):
            x, y = side * k * 28, -104 + k * 18.7
            pen.stroke([(x, y), (x, y + 38)], 2, lighter(tiles, 0.1))
    pen.oval(0, 96, 34, 34, scheme.window, ink=1, lit=not scheme.lamps_on)
    pen.stroke([(0, 64), (0, 128)], 5, scheme.pale)
    pen.stroke([(-32, 96), (32, 96)], 5, scheme.pale)
    pen.rect(-350, 392, 700, 308, brick, ink=1)
    for row in range(15):
        y = 412 + row * 19
        for col in range(-8, 8):
            x = col * 44 + (22 if row % 2 else 0)
            if (row * 5 + col * 3) % 4 == 0 and x < 306:
                pen.rect(x, y, 40, 14, lighter(brick, 0.045 if (row + col) % 2 else -0.05))
    pen.rect(-368, 380, 736, 24, scheme.stone, ink=1)


def _window(pen: Pen, scheme: Scheme, x: float, y: float, w: float, h: float) -> None:
    lit = scheme.lamps_on
    pen.rect(x - 9, y - 9, w + 18, h + 18, scheme.pale, ink=0.9)
    pen.rect(x, y, w, h, scheme.window, ink=0.8, lit=not lit)
    curtain = mix(scheme.accent_pale, scheme.window, 0.4 if lit else 0.1)
    pen.poly([(x, y), (x + w * 0.3, y), (x + w * 0.12, y + h), (x, y + h)], curtain, lit=not lit)
    pen.poly(
        [(x + w, y), (x + w * 0.7, y), (x + w * 0.88, y + h), (x + w, y + h)], curtain, lit=not lit
    )
    pen.rect(x + w / 2 - 4, y, 8, h, scheme.pale, ink=0.5)
    pen.rect(x - 16, y + h + 9, w + 32, 12, scheme.stone, ink=0.8)
    if scheme.night:
        pen.glow(x + w / 2, y + h / 2, w * 0.85, scheme.lamp, 0.12)


def _door(pen: Pen, scheme: Scheme, x: float) -> None:
    pen.rect(x - 16, 448, 132, 252, scheme.pale, ink=1)
    pen.rect(x, 464, 100, 236, scheme.accent, ink=1)
    pen.rect(x + 18, 484, 64, 70, scheme.window, ink=0.8, lit=not scheme.lamps_on)
    pen.rect(x + 18, 584, 64, 94, scheme.accent_dark, ink=0.7)
    pen.oval(x + 86, 590, 6, 6, scheme.metal, ink=0.7)
    pen.poly(
        [(x - 44, 440), (x - 24, 412), (x + 124, 412), (x + 144, 440)], scheme.wood_dark, ink=1
    )
    pen.rect(x - 32, 692, 164, 18, scheme.stone, ink=0.9)
    pen.rect(
        x - 60,
        470,
        20,
        34,
        scheme.lamp if scheme.lamps_on else scheme.pale,
        r=6,
        ink=0.8,
        lit=not scheme.lamps_on,
    )
    if scheme.lamps_on:
        pen.glow(x - 50, 487, 110, scheme.lamp, 0.2)


def _garden(pen: Pen, scheme: Scheme, brick: str) -> None:
    path = mix(scheme.stone, scheme.pale, 0.5)
    pen.poly(
        [(102, 708), (246, 708), (560, 1020), (760, BOTTOM), (-760, BOTTOM), (-330, 1020)],
        path,
        ink=0.8,
    )
    for y, half in ((752, 190), (818, 260), (910, 360), (1040, 500), (1230, 640)):
        mid = 174 - (y - 708) * 0.29
        pen.stroke(
            [(max(mid - half, -640), y), (mid + half * 0.7, y)], 2.2, scheme.stone_dark, alpha=0.6
        )
    for x in (-280, -205, -130, -60):
        bush(pen, scheme, x, 716, 110, 74)
    for x, tone in ((-270, 0), (-220, 1), (-175, 2), (-110, 0), (-75, 1)):
        colour = (scheme.accent_pale, scheme.accent, scheme.pale)[tone]
        pen.oval(x, 672 + tone * 9, 8, 8, colour, ink=0.5)
    for start, end in ((LEFT, -370), (370, RIGHT)):
        pen.rect(start, 668, end - start, 132, brick, ink=1)
        pen.rect(start, 652, end - start, 24, scheme.stone, ink=1)
        step = 150
        for x in range(int(start), int(end), step):
            bush(pen, scheme, x + 70, 656, 190, 70)
    for x in (-370, 370):
        pen.rect(x - 32, 610, 64, 200, scheme.stone, ink=1)
        pen.rect(x - 42, 594, 84, 22, scheme.stone_dark, ink=1)


def house_front(pen: Pen, scheme: Scheme) -> None:
    blurred_branch(pen, scheme, -1)
    bush(pen, scheme, 900, 1260, 560, 420)
