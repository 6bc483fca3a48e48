"""Packed goods, dishes and things on a desk. 100 high, the base at (0, 0)."""

import math

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import (
    bar,
    barrel,
    box,
    curve,
    emblem,
    gloss,
    line,
    ring,
    within,
)
from deployments.engines.animatic.pen import Pen, polygon, smooth
from deployments.engines.animatic.scheme import Scheme


def package(p: Pen, s: Scheme) -> None:
    side = polygon([(20, -90), (38, -98), (38, -9), (20, 0)])
    p.path(side, s.accent_dark, ink=1)
    p.poly([(-38, -90), (20, -90), (38, -98), (-18, -99)], s.accent_pale, ink=1)
    line(p, [(-28, -94.5), (28, -94.2)], 0.5)
    with within(p, box(-38, -90, 58, 90), s.accent):
        p.path(smooth([(-44, -30), (-20, -40), (2, -28), (24, -38), (30, 10), (-44, 10)],
                      tension=0.9), s.accent_pale)  # fmt: skip
        p.path(smooth([(-44, -20), (-20, -30), (2, -18), (24, -28), (30, 10), (-44, 10)],
                      tension=0.9), s.pale)  # fmt: skip
        p.rect(-36, -88, 3, 84, "#ffffff", alpha=0.4)
    emblem(p, s, -9, -60, 17)


def pouch(p: Pen, s: Scheme) -> None:
    body = curve((-32, -96), (32, -96), (29, -78, 31, -60, 34, -40), (38, -16, 38, -6),
                 (36, -1, 28, -1), (0, 2, -28, -1), (-36, -1, -38, -6), (-38, -16, -34, -40),
                 (-31, -60, -29, -78, -32, -96))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((16, -100), (46, -100), (46, 10), (24, 10), (26, -30, 14, -60, 16, -100)),
               s.accent_dark, alpha=0.55)  # fmt: skip
        p.path(curve((-42, -16), (0, -2, 42, -16), (42, 8), (-42, 8)), s.accent_dark)
        p.path(curve((-27, -80), (-20, -80), (-20, -50, -25, -26), (-31, -26), (-25, -50)),
               "#ffffff", alpha=0.45)  # fmt: skip
    p.rect(-33.5, -100, 67, 11, s.accent_pale, r=1.5, ink=1)
    for k in range(3):
        p.stroke([(-30, -97 + k * 2.6), (30, -97 + k * 2.6)], 0.8, s.accent, alpha=0.6)
    emblem(p, s, 0, -48, 20)


def bottle(p: Pen, s: Scheme) -> None:
    body = curve((-7, -88), (7, -88), (7, -76, 9, -72, 14, -66), (18, -61, 18, -54), (18, -5),
                 (18, -1, 13, -0.5), (0, 0.6, -13, -0.5), (-18, -1, -18, -5), (-18, -54),
                 (-18, -61, -14, -66), (-9, -72, -7, -76, -7, -88))  # fmt: skip
    with within(p, body, s.accent):
        p.rect(8, -100, 14, 102, s.accent_dark, alpha=0.65)
        p.path(barrel((20, -51), (20, -17), 1.6), s.pale)
        p.path(barrel((20, -51), (20, -47.5), 1.6), s.accent_pale)
        p.rect(9, -51, 12, 38, s.metal, alpha=0.45)
        gloss(p, -13.5, -62, 3.6, 56)
        p.rect(-4.6, -86, 2.4, 12, "#ffffff", r=1.2, alpha=0.5)
    p.rect(-9, -89.5, 18, 4, s.metal, r=2, ink=0.8)
    with within(p, box(-8, -100, 16, 12, 2.5), s.accent_pale):
        for k in range(4):
            p.stroke([(-5 + k * 3.6, -96), (-5 + k * 3.6, -90)], 0.9, s.accent)
    emblem(p, s, -0.5, -32, 11)


def can(p: Pen, s: Scheme) -> None:
    body = curve((-23, -95), (23, -95), (27, -87), (27, -9), (22, -1.5), (0, 1.6, -22, -1.5),
                 (-27, -9), (-27, -87))  # fmt: skip
    with within(p, body, s.accent):
        p.path(smooth([(-32, -26), (-14, -36), (6, -22), (30, -34), (34, 6), (-34, 6)],
                      tension=0.9), s.accent_pale)  # fmt: skip
        p.path(smooth([(-32, -17), (-14, -27), (6, -13), (30, -25), (34, 6), (-34, 6)],
                      tension=0.9), s.pale)  # fmt: skip
        p.rect(13, -100, 18, 104, s.accent_dark, alpha=0.45)
        p.path(barrel((30, -96), (30, -88), 2), s.metal)
        p.path(barrel((30, -6), (30, 4), 1), s.metal)
        gloss(p, -20, -82, 5, 70)
    p.oval(0, -95, 23, 5, s.metal, ink=1)
    p.oval(0, -95, 18.5, 3.2, s.stone_dark, alpha=0.6)
    p.oval(2, -95.3, 6, 1.8, s.pale, ink=0.5)
    emblem(p, s, 0, -57, 15)


def jar(p: Pen, s: Scheme) -> None:
    body = curve((-46, -66), (46, -66), (50, -60, 50, -52), (50, -16), (50, -1, 34, -0.5),
                 (0, 1, -34, -0.5), (-50, -1, -50, -16), (-50, -52), (-50, -60))  # fmt: skip
    with within(p, body, s.accent_pale):
        p.path(box(-42, -56, 84, 46, 12), "#ffffff", alpha=0.55)
        p.path(curve((26, -70), (56, -70), (56, 6), (22, 6), (34, -20, 26, -70)), s.accent,
               alpha=0.3)  # fmt: skip
        gloss(p, -40, -58, 7, 46, 0.75)
    with within(p, box(-54, -99.5, 108, 34, 7), s.accent):
        p.rect(24, -102, 34, 40, s.accent_dark, alpha=0.6)
        p.rect(-54, -72, 108, 8, s.accent_dark, alpha=0.75)
        p.rect(-44, -94, 56, 5, "#ffffff", r=2.5, alpha=0.5)
    emblem(p, s, 0, -33, 19, ink=0.7)


def tube(p: Pen, s: Scheme) -> None:
    cap = polygon([(-16, -20), (16, -20), (14, -0.5), (-14, -0.5)])
    with within(p, cap, s.pale):
        for k in range(6):
            p.stroke([(-12 + k * 5, -16), (-11 + k * 4.6, -3)], 1.2, s.metal)
    body = curve((-26, -92), (26, -92), (25, -60, 19, -20), (-19, -20), (-25, -60, -26, -92))
    with within(p, body, s.accent):
        p.path(curve((10, -96), (30, -96), (30, -16), (8, -16), (16, -60, 10, -96)),
               s.accent_dark, alpha=0.6)  # fmt: skip
        p.path(barrel((30, -38), (30, -28), 1.5), s.accent_pale)
        gloss(p, -19.5, -86, 4, 44)
    p.rect(-27, -100, 54, 9, s.accent_pale, r=1.5, ink=1)
    for k in range(9):
        p.stroke([(-22 + k * 5.5, -97.5), (-22 + k * 5.5, -93.5)], 1, s.accent, alpha=0.7)
    emblem(p, s, 0, -61, 13)


def cup(p: Pen, s: Scheme) -> None:
    with within(p, barrel((34, -84), (25, -2), 1.2), s.pale):
        p.rect(12, -90, 30, 94, s.metal, alpha=0.45)
    with within(p, barrel((33.2, -66), (27.8, -22), 1.2), s.accent):
        p.path(curve((14, -70), (40, -70), (40, -14), (10, -14)), s.accent_dark, alpha=0.6)
        p.stroke([(-29, -60), (-25.4, -26)], 3, "#ffffff", alpha=0.4)
    lid = curve((-31, -92), (-28, -100), (0, -101, 28, -100), (31, -92))
    p.path(lid, s.accent_dark, ink=1)
    with within(p, box(-38, -93, 76, 11, 4.5), s.accent_dark):
        p.rect(-32, -91, 46, 3, s.accent_pale, r=1.5, alpha=0.55)
    emblem(p, s, -1, -44, 13)


def food(p: Pen, s: Scheme) -> None:
    for dx, tip in ((0, 76), (9, 80)):
        bar(p, [(14 + dx, -64), (tip - 8 + dx * 0.2, -98 + dx * 0.9)], 3.2, s.wood)
    yolk, white = mix("#f4b13d", s.accent, 0.12), "#fff9ec"
    p.blob([(-64, -56), (-52, -72), (-22, -82), (6, -84), (34, -78), (56, -68), (64, -56)],
           s.lamp, ink=1)  # fmt: skip
    for k in range(6):
        x = -8 + k * 10
        p.stroke([(x - 8, -60), (x, -76 + k * 1.5), (x + 12, -72 + k * 2), (x + 16, -60)], 1.6,
                 yolk, curved=True)  # fmt: skip
    for x, y, tilt in ((40, -70, 10), (50, -66, 14), (32, -74, 4)):
        p.blob([(x - 9, y + 10), (x - 5, y - 6), (x + 4, y - 11), (x + tilt, y + 8)], s.leaf,
               ink=0.7)  # fmt: skip
    p.blob([(-50, -58), (-46, -78), (-30, -88), (-12, -80), (-8, -60)], white, ink=0.9)
    p.oval(-29, -72, 11, 10, yolk, ink=0.6)
    p.oval(-33, -76, 3.4, 2.6, "#ffffff", alpha=0.8)
    for x, y in ((4, -74), (17, -70)):
        p.oval(x, y, 9, 7.5, s.accent, ink=0.8)
        p.oval(x, y, 4.5, 3.6, s.accent_pale)
    bowl = curve((-74, -60), (0, -52, 74, -60), (72, -28, 44, -8, 26, -8), (-26, -8),
                 (-44, -8, -72, -28, -74, -60))  # fmt: skip
    p.poly([(-28, -10), (28, -10), (25, 0), (-25, 0)], s.accent_dark, ink=1)
    with within(p, bowl, s.accent):
        p.path(curve((26, -70), (80, -70), (80, 0), (8, 0), (36, -16, 40, -60)), s.accent_dark,
               alpha=0.55)  # fmt: skip
        p.path(curve((-80, -62), (0, -52, 80, -62), (80, -56), (0, -45, -80, -56)), s.accent_pale)
        wave = [(x, -34 + 4 * math.sin(x / 6.5)) for x in range(-74, 76, 5)]
        p.stroke(wave, 3, s.accent_pale, curved=True)
        p.stroke([(-60, -44), (-50, -28), (-38, -18)], 4, "#ffffff", curved=True, alpha=0.4)


def book(p: Pen, s: Scheme) -> None:
    p.poly([(-32, -95), (34, -95), (38, -99.5), (-26, -99.5)], s.pale, ink=1)
    with within(p, polygon([(30, -95), (38, -99.5), (38, -4), (30, -0.5)]), s.pale):
        for k in range(3):
            p.stroke([(32 + k * 2, -96), (32 + k * 2, 0)], 0.8, s.stone_dark, alpha=0.7)
    p.poly([(14, -1), (20, -1), (20, 0), (17, -3), (14, 0)], s.lamp)
    with within(p, box(-38, -95, 70, 94.5, 2.5), s.accent):
        p.rect(-38, -95, 11, 95, s.accent_dark)
        p.rect(-27, -95, 1.6, 95, "#ffffff", alpha=0.3)
        p.path(smooth([(-27, -22), (-8, -32), (10, -20), (36, -30), (36, 6), (-27, 6)],
                      tension=0.8), s.accent_pale)  # fmt: skip
        for y in (-84, -12):
            p.rect(-38, y, 11, 4, s.lamp)
    p.rect(-16, -84, 37, 3, s.lamp, r=1.5)
    p.rect(-9, -78, 23, 2.4, s.lamp, r=1.2, alpha=0.8)
    emblem(p, s, 2.5, -53, 16)


def card(p: Pen, s: Scheme) -> None:
    with within(p, box(-79, -99.5, 158, 99, 9), s.accent):
        p.path(smooth([(-90, -26), (-40, -40), (0, -16), (44, -52), (90, -66), (90, 10),
                       (-90, 10)], tension=0.9), s.accent_dark, alpha=0.75)  # fmt: skip
        p.path(smooth([(-90, -6), (-30, -18), (20, 2), (60, -24), (90, -36), (90, 20),
                       (-90, 20)], tension=0.9), s.accent_pale, alpha=0.5)  # fmt: skip
        p.poly([(-30, -104), (0, -104), (-60, 4), (-90, 4)], "#ffffff", alpha=0.12)
    with within(p, box(-62, -72, 28, 22, 4), s.lamp, 0.8):
        for points in (
            [(-62, -61), (-34, -61)],
            [(-53, -72), (-53, -50)],
            [(-43, -72), (-43, -50)],
        ):
            line(p, points, 0.4)
    for k in range(3):
        r = 5 + k * 5
        arc = [(-30 + r * math.cos(a), -61 + r * math.sin(a)) for a in (-0.8, -0.4, 0, 0.4, 0.8)]
        p.stroke(arc, 2, s.pale, curved=True)
    for k in range(12):
        p.oval(-60 + k * 7 + k // 4 * 7, -30, 2.1, 2.1, s.pale)
    emblem(p, s, 54, -75, 14)


def toy(p: Pen, s: Scheme) -> None:
    fur, dark = mix(s.wood, s.lamp, 0.2), s.wood_dark
    for side in (-1, 1):
        p.oval(side * 21, -90, 9.5, 9.5, fur, ink=1)
        p.oval(side * 21, -89, 5, 5, s.accent_pale)
        p.blob([(side * 20, -52), (side * 36, -42), (side * 42, -25), (side * 34, -19),
                (side * 22, -32)], fur, ink=1)  # fmt: skip
    with within(p, ring(0, -28, 28, 27), fur):
        p.oval(22, -24, 18, 30, dark, alpha=0.3)
        p.oval(0, -22, 17, 18, s.pale)
    for side in (-1, 1):
        with within(p, ring(side * 27, -12.5, 15, 12.2), fur):
            p.oval(side * 29, -12, 9, 7.5, s.accent_pale)
    with within(p, ring(0, -72, 30, 25), fur):
        p.oval(30, -64, 16, 26, dark, alpha=0.28)
        p.oval(0, -64, 14, 10.5, s.pale)
        for side in (-1, 1):
            p.oval(side * 20, -65, 5, 3.6, s.accent, alpha=0.45)
    for side in (-1, 1):
        p.oval(side * 12, -77, 3.4, 4, s.ink)
        p.oval(side * 12 - 1, -78.6, 1.2, 1.2, "#ffffff")
        p.blob([(0, -47), (side * 17, -54), (side * 18, -40)], s.accent, ink=0.9, tension=0.5)
    p.oval(0, -47, 4.5, 4.5, s.accent_dark, ink=0.8)
    p.oval(0, -69, 4.2, 3, s.ink)
    line(p, [(-6, -62), (-3, -60), (0, -63), (3, -60), (6, -62)], 0.7, curved=True)
