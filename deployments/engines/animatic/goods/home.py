"""Appliances and furniture of rooms other than the kitchen. 100 high, the base at (0, 0)."""

import math

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import bar, box, curve, gloss, line, ring, within
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def appliance(p: Pen, s: Scheme) -> None:
    """Any appliance: a plain cabinet with a dial and a display."""
    for x in (-36, 26):
        p.rect(x, -4, 10, 4, s.ink, r=1)
    with within(p, box(-43, -99.5, 86, 97, 8), s.pale):
        p.rect(26, -100, 18, 100, s.metal, alpha=0.5)
        p.rect(-44, -34, 88, 34, s.accent)
        p.rect(26, -34, 18, 34, s.accent_dark, alpha=0.5)
    line(p, [(-43, -34), (43, -34)], 0.7)
    p.rect(-28, -86, 56, 24, s.ink, r=5)
    p.rect(-22, -78, 24, 8, s.lamp, r=2, lit=False)
    for k in range(2):
        p.oval(12 + k * 9, -74, 2.6, 2.6, s.accent_pale, lit=False)
    p.oval(0, -47, 9, 9, s.metal, ink=0.9)
    line(p, [(0, -47), (5, -52)], 0.9)
    gloss(p, -37, -92, 4, 46)


def _slats(p: Pen, x: float, y: float, w: float, count: int, step: float, colour: str) -> None:
    for k in range(count):
        p.rect(x, y + k * step, w, step * 0.46, colour, r=step * 0.2)


def air_conditioner(p: Pen, s: Scheme) -> None:
    with within(p, box(-15, -99.5, 30, 97, 5), s.pale):
        p.rect(7, -100, 9, 100, s.metal, alpha=0.5)
        p.rect(-16, -30, 32, 30, s.accent_pale)
        p.rect(7, -30, 9, 30, s.accent, alpha=0.3)
    for y in (-86, -65, -44):
        p.oval(0, y, 9, 9, s.metal, ink=0.8)
        with within(p, ring(0, y, 7, 7), mix(s.stone_dark, s.ink, 0.3), 0.5):
            for k in range(6):
                a = math.pi * k / 3 + y
                p.stroke([(0, y), (7 * math.cos(a), y + 7 * math.sin(a))], 1.5, s.metal)
        p.oval(0, y, 2.2, 2.2, s.accent, ink=0.5)
    p.rect(-7, -30, 14, 4.4, s.ink, r=1.4)
    p.oval(0, -27.8, 1, 1, s.lamp, lit=False)
    _slats(p, -9, -20, 18, 5, 3, s.stone_dark)
    p.rect(-17, -3, 34, 3, s.stone_dark, r=1.2, ink=0.8)
    gloss(p, -12.6, -95, 1.8, 58)


def dehumidifier(p: Pen, s: Scheme) -> None:
    for x in (-22, 18):
        p.oval(x + 2, -3, 4, 3, s.ink)
    with within(p, box(-30, -99.5, 60, 95, 9), s.pale):
        p.rect(16, -100, 16, 100, s.metal, alpha=0.5)
        p.rect(-31, -100, 62, 13, s.accent)
        p.rect(16, -100, 16, 13, s.accent_dark, alpha=0.5)
    line(p, [(-30, -86.5), (30, -86.5)], 0.7)
    _slats(p, -20, -97, 30, 3, 3, s.accent_dark)
    p.rect(-14, -81, 28, 10, s.ink, r=5)
    p.oval(-7, -76, 2.2, 2.2, s.lamp, lit=False)
    p.rect(-2, -77.2, 11, 2.4, s.accent_pale, r=1.2, lit=False)
    _slats(p, -20, -65, 40, 5, 4, s.metal)
    water = mix(s.sky[1], "#ffffff", 0.15)
    with within(p, box(-21, -41, 42, 32, 4), mix(s.pale, s.sky[3], 0.5), 0.9):
        p.path(curve((-24, -29), (-12, -34, 0, -29), (12, -24, 24, -29), (24, 0), (-24, 0)), water)
        for x, y, r in ((-10, -18, 2.4), (4, -22, 1.8), (11, -15, 2.2)):
            p.oval(x, y, r, r, "#ffffff", alpha=0.7)
    drop = curve((0, -39), (7, -29, 5, -25), (0, -20, -5, -25), (-7, -29, 0, -39))
    p.path(drop, "#ffffff", ink=0.5)
    gloss(p, -26, -82, 3, 34)


def air_purifier(p: Pen, s: Scheme) -> None:
    body = curve((-24, -92), (0, -98, 24, -92), (27, -4), (0, 0, -27, -4))
    with within(p, body, s.pale):
        p.path(curve((10, -98), (28, -98), (30, 0), (14, 0)), s.metal, alpha=0.5)
    for row in range(7):
        for column in range(8):
            p.oval(-17.5 + column * 5 + row * 0.05, -52 + row * 6.4, 1.3, 1.3, s.stone_dark)
    p.oval(0, -92, 24, 6.6, s.metal, ink=1)
    p.oval(0, -92, 17, 4.2, s.stone_dark, ink=0.5)
    p.canvas.drawOval(ring(0, -71, 10, 10).getBounds(), p.paint(s.accent, 1.0, 3, lit=False))
    p.oval(0, -71, 6, 6, s.ink)
    p.oval(0, -71, 1.8, 1.8, s.lamp, lit=False)
    for x, y in ((-9, -99), (3, -98.6)):
        p.stroke([(x, y + 3), (x + 4, y + 1), (x + 8, y + 2.4)], 1.2, "#ffffff", curved=True)
    gloss(p, -21, -86, 3, 60)


def fan(p: Pen, s: Scheme) -> None:
    p.oval(0, -4, 20, 4, s.accent_dark, ink=1)
    p.rect(-2.4, -46, 4.8, 42, s.pale, ink=0.9)
    p.rect(-5, -22, 10, 12, s.accent, r=2, ink=0.8)
    p.oval(0, -71, 28.4, 28.4, s.pale, alpha=0.75)
    for k in range(4):
        turn = math.pi * k / 2 + 0.4
        cos, sin = math.cos(turn), math.sin(turn)
        end = turn + 0.7
        blade = curve(
            (0, -71),
            (16 * cos - 6 * sin, -71 + 16 * sin + 6 * cos, 24 * cos, -71 + 24 * sin),
            (22 * math.cos(end), -71 + 22 * math.sin(end)),
        )
        p.path(blade, s.accent, ink=0.6)
    for k in range(12):
        a = math.pi * k / 6
        line(p, [(0, -71), (28 * math.cos(a), -71 + 28 * math.sin(a))], 0.3)
    for r in (28.4, 19, 10):
        p.canvas.drawOval(ring(0, -71, r, r).getBounds(),
                          p.paint(p.ink, 1.0, p.line * (1 if r > 28 else 0.4)))  # fmt: skip
    p.oval(0, -71, 5, 5, s.pale, ink=0.9)


def vacuum(p: Pen, s: Scheme) -> None:
    bar(p, [(4, -70), (-6, -12)], 3.4, s.metal)
    with within(p, curve((-18, -10), (8, -12), (16, -4), (16, -0.5), (-18, -0.5)), s.accent):
        p.rect(-20, -4, 40, 5, s.accent_dark)
    p.rect(-16, -8, 10, 2.6, s.accent_pale, r=1.2)
    body = curve((-4, -86), (10, -90), (13, -66), (-1, -62))
    with within(p, body, s.accent):
        p.poly([(5, -92), (16, -92), (16, -60), (7, -60)], s.accent_dark, alpha=0.5)
    with within(p, curve((-9, -74), (3, -77), (6, -54), (-6, -50)), mix(s.sky[3], "#ffffff", 0.4)):
        p.poly([(-10, -62), (8, -66), (8, -48), (-10, -48)], s.stone, alpha=0.8)
        p.poly([(-7, -74), (-4, -75), (-3, -52), (-5, -52)], "#ffffff", alpha=0.6)
    bar(p, [(9, -86), (16, -97), (19, -84), (11, -74)], 3, s.stone_dark, curved=True)
    p.rect(1, -99, 13, 9, s.stone_dark, r=3, ink=0.8)


def robot_vacuum(p: Pen, s: Scheme) -> None:
    for x in (-112, 92):
        p.oval(x + 10, -8, 16, 8, s.ink)
    side = curve((-160, -62), (-160, -10, -120, -8), (120, -8), (160, -10, 160, -62))
    with within(p, side, s.stone_dark):
        p.rect(-170, -30, 340, 10, s.accent)
    p.oval(0, -62, 160, 30, s.pale, ink=1)
    p.oval(0, -63, 146, 24, s.metal, alpha=0.45)
    p.rect(-34, -99, 68, 34, s.accent_dark, r=16, ink=1)
    p.oval(0, -92, 30, 7, s.accent, ink=0.7)
    p.oval(84, -62, 10, 4, s.lamp, ink=0.5, lit=False)
    p.oval(-96, -60, 20, 6, s.accent, ink=0.6)
    for k in (-1, 0, 1):
        p.stroke([(-150, -2), (-172 + k * 4, -2 - 4 * k)], 3, s.ink)


def boiler(p: Pen, s: Scheme) -> None:
    for x in (-18, -6, 6, 18):
        bar(p, [(x, -22), (x, -2)], 3, s.metal)
    p.rect(-7, -99.5, 14, 12, s.metal, ink=0.9)
    with within(p, box(-29, -90, 58, 68, 4), s.pale):
        p.rect(14, -92, 16, 74, s.metal, alpha=0.5)
        p.rect(-30, -40, 60, 20, s.accent)
        p.rect(14, -40, 16, 20, s.accent_dark, alpha=0.5)
    p.rect(-16, -36, 32, 11, s.ink, r=2.4)
    p.rect(-12, -33, 12, 5, s.lamp, r=1, lit=False)
    flame = curve(
        (0, -80), (14, -64, 9, -54), (4, -47, 0, -47), (-14, -50, -9, -62), (-4, -68, 0, -80)
    )
    p.path(flame, s.accent, ink=0.7)
    p.path(
        curve((0, -66), (6, -57, 3, -52), (0, -50, -4, -53), (-6, -57, 0, -66)), s.lamp, lit=False
    )
    gloss(p, -25, -86, 3, 40)


def hair_dryer(p: Pen, s: Scheme) -> None:
    bar(p, [(16, -52), (10, -26), (12, -4)], 17, s.accent_dark, curved=True)
    with within(p, curve((-30, -92), (20, -98), (46, -94, 46, -72), (46, -50, 20, -46), (-30, -54)),
                s.accent):  # fmt: skip
        p.path(curve((-34, -66), (50, -66), (50, -44), (-34, -44)), s.accent_dark, alpha=0.5)
        p.stroke([(-20, -86), (18, -91)], 3.4, "#ffffff", alpha=0.45)
    p.poly([(-50, -90), (-29, -93), (-29, -53), (-50, -56)], s.metal, ink=1)
    p.oval(27, -72, 11, 13, s.ink, ink=0.6)
    for k in (-1, 0, 1):
        line(p, [(18, -72 + k * 6), (36, -72 + k * 6)], 0.5)
    p.rect(6, -36, 7, 12, s.lamp, r=2, ink=0.5, lit=False)


def massage_chair(p: Pen, s: Scheme) -> None:
    p.rect(-26, -8, 56, 7, s.ink, r=3)
    back = curve((-2, -26), (-34, -84), (-38, -98, -24, -99), (-8, -99, 2, -84), (28, -30))
    with within(p, back, s.accent):
        p.stroke([(-26, -88), (8, -34)], 5, s.accent_dark, alpha=0.6)
    p.blob([(-32, -92), (-16, -97), (-4, -82), (-18, -76)], s.accent_pale, ink=0.8, tension=0.8)
    with within(p, curve((-8, -34), (30, -36), (40, -30, 38, -18), (-8, -12)), s.accent):
        p.rect(-10, -20, 52, 10, s.accent_dark, alpha=0.6)
    with within(p, curve((30, -32), (45, -22), (44, -4, 38, -2), (28, -4)), s.accent_dark):
        p.rect(26, -12, 20, 4, s.accent)
    with within(p, box(-30, -48, 52, 34, 12), s.ink):
        p.rect(-24, -42, 40, 9, s.accent, r=4)
    p.oval(12, -30, 3, 3, s.lamp, lit=False)


def lamp(p: Pen, s: Scheme) -> None:
    p.oval(0, -3, 15, 3, s.stone_dark, ink=1)
    bar(p, [(0, -4), (0, -66)], 2, s.metal)
    p.oval(0, -62, 10, 3, "#fff3c9", lit=False)
    with within(p, curve((-11, -99), (11, -99), (22, -64), (-22, -64)), s.accent):
        p.poly([(3, -100), (20, -100), (26, -62), (9, -62)], s.accent_dark, alpha=0.4)
        p.poly([(-9, -100), (-4, -100), (-9, -62), (-17, -62)], s.accent_pale, alpha=0.7)
    p.stroke([(8, -64), (8, -52)], 0.8, p.ink)
    p.oval(8, -51, 1.4, 1.4, s.lamp, ink=0.4)


def wardrobe(p: Pen, s: Scheme) -> None:
    for x in (-33, 26):
        p.rect(x, -4, 7, 4, s.wood_dark, ink=0.8)
    with within(p, box(-36, -99.5, 72, 96, 2), s.wood):
        p.rect(24, -100, 12, 100, s.wood_dark, alpha=0.5)
        p.rect(-37, -100, 74, 5, s.wood_dark)
        p.rect(-37, -24, 74, 22, s.wood_dark, alpha=0.35)
    line(p, [(0, -94), (0, -24)], 0.8)
    line(p, [(-36, -24), (36, -24)], 0.8)
    for x in (-30, 5):
        p.rect(x, -89, 25, 60, s.accent_pale, r=1, ink=0.6)
    for x in (-3.4, 1.6):
        p.rect(x, -64, 1.8, 12, s.metal, r=0.9, ink=0.4)
    p.rect(-8, -15, 16, 2.4, s.metal, r=1.2, ink=0.4)


def piano(p: Pen, s: Scheme) -> None:
    for x in (-54, 46):
        p.rect(x, -36, 8, 36, s.ink, r=1)
    with within(p, box(-60, -99.5, 120, 66, 3), mix(s.accent_dark, s.ink, 0.55)):
        p.rect(-62, -100, 124, 7, s.accent_dark)
        p.poly([(-30, -96), (-6, -96), (-26, -50), (-50, -50)], "#ffffff", alpha=0.12)
    p.rect(-22, -88, 44, 20, "#ffffff", r=1, ink=0.6)
    for y in (-82, -76):
        line(p, [(-18, y), (18, y)], 0.4)
    p.rect(-62, -50, 124, 6, s.ink, r=1)
    p.rect(-57, -46, 114, 8, "#ffffff", ink=0.6)
    for k in range(18):
        x = -57 + k * 6.33
        line(p, [(x, -46), (x, -38)], 0.3)
        if k % 7 not in (0, 3):
            p.rect(x - 1.7, -46, 3.4, 4.6, s.ink)
    p.rect(-62, -38, 124, 8, mix(s.accent_dark, s.ink, 0.55), r=1.5, ink=0.9)
    for x in (-6, 2):
        p.rect(x, -6, 4, 4, s.lamp, r=1)


def desk(p: Pen, s: Scheme) -> None:
    for x in (-104, 92):
        p.rect(x, -84, 12, 84, s.wood_dark, ink=1)
    with within(p, box(26, -86, 68, 44), s.wood):
        p.rect(74, -86, 20, 44, s.wood_dark, alpha=0.4)
    line(p, [(26, -65), (94, -65)], 0.7)
    for y in (-76, -54):
        p.rect(52, y, 16, 3.4, s.metal, r=1.7, ink=0.5)
    p.rect(-116, -99.5, 232, 14, s.wood, r=3, ink=1)
    p.rect(-114, -91, 228, 4, s.wood_dark, alpha=0.6)


def kitchen_unit(p: Pen, s: Scheme) -> None:
    p.rect(-88, -5, 176, 5, s.ink)
    with within(p, box(-92, -50, 184, 45), s.accent):
        p.rect(46, -50, 46, 46, s.accent_dark, alpha=0.4)
    for x in (-46, 0, 46):
        line(p, [(x, -50), (x, -5)], 0.7)
    for x in (-54, -40, 6, 86):
        p.rect(x, -38, 2.4, 14, s.metal, r=1.2, ink=0.4)
    p.rect(-96, -57, 192, 8, s.pale, r=2, ink=1)
    p.rect(-34, -57, 50, 4, s.metal, r=2, ink=0.6)
    bar(p, [(-9, -57), (-9, -72), (2, -74), (6, -66)], 3, s.metal, curved=True)
    with within(p, box(-92, -99.5, 116, 24, 1.5), s.accent_pale):
        p.rect(0, -100, 26, 26, s.accent, alpha=0.25)
    for x in (-54, -16):
        line(p, [(x, -99), (x, -76)], 0.7)
    p.poly([(50, -99.5), (68, -99.5), (82, -78), (36, -78)], s.metal, ink=1)
    p.rect(52, -62, 26, 5, s.ink, r=2)


def curtain(p: Pen, s: Scheme) -> None:
    p.rect(-46, -92, 92, 86, mix(s.sky[2], "#ffffff", 0.2), ink=0.9, lit=False)
    line(p, [(0, -92), (0, -6)], 0.8)
    line(p, [(-46, -50), (46, -50)], 0.8)
    for side in (-1, 1):
        cloth = curve((side * 56, -96), (side * 6, -96), (side * 10, -50, side * 34, -40),
                      (side * 40, -20, side * 34, -1), (side * 58, -0.5))  # fmt: skip
        with within(p, cloth, s.accent):
            for k in range(4):
                x = side * (16 + k * 12)
                p.stroke([(x, -96), (x + side * 8, -46), (x + side * 4, 0)], 3, s.accent_dark,
                         curved=True, alpha=0.5)  # fmt: skip
        p.rect(side * 45 - 13, -44, 26, 6, s.accent_pale, r=3, ink=0.7)
    p.rect(-62, -99.5, 124, 5, s.wood_dark, r=2.5, ink=0.9)
    for x in (-62, 62):
        p.oval(x, -97, 4, 4, s.wood, ink=0.8)


def towel(p: Pen, s: Scheme) -> None:
    """Three towels, folded and stacked."""
    for k, colour in enumerate((s.accent, s.accent_pale, s.pale)):
        y = -34 - k * 32.5
        with within(p, box(-66, y, 132, 33, 14), colour):
            p.rect(30, y, 40, 40, s.ink, alpha=0.08)
            p.rect(-70, y + 15, 100, 2.4, s.ink, alpha=0.18)
            p.rect(-58, y + 5, 70, 3, "#ffffff", r=1.5, alpha=0.5)
        p.canvas.drawArc(ring(52, y + 16.5, 9, 10).getBounds(), 90, 200, False,
                         p.paint(p.ink, 1.0, p.line * 0.6))  # fmt: skip


def apron(p: Pen, s: Scheme) -> None:
    p.canvas.drawArc(ring(0, -84, 14, 16).getBounds(), 180, 180, False,
                     p.paint(p.ink, 1.0, p.line * 2.4))  # fmt: skip
    for side in (-1, 1):
        bar(
            p, [(side * 30, -50), (side * 42, -40), (side * 38, -18)], 2, s.accent_pale, curved=True
        )
    body = curve((-16, -86), (16, -86), (20, -62, 33, -54), (36, -4), (34, -0.5, 28, -0.5),
                 (-28, -0.5), (-34, -0.5, -36, -4), (-33, -54), (-20, -62, -16, -86))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((12, -90), (40, -90), (40, 4), (20, 4), (24, -40, 12, -90)), s.accent_dark,
               alpha=0.45)  # fmt: skip
        p.rect(-18, -86, 36, 4, s.accent_pale)
    with within(p, curve((-19, -42), (19, -42), (17, -18), (12, -14), (-12, -14), (-17, -18)),
                s.accent_pale, 0.8):  # fmt: skip
        p.rect(-20, -42, 40, 4, s.accent)


def rug(p: Pen, s: Scheme) -> None:
    """A rug, half unrolled on the floor."""
    for k in range(12):
        x = -150 + k * 21
        p.stroke([(x - 6, -4), (x - 8, 0)], 2, s.accent_pale)
    with within(p, curve((-110, -52), (90, -52), (124, -5), (-156, -5)), s.accent):
        for share in (0.16, 0.84):
            p.stroke([(-110 + 200 * share, -52), (-156 + 280 * share, -5)], 4, s.accent_pale)
        for k in range(4):
            x = -60 + k * 40
            p.poly([(x, -42), (x + 14, -30), (x - 2, -16), (x - 18, -30)], s.accent_dark)
    with within(p, box(78, -92, 40, 91, 18), s.accent_dark):
        p.rect(80, -92, 10, 92, "#ffffff", alpha=0.12)
    p.oval(118, -46, 24, 46, s.accent_pale, ink=1)
    for r in (0.66, 0.34):
        p.canvas.drawArc(ring(118, -46, 24 * r, 46 * r).getBounds(), 40, 320, False,
                         p.paint(s.accent_dark, 1.0, 3.4))  # fmt: skip


def television(p: Pen, s: Scheme) -> None:
    """A television on its cabinet, unlike a screen on a desk."""
    for x in (-62, 54):
        p.rect(x, -6, 8, 6, s.wood_dark, ink=0.8)
    with within(p, box(-73, -26, 146, 21, 2), s.wood):
        p.rect(40, -26, 34, 24, s.wood_dark, alpha=0.4)
    for x in (-24, 24):
        line(p, [(x, -26), (x, -5)], 0.6)
    for x in (-48, 0, 48):
        p.rect(x - 7, -17, 14, 2.4, s.metal, r=1.2, ink=0.4)
    p.rect(-14, -31, 28, 5, s.stone_dark, ink=0.8)
    p.rect(-68, -99.5, 136, 70, s.ink, r=3, ink=1)
    with within(p, box(-65, -96.5, 130, 64, 1.5), mix(s.accent_pale, s.sky[2], 0.35), 0.3):
        p.oval(26, -76, 11, 11, s.lamp, lit=False)
        for top, colour in ((-58, s.accent), (-46, s.accent_dark)):
            p.blob([(-80, top + 8), (-40, top - 6), (0, top + 4), (40, top - 8), (80, top + 6),
                    (80, -20), (-80, -20)], colour, tension=0.8)  # fmt: skip
        p.poly([(0, -98), (20, -98), (-12, -30), (-32, -30)], "#ffffff", alpha=0.13)
