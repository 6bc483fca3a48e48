"""Devices with a screen, a battery or a plug. 100 high, the base at (0, 0)."""

import math

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import box, curve, emblem, line, ring, within
from deployments.engines.animatic.pen import Pen, polygon, smooth
from deployments.engines.animatic.scheme import Scheme


def _shine(p: Pen, x: float, y: float, w: float, h: float) -> None:
    """Two slanted reflections on a glass."""
    for at, wide in ((0.5, 0.2), (0.78, 0.07)):
        left = x + w * at
        p.poly([(left, y), (left + w * wide, y), (left + w * (wide - 0.3), y + h),
                (left - w * 0.3, y + h)], "#ffffff", alpha=0.13, lit=False)  # fmt: skip


def _scenery(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    """A picture on a screen: a low sun, hills of the accent, water."""
    p.rect(x, y, w, h, mix(s.accent_pale, s.sky[2], 0.35), lit=False)
    sun = min(w, h) * 0.17
    p.oval(x + w * 0.62, y + h * 0.36, sun * 1.5, sun * 1.5, "#ffffff", alpha=0.35, lit=False)
    p.oval(x + w * 0.62, y + h * 0.36, sun, sun, s.lamp, lit=False)
    for top, colour in (((0.62, 0.42, 0.6, 0.5, 0.66), s.accent),
                        ((0.8, 0.7, 0.66, 0.8, 0.7), s.accent_dark)):  # fmt: skip
        hills = [(x + w * (k / 2 - 0.5) * 0.6 + w * 0.2, y + h * share)
                 for k, share in enumerate(top)]  # fmt: skip
        p.path(smooth([(x - w * 0.2, y + h * 1.3), *hills, (x + w * 1.3, y + h * 0.7),
                       (x + w * 1.3, y + h * 1.3)], tension=0.8), colour, lit=False)  # fmt: skip


def phone(p: Pen, s: Scheme) -> None:
    p.rect(24, -74, 2.6, 14, s.stone_dark, r=1, ink=0.5)
    with within(p, box(-25, -99.5, 50, 99, 9), s.ink):
        p.stroke([(-24, -20), (-24, -80)], 1.4, s.metal, alpha=0.7)
    with within(p, box(-22, -96.5, 44, 93, 6.5), s.accent, 0.4):
        _scenery(p, s, -22, -97, 44, 95)
        _shine(p, -22, -97, 44, 95)
    p.rect(-6.5, -94, 13, 3.8, s.ink, r=1.9)
    for k in range(4):
        p.rect(-18 + k * 9.6, -16, 7.2, 7.2, "#ffffff", r=2.2, alpha=0.85, lit=False)


def app(p: Pen, s: Scheme) -> None:
    p.rect(24, -74, 2.6, 14, s.stone_dark, r=1, ink=0.5)
    p.rect(-25, -99.5, 50, 99, s.ink, r=9, ink=1)
    with within(p, box(-22, -96.5, 44, 93, 6.5), "#ffffff", 0.4):
        p.rect(-22, -97, 44, 33, s.accent, lit=False)
        p.oval(18, -70, 22, 22, s.accent_dark, alpha=0.4, lit=False)
        p.oval(-13, -83, 4.6, 4.6, s.pale, lit=False)
        p.rect(-5, -86, 20, 2.6, "#ffffff", r=1.3, lit=False)
        p.rect(-5, -81.5, 13, 2.2, s.accent_pale, r=1.1, lit=False)
        p.rect(-18.5, -73, 37, 24, "#ffffff", r=3.5, ink=0.4, lit=False)
        for k, h in enumerate((7, 12, 9, 16, 13)):
            colour = s.accent if k == 3 else s.accent_pale
            p.rect(-14.5 + k * 6.1, -51.5 - h, 4.2, h, colour, r=1, lit=False)
        tiles = (s.leaf, s.lamp, s.sky[1], s.accent_pale)
        for k, colour in enumerate(tiles):
            x, y = -18.5 + k % 2 * 19.2, -45 + k // 2 * 16.4
            p.rect(x, y, 17.8, 14.4, colour, r=3.2, lit=False)
            p.oval(x + 5, y + 5, 2.4, 2.4, "#ffffff", alpha=0.9, lit=False)
            p.rect(x + 3, y + 9.6, 10, 1.9, "#ffffff", r=0.9, alpha=0.9, lit=False)
        p.rect(-22, -11.5, 44, 10, s.accent_pale, lit=False)
        for x in (-14, 14):
            p.oval(x, -7.2, 2, 2, s.accent, lit=False)
    p.oval(0, -9.5, 5.2, 5.2, s.accent, ink=0.5, lit=False)
    p.stroke([(-2.2, -9.5), (2.2, -9.5)], 1.3, "#ffffff", lit=False)
    p.stroke([(0, -11.7), (0, -7.3)], 1.3, "#ffffff", lit=False)
    p.rect(-6.5, -94, 13, 3.4, s.ink, r=1.7)


def laptop(p: Pen, s: Scheme) -> None:
    p.rect(-66, -99.5, 132, 86, s.ink, r=6, ink=1)
    with within(p, box(-61.5, -95, 123, 77, 2), s.accent_pale, 0.3):
        _scenery(p, s, -62, -96, 124, 79)
        p.rect(-54, -88, 46, 56, "#ffffff", r=3, alpha=0.92, lit=False)
        p.rect(-54, -88, 46, 8, s.accent, r=3, lit=False)
        p.oval(-42, -67, 8, 8, s.accent_pale, lit=False)
        for k, w in enumerate((20, 14, 34, 34, 26)):
            y = (-72, -66, -54, -48, -42)[k]
            p.rect(-31 if k < 2 else -49, y, w * (0.8 if k < 2 else 1), 2.8, s.metal, r=1.4,
                   lit=False)  # fmt: skip
        _shine(p, -62, -96, 124, 79)
    p.poly([(-66, -14), (66, -14), (84, -4.5), (-84, -4.5)], s.metal, ink=1)
    for k in range(3):
        y, half = -11.8 + k * 2.1, 54 + k * 4.6
        p.stroke([(-half, y), (half, y)], 1.3, s.ink, alpha=0.75)
    p.rect(-84, -5, 168, 5, s.stone_dark, r=2.4, ink=1)
    p.rect(-13, -5, 26, 2.4, s.metal, r=1)


def screen(p: Pen, s: Scheme) -> None:
    for side in (-1, 1):
        p.poly([(side * 50, -9), (side * 57, -9), (side * 66, -0.5), (side * 58, -0.5)],
               s.stone_dark, ink=1)  # fmt: skip
    p.rect(-84, -99.5, 168, 93, s.ink, r=3.5, ink=1)
    with within(p, box(-80.5, -96, 161, 84, 1.5), s.accent_pale, 0.3):
        _scenery(p, s, -81, -97, 162, 86)
        _shine(p, -81, -97, 162, 86)
    p.oval(0, -9.2, 1.3, 1.3, s.accent, lit=False)


def earphones(p: Pen, s: Scheme) -> None:
    with within(p, box(-44, -84, 88, 54, 22), s.accent_dark):
        p.rect(-37, -77, 74, 40, s.ink, r=16, alpha=0.35)
    for side in (-1, 1):
        p.rect(side * 19 - 5.5, -76, 11, 44, s.pale, r=5.5, ink=1)
        with within(p, curve((side * 8, -84), (side * 8, -100, side * 26, -100),
                             (side * 36, -99, side * 35, -84), (side * 34, -70, side * 20, -70),
                             (side * 9, -70, side * 8, -84)), s.pale):  # fmt: skip
            p.oval(side * 28, -76, 14, 14, s.metal, alpha=0.55)
        p.oval(side * 12, -85, 5.5, 8, s.ink, ink=0.6)
        p.oval(side * 27, -90, 3.4, 4.2, "#ffffff")
        p.oval(side * 19, -56, 1.7, 3.4, s.accent)
    body = curve((-46, -42), (46, -42), (47, -22), (46, -1, 26, -0.5), (-26, -0.5),
                 (-46, -1, -47, -22))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((18, -46), (52, -46), (52, 4), (6, 4), (26, -12, 18, -46)), s.accent_dark,
               alpha=0.55)  # fmt: skip
        p.rect(-50, -42, 100, 5, s.accent_pale)
        p.rect(-39, -32, 5, 17, "#ffffff", r=2.5, alpha=0.5)
    emblem(p, s, 0, -19, 10)
    p.oval(0, -34, 1.6, 1.6, s.lamp, lit=False)


def watch(p: Pen, s: Scheme) -> None:
    strap = curve((-14, -99.5), (14, -99.5), (17, -66), (17, -34), (14, -0.5), (-14, -0.5),
                  (-17, -34), (-17, -66))  # fmt: skip
    with within(p, strap, s.accent):
        p.rect(7, -100, 12, 100, s.accent_dark, alpha=0.6)
        for y in (-6, -12, -18):
            p.oval(0, y, 1.7, 2.1, s.accent_dark)
        p.rect(-14, -96, 28, 4, s.accent_dark, alpha=0.6)
        for y in (-84, -24):
            p.rect(-11.5, y, 1.4, 12, s.accent_pale, alpha=0.8)
    p.rect(26, -55, 6, 10, s.metal, r=2, ink=0.8)
    p.oval(0, -50, 28.5, 28.5, s.metal, ink=1)
    with within(p, ring(0, -50, 22.5, 22.5), s.pale, 0.8):
        p.poly([(-24, -76), (2, -76), (-24, -40)], "#ffffff", alpha=0.6)
        for k in range(12):
            a, long = math.pi * k / 6, 5.5 if k % 3 == 0 else 3
            x, y = math.cos(a), math.sin(a)
            p.stroke([(x * (20 - long), -50 + y * (20 - long)), (x * 20, -50 + y * 20)],
                     2.2 if k % 3 == 0 else 1.3, s.ink)  # fmt: skip
    p.stroke([(0, -50), (-7.5, -57.5)], 3.2, s.ink)
    p.stroke([(0, -50), (10.5, -61)], 2.4, s.ink)
    p.stroke([(-2, -54), (4.5, -37)], 1.2, s.accent)
    p.oval(0, -50, 2.4, 2.4, s.accent, ink=0.4)
    p.canvas.drawArc(ring(0, -50, 25.6, 25.6).getBounds(), 190, 60, False,
                     p.paint("#ffffff", 0.9, 1.8))  # fmt: skip


def washing_machine(p: Pen, s: Scheme) -> None:
    for x in (-36, 26):
        p.rect(x, -4, 10, 4, s.ink, r=1)
    with within(p, box(-43, -99.5, 86, 97, 5), s.pale):
        p.rect(28, -100, 16, 100, s.metal, alpha=0.5)
        p.rect(-44, -100, 88, 19, s.accent)
        p.rect(28, -100, 16, 19, s.accent_dark, alpha=0.6)
        p.rect(-44, -10, 88, 10, s.metal, alpha=0.7)
        p.rect(-38, -96, 3, 11, "#ffffff", r=1.5, alpha=0.5)
    line(p, [(-43, -81), (43, -81)], 0.7)
    p.rect(-30, -96, 24, 11, s.accent_pale, r=2.5, ink=0.6)
    p.rect(-6, -96, 24, 11, s.ink, r=2.5, ink=0.4)
    for k in range(3):
        p.oval(0 + k * 6, -90.5, 1.7, 1.7, s.lamp, lit=False)
    p.oval(31, -90.5, 5.6, 5.6, s.pale, ink=0.7)
    line(p, [(31, -90.5), (34, -93.5)], 0.7)
    p.oval(0, -44, 31, 31, s.metal, ink=1)
    water = mix(s.sky[1], s.accent_pale, 0.12)
    with within(p, ring(0, -44, 24, 24), mix(s.sky[0], s.ink, 0.45), 0.8):
        for k in range(10):
            a = math.pi * k / 5
            p.oval(14 * math.cos(a), -48 + 14 * math.sin(a), 1.4, 1.4, s.ink, alpha=0.5)
        p.blob([(-14, -46), (-6, -58), (6, -52), (16, -56), (18, -40), (0, -34)], s.accent)
        p.blob([(-26, -42), (-12, -38), (2, -43), (14, -37), (26, -42), (24, -14), (-24, -14)],
               water, alpha=0.85)  # fmt: skip
        for x, y, r in ((-10, -32, 3), (4, -28, 4), (-2, -37, 2), (12, -33, 2.4)):
            p.oval(x, y, r, r, "#ffffff", alpha=0.6)
        p.path(polygon([(-30, -60), (-12, -74), (-26, -30)]), "#ffffff", alpha=0.2)
    p.canvas.drawArc(ring(0, -44, 27.5, 27.5).getBounds(), 195, 70, False,
                     p.paint("#ffffff", 0.9, 2.2))  # fmt: skip
    p.rect(25.5, -49, 6, 11, s.stone_dark, r=2, ink=0.7)
