"""Kitchen appliances and pans. 100 high, the base at (0, 0)."""

import math

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import (
    bar,
    box,
    curve,
    emblem,
    gloss,
    line,
    ring,
    within,
)
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def refrigerator(p: Pen, s: Scheme) -> None:
    for x in (-22, 16):
        p.rect(x, -2, 6, 2, s.ink)
    with within(p, box(-26, -99.5, 52, 98, 2.5), s.pale):
        p.rect(16, -100, 12, 100, s.metal, alpha=0.5)
        p.rect(-27, -100, 27, 58, s.accent_pale)
        p.rect(0, -100, 27, 58, s.accent_pale)
        p.rect(16, -100, 12, 58, s.accent, alpha=0.25)
        p.rect(-27, -42, 54, 40, s.accent)
        p.rect(16, -42, 12, 40, s.accent_dark, alpha=0.5)
    line(p, [(0, -99), (0, -42)], 0.7)
    line(p, [(-26, -42), (26, -42)], 0.8)
    line(p, [(-26, -21.5), (26, -21.5)], 0.7)
    for x in (-3.6, 2):
        p.rect(x, -84, 1.6, 26, s.stone_dark, r=0.8, ink=0.4)
    for y in (-39, -18.5):
        p.rect(-12, y, 24, 1.6, s.pale, r=0.8, ink=0.4)
    p.rect(-19, -76, 8.5, 14, s.ink, r=1.2)
    p.rect(-17.4, -74.4, 5.3, 4, s.lamp, r=0.6, lit=False)
    gloss(p, -23.4, -95, 2, 22)


def dishwasher(p: Pen, s: Scheme) -> None:
    for x in (-34, 26):
        p.rect(x, -4, 8, 4, s.ink)
    with within(p, box(-39, -99.5, 78, 97, 3.5), s.metal):
        p.rect(26, -100, 14, 100, s.stone_dark, alpha=0.35)
        p.rect(-40, -100, 80, 15, s.accent)
        p.rect(26, -100, 14, 15, s.accent_dark, alpha=0.6)
        p.rect(-40, -10, 80, 10, s.stone_dark, alpha=0.6)
    line(p, [(-39, -85), (39, -85)], 0.8)
    p.rect(-26, -78, 52, 4.4, s.stone_dark, r=2.2, ink=0.7)
    p.rect(-30, -95.5, 22, 7, s.ink, r=1.6)
    for k in range(3):
        p.oval(12 + k * 7, -92, 1.8, 1.8, s.lamp, lit=False)
    glass = mix(s.sky[0], s.ink, 0.5)
    with within(p, box(-27, -66, 54, 46, 3), glass, 0.8):
        for k, r in enumerate((8, 8, 8, 8)):
            p.oval(-19 + k * 12.5, -50, r * 0.62, r, s.pale, ink=0.4)
        for x in (-16, 0, 16):
            p.rect(x - 5, -37, 10, 12, s.accent_pale, r=2, ink=0.4)
        line(p, [(-27, -41), (27, -41)], 0.5)
        p.poly([(-10, -70), (2, -70), (-20, -16), (-32, -16)], "#ffffff", alpha=0.2)


def microwave(p: Pen, s: Scheme) -> None:
    for x in (-70, 58):
        p.rect(x, -5, 12, 5, s.ink, r=1)
    with within(p, box(-83, -99.5, 166, 95, 6), s.pale):
        p.rect(38, -100, 48, 100, s.accent)
        p.rect(68, -100, 18, 100, s.accent_dark, alpha=0.5)
        p.rect(-84, -14, 122, 12, s.metal, alpha=0.6)
    line(p, [(38, -99), (38, -5)], 0.8)
    with within(p, box(-72, -88, 94, 68, 5), mix(s.sky[0], s.ink, 0.55)):
        p.oval(-25, -34, 38, 7, s.metal, alpha=0.8)
        p.path(curve((-48, -48), (-2, -48), (-4, -34, -14, -34), (-36, -34), (-46, -34, -48, -48)),
               s.accent_pale, ink=0.5)  # fmt: skip
        p.oval(-25, -48, 23, 5, s.lamp, alpha=0.8, lit=False)
        p.poly([(-40, -92), (-18, -92), (-52, -16), (-74, -16)], "#ffffff", alpha=0.16)
    p.rect(27, -82, 5, 56, s.stone_dark, r=2.5, ink=0.7)
    p.rect(47, -88, 28, 15, s.ink, r=2.4)
    p.rect(51, -83, 12, 4, s.lamp, r=1, lit=False)
    for k in range(6):
        p.rect(47 + k % 3 * 10, -64 + k // 3 * 10, 7.4, 6.6, s.accent_pale, r=1.6)
    p.oval(61, -27, 12, 12, s.pale, ink=0.9)
    line(p, [(61, -27), (66, -35)], 0.8)


def rice_cooker(p: Pen, s: Scheme) -> None:
    for x in (-32, 22):
        p.rect(x, -4, 10, 4, s.ink, r=1)
    body = curve((-48, -66), (-54, -4, -36, -3), (36, -3), (54, -4, 48, -66))
    with within(p, body, s.pale):
        p.path(curve((22, -70), (60, -70), (60, 0), (14, 0), (28, -30, 22, -70)), s.metal,
               alpha=0.5)  # fmt: skip
        p.rect(-56, -12, 112, 10, s.metal, alpha=0.7)
    lid = curve((-50, -64), (-52, -97, -22, -98), (22, -98), (52, -97, 50, -64))
    with within(p, lid, s.accent):
        p.path(curve((20, -100), (56, -100), (56, -62), (26, -62), (32, -84, 20, -100)),
               s.accent_dark, alpha=0.5)  # fmt: skip
        p.stroke([(-40, -72), (-36, -88), (-20, -92)], 3, "#ffffff", curved=True, alpha=0.45)
    p.rect(-53, -68, 106, 6, s.metal, r=3, ink=0.8)
    p.rect(-9, -99.5, 18, 5, s.stone_dark, r=2.2, ink=0.7)
    p.rect(-22, -52, 44, 30, s.ink, r=5)
    p.rect(-17, -48, 34, 12, mix(s.lamp, s.accent_pale, 0.4), r=2, lit=False)
    for k in range(3):
        p.oval(-10 + k * 10, -28.5, 2.6, 2.6, s.accent_pale)
    p.rect(10, -72, 9, 4, s.stone_dark, r=1.5)


def air_fryer(p: Pen, s: Scheme) -> None:
    for x in (-28, 20):
        p.rect(x, -3, 8, 3, s.ink)
    body = curve((-36, -60), (-34, -99.5, 0, -99.5), (34, -99.5, 36, -60), (38, -8),
                 (38, -2, 30, -2), (-30, -2), (-38, -2, -38, -8))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((14, -100), (42, -100), (42, 0), (24, 0), (26, -60, 14, -100)),
               s.accent_dark, alpha=0.5)  # fmt: skip
        p.stroke([(-28, -66), (-26, -86), (-12, -93)], 3, "#ffffff", curved=True, alpha=0.45)
    with within(p, box(-31, -58, 62, 46, 5), s.ink, 0.8):
        p.rect(-27, -54, 54, 22, mix(s.sky[0], s.ink, 0.45), r=3)
        p.poly([(-6, -56), (4, -56), (-12, -30), (-22, -30)], "#ffffff", alpha=0.2)
    for x in (-12, 2, 14):
        p.oval(x, -36, 7, 4.4, "#d79a45", ink=0.4)
    p.rect(-9, -32, 18, 24, s.stone_dark, r=4, ink=0.9)
    p.rect(-5, -28, 10, 4, s.metal, r=2)
    p.oval(0, -77, 10, 10, s.pale, ink=0.9)
    line(p, [(0, -77), (4, -84)], 0.9)
    for k in range(-3, 4):
        a = math.radians(-90 + k * 28)
        p.oval(15 * math.cos(a), -77 + 15 * math.sin(a), 1.1, 1.1, s.pale, lit=False)


def coffee_machine(p: Pen, s: Scheme) -> None:
    with within(p, box(-40, -99.5, 80, 97, 6), s.accent):
        p.rect(24, -100, 18, 100, s.accent_dark, alpha=0.5)
        p.rect(-41, -100, 82, 6, s.accent_pale, alpha=0.6)
    with within(p, box(-32, -64, 52, 54, 4), mix(s.accent_dark, s.ink, 0.45), 0.8):
        p.rect(-33, -64, 60, 8, s.ink, alpha=0.4)
    p.rect(-20, -70, 28, 12, s.metal, r=2.5, ink=0.9)
    p.rect(-9, -59, 6, 6, s.stone_dark, ink=0.7)
    p.stroke([(-6, -53), (-6, -38)], 2, "#5a3722")
    with within(p, curve((-17, -38), (5, -38), (3, -14), (-15, -14)), s.pale, 0.8):
        p.rect(-1, -40, 8, 30, s.metal, alpha=0.5)
    p.oval(-6, -38, 11, 2.4, "#6b4226", ink=0.5)
    p.rect(-42, -12, 76, 12, s.stone_dark, r=2.5, ink=1)
    for k in range(5):
        p.rect(-32 + k * 11, -9.6, 7, 2, s.ink)
    p.oval(31, -54, 5, 5, s.pale, ink=0.8)
    p.oval(31, -38, 3, 3, s.lamp, ink=0.5, lit=False)
    p.rect(-30, -91, 36, 13, s.ink, r=3)
    p.oval(-22, -84.5, 2.6, 2.6, s.lamp, lit=False)
    p.rect(-15, -86, 16, 3, s.pale, r=1.5, lit=False)
    gloss(p, 33, -95, 3, 22)


def blender(p: Pen, s: Scheme) -> None:
    with within(p, curve((-20, -36), (20, -36), (24, -4), (22, -1), (-22, -1), (-24, -4)),
                s.accent):  # fmt: skip
        p.poly([(10, -38), (28, -38), (28, 0), (14, 0)], s.accent_dark, alpha=0.5)
    p.oval(0, -17, 7.6, 7.6, s.pale, ink=0.9)
    line(p, [(0, -17), (4, -22)], 0.8)
    p.rect(-17, -42, 34, 7, s.stone_dark, r=2, ink=0.9)
    jug = curve((-21, -92), (21, -92), (15, -41), (-15, -41))
    with within(p, jug, mix(s.sky[3], "#ffffff", 0.5)):
        p.path(curve((-24, -74), (-6, -70, 0, -75), (10, -80, 24, -74), (24, -36), (-24, -36)),
               "#d8607a", alpha=0.9)  # fmt: skip
        p.oval(-7, -58, 4, 4, "#f09aa8")
        p.oval(6, -66, 3, 3, "#f09aa8")
        p.poly([(-16, -92), (-9, -92), (-9, -44), (-12, -44)], "#ffffff", alpha=0.45)
    bar(p, [(20, -84), (29, -80), (27, -60), (17, -56)], 3.4, s.stone_dark, curved=True)
    p.rect(-22, -97, 44, 6, s.accent, r=2.4, ink=0.9)
    p.rect(-7, -99.5, 14, 4, s.accent_dark, r=1.6, ink=0.7)


def cooktop(p: Pen, s: Scheme) -> None:
    with within(p, box(-164, -52, 328, 50, 10), s.ink):
        p.rect(-164, -14, 328, 14, s.stone_dark, alpha=0.6)
    top = curve((-118, -99), (118, -99), (164, -40), (-164, -40))
    with within(p, top, mix(s.ink, s.sky[0], 0.16)):
        p.poly([(-60, -100), (-10, -100), (-70, -38), (-140, -38)], "#ffffff", alpha=0.1)
    for x, rx, lit in ((-62, 56, True), (66, 44, False)):
        colour = s.accent if lit else s.stone_dark
        p.canvas.drawOval(ring(x, -68, rx, 20).getBounds(), p.paint(colour, 1.0, 4, lit=not lit))
        p.canvas.drawOval(ring(x, -68, rx * 0.55, 11).getBounds(),
                          p.paint(colour, 0.8, 3, lit=not lit))  # fmt: skip
    for k in range(5):
        p.oval(-24 + k * 12, -25, 4, 4, s.lamp if k == 2 else s.metal, lit=False)


def water_purifier(p: Pen, s: Scheme) -> None:
    body = box(-27, -99.5, 54, 97, 6)
    with within(p, body, s.pale):
        p.rect(14, -100, 14, 100, s.metal, alpha=0.55)
        p.rect(-28, -100, 56, 36, s.accent)
        p.rect(14, -100, 14, 36, s.accent_dark, alpha=0.5)
    with within(p, box(-20, -64, 36, 52, 4), s.metal, 0.8):
        p.rect(-21, -65, 38, 12, s.stone_dark, alpha=0.5)
    p.rect(-8, -68, 12, 12, s.stone_dark, r=2, ink=0.8)
    water = mix(s.sky[1], "#ffffff", 0.25)
    p.stroke([(-2, -56), (-2, -36)], 3, water)
    with within(p, curve((-12, -42), (8, -42), (6, -14), (-10, -14)), "#ffffff", 0.8):
        p.rect(-14, -34, 26, 24, water)
        p.rect(-9, -40, 3, 24, "#ffffff", r=1.5, alpha=0.7)
    p.rect(-24, -12, 46, 8, s.stone_dark, r=2, ink=0.8)
    p.rect(-17, -92, 30, 18, s.ink, r=3)
    for k in range(3):
        p.oval(-10 + k * 8, -83, 2.5, 2.5, (water, s.lamp, s.accent_pale)[k], lit=False)
    p.rect(-20, -2.6, 40, 2.6, s.ink, r=1)


def pan(p: Pen, s: Scheme) -> None:
    bar(p, [(40, -62), (80, -74), (118, -90)], 13, s.accent, curved=True)
    bowl = curve((-118, -62), (-104, -8, -70, -3), (8, -3), (42, -8, 56, -62))
    with within(p, bowl, s.stone_dark):
        p.path(curve((10, -66), (60, -66), (60, 0), (-6, 0)), s.ink, alpha=0.35)
        p.stroke([(-100, -44), (-90, -22), (-72, -12)], 5, "#ffffff", curved=True, alpha=0.35)
    p.oval(-31, -62, 87, 22, s.metal, ink=1)
    with within(p, ring(-31, -60, 77, 17), s.ink, 0.6):
        p.oval(-44, -66, 40, 8, "#ffffff", alpha=0.14)
    p.oval(116, -89, 5, 4, s.accent_dark, ink=0.6)


def tumbler(p: Pen, s: Scheme) -> None:
    with within(p, curve((-19, -84), (19, -84), (14, -3), (12, -0.5), (-12, -0.5), (-14, -3)),
                s.accent):  # fmt: skip
        p.poly([(8, -86), (24, -86), (20, 0), (5, 0)], s.accent_dark, alpha=0.5)
        p.rect(-20, -12, 40, 4, s.metal)
        gloss(p, -14, -76, 3, 50)
    p.rect(-21, -92, 42, 10, s.stone_dark, r=3, ink=1)
    p.rect(-9, -99.5, 14, 9, s.metal, r=3, ink=0.9)
    emblem(p, s, 0, -46, 9)


def kettle(p: Pen, s: Scheme) -> None:
    bar(p, [(20, -84), (44, -74), (38, -30), (22, -22)], 6, s.stone_dark, curved=True)
    p.poly([(-18, -82), (-44, -84), (-24, -58)], s.accent_dark, ink=1)
    body = curve((-22, -88), (22, -88), (34, -12), (34, -8, 30, -8), (-30, -8), (-34, -8, -34, -12))
    with within(p, body, s.accent):
        p.path(curve((8, -90), (36, -90), (40, 0), (14, 0)), s.accent_dark, alpha=0.5)
        p.stroke([(-14, -78), (-22, -24)], 3.4, "#ffffff", alpha=0.45)
    p.rect(-24, -94, 48, 7, s.stone_dark, r=3, ink=0.9)
    p.rect(-6, -99.5, 12, 6, s.ink, r=3, ink=0.6)
    p.rect(-38, -8, 76, 8, s.stone_dark, r=3, ink=1)
    p.oval(24, -4, 1.8, 1.8, s.lamp, lit=False)
